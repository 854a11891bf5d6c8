"""What a write makes of a record: every value is checked, what follows from others is filled in, the stamps move on."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from bot.sandbox.models import Clock, Payload, Refusal
from bot.sandbox.salesforce import ids
from bot.sandbox.salesforce.refusals import refusal
from bot.sandbox.salesforce.schema import OBJECTS, STAGES, TEXTS, Field, Object

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
Records = Mapping[str, Payload]


def stamp(moment: datetime) -> str:
    """A moment as Salesforce writes it: milliseconds, UTC, no colon in the offset."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def created(source: Object, given: Payload, records: Records, *, by: str, clock: Clock) -> Payload:
    """A new record. Raises Refusal."""
    values = checked(source, given, records, record="")
    blank: Payload = {name: one.default for name, one in source.fields.items()}
    after = blank | {name: value for name, value in values.items() if value is not None}
    if absent := [one.name for one in source.fields.values() if one.required and after[one.name] is None]:
        raise refusal(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(absent)}]", *absent)
    now = stamp(clock())
    after |= {"Id": ids.following(source.prefix, records), "OwnerId": after["OwnerId"] or by, "LastModifiedById": by}
    after |= {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now}
    return settled(source, after, values)


def changed(source: Object, before: Payload, given: Payload, records: Records, *, by: str, clock: Clock) -> Payload:
    """The record with these values and later stamps. Raises Refusal."""
    if before.get("IsConverted"):
        raise refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    values = checked(source, given, records, record=str(before["Id"]))
    if emptied := [name for name, value in values.items() if value is None and source.fields[name].required]:
        raise refusal(400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(emptied)}]", *emptied)
    now = later(before, clock)
    moved = {"LastModifiedById": by, "LastModifiedDate": now, "SystemModstamp": now}
    return settled(source, before | values | moved, values)


def deleted(before: Payload, *, by: str, clock: Clock) -> Payload:
    """The record once it lies in the recycle bin. That is a change, too: its stamps move on."""
    now = later(before, clock)
    return before | {"IsDeleted": True, "LastModifiedById": by, "LastModifiedDate": now, "SystemModstamp": now}


def alive(records: Records) -> dict[str, Payload]:
    """The records that do not lie in the recycle bin."""
    return {name: one for name, one in records.items() if not one.get("IsDeleted")}


def later(record: Payload, clock: Clock) -> str:
    """The time of a write: now, and never the same millisecond as the write before."""
    return stamp(max(clock(), datetime.fromisoformat(record["SystemModstamp"]) + timedelta(milliseconds=1)))


def settled(source: Object, record: Payload, values: Payload) -> Payload:
    """What follows from other fields."""
    after = dict(record)
    match source.name:
        case "Lead" | "Contact":
            after["Name"] = " ".join(part for part in (after["FirstName"], after["LastName"]) if part)
        case "Opportunity":
            after["IsClosed"], after["IsWon"] = after["StageName"].startswith("Closed"), after["StageName"] == "Closed Won"
            if "StageName" in values and (values["StageName"] != record["StageName"] or not record["LastStageChangeDate"]):
                after["LastStageChangeDate"] = after["LastModifiedDate"]
            if "StageName" in values and values.get("Probability") is None:
                after["Probability"] = STAGES[after["StageName"]]
        case "Task":
            after["IsClosed"] = after["Status"] == "Completed"
    return after


def checked(source: Object, given: Payload, records: Records, *, record: str) -> Payload:
    """The values that a write names, each as it will be kept. `record` is the id of the one that is written. Raises Refusal."""
    if strange := [name for name in given if source.field(name) is None]:
        raise refusal(400, "INVALID_FIELD", f"No such column '{strange[0]}' on sobject of type {source.name}")
    named = {one.name: value for name, value in given.items() if (one := source.field(name))}
    if fixed := [name for name in named if not source.fields[name].settable]:
        sentence = f"Unable to create/update fields: {', '.join(fixed)}. Please check the security settings of this field."
        raise refusal(400, "INVALID_FIELD_FOR_INSERT_UPDATE", sentence, *fixed)
    values = {name: _value(source.fields[name], value, records) for name, value in named.items()}
    for name, value in values.items():
        if source.fields[name].external and value is not None:
            _unique(source, name, value, records, record)
    return values


def _unique(source: Object, name: str, value: object, records: Records, record: str) -> None:
    twin = next((key for key, one in alive(records).items() if key.startswith(source.prefix) and one.get(name) == value), record)
    if twin != record:
        raise refusal(400, "DUPLICATE_VALUE", f"duplicate value found: {name} duplicates value on record with id: {twin}", name)


def _value(field: Field, value: object, records: Records) -> object:
    """One value. An empty text is nothing, as at Salesforce."""
    if value is None or value == "":
        return False if field.type == "boolean" else None
    if field.type == "reference":
        return _reference(field, value, records)
    kind, fits = _KINDS["string" if field.type in TEXTS else field.type]
    if not isinstance(value, kind) or (isinstance(value, bool) and field.type != "boolean"):
        raise _unreadable(field, value)
    try:
        kept = fits(value)
    except ValueError:
        raise _unreadable(field, value) from None
    return _text(field, kept) if isinstance(kept, str) and field.type in TEXTS else kept


def _text(field: Field, value: str) -> str | None:
    text = value.strip() if field.type != "textarea" else value
    if len(text) > field.length:
        sentence = f"{field.name}: data value too large: {text[:40]} (max length={field.length})"
        raise refusal(400, "STRING_TOO_LONG", sentence, field.name)
    if field.values and text not in field.values:
        sentence = f"{field.name}: bad value for restricted picklist field: {text}"
        raise refusal(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", sentence, field.name)
    if field.type == "email" and text and not _EMAIL.fullmatch(text):
        raise refusal(400, "INVALID_EMAIL_ADDRESS", f"{field.name}: invalid email address: {text}", field.name)
    return text or None


def _reference(field: Field, value: object, records: Records) -> str:
    try:
        name = ids.whole(str(value))
    except ValueError:
        raise refusal(400, "MALFORMED_ID", f"{field.name}: id value of incorrect type: {value}", field.name) from None
    if not name.startswith(tuple(OBJECTS[one].prefix for one in field.refers)):
        raise refusal(400, "FIELD_INTEGRITY_EXCEPTION", f"{field.name}: id value of incorrect type: {value}", field.name)
    if name not in records or records[name].get("IsDeleted"):
        raise refusal(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field.name)
    return name


def _unreadable(field: Field, value: object) -> Refusal:
    shown = str(value)[:60]
    return refusal(400, "JSON_PARSER_ERROR", f"Cannot deserialize instance of {field.type} from value {shown}", field.name)


def _number(value: object) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _whole(value: object) -> int:
    if not _number(value).is_integer():
        raise ValueError(value)
    return int(_number(value))


_KINDS: dict[str, tuple[type | tuple[type, ...], Callable[[object], object]]] = {
    "string": (str, lambda value: value),
    "boolean": (bool, lambda value: value),
    "int": ((int, float), _whole),
    "double": ((int, float), _number),
    "currency": ((int, float), _number),
    "percent": ((int, float), _number),
    "date": (str, lambda value: date.fromisoformat(str(value)).isoformat()),
    "datetime": (str, lambda value: stamp(datetime.fromisoformat(str(value)))),
}
"""A type of field -> what JSON may bring for it, and how that is kept."""
