"""The properties that an account has: which of them the bot may write, and which have unique values. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.errors import Invalid

UNIQUE = ("contact", "company", "deal")
"""Kinds of which a property holds the draft that made them."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property under its internal name. `options` are the values that it may hold; none for any."""

    name: str
    type: str
    options: tuple[str, ...]
    is_writable: bool
    is_unique: bool


def definitions(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Property]:
    """Properties by their names. Raises Invalid naming what one of them lacks."""
    return {found.name: found for found in map(definition, rows)}


def definition(row: Mapping[str, Any]) -> Property:
    """One property as HubSpot describes it."""
    try:
        about = row.get("modificationMetadata") or {}
        options = tuple(str(option["value"]) for option in row.get("options") or ())
        fixed = about.get("readOnlyValue") is True or row.get("calculated") is True
        return Property(str(row["name"]), str(row["type"]), options, not fixed, row.get("hasUniqueValue") is True)
    except (KeyError, TypeError, AttributeError) as missing:
        raise Invalid(f"HubSpot's answer has no usable {missing}; the bot cannot read this property.") from missing


def check_score(known: Mapping[str, Property], name: str) -> None:
    """Raises Invalid for a property that cannot hold a lead score."""
    hint = f"[crm] hubspot_score_property = {name!r}"
    if (found := known.get(name)) is None:
        raise Invalid(f"HubSpot has no contact property for {hint}. Make it there, or leave that empty.")
    if not found.is_writable:
        raise Invalid(f"HubSpot lets nobody write the property of {hint}. Choose a number property of your own.")


def check_unique(known: Mapping[str, Property], name: str, kind: str) -> None:
    """Raises Invalid for a property by which a record cannot be found again."""
    hint = f"[crm] hubspot_draft_property = {name!r}"
    if (found := known.get(name)) is None:
        raise Invalid(f"HubSpot has no {kind} property for {hint}. Make it there, with unique values, or leave that empty.")
    if not found.is_unique or not found.is_writable:
        raise Invalid(f"The {kind} property of {hint} needs unique values and has to be one that the bot may write.")
