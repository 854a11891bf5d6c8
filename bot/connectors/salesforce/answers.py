"""What Salesforce's answers mean where their status alone does not say it. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.net.http import Rejected
from handlers.errors import Busy, Invalid, NotFound, Stale, Trouble, Unavailable, Unknown

LIMIT_WAIT = 900.0
"""Seconds until a spent daily limit is tried again: it rolls over 24 hours, and the answer names no time."""
HALTED = "PROCESSING_HALTED"
PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "QUERY_TIMEOUT", "TXN_SECURITY_METERING_ERROR"})
"""Refusals that may end by themselves; nothing took effect."""
PRECONDITION = 412


def errors(data: object) -> list[Mapping[str, Any]]:
    """The errors of an answer; empty for anything else."""
    return [one for one in data if isinstance(one, Mapping)] if isinstance(data, list) else []


def codes(data: object) -> set[str]:
    """Their words for what is wrong."""
    return {str(one.get("errorCode")) for one in errors(data)}


def complaint(data: object) -> str:
    """What Salesforce says is wrong, in its own words, on one line."""
    told = (f"{one.get('message') or one.get('errorCode') or 'no reason given'}" for one in errors(data))
    return "; ".join(told)[:500] or "no reason given"


def refused(rejection: Rejected) -> Trouble:
    """What a refused request means: the daily limit comes with the status of a missing right."""
    found = codes(rejection.data)
    if "REQUEST_LIMIT_EXCEEDED" in found:
        return Busy("Salesforce's requests of the day are used up. The bot tries again in 15 minutes.", after=LIMIT_WAIT)
    if found & PASSING:
        return Unavailable(f"Salesforce cannot do this right now: {complaint(rejection.data)}")
    if rejection.status in (401, 403):
        return rejection
    return Invalid(f"Salesforce refused the request: {complaint(rejection.data)}")


def concluded(data: object, *, name: str) -> Trouble | None:
    """What became of a composite write whose parts stand or fall together: None when all of it took effect.

    An answer that does not say it is Unknown.
    """
    parts = data.get("compositeResponse") if isinstance(data, Mapping) else None
    if not isinstance(parts, list) or not parts or not all(isinstance(part, Mapping) for part in parts):
        return Unknown("Salesforce did not say what became of the change")
    bad = [part for part in parts if not is_done(part)]
    if not bad:
        return None
    cause = next((part for part in bad if HALTED not in codes(part.get("body"))), bad[0])
    status, body = cause.get("httpStatusCode"), cause.get("body")
    if not isinstance(status, int) or status >= 500:  # noqa: PLR2004 - HTTP's own border
        return Unknown("Salesforce did not say what became of the change")
    if status == PRECONDITION:
        return Stale(f"stale: {name} changed at the very moment of writing.")
    if codes(body) & {"NOT_FOUND", "ENTITY_IS_DELETED"}:
        return NotFound(f"Salesforce has no {name} any more, or the bot may not see it.")
    return refused(Rejected("refused", status=400 if status in (401, 403) else status, data=body))


def made(data: object) -> str:
    """The id of the record that the first part of a composite has made. Raises Unknown where the answer does not say it."""
    parts = data.get("compositeResponse") if isinstance(data, Mapping) else None
    body = parts[0].get("body") if isinstance(parts, list) and parts and isinstance(parts[0], Mapping) else None
    found = body.get("id") if isinstance(body, Mapping) else None
    if not isinstance(found, str) or not found.isalnum():
        raise Unknown("Salesforce did not say what it has made")
    return found


def is_done(part: Mapping[str, Any]) -> bool:
    """Whether a part of a composite took effect."""
    status = part.get("httpStatusCode")
    return isinstance(status, int) and 200 <= status < 300  # noqa: PLR2004 - HTTP's own borders
