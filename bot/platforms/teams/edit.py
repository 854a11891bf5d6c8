"""The edit form: an input card out of a draft's changes, and what was typed back out of a press of Save. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cards import phrases
from bot.cards.card import entry
from bot.cards.clean import clean
from bot.cards.cutting import split
from bot.cards.forms import CONTINUED, head, hint, typed_name
from bot.cards.views import Input, Option
from bot.platforms.teams.elements import LARGEST_CARD, SMALL, Element, adaptive, execute, handle, lines, rich, runs, size
from bot.platforms.teams.words import SEAM
from handlers.errors import Invalid
from handlers.models import Change, Draft

MOST_OPTIONS, LARGEST_MENU = 100, 8000
"""Options of a menu, and bytes of them; a field with more takes a typed value, checked like any other."""
LONGEST_PIECE = 2500
"""Characters of the text that one input begins with. A longer text stands in several, one below the other, and is joined again."""
ROOM = 17_000
"""Bytes of the inputs before anything is typed. What does not fit stays as it is, and the form says so."""
LONGEST_HEAD, LONGEST_LABEL, LONGEST_ERROR = 400, 200, 300
LONGEST_NUMBER = 6
FIELD, TYPED = "field.", "typed."
"""How the id of an input begins. What was typed before stands in inputs of another name where it takes another number of them."""
ACTIVE = re.compile(r"(?<=\])(?=\()|(?<=<)(?=[a-z/!?])", re.IGNORECASE)
"""Where a label could become a link or a tag: some clients take labels of choices for Markdown."""
TOO_LONG = "This change is too long for a form of Teams. Edit the record in {system} and ask again, or reject the change."
TOO_MUCH = "That is too much for a form of Teams. Shorten it, or edit the record in {system} and ask again."


@dataclass(frozen=True, slots=True)
class Field:
    """How one field is edited: what its inputs begin with, and the rest of a text that there is no room for."""

    name: str
    input: Input
    pieces: tuple[str, ...]
    rest: str = ""
    is_menu: bool = False


def edit_card(
    draft: Draft, *, wrong: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    """The form of one version of a draft. `wrong` is a sentence by field, `typed` what stands there instead of the draft's values.

    Raises Invalid where no form can hold it.
    """
    found = fields(draft)
    if not any(field.pieces for field in found):
        raise Invalid(TOO_LONG.format(system=draft.record.system))
    inputs = [element for field in found for element in shown(field, wrong or {}, typed or {})]
    body = [*lines(head(draft)[:LONGEST_HEAD], weight="Bolder"), *inputs, rich(runs(phrases.name(draft.id), **SMALL))]
    carried = handle(draft.id, draft.version)
    save = execute("Save", "save", carried, style="positive")
    card = adaptive(body, [save, execute("Cancel", "show", carried, associatedInputs="none")])
    if size(card) > LARGEST_CARD:
        raise Invalid((TOO_MUCH if typed else TOO_LONG).format(system=draft.record.system))
    return card


def fields(draft: Draft) -> tuple[Field, ...]:
    """Every field and what of it the form has room for: the beginning of each, then the later parts in order."""
    whole = [drawn(change) for change in draft.changes]
    kept, room = [0] * len(whole), ROOM
    later = [(place, number) for place, field in enumerate(whole) for number in range(1, len(field.pieces))]
    for place, number in (*((place, 0) for place in range(len(whole))), *later):
        field = whole[place]
        taken = size(element(field, number, field.pieces[number], FIELD))
        if number == kept[place] and taken <= room:
            kept[place] += 1
            room -= taken
    return tuple(
        Field(one.name, one.input, one.pieces[:count], "".join(one.pieces[count:]), one.is_menu)
        for one, count in zip(whole, kept, strict=True)
    )


def drawn(change: Change) -> Field:
    """A field with all of its inputs."""
    made = entry(change)
    if made.kind in ("select", "checks") and fits(made):
        return Field(change.field, made, (",".join(one.value for one in made.options if one.is_chosen),), is_menu=True)
    return Field(change.field, made, tuple(split(typed_name(made) if made.options else made.value, LONGEST_PIECE)))


def fits(made: Input) -> bool:
    """Whether the options can be a menu. Several come back joined by commas, so none may hold one."""
    offered = made.options
    is_plain = all(one.value.strip() and not (made.kind == "checks" and "," in one.value) for one in offered)
    return 0 < len(offered) <= MOST_OPTIONS and is_plain and size([choice(one) for one in offered]) <= LARGEST_MENU


def shown(field: Field, wrong: Mapping[str, str], typed: Mapping[str, str]) -> Iterator[Element]:
    """What is wrong with a field, its inputs, and what to know about them."""
    yield from lines(wrong.get(field.name, "")[:LONGEST_ERROR], color="Attention")
    pieces, prefix = begun(field, typed)
    for number, piece in enumerate(pieces):
        yield element(field, number, piece, prefix)
    if field.pieces:
        yield from lines(hint(field.input, is_menu=field.is_menu), **SMALL)
        rest = f"The rest of {field.name}, {len(field.rest)} characters, stays as it is." if field.rest else ""
    else:
        rest = f"{field.name} stays as it is: there is no room for it here."
    yield from lines(rest, **SMALL)


def begun(field: Field, typed: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """What the inputs of a field begin with, and how their ids do."""
    if field.name not in typed or not field.pieces:
        return field.pieces, FIELD
    if field.is_menu:
        return (",".join(part.strip() for part in typed[field.name].split(",")),), FIELD
    pieces = tuple(split(clean(typed[field.name]).removesuffix(field.rest), LONGEST_PIECE))
    return pieces, FIELD if len(pieces) == len(field.pieces) else TYPED


def element(field: Field, number: int, value: str, prefix: str) -> Element:
    """One input under its field's name."""
    name = f"{prefix}{field.name}.{number}"
    label = title(f"{field.input.field}{CONTINUED if number else ''}")
    if field.is_menu:
        made = {"type": "Input.ChoiceSet", "id": name, "label": label, "value": value, "wrap": True}
        kind = {"isMultiSelect": True} if field.input.kind == "checks" else {"style": "compact"}
        return {**made, **kind, "choices": [choice(one) for one in field.input.options]}
    is_long = field.input.kind == "words" or len(field.pieces) > 1 or "\n" in value
    return {"type": "Input.Text", "id": name, "label": label, "value": value, **({"isMultiline": True} if is_long else {})}


