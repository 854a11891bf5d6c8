"""What a write may say: properties that exist, can be written and hold such a value, and links that lead somewhere."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.sandbox.hubspot.catalogue import ENGAGEMENTS, LINKS, PROPERTIES, Property
from bot.sandbox.hubspot.refusals import bad_properties, refused
from bot.sandbox.models import Payload

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST = 65_536
"""Characters of a value."""
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def body(given: object, *, known: tuple[str, ...]) -> Payload:
    """The object that a request carries; 400 for anything else, and for keys that nobody knows."""
    if not isinstance(given, dict) or (strange := sorted(given.keys() - set(known))):
        named = f": unknown field {strange[0]!r}" if isinstance(given, dict) else ""
        raise refused(400, f"Invalid input JSON{named}")
    return given


def values_of(kind: str, given: object) -> dict[str, str]:
    """The properties of a write as text; 400 naming every one that HubSpot would refuse."""
    if not isinstance(given, Mapping) or not all(isinstance(one, str | int | float | None) for one in given.values()):
        raise refused(400, "Invalid input JSON: properties must be an object of plain values")
    values = {str(name): _text(value) for name, value in given.items()}
    values |= {"email": values["email"].lower()} if "email" in values else {}
    problems = [problem for name, value in values.items() for problem in _problems(PROPERTIES[kind].get(name), name, value)]
    if problems:
        raise bad_properties(problems)
    return values


def required(kind: str, values: Mapping[str, str]) -> None:
    """What a new object cannot be without."""
    needed = {"companies": ("name", "domain"), "deals": ("dealname",), "contacts": ("email", "firstname", "lastname")}
    names = ("hs_timestamp",) if kind in ENGAGEMENTS else needed[kind]
    if not any(values.get(name) for name in names):
        raise bad_properties([(names[0], "REQUIRED_FIELD", f"{names[0]} is required")])


def links_of(kind: str, given: object, records: Mapping[str, Payload]) -> list[str]:
    """The ids that a new object is to be linked to; 400 for a strange way or a strange end of it."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise refused(400, "Invalid input JSON: associations must be a list")
    return [_link(kind, one, records) for one in given]


def _link(kind: str, given: object, records: Mapping[str, Payload]) -> str:
    to = given.get("to") if isinstance(given, dict) else None
    types = given.get("types") if isinstance(given, dict) else None
    number = to.get("id") if isinstance(to, dict) else None
    if not isinstance(number, str) or not isinstance(types, list) or not types:
        raise refused(400, "Invalid input JSON: an association has `to` with an id, and `types`")
    target = records.get(number)
    if target is None or "archived" in target:
        raise refused(400, f"No object exists with id {number}")
    way = LINKS.get((kind, target["kind"]))
    for one in types:
        if (
            not isinstance(one, dict)
            or one.get("associationCategory") != "HUBSPOT_DEFINED"
            or one.get("associationTypeId") != way
        ):
            raise refused(400, f"One or more associations are not valid between {kind} and {target['kind']}")
    return number


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _problems(known: Property | None, name: str, value: str) -> Iterator[tuple[str, str, str]]:
    if known is None:
        yield name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'
    elif known.read_only:
        yield name, "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.'
    elif len(value) > LONGEST:
        yield name, "INVALID_LENGTH", f"{name} is longer than {LONGEST} characters"
    elif not value:
        return
    elif known.options and value not in known.options:
        yield name, "INVALID_OPTION", f"{value[:100]} was not one of the allowed options: {', '.join(known.options)}"
    elif known.type == "number" and not NUMBER.fullmatch(value):
        yield name, "INVALID_INTEGER", f"{value[:100]} was not a valid number."
    elif known.type == "datetime" and not is_moment(value):
        yield name, "INVALID_DATE", f"{value[:100]} was not a valid date."
    elif name == "email" and not EMAIL.fullmatch(value):
        yield name, "INVALID_EMAIL", f"Email address {value[:100]} is invalid"


def is_moment(value: str) -> bool:
    """Whether a text is a moment: ISO 8601, or milliseconds since 1970."""
    if value.isascii() and value.isdecimal():
        return len(value) <= 15  # noqa: PLR2004 - milliseconds of this era
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
