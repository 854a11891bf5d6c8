"""Every method of Slack's Web API that the bot calls: how often it may, and which scopes it needs. Nothing else is ever called."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.net.pace import Rate

TIER_1, TIER_2, TIER_3, TIER_4 = (Rate.per_minute(times) for times in (1, 20, 50, 100))
"""Per method and workspace (docs.slack.dev/apis/web-api/rate-limits)."""
SPECIAL = Rate.per_minute(300)
"""Methods outside the tiers: Slack says "several hundred a minute"."""
CHANNEL = Rate.per_second(1, burst=3)
"""chat.postMessage in one channel: one a second, short bursts are let through (same page)."""
MANY_CHANNELS = frozenset({"channels:read", "groups:read", "im:read"})
PAST = frozenset({"channels:history", "groups:history", "im:history"})


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes` are those that a call can need, depending on the kind of channel. `in_channel` limits one channel, too.

    `takes_form`: its arguments travel as a form, as Slack's own client sends them; all other writes are JSON.
    """

    rate: Rate
    scopes: frozenset[str] = frozenset()
    in_channel: Rate | None = None
    takes_form: bool = False


def of(rate: Rate, *scopes: str, in_channel: Rate | None = None) -> Method:
    """One row of the table."""
    return Method(rate, frozenset(scopes), in_channel)


METHODS: Mapping[str, Method] = {
    "apps.connections.open": of(TIER_1),  # with the app token, not the bot's
    "assistant.threads.setStatus": of(SPECIAL, "assistant:write"),
    "assistant.threads.setSuggestedPrompts": of(TIER_4, "assistant:write"),
    "auth.test": of(SPECIAL),
    "chat.appendStream": of(TIER_4, "chat:write"),
    "chat.postEphemeral": of(TIER_4, "chat:write"),
    "chat.postMessage": of(SPECIAL, "chat:write", in_channel=CHANNEL),
    "chat.startStream": of(TIER_2, "chat:write"),
    "chat.stopStream": of(TIER_2, "chat:write"),
    "chat.update": of(TIER_3, "chat:write"),
    "conversations.history": Method(TIER_3, PAST),
    "conversations.info": Method(TIER_3, MANY_CHANNELS),
    "conversations.members": Method(TIER_4, MANY_CHANNELS),
    "conversations.open": of(TIER_3, "im:write"),
    "conversations.replies": Method(TIER_3, PAST),
    "files.completeUploadExternal": Method(TIER_4, frozenset({"files:write"}), takes_form=True),
    "files.getUploadURLExternal": Method(TIER_4, frozenset({"files:write"}), takes_form=True),
    "oauth.v2.access": of(TIER_4),
    "usergroups.list": of(TIER_2, "usergroups:read"),
    "users.info": of(TIER_4, "users:read", "users:read.email"),
    "users.list": of(TIER_2, "users:read", "users:read.email"),
    "views.open": of(TIER_4),
    "views.publish": of(TIER_4),
}
EVENT_SCOPES = frozenset({"app_mentions:read", "commands", "files:read", "reactions:read", *PAST})
"""What the events, commands, reactions and files that reach the app need; no call stands for them."""
SCOPES = frozenset().union(EVENT_SCOPES, *(method.scopes for method in METHODS.values()))
"""What the bot asks for at installation, and not one more."""