def choice(one: Option) -> Element:
    """An option as Teams wants it."""
    return {"title": title(one.label) or title(one.value), "value": one.value}


def title(text: str) -> str:
    """A label, which is no run: what could come alive in it is parted by a space."""
    return ACTIVE.sub(" ", SEAM.sub(" ", " ".join(clean(text).split())))[:LONGEST_LABEL]


def values(draft: Draft, data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by field; the pieces of a long text joined, several options separated by commas.

    What is as the form showed it is left out, so that a value stays as it is where a form cannot hold all of it; only where the form
    took out what nobody can see, it is what the person saw. `data` is a press with the inputs merged in, of this version's form.
    """
    found: dict[str, str] = {}
    for field in fields(draft):
        now = answered(field, data)
        if now is None or not field.pieces:
            continue
        before = "".join(field.pieces)
        is_same = is_meant(field, now, before)
        if not is_same or field.input.is_cleaned:
            text = before if is_same else now
            found[field.name] = ", ".join(parts(text)) if field.is_menu else f"{text}{field.rest}"
    return found


def answered(field: Field, data: Mapping[str, Any]) -> str | None:
    """What stands in the inputs of a field together; None where none of them came back."""
    if again := inputs_of(data, f"{TYPED}{field.name}."):
        return "".join(again[number] for number in sorted(again))
    given = inputs_of(data, f"{FIELD}{field.name}.")
    if not given:
        return None
    first = dict(enumerate(field.pieces))
    found = {number: kept(given.get(number), first.get(number, "")) for number in {*first, *given}}
    return "".join(found[number] for number in sorted(found))


def kept(now: str | None, before: str) -> str:
    """One input's text; spaces at a seam are text, whoever takes them away, and an input that did not come back is untouched."""
    return before if now is None or now.strip() == before.strip() else now


def inputs_of(data: Mapping[str, Any], prefix: str) -> dict[int, str]:
    """The inputs whose ids begin so, by their number."""
    ends = {
        name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix) and isinstance(value, str)
    }
    return {
        int(end): value.replace("\r\n", "\n").replace("\r", "\n")
        for end, value in ends.items()
        if end.isascii() and end.isdecimal() and len(end) < LONGEST_NUMBER
    }


def is_meant(field: Field, now: str, before: str) -> bool:
    """Whether two texts are the same value."""
    if field.is_menu:
        return set(parts(now)) == set(parts(before))
    return now.strip() == before.strip()


def parts(several: str) -> list[str]:
    """The options that a menu sends."""
    return [part.strip() for part in several.split(",") if part.strip()]
