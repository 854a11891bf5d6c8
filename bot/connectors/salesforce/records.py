"""Salesforce record <-> Record; Changes -> one composite request that carries our mark. Pure: no network, no clock."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any

from bot.connectors.salesforce.kinds import DAYS, FLAGS, NUMBERS, TASK, UNKNOWN, Kind
from handlers.errors import Invalid
from handlers.models import Change, Draft, Record, Ref, Value

WRITTEN_ID = re.compile(r"(?:005|00G)[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
"""Who can own a record: a user, or the queue of a group."""
NUMERIC = frozenset({"double", "int", "percent", "currency"})
"""Types of fields that hold a number."""
FACTS = ("job", "company", "industry", "country", "source", "type")
"""Fields that tell in words what a record is like."""
NOTE = "note"
"""The change that is no field: its words are the text of a task that hangs on the record."""


def record(payload: Mapping[str, Any], kind: Kind, *, site: str, score: str = "") -> Record:
    """A row of a query as a Record. Raises Invalid naming the field that is missing or holds what it cannot."""
    values: dict[str, Value] = {name: value(payload, field, score) or "" for name, field in kind.fields.items()}
    values["owner"] = owner = owner_of(payload)
    if kind.parent:
        values["company_owner"] = owner_of(payload, f"{kind.parent}.")
    if kind.is_person:
        values |= {"company_owner": values.get("company_owner"), "status": values["stage"]} | dict.fromkeys(UNKNOWN, "")
        values |= {"score": value(payload, score, score) or ""} if score else {}
    values["outcome"] = outcome(values, kind)
    identity, version, name = needed(payload, "Id"), needed(payload, "SystemModstamp"), str(values["name"])
    company, writer = (str(values.get(field) or "") if kind.is_person else "" for field in ("company", "email"))
    return Record(
        "salesforce", kind.word, identity, version=version, title=", ".join(filter(None, (name or identity, company))),
        text=said(values), fields=values, url=page(site, kind, identity),
        owner=names(owner, value(payload, "Owner.Email")),
        author=frozenset({writer.casefold()} if writer else ()), outside_text=kind.is_person,
    )  # fmt: skip


def page(site: str, kind: Kind, identity: str) -> str:
    """Where people look at a record."""
    return f"{site}/lightning/r/{kind.object}/{identity}/view"


def outcome(values: Mapping[str, Value], kind: Kind) -> str:
    """How the story of a record ended: `won`, `lost`, or an empty text while it goes on."""
    for word, (name, beginning) in kind.ends.items():
        if str(values.get(name) or "").startswith(beginning):
            return word
    return ""


def said(values: Mapping[str, Value]) -> str:
    """What a record says in words: where somebody belongs, and what stands in the description."""
    facts = ", ".join(str(values[name]) for name in FACTS if values.get(name))
    return "\n\n".join(filter(None, (facts, str(values["description"] or ""))))


def owner_of(payload: Mapping[str, Any], above: str = "") -> Ref | None:
    """Who holds a record, or the one above it."""
    identity, label = value(payload, f"{above}OwnerId"), value(payload, f"{above}Owner.Name")
    return Ref(identity, label or identity) if identity else None


def names(owner: Ref | None, email: str | None) -> frozenset[str]:
    """Every name that Salesforce gives a person."""
    return frozenset(one.casefold() for one in (f"salesforce:{owner.id}" if owner else "", email or "") if one)


def value(payload: Mapping[str, Any], field: str, score: str = "") -> str | None:
    """One field as text; that of a parent is nothing where there is no parent, as is one that is not in the answer. Raises Invalid naming it."""
    found: Any = payload
    *parents, last = field.split(".")
    try:
        for name in (*parents, last):
            found = found.get(name) if found is not None else None
    except AttributeError as missing:
        raise Invalid(f"Salesforce's answer has no {field}; the bot cannot read this record.") from missing
    if found is None:
        return None
    match found:
        case bool() if last in FLAGS:
            return "yes" if found else "no"
        case int() | float() if not isinstance(found, bool) and (last in NUMBERS or field == score):
            return spelled(found)
        case str() if last not in FLAGS | NUMBERS and field != score:
            return found
        case _:
            raise Invalid(f"Salesforce's answer has no usable {field}; the bot cannot read this record.")


def needed(payload: Mapping[str, Any], field: str) -> str:
    """A field without which a record cannot be handled. Raises Invalid naming it."""
    if not (found := value(payload, field)):
        raise Invalid(f"Salesforce's answer has no {field}; the bot cannot go on.")
    return found


def spelled(number: float) -> str:
    """A number as a person writes it: without a fraction where there is none."""
    return str(int(number)) if isinstance(number, int) or number.is_integer() else repr(number)


def holds_score(described: object, score: str) -> bool:
    """Whether an object's description has the field of a lead score. Raises Invalid for one that is no number or not ours to write."""
    fields = described.get("fields") if isinstance(described, Mapping) else None
    if not isinstance(fields, list):
        raise Invalid("Salesforce's answer has no fields; the bot cannot go on.")
    found = next((one for one in fields if isinstance(one, Mapping) and one.get("name") == score), None)
    if found is not None and (found.get("type") not in NUMERIC or found.get("updateable") is not True):
        raise Invalid(f"The field {score} in Salesforce cannot hold a score: it has to be a number that the bot may write.")
    return found is not None


