"""The table: what people and the bot say to each other, the same on every platform."""

from conversations.about_answers import ANSWERS
from conversations.about_changes import CHANGES
from conversations.about_ends import ENDS
from conversations.about_triggers import TRIGGERS

SCENARIOS = (*ANSWERS, *CHANGES, *ENDS, *TRIGGERS)
