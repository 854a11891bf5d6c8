"""A draft of a new ticket -> the body that makes it, once. Pure.

The draft is the key under which Zendesk makes no second one for two hours, and the ticket's external id, by which it is found after that.
"""

from collections.abc import Mapping
from typing import Any

from bot.connectors.zendesk.records import FIELDS, fields, marked, said_by
from handlers.errors import Invalid
from handlers.models import Draft

NEW = FIELDS | {"requester": "requester_id"}
"""What can be said of a new ticket: our name of a field -> theirs."""
NEEDED = ("subject", "description")


def name(draft: Draft) -> str:
    """What the draft is called in Zendesk."""
    return f"countersign-{draft.id}-{draft.version}"


def headers(draft: Draft) -> Mapping[str, str]:
    """What makes a repetition harmless."""
    return {"Idempotency-Key": name(draft)}


def body(draft: Draft) -> dict[str, Any]:
    """The new ticket; its description is the first comment, for colleagues unless the draft says otherwise.

    Raises Invalid for what a new ticket lacks or cannot have.
    """
    if draft.record.kind != "ticket":
        raise Invalid(f"The bot makes no {draft.record.kind} in Zendesk.")
    given = {change.field: change for change in draft.changes}
    if lacking := [one for one in NEEDED if one not in given]:
        raise Invalid(f"Zendesk makes no ticket without {' and '.join(lacking)}.")
    silent = [change for change in draft.changes if change.field not in ("description", "visibility")]
    said = {"external_id": name(draft), "comment": said_by(given["description"], draft)}
    return {"ticket": marked(draft) | fields(silent, NEW) | said}


def number_of(data: object) -> str | None:
    """The number of a ticket that was made, out of Zendesk's answer; None where it does not say it."""
    made = data.get("ticket") if isinstance(data, Mapping) else None
    found = str(made.get("id")) if isinstance(made, Mapping) else ""
    return found if found.isdecimal() else None
