"""The channel that the four share, as each platform names it."""

from conversations.on_slack import CHANNEL
from offices import TEAM

from bot.sandbox.teams.state import GENERAL

PLACES = {"slack": f"{TEAM}/{CHANNEL}", "teams": GENERAL, "playground": "general"}
