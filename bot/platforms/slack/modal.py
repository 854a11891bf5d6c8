"""The edit form: typed inputs from a draft's changes, what was typed back out of it, and what is wrong beside the field. Pure."""

import json
from collections.abc import Iterator, Mapping

from bot.cards.card import entry
from bot.cards.cutting import split
from bot.cards.forms import CONTINUED, head, hint, typed_name
from bot.cards.views import Input, Option
from bot.platforms.slack.receive import Body, text
from bot.platforms.slack.words import LONGEST_SECTION, Block, plain
from handlers.models import Draft

MOST_OPTIONS = 100
"""Options of a menu (Slack's limit); a field with more takes a typed value, checked like any other."""
LONGEST_VALUE, LONGEST_LABEL = 150, 75
"""Characters of an option's value and text."""
LONGEST_INPUT, LONGEST_PIECE = 3000, 2500
"""Characters of one text input, and of the text that it begins with, so that there is room to type.

A longer text stands in several, one below the other, and is joined again.
"""
LONGEST_NAME = 2000
"""Characters of an input's label (Slack's limit)."""
MOST_BLOCKS, LARGEST = 100, 240_000
"""Blocks of a form, and bytes of its JSON; Slack takes 250,000."""
LONGEST_ERROR, LONGEST_NUMBER = 300, 6
ACTION = "value"
FIELD, CLEANED = "field.", "cleaned."
"""How the id of an input's block begins. What is cleaned is sent even where nobody touched it: it says what the person saw."""
TOO_LONG = "This change is too long for a form of Slack's. Edit the record in {system} and ask again, or reject the change."


def edit_modal(draft: Draft, *, handle: str) -> Block:
    """The form of one version of a draft. `handle` comes back with what was typed."""
    record = draft.record
    fields = [block for change in draft.changes for block in inputs(entry(change))]
    form = {
        "type": "modal",
        "callback_id": "edit",
        "private_metadata": handle,
        "title": plain("Edit the change", limit=24),
        "submit": plain("Save", limit=24),
        "close": plain("Cancel", limit=24),
        "blocks": [{"type": "section", "text": plain(head(draft), limit=LONGEST_SECTION)}, *fields],
    }
    fits_in = len(fields) < MOST_BLOCKS and len(json.dumps(form, ensure_ascii=False).encode()) <= LARGEST
    return form if fits_in else refused_modal(TOO_LONG.format(system=record.system))


def refused_modal(sentence: str) -> Block:
    """A form that says why there is nothing to edit."""
    blocks = [{"type": "section", "text": plain(sentence)}]
    return {"type": "modal", "callback_id": "refused", "title": plain("Not possible"), "close": plain("Close"), "blocks": blocks}


def inputs(field: Input) -> Iterator[Block]:
    """The input of one field. Nothing is required by Slack itself: what may be empty is decided by the field's kind."""
    if field.kind in ("select", "checks") and fits(field.options):
        yield labelled(field, 0, menu(field), hint(field, is_menu=True))
        return
    pieces = split(typed_name(field) if field.options else field.value, LONGEST_PIECE)
    for number, piece in enumerate(pieces):
        element = {
            "type": "plain_text_input",
            "action_id": ACTION,
            "multiline": field.kind == "words" or len(pieces) > 1 or "\n" in piece,
            "max_length": LONGEST_INPUT,
        }
        yield labelled(field, number, {**element, **({"initial_value": piece} if piece else {})}, hint(field, is_menu=False))


def menu(field: Input) -> Block:
    """One option out of several, or several."""
    offered = [option_of(one) for one in field.options]
    chosen = [option_of(one) for one in field.options if one.is_chosen]
    if field.kind == "checks":
        found = {"type": "multi_static_select", "action_id": ACTION, "options": offered}
        return {**found, "initial_options": chosen} if chosen else found
    found = {"type": "static_select", "action_id": ACTION, "options": offered}
    return {**found, "initial_option": chosen[0]} if chosen else found


