"""What a person has in front of them: the buttons of a message or a tab, and the inputs of a form as Slack sends them back. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.models import Payload

Given = str | list[str]
TEXTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
MENUS = frozenset({"static_select", "radio_buttons", "overflow", "external_select"})
CHECKS = frozenset({"multi_static_select", "checkboxes", "multi_external_select"})
ONE: Mapping[str, tuple[str, str]] = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}
"""Under which name an element's value comes back, and under which it was preset (docs.slack.dev, block elements)."""


def pressed(blocks: Sequence[Payload], action_id: str, value: str) -> Payload:
    """The action that a press of this element sends. `value` chooses one of several; LookupError when there is no such element."""
    seen: list[str] = []
    for block in blocks:
        for element in elements(block):
            seen.append(element["action_id"])
            found = _action(element, value) if element["action_id"] == action_id else None
            if found is not None:
                return {"action_id": action_id, "block_id": block.get("block_id", ""), "type": element["type"], **found}
    raise LookupError(f"There is no {action_id} {value}".rstrip() + f" to press; there is {', '.join(seen) or 'nothing'}.")


def elements(part: object) -> Iterator[Payload]:
    """Everything in a block that can be pressed, wherever it stands."""
    if isinstance(part, dict):
        if isinstance(part.get("action_id"), str):
            yield part
            return
        part = list(part.values())
    for each in part if isinstance(part, list) else ():
        yield from elements(each)


def _action(element: Payload, value: str) -> Payload | None:
    """What the element adds to its action; None when it has no such value."""
    kind = element.get("type")
    if kind == "feedback_buttons":
        for name in ("positive", "negative"):
            button = element[f"{name}_button"]
            if value in ("", name, button["value"]):
                return {"value": button["value"], "text": button["text"]}
        return None
    if kind in MENUS:
        option = next((each for each in options(element) if value in ("", each["value"])), None)
        return None if option is None else {"selected_option": option}
    if value and value != element.get("value"):
        return None
    return {name: element[name] for name in ("text", "value", "style", "url") if name in element}


def options(element: Payload) -> list[Payload]:
    """The options of a menu, those in groups, too."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def filled(view: Payload, values: Mapping[str, Given]) -> Payload:
    """`state.values` of a form in which these inputs were filled, and the others left alone.

    An input is named by its block_id, its label, or the middle of a block_id like `field.<name>.0`; a text in several boxes takes a
    list, or all of it in the first. ValueError for what Slack would not let a person type, or send.
    """
    inputs = [block for block in view["blocks"] if block.get("type") == "input"]
    typed: dict[str, Given] = {}
    for name, given in values.items():
        boxes = [block for block in inputs if name in names(block)]
        if not boxes:
            known = ", ".join(block["block_id"] for block in inputs)
            raise ValueError(f"This form has no input {name}; it has {known or 'none'}.")
        spread = isinstance(given, list) and boxes[0]["element"]["type"] in TEXTS
        pieces = [*given, *[""] * len(boxes)] if spread and isinstance(given, list) else [given, *[""] * len(boxes)]
        typed |= {box["block_id"]: piece for box, piece in zip(boxes, pieces, strict=False)}
    state: Payload = {}
    for block in inputs:
        element = block["element"]
        state[block["block_id"]] = {element["action_id"]: one(block, element, typed.get(block["block_id"]))}
    return state


def names(block: Payload) -> tuple[str, str, str]:
    """How an input may be called."""
    name: str = block["block_id"]
    return name, block["label"]["text"], ".".join(name.split(".")[1:-1])


def one(block: Payload, element: Payload, given: Given | None) -> Payload:
    """The state of one input, in the shape of its kind. ValueError."""
    kind: str = element["type"]
    found: Payload = {"type": kind}
    if kind in TEXTS:
        value = element.get("initial_value") if given is None else given
        found["value"] = _typed(element, value) if value else None
    elif kind in MENUS:
        found["selected_option"] = element.get("initial_option") if given is None else _chosen(element, _several(given)[:1])
    elif kind in CHECKS:
        found["selected_options"] = element.get("initial_options", []) if given is None else [
            _option(element, each) for each in _several(given)
        ]  # fmt: skip
    elif kind in ONE:
        name, preset = ONE[kind]
        found[name] = element.get(preset) if given is None else given
    else:
        raise ValueError(f"Nobody knows how to fill a {kind}.")
    is_empty = not any(value for name, value in found.items() if name != "type")
    if is_empty and not block.get("optional", False):
        raise ValueError(f"{block['label']['text']} must be filled: Slack does not send the form without it.")
    return found


def _typed(element: Payload, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("Type a text here.")  # noqa: TRY004 - one kind of error for whatever cannot be filled in
    if not element.get("min_length", 0) <= len(value) <= element.get("max_length", 3000):
        raise ValueError(f"Slack takes no text of {len(value)} characters here.")
    return value


def _several(given: Given) -> list[str]:
    return given if isinstance(given, list) else [given] if given else []


def _chosen(element: Payload, given: list[str]) -> Payload | None:
    return _option(element, given[0]) if given else None


def _option(element: Payload, wanted: str) -> Payload:
    """An option by its value or its text."""
    offered = options(element)
    found = next((each for each in offered if wanted in (each["value"], each["text"]["text"])), None)
    if found is None:
        raise ValueError(f"This menu has no {wanted}; it has {', '.join(each['value'] for each in offered)}.")
    return found


def with_ids(blocks: Sequence[Payload], fresh: Iterator[str]) -> list[Payload]:
    """The blocks as Slack keeps them: each has a block_id."""
    return [block if block.get("block_id") else {**block, "block_id": next(fresh)} for block in blocks]
