"""The table: what people and the bot say to each other, the same on every platform."""

from conversations.about_answers import ANSWERS
from conversations.about_chains import CHAINS
from conversations.about_changes import CHANGES
from conversations.about_ends import ENDS

SCENARIOS = (*ANSWERS, *CHANGES, *ENDS, *CHAINS)
