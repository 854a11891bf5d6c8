"""What the connector answers when it says no, as sentences that say what to do."""

import re
from collections.abc import Mapping

from bot.net.http import retry_after
from bot.platforms.teams.line import SYSTEM, Said
from handlers.errors import Busy, Invalid, Trouble, Unknown

GONE = frozenset({403, 404, 410})
"""Statuses that mean: this conversation, message or person is out of the bot's reach."""
SENTENCES: Mapping[str, str] = {
    "BotNotInConversationRoster": "I am not in that Teams conversation. Add the app to the team or chat, then try again.",
    "ConversationNotFound": "Teams knows no such conversation. Add the app there, or correct its id in bot.toml.",
    "ForbiddenOperationException": "Teams does not let the app do this. An admin has to allow it.",
    "MessageSizeTooBig": "Teams takes no message of this size.",
    "BotDisabledByAdmin": "An admin has switched the app off in Teams.",
    "MessageWritesBlocked": "This person has blocked the bot, or does not have the app.",
    "ContentStreamNotAllowed": "Teams takes no streamed answer here.",
}


class TeamsRefused(Invalid):
    """Teams answered no; nothing took effect. `code` is Microsoft's own word."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    @property
    def is_gone(self) -> bool:
        """Whether what was spoken to is out of reach, now and later."""
        return self.status in GONE


def understood(what: str, said: Said) -> Said:
    """The answer where it is one of success; else raises what it means."""
    if 200 <= said.status < 300:  # noqa: PLR2004 - HTTP's own borders
        return said
    raise trouble_of(what, said)


def trouble_of(what: str, said: Said) -> Trouble:
    """What a status other than success means. 412 is Teams' word for two requests at once: as with 429, nothing took effect."""
    if said.status in (412, 429):
        wait = retry_after(said.headers)
        return Busy(f"{SYSTEM} is busy and asks to come back in {max(wait, 1):.0f} seconds.", after=wait)
    if said.status >= 500 or said.status < 400:  # noqa: PLR2004 - as above
        return Unknown(f"{SYSTEM} answered {what} with status {said.status}")
    code = code_of(said.data)
    if said.status == 401:  # noqa: PLR2004 - as above
        return TeamsRefused(
            "Teams does not let the bot in. An operator has to check TEAMS_APP_ID, TEAMS_TENANT_ID and TEAMS_APP_PASSWORD.",
            status=said.status, code=code,
        )  # fmt: skip
    named = f"status {said.status}{f', {code}' if code else ''}"
    return TeamsRefused(SENTENCES.get(code, f"Teams refused {what} ({named})."), status=said.status, code=code)


def code_of(data: object) -> str:
    """Microsoft's own word for what is wrong, where it is one."""
    error = data.get("error") if isinstance(data, Mapping) else None
    inner = error.get("innerHttpError") if isinstance(error, Mapping) else None
    found = error.get("code") if isinstance(error, Mapping) else data.get("code") if isinstance(data, Mapping) else ""
    code = found if isinstance(found, str) else ""
    if not code and isinstance(inner, Mapping):
        code = str(inner.get("statusCode", ""))
    return code if re.fullmatch(r"\w{1,60}", code, re.ASCII) else ""
