"""A company on Teams with our bot in it, the twin of `offices`."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from offices import RULES, Office, opened

from bot.sandbox.teams.server import TeamsStandin
from bot.sandbox.teams.state import BILLING, BOT, GENERAL, LEADS
from bot.settings import Settings


def cards(teams: TeamsStandin, conversation: str = GENERAL) -> list[Any]:
    """The bot's messages there that are cards, as they stand at this moment."""
    return [message for message in mine(teams, conversation) if card_of(message.activity)]


def mine(teams: TeamsStandin, conversation: str) -> list[Any]:
    """The bot's messages of a conversation, oldest first."""
    return [message for message in teams.tenant.conversation(conversation).messages if message.author == BOT]


def card_of(activity: Mapping[str, Any]) -> Mapping[str, Any]:
    """The card of an activity; an empty one where there is none."""
    found = activity.get("attachments") or [{}]
    return found[0].get("content", {})


def words_of(node: Any) -> str:
    """Every word of a message or card."""
    match node:
        case dict():
            return " ".join(
                value if isinstance(value, str) else words_of(value)
                for key, value in node.items()
                if not isinstance(value, str) or key in ("text", "title", "value", "label", "altText")
            )
        case list():
            return "\n".join(map(words_of, node))
    return ""


def verbs(node: Any) -> list[str]:
    """The verbs of every button in a card."""
    match node:
        case dict():
            own = [node["verb"]] if node.get("type") == "Action.Execute" and "verb" in node else []
            return own + [verb for key, value in node.items() if key != "refresh" for verb in verbs(value)]
        case list():
            return [verb for each in node for verb in verbs(each)]
    return []


@pytest.fixture
async def tenant() -> AsyncIterator[TeamsStandin]:
    """The stand-in of Teams, with its gate: a message that Teams would refuse is refused."""
    standin = TeamsStandin()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.refused == []


@pytest.fixture
def teams_rules() -> dict[str, Any]:
    """`bot.toml` of the company."""
    return RULES


@pytest.fixture
async def company(request, tenant, database, connectors, wait_until) -> AsyncIterator[Office]:
    """The bot at work on Teams."""
    settings = Settings.model_validate({name.lower(): value for name, value in tenant.environment().items()})
    rules = request.getfixturevalue("teams_rules")
    given = {"database": database, "connectors": connectors, "wait": wait_until}
    async with opened(settings, rules, None, teams=tenant, **given) as running:
        yield running


__all__ = ["BILLING", "GENERAL", "LEADS", "card_of", "cards", "company", "mine", "tenant", "verbs", "words_of"]
