"""Who may call what: tokens that were issued, what they are good for, and until when."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.models import Payload

PAST = "{kind}:history"
ABOUT = "{kind}:read"
NEEDS: Mapping[str, str] = {
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "chat.appendStream": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.startStream": "chat:write",
    "chat.stopStream": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": PAST,
    "conversations.info": ABOUT,
    "conversations.list": ABOUT,
    "conversations.members": ABOUT,
    "conversations.open": "im:write",
    "conversations.replies": PAST,
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "usergroups.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}
"""Scope by method; `{kind}` is the kind of channel (channels, groups, im). What is not named needs none."""
OPEN = frozenset({"api.test", "oauth.v2.access"})
"""Methods that need no token."""
WITH_APP_TOKEN = frozenset({"apps.connections.open"})
EVERY_SCOPE = frozenset({
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write", "groups:history",
    "groups:read", "im:history", "im:read", "im:write", "reactions:read", "usergroups:read", "users:read", "users:read.email",
})  # fmt: skip
"""What the first token is good for."""


class No(Exception):
    """Slack says no: its word, and what it adds to it."""

    def __init__(self, error: str, **rest: object) -> None:
        super().__init__(error)
        self.error = error
        self.rest = rest

    @property
    def body(self) -> Payload:
        """The answer, as Slack writes it."""
        return {"ok": False, "error": self.error, **self.rest}


@dataclass(slots=True)
class Token:
    """A token that was issued. `expires` is in seconds since 1970; None never does."""

    value: str
    kind: Literal["bot", "app"] = "bot"
    scopes: frozenset[str] = EVERY_SCOPE
    expires: float | None = None
    dead: str = ""


@dataclass(slots=True)
class Access:
    """The tokens of the workspace. `dead` of a token is the word with which it is refused from then on."""

    tokens: dict[str, Token] = field(default_factory=dict)

    def issue(
        self,
        kind: Literal["bot", "app"] = "bot",
        *,
        scopes: Collection[str] = EVERY_SCOPE,
        expires: float | None = None,
        prefix: str = "",
    ) -> Token:
        """A fresh token."""
        start = prefix or {"bot": "xoxb-", "app": "xapp-1-"}[kind]
        token = Token(f"{start}{secrets.token_urlsafe(24)}", kind, frozenset(scopes), expires)
        self.tokens[token.value] = token
        return token

    def revoke_all(self, word: str = "account_inactive") -> None:
        """The app was taken out: no bot token is good for anything any more."""
        for token in self.tokens.values():
            if token.kind == "bot":
                token.dead = word

    def enter(self, method: str, value: str, *, now: float, kind: str) -> Token | None:
        """The token of a call; None where none is needed. Raises No."""
        if method in OPEN:
            return self.tokens.get(value)
        if not value:
            raise No("not_authed")
        token = self.tokens.get(value)
        if token is None:
            raise No("invalid_auth")
        if token.dead:
            raise No(token.dead)
        if token.expires is not None and now >= token.expires:
            raise No("token_expired")
        if (token.kind == "app") is not (method in WITH_APP_TOKEN):
            raise No("not_allowed_token_type")
        needed = NEEDS.get(method, "").format(kind=kind)
        if needed and needed not in token.scopes:
            raise No("missing_scope", needed=needed, provided=",".join(sorted(token.scopes)))
        return token
