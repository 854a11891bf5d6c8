"""The edit form in words: what stands above it and beside its inputs, and choices that are too many for a menu. Pure."""

from collections import Counter

from bot.cards.views import Input, Option
from handlers.models import Draft

CONTINUED = " (continued)"
"""Stands behind a field's name above the later parts of a long text."""


def head(draft: Draft) -> str:
    """Which version of what is edited."""
    record = draft.record
    return f"{draft.workflow} of {record.system} {record.name}, version {draft.version}: {record.title}"


def hint(field: Input, *, is_menu: bool) -> str:
    """What a person should know before typing; empty where there is nothing to say."""
    if is_menu:
        return ""
    if field.options:
        return f"One of {len(field.options)} values, by its name or id."
    return "Characters that nobody can see were taken out." if field.is_cleaned else ""


def typed_name(field: Input) -> str:
    """What is chosen, as a person would type it: by its name where that means one thing only, else by its id."""
    taken = Counter(name for one in field.options for name in {one.label.casefold(), one.value.casefold()})

    def name(one: Option) -> str:
        is_plain = one.label == one.label.strip() and "," not in one.label and taken[one.label.casefold()] == 1
        return one.label if one.label and is_plain else one.value

    return ", ".join(name(option) for option in field.options if option.is_chosen)
