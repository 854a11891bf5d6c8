"""The edit form: typed inputs from a draft's changes, what was typed back out of it, and what is wrong beside the field. Pure."""

from collections.abc import Iterator, Mapping

from bot.cards.card import entry
from bot.cards.views import Input, Option
from bot.platforms.slack.receive import Body, text
from bot.platforms.slack.words import LONGEST_SECTION, Block, plain, split
from handlers.models import Draft

MOST_OPTIONS = 100
"""Options of a menu (Slack's limit); a field with more takes a typed value, checked like any other."""
LONGEST_VALUE, LONGEST_LABEL = 150, 75
"""Characters of an option's value and text."""
LONGEST_INPUT = 3000
"""Characters of one text input; a longer text stands in several, one below the other, and is joined again."""
LONGEST_ERROR = 300
ACTION = "value"
FIELD = "field."


def edit_modal(draft: Draft, *, handle: str) -> Block:
    """The form of one version of a draft. `handle` comes back with what was typed."""
    record = draft.record
    head = f"{draft.workflow} of {record.system} {record.id}, version {draft.version}: {record.title}"
    fields = [block for change in draft.changes for block in inputs(entry(change))]
    return {
        "type": "modal",
        "callback_id": "edit",
        "private_metadata": handle,
        "title": plain("Edit the change", limit=24),
        "submit": plain("Save", limit=24),
        "close": plain("Cancel", limit=24),
        "blocks": [{"type": "section", "text": plain(head, limit=LONGEST_SECTION)}, *fields],
    }


def refused_modal(sentence: str) -> Block:
    """A form that says why there is nothing to edit."""
    blocks = [{"type": "section", "text": plain(sentence)}]
    return {"type": "modal", "callback_id": "refused", "title": plain("Not possible"), "close": plain("Close"), "blocks": blocks}


def inputs(field: Input) -> Iterator[Block]:
    """The input of one field. Nothing is required by Slack itself: what may be empty is decided by the field's kind."""
    if field.kind in ("select", "checks") and fits(field.options):
        yield labelled(field.field, 0, menu(field), "")
        return
    chosen = [option for option in field.options if option.is_chosen]
    value = field.value if not field.options else ", ".join(option.label for option in chosen)
    hint = f"One of {len(field.options)} values, by its name or id." if field.options else ""
    pieces = split(value, LONGEST_INPUT) if field.kind == "words" else [value[:LONGEST_INPUT]]
    for number, piece in enumerate(pieces):
        element = {
            "type": "plain_text_input",
            "action_id": ACTION,
            "multiline": field.kind == "words",
            "max_length": LONGEST_INPUT,
        }
        yield labelled(field.field, number, {**element, **({"initial_value": piece} if piece else {})}, hint)


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


def labelled(field: str, number: int, element: Block, hint: str) -> Block:
    """An input under its field's name."""
    label = field if number == 0 else f"{field} (continued)"
    found = {"type": "input", "block_id": f"{FIELD}{field}.{number}", "optional": True, "label": plain(label), "element": element}
    return {**found, "hint": plain(hint)} if hint else found


def values(view: Body) -> dict[str, str]:
    """What was typed, by field; the pieces of a long text joined, several options separated by commas."""
    found: dict[str, dict[int, str]] = {}
    state = view.get("state")
    typed = state.get("values") if isinstance(state, Mapping) else None
    for block, actions in (typed if isinstance(typed, Mapping) else {}).items():
        name, _, number = str(block).removeprefix(FIELD).rpartition(".")
        action = actions.get(ACTION) if isinstance(actions, Mapping) else None
        if name and number.isdecimal() and isinstance(action, Mapping):
            found.setdefault(name, {})[int(number)] = typed_value(action)
    return {name: "".join(pieces[number] for number in sorted(pieces)) for name, pieces in found.items()}


def typed_value(action: Body) -> str:
    """The value of one input."""
    if isinstance(one := action.get("selected_option"), Mapping):
        return text(one, "value")
    if isinstance(several := action.get("selected_options"), list):
        return ", ".join(text(each, "value") for each in several if isinstance(each, Mapping))
    return text(action, "value")


def errors(view: Body, wrong: Mapping[str, str]) -> dict[str, object]:
    """What Slack shows beside the fields; the form stays open. `wrong` is a sentence by field."""
    blocks = view.get("blocks")
    there = {text(block, "block_id") for block in (blocks if isinstance(blocks, list) else ()) if isinstance(block, Mapping)}
    named = {f"{FIELD}{field}.0": sentence[:LONGEST_ERROR] for field, sentence in wrong.items()}
    return {
        "response_action": "errors",
        "errors": {block: sentence for block, sentence in named.items() if not there or block in there},
    }
