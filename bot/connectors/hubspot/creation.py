"""A draft of something new -> the object that HubSpot is to make, marked so that it is found again. Pure: no network, no clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from bot.connectors.hubspot.records import COMPANY, CONTACT, DEAL, EMAIL, NOTE, OWNER, TASK, spelled
from handlers.errors import Invalid, Unknown
from handlers.models import Change, Draft, Ref

MAKES: Mapping[str, Mapping[str, str]] = {
    "contact": {name: CONTACT[name] for name in ("email", "job", "company", "phone", "country", "stage", "status")}
    | {"first_name": "firstname", "last_name": "lastname", "owner": OWNER},
    "company": {**COMPANY, "owner": OWNER},
    "deal": {name: DEAL[name] for name in DEAL if name != "lost_reason"} | {"owner": OWNER},
    "note": {"text": NOTE["text"], "at": NOTE["at"], "owner": OWNER},
    "task": {**TASK, "owner": OWNER},
    "email": {**EMAIL, "owner": OWNER},
}
"""Kind -> our name of a field that a new one may have -> theirs."""
BODIES = {"note": "hs_note_body", "task": "hs_task_body", "email": "hs_email_text"}
"""Where the mark stands in what hangs on a record: HubSpot makes nothing like it unique."""
PRESET = {
    "note": {}, "task": {"hs_task_status": "NOT_STARTED"}, "email": {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"},
}  # fmt: skip
"""What HubSpot needs to know, where the draft does not say it."""
MOMENTS = frozenset({"hs_timestamp", "closedate"})
WAYS: Mapping[tuple[str, str], int] = {
    ("contact", "company"): 279, ("deal", "contact"): 3, ("deal", "company"): 341,
    ("note", "contact"): 202, ("note", "company"): 190, ("note", "deal"): 214,
    ("task", "contact"): 204, ("task", "company"): 192, ("task", "deal"): 216,
    ("email", "contact"): 198, ("email", "company"): 186, ("email", "deal"): 210,
}  # fmt: skip
"""(what is made, what it hangs on) -> the number of the link (HubSpot's own, "associationTypeId")."""


def mark(draft: Draft) -> str:
    """What the body of something of ours ends with: by this it is found again."""
    return f"Countersign draft {draft.id}, version {draft.version}."


def key(draft: Draft) -> str:
    """The same in one word, for a property whose values are unique."""
    return f"{draft.id}.{draft.version}"


def hangs_on(draft: Draft) -> tuple[str, str] | None:
    """(kind, id) of the record that the new one hangs on. Raises Invalid where it needs one, or cannot hang there."""
    kind, where = draft.record.kind, draft.record.where
    if kind not in MAKES:
        raise Invalid(f"The bot makes no {kind} in HubSpot; it makes {', '.join(MAKES)}.")
    if not where:
        if kind in BODIES:
            raise Invalid(f"A {kind} in HubSpot hangs on a contact, a company or a deal. Say on which.")
        return None
    about = spelled(where)
    if (kind, about[0]) not in WAYS:
        raise Invalid(f"A {kind} in HubSpot cannot hang on a {about[0]}.")
    return about


def properties(draft: Draft, *, at: str, unique: str = "") -> dict[str, str]:
    """Every property of the new object. `at` is now (ISO 8601), `unique` the property that holds the draft, if there is one.

    Raises Invalid naming a field that a new one cannot have.
    """
    kind = draft.record.kind
    held = dict(one(kind, change) for change in draft.changes)
    if kind in BODIES:
        body = BODIES[kind]
        held = {"hs_timestamp": at, **PRESET[kind], **held, body: signed(kind, held.get(body, ""), mark(draft))}
    elif unique:
        held[unique] = key(draft)
    return held


def one(kind: str, change: Change) -> tuple[str, str]:
    """One field as their property and its value. Raises Invalid."""
    name = MAKES[kind].get(change.field)
    match name, change.after:
        case "hubspot_owner_id", Ref(id=chosen):
            return name, chosen
        case str(), str(words) if name != OWNER:
            return name, stamp(change.field, words) if name in MOMENTS else words
        case _:
            raise Invalid(f"The bot cannot set the field {change.field} of a new HubSpot {kind}.")


def stamp(field: str, words: str) -> str:
    """A day or a moment as HubSpot takes it. Raises Invalid."""
    try:
        found = datetime.fromisoformat(words) if len(words) > len("2026-12-31") else date.fromisoformat(words)
    except ValueError:
        raise Invalid(f"The field {field} in HubSpot is a day like 2026-12-31, not {words[:40]!r}.") from None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day)  # noqa: DTZ001 - its zone is set below
    return f"{(found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def signed(kind: str, words: str, ending: str) -> str:
    """A body with its mark below: of a note as HTML, which is what HubSpot shows of one."""
    lines = [*(line for line in words.splitlines() if line.strip()), ending]
    return "".join(f"<p>{escape(line)}</p>" for line in lines) if kind == "note" else f"{words}\n\n{ending}" if words else ending


def body(held: Mapping[str, str], kind: str, about: tuple[str, str] | None) -> dict[str, Any]:
    """A whole new object, linked to the record that it hangs on."""
    if about is None:
        return {"properties": dict(held), "associations": []}
    way = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": WAYS[kind, about[0]]}
    return {"properties": dict(held), "associations": [{"to": {"id": about[1]}, "types": [way]}]}


def upsert(held: Mapping[str, str], unique: str) -> dict[str, Any]:
    """The same as a batch of one that makes it or, if it is there, sets the same again."""
    rest = {name: value for name, value in held.items() if name != unique}
    return {"inputs": [{"id": held[unique], "idProperty": unique, "properties": rest, "objectWriteTraceId": held[unique]}]}


def made(data: object, *, several: bool) -> str:
    """The id of what was made. Raises Unknown where the answer does not say it, Invalid where it says what is wrong."""
    found = data
    if several and isinstance(data, Mapping):
        rows, wrong = data.get("results"), data.get("errors")
        if not rows and isinstance(wrong, list) and wrong:
            said = wrong[0].get("message") if isinstance(wrong[0], Mapping) else None
            raise Invalid(f"HubSpot refused the change: {str(said or 'no reason given')[:500]}")
        found = rows[0] if isinstance(rows, list) and len(rows) == 1 else None
    number = found.get("id") if isinstance(found, Mapping) else None
    if not isinstance(number, str) or not number:
        raise Unknown("HubSpot did not say what it has made")
    return number
