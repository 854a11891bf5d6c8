"""The table: what people and the bot say to each other, the same on every platform."""

from conversations.about_alerts import ALERTS
from conversations.about_answers import ANSWERS
from conversations.about_chains import CHAINS
from conversations.about_changes import CHANGES
from conversations.about_deals import DEALS
from conversations.about_documents import DOCUMENTS
from conversations.about_emails import EMAILS
from conversations.about_ends import ENDS
from conversations.about_gaps import GAPS
from conversations.about_issues import ISSUES
from conversations.about_status import STATUS
from conversations.about_talk import TALK
from conversations.about_tickets import TICKETS
from conversations.about_triggers import TRIGGERS

SCENARIOS = (
    *ANSWERS,
    *CHANGES,
    *TICKETS,
    *DEALS,
    *EMAILS,
    *GAPS,
    *ISSUES,
    *STATUS,
    *TALK,
    *DOCUMENTS,
    *CHAINS,
    *TRIGGERS,
    *ALERTS,
    *ENDS,
)