def option_of(one: Option) -> Block:
    """An option as Slack wants it."""
    return {"text": plain(one.label or one.value, limit=LONGEST_LABEL), "value": one.value}


def fits(offered: tuple[Option, ...]) -> bool:
    """Whether Slack can show these options as a menu."""
    return 0 < len(offered) <= MOST_OPTIONS and all(0 < len(one.value) <= LONGEST_VALUE for one in offered)


def labelled(field: Input, number: int, element: Block, advice: str) -> Block:
    """An input under its field's name."""
    label = plain(field.field if number == 0 else f"{field.field}{CONTINUED}", limit=LONGEST_NAME)
    name = f"{CLEANED if field.is_cleaned else FIELD}{field.field}.{number}"
    found = {"type": "input", "block_id": name, "optional": True, "label": label, "element": element}
    return {**found, "hint": plain(advice)} if advice else found


def values(view: Body) -> dict[str, str]:
    """What was typed, by field; the pieces of a long text joined, several options separated by commas.

    What is as the form showed it is left out, so that a value stays as it is where a form cannot hold all of it.
    """
    found: dict[str, dict[int, str]] = {}
    touched: set[str] = set()
    shown = {text(block, "block_id"): shown_value(block.get("element")) for block in blocks_of(view)}
    state = view.get("state")
    typed = state.get("values") if isinstance(state, Mapping) else None
    for block, actions in (typed if isinstance(typed, Mapping) else {}).items():
        name, number = field_of(str(block))
        action = actions.get(ACTION) if isinstance(actions, Mapping) else None
        if name and isinstance(action, Mapping):
            now, before = typed_value(action), shown.get(block)
            is_same = before is not None and now.strip() == before.strip()  # spaces at a seam are text, whoever takes them away
            found.setdefault(name, {})[number] = before if before is not None and is_same else now
            if not is_same or block.startswith(CLEANED):
                touched.add(name)
    return {name: "".join(pieces[number] for number in sorted(pieces)) for name, pieces in found.items() if name in touched}


def field_of(block: str) -> tuple[str, int]:
    """The field that an input's block belongs to, and which piece of it; an empty name for what is no input of ours."""
    begun = next((each for each in (FIELD, CLEANED) if block.startswith(each)), "")
    name, _, number = block.removeprefix(begun).rpartition(".")
    is_ours = begun and number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER
    return (name, int(number)) if is_ours else ("", 0)


def typed_value(action: Body) -> str:
    """The value of one input."""
    return one_value(action, "selected_option", "value")


def shown_value(element: object) -> str:
    """The value that one input began with."""
    return one_value(element, "initial_option", "initial_value") if isinstance(element, Mapping) else ""


def one_value(found: Body, option: str, words: str) -> str:
    """An option's value, those of several, or what is typed."""
    if isinstance(one := found.get(option), Mapping):
        return text(one, "value")
    if isinstance(several := found.get(f"{option}s"), list):
        return ", ".join(text(each, "value") for each in several if isinstance(each, Mapping))
    return text(found, words)


def blocks_of(view: Body) -> list[Body]:
    """The blocks of a form that came back."""
    blocks = view.get("blocks")
    return [block for block in (blocks if isinstance(blocks, list) else ()) if isinstance(block, Mapping)]


def errors(view: Body, wrong: Mapping[str, str]) -> dict[str, object]:
    """What Slack shows beside the fields; the form stays open. `wrong` is a sentence by field."""
    there = [text(block, "block_id") for block in blocks_of(view)] or [f"{FIELD}{field}.0" for field in wrong]
    first = {name: block for block in reversed(there) if (name := field_of(block)[0])}
    return {
        "response_action": "errors",
        "errors": {first[field]: sentence[:LONGEST_ERROR] for field, sentence in wrong.items() if field in first},
    }