def holds_key(described: object, field: str) -> bool:
    """Whether an object's description has the field of a draft. Raises Invalid for one by which no record is found again."""
    fields = described.get("fields") if isinstance(described, Mapping) else None
    if not isinstance(fields, list):
        raise Invalid("Salesforce's answer has no fields; the bot cannot go on.")
    found = next((one for one in fields if isinstance(one, Mapping) and one.get("name") == field), None)
    if found is not None and (found.get("externalId") is not True or found.get("createable") is not True):
        raise Invalid(f"The field {field} in Salesforce has to be an external id that the bot may write.")
    return found is not None


def mark(draft: Draft) -> str:
    """The subject of the task by which a write says which draft it carried out."""
    return f"Countersign draft {draft.id}, version {draft.version}"


def composite(draft: Draft, kind: Kind, *, root: str, since: str, score: str = "") -> dict[str, Any]:
    """One write: the changed fields, and in the same transaction a task that names the draft and holds its note, if any. On a task nothing
    can hang: its own description ends with the mark.

    `since` is the LastModifiedDate that was just seen: if the record was changed in a later second, Salesforce refuses all of it.
    """
    fields, note = body(draft.changes, kind, score=score)
    parts: list[dict[str, Any]] = []
    if kind is TASK:
        if note:
            raise Invalid("A task in Salesforce takes no note: change its description.")
        words = fields.get("Description", draft.record.fields.get("description")) or ""
        fields["Description"] = f"{words}\n\n{mark(draft)}".strip()
    if fields:
        url = f"{root}/sobjects/{kind.object}/{draft.record.id}"
        guard = {"If-Unmodified-Since": http_date(since)}
        parts.append({"method": "PATCH", "url": url, "referenceId": "record", "httpHeaders": guard, "body": fields})
    if kind is not TASK:
        parts.append(task_of(draft, kind, root=root, about=draft.record.id, note=note))
    return {"allOrNone": True, "compositeRequest": parts}


def task_of(draft: Draft, kind: Kind, *, root: str, about: str, note: str = "") -> dict[str, Any]:
    """The part of a composite that makes the task which names the draft, hangs on the record `about` and holds the note, if any."""
    task = {"Subject": mark(draft), kind.link: about, "Status": "Completed"} | ({"Description": note} if note else {})
    return {"method": "POST", "url": f"{root}/sobjects/Task", "referenceId": "mark", "body": task}


def body(changes: Iterable[Change], kind: Kind, *, score: str = "") -> tuple[dict[str, Any], str]:
    """The fields of an update in their words, and the text of the note. Raises Invalid for what is not ours to write."""
    fields: dict[str, Any] = {}
    note = ""
    for change in changes:
        if change.field == NOTE:
            if note or not isinstance(change.after, str) or not change.after.strip():
                raise Invalid("A note in Salesforce is one text that is not empty.")
            note = change.after
        else:
            name = kind.theirs(change.field, score)
            fields[name] = translated(name, change, score=score)
    return fields, note


def translated(name: str, change: Change, *, score: str = "") -> str | float | None:
    """One value in Salesforce's words, for its field of this name. Raises Invalid."""
    after, is_number = change.after, name in NUMBERS or name == score
    if after is None or after == "":
        return None
    if name == "OwnerId":
        if isinstance(after, Ref) and WRITTEN_ID.fullmatch(after.id):
            return after.id
        raise Invalid("The owner of a Salesforce record has to be a user or a queue with an id.")
    if not isinstance(after, str):
        raise Invalid(f"The field {change.field} in Salesforce holds one text.")
    try:
        if is_number:
            return number(after)
        return date.fromisoformat(after).isoformat() if name in DAYS else after
    except ValueError:
        what = "a number" if is_number else "a date like 2026-12-31"
        raise Invalid(f"The field {change.field} in Salesforce has to be {what}, not {after[:40]!r}.") from None


def number(text: str) -> float:
    """A number that JSON can carry. Raises ValueError."""
    found = float(text) if "_" not in text else math.nan
    if not math.isfinite(found):
        raise ValueError(text)
    return int(found) if found.is_integer() else found


def moment(stamp: str) -> datetime:
    """A time out of Salesforce's way of writing it. Raises Invalid."""
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"Salesforce's answer has {stamp[:40]!r} for a time; the bot cannot go on.") from None


def http_date(stamp: str) -> str:
    """A time as a header has it: whole seconds, the rest cut off as Salesforce does."""
    return format_datetime(moment(stamp).replace(microsecond=0), usegmt=True)
