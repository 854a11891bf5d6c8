"""Changes -> one write in HubSpot's words, and the proof that it took effect. Pure: no network, no clock."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.connectors.hubspot.creation import MOMENTS, body, mark, signed, stamp
from bot.connectors.hubspot.records import COMPANY, CONTACT, DEAL, OWNER, TASK
from handlers.errors import Invalid, Unknown
from handlers.models import Change, Draft, Ref

SCORE, NOTE = "score", "note"
MOST = 100
"""The highest score."""
LONGEST = 10
"""Signs of a number that is looked at."""
WRITABLE: Mapping[str, Mapping[str, str]] = {
    "contact": {name: CONTACT[name] for name in ("job", "phone", "country", "stage", "status")} | {"owner": OWNER},
    "company": {name: COMPANY[name] for name in COMPANY if name != "name"} | {"owner": OWNER},
    "deal": {name: DEAL[name] for name in ("amount", "stage", "next_step", "description")} | {"owner": OWNER},
    "task": {name: TASK[name] for name in TASK if name != "text"} | {"owner": OWNER},
}
"""Kind -> our name of a field -> theirs."""
BEGINNING = datetime.min.replace(tzinfo=UTC)
"""Before everything."""
PEOPLE = frozenset({"CRM_UI", "CRM_UI_BULK_ACTION", "MOBILE_IOS", "MOBILE_ANDROID", "IMPORT", "FORM"})
"""Sources in the history of a property that are certainly not us."""


def is_note(draft: Draft) -> bool:
    """Whether a draft adds a note. Raises Invalid where it changes fields as well: these are two writes, and one may fail."""
    notes = [change.field == NOTE for change in draft.changes]
    if any(notes) and len(notes) > 1:
        raise Invalid("HubSpot takes a note by itself. Make the note and the fields two drafts.")
    return any(notes)


def properties(draft: Draft, *, score: str = "") -> dict[str, Any]:
    """The body of one change. Raises Invalid for a field that is not ours to write."""
    return {"properties": dict(one(draft.record.kind, change, score) for change in draft.changes)}


def one(kind: str, change: Change, score: str) -> tuple[str, str]:
    """One change as their property and its value; an empty text empties a property."""
    if change.field == SCORE and kind == "contact" and score:
        return score, points(change.after)
    name = WRITABLE.get(kind, {}).get(change.field)
    match name, change.after:
        case str(), Ref(id=chosen):
            return name, chosen
        case str(), str(words) if words and name in MOMENTS:
            return name, stamp(change.field, words)
        case str(), (str() | None) as words:
            return name, words or ""
        case _:
            raise Invalid(f"The bot does not write the field {change.field} in HubSpot.")


def points(value: object) -> str:
    """A score as HubSpot takes it. Raises Invalid for what is no whole number from 0 to 100."""
    words = value or ""
    if not isinstance(words, str) or (
        words and not (words.isascii() and words.isdecimal() and len(words) < LONGEST and int(words) <= MOST)
    ):
        raise Invalid(f"{value!r} is no score: it is a whole number from 0 to {MOST}.")
    return str(int(words)) if words else ""


def note(draft: Draft, number: str, *, at: str) -> dict[str, Any]:
    """A new note beside the record `number`, which ends with the draft's mark. `at` is when it was written (ISO 8601)."""
    words = signed("note", str(draft.changes[0].after), mark(draft))
    return body({"hs_timestamp": at, "hs_note_body": words}, "note", (draft.record.kind, number))


def is_marked(rows: Iterable[Mapping[str, Any]], name: str, ending: str) -> bool:
    """Whether one of these objects ends with a mark in the property of this name."""
    told = ((one.get("properties") or {}).get(name) for one in rows)
    return any(ending in words for words in told if isinstance(words, str))


def was_made(payload: object, held: Mapping[str, str]) -> bool:
    """Whether an object was made with these values by no person: its history begins with them. E-mail addresses are in small letters there."""
    past = payload.get("propertiesWithHistory") if isinstance(payload, Mapping) else None
    if not isinstance(past, Mapping):
        raise Unknown("HubSpot does not show where a contact with this e-mail address comes from. Look at it there.")
    rows = ((past.get(name) or [], value.lower() if name == "email" else value) for name, value in held.items())
    return all(any(is_ours(entry, value, BEGINNING) for entry in entries) for entries, value in rows)


def is_done(payload: Mapping[str, Any], draft: Draft, *, score: str = "") -> bool | None:
    """Whether the history of every changed property shows the draft's value, set since the version it was made from by no person.

    HubSpot keeps no mark of ours on a change, but it keeps which value was set when, and from where. None: the answer shows no
    history, so nobody can say.
    """
    held = payload.get("propertiesWithHistory")
    wanted = properties(draft, score=score)["properties"]
    if not isinstance(held, Mapping) or not all(isinstance(held.get(name), list) for name in wanted):
        return None
    since = moment(draft.record.version)
    return all(any(is_ours(entry, value, since) for entry in held[name]) for name, value in wanted.items())


def is_ours(entry: object, value: str, since: datetime) -> bool:
    """Whether an entry of a history can be the write of this value."""
    if not isinstance(entry, Mapping) or entry.get("sourceType") in PEOPLE:
        return False
    return moment(str(entry.get("timestamp"))) >= since and alike(str(entry.get("value") or ""), value)


def alike(one: str, other: str) -> bool:
    """Whether two values are the same to HubSpot, which may write a number or a moment in another way."""
    if one == other:
        return True
    for sense in (float, datetime.fromisoformat):
        try:
            return bool(sense(one) == sense(other))
        except ValueError:
            continue
    return False


def moment(stamp: str) -> datetime:
    """A moment of HubSpot's. Raises Invalid for what is none."""
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:
        raise Invalid(f"HubSpot's answer has no usable timestamp: {stamp[:40]!r} is none.") from None
    if found.tzinfo is None:
        raise Invalid(f"HubSpot's answer has no usable timestamp: {stamp[:40]!r} has no zone.")
    return found
