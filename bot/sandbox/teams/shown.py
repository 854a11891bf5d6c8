"""What a person has in front of them: the buttons of a card, and its inputs as Teams sends them back. Pure."""

import re
from collections.abc import Iterator, Mapping

from bot.sandbox.models import Payload


def parts(node: object) -> Iterator[Payload]:
    """Every object of a card, from the outside in."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        yield from parts(each)


def executes(card: Payload) -> list[Payload]:
    """Everything in a card that sends something when it is pressed; `refresh` is not pressed."""
    rest = {name: value for name, value in card.items() if name != "refresh"}
    return [each for each in parts(rest) if each.get("type") == "Action.Execute"]


def inputs(card: Payload) -> list[Payload]:
    """The fields of a card."""
    return [each for each in parts(card) if str(each.get("type", "")).startswith("Input.")]


def pressed(card: Payload, verb: str, typed: Mapping[str, str], over: Mapping[str, object]) -> Payload:
    """The action that a press of the button with this verb sends.

    `over` chooses between several buttons by their data; where none has such data it is put over that of the first one, as
    somebody does who forges a press. LookupError when there is no such button or field, ValueError for what cannot be typed.
    """
    buttons = [each for each in executes(card) if each.get("verb") == verb]
    if not buttons:
        seen = [str(each.get("verb")) for each in executes(card)]
        raise LookupError(f"There is no {verb} to press; there is {', '.join(seen) or 'nothing'}.")
    fitting = [each for each in buttons if over.items() <= _data(each).items()]
    button = (fitting or buttons)[0]
    if button.get("isEnabled") is False:
        raise ValueError(f"{verb} is there, but cannot be pressed.")
    values = {} if button.get("associatedInputs") == "none" else filled(card, typed)
    kept: Payload = {name: button[name] for name in ("id", "title") if name in button}
    return {"type": "Action.Execute", **kept, "verb": verb, "data": {**_data(button), **over, **values}}


def submitted(card: Payload, typed: Mapping[str, str], title: str = "") -> Payload:
    """What a dialog sends by the button with this title, or by its first one. Raises LookupError, ValueError."""
    buttons = [each for each in parts(card) if each.get("type") in ("Action.Submit", "Action.Execute")]
    button = next((each for each in buttons if title in ("", each.get("title"))), None)
    if button is None:
        raise LookupError(
            f"There is no {title} to press; there is {', '.join(str(b.get('title')) for b in buttons) or 'nothing'}."
        )
    return {**_data(button), **filled(card, typed)}


def filled(card: Payload, typed: Mapping[str, str]) -> dict[str, str]:
    """The values of a card's fields, by id: what was typed, or what stood there. A field is named by its id or its label."""
    there = inputs(card)
    by_id: dict[str, str] = {}
    for name, value in typed.items():
        found = next((each for each in there if name in (each.get("id"), each.get("label"))), None)
        if found is None:
            known = ", ".join(str(each.get("id")) for each in there)
            raise LookupError(f"This card has no field {name}; it has {known or 'none'}.")
        by_id[found["id"]] = value
    return {each["id"]: _one(each, by_id.get(each["id"])) for each in there}


def _one(field: Payload, typed: str | None) -> str:
    """The value of one field. ValueError for what Teams does not let a person send."""
    name = field.get("label") or field["id"]
    value = _preset(field) if typed is None else typed
    if not value:
        if field.get("isRequired"):
            raise ValueError(f"{name} must be filled: Teams does not send the card without it.")
        return value
    match field["type"]:
        case "Input.Text":
            if len(value) > field.get("maxLength", len(value)) or not re.search(field.get("regex", ""), value):
                raise ValueError(f"Teams does not take this text as {name}.")
        case "Input.ChoiceSet":
            offered = {each["value"] for each in field.get("choices", ())} | {each["title"] for each in field.get("choices", ())}
            chosen = value.split(",") if field.get("isMultiSelect") else [value]
            if field.get("style") != "filtered" and (wrong := [each for each in chosen if each not in offered]):
                raise ValueError(f"{name} has no {wrong[0]}; it has {', '.join(sorted(offered))}.")
            by_title = {each["title"]: each["value"] for each in field.get("choices", ())}
            return ",".join(by_title.get(each, each) for each in chosen)
        case "Input.Toggle" if value not in (field.get("valueOn", "true"), field.get("valueOff", "false")):
            raise ValueError(f"{name} is switched on or off.")
    return value


def _preset(field: Payload) -> str:
    off = field.get("valueOff", "false") if field["type"] == "Input.Toggle" else ""
    return str(field.get("value", off))


def _data(button: Payload) -> Payload:
    data = button.get("data")
    return data if isinstance(data, dict) else {}
