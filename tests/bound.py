"""The ports of handlers, bound to what a test has: one table for every test that dispatches."""

import inspect
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from voices import by_words

from bot.app.guide import SelfDescription
from bot.app.model import offline
from bot.app.views import crm
from bot.connectors.registry import WritesBySystem
from bot.settings import Configuration
from handlers.catalogue import COMMANDS
from handlers.rules import unlinked
from handlers.taught import untaught

NAMES = frozenset(
    parameter.name
    for command in COMMANDS.values()
    for parameter in inspect.signature(command.handler).parameters.values()
    if parameter.kind is parameter.KEYWORD_ONLY
)
"""Every port that a command asks for."""


async def lines():
    """What `/bot status` says."""
    return ["all is well"]


def bound(connectors: Mapping[str, Any], drafts: Any, configuration: Configuration, **own: Any) -> dict[str, Any]:
    """What the handlers are given: without a model, with past cases alike by their words. `own` goes over it; None is nobody."""
    return {
        **dict.fromkeys(NAMES),
        "similar": by_words, "learn": untaught, "issues": connectors["jira"], "tracker": connectors["jira"], "tickets": connectors["zendesk"],
        "crm": crm(connectors), "drafts": drafts, "policies": configuration.policy_of, "projects": configuration.project_of,
        "compliance": configuration.rules(), "scoring": configuration.scoring(), "reread": WritesBySystem(connectors).reread,
        "links": unlinked, "model": offline, "clock": lambda: datetime.now(UTC),
        "guide": SelfDescription(lines, configuration=configuration, connected=connectors),
        **own,
    }  # fmt: skip
