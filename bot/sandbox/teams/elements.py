"""The parts of an Adaptive Card 1.5 as Teams shows them: elements, inputs and actions, each with the keys that it may have."""

import re
from collections.abc import Iterator, Mapping

from bot.sandbox.rules import LONGEST_URL, Rule, Shape, at, flag, free, items, matching, of_type, whole, words

MOST = 1000
"""Of whatever has no limit of its own: the size of the card ends it before."""
LONG = 30_000


def word(*offered: str) -> Rule:
    """One of a few words, in whatever case."""
    known = {each.casefold() for each in offered}

    def rule(path: str, value: object) -> Iterator[str]:
        if not isinstance(value, str) or value.casefold() not in known:
            yield f"{path} is none of {', '.join(offered)}."

    return rule


def either(*rules: Rule) -> Rule:
    """What one of the rules has nothing against."""

    def rule(path: str, value: object) -> Iterator[str]:
        wrong = [list(each(path, value)) for each in rules]
        if all(wrong):
            yield from wrong[0]

    return rule


def number(path: str, value: object) -> Iterator[str]:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield f"{path} is no number."


def seen(path: str, value: object) -> Iterator[str]:
    """A text that somebody can see."""
    yield from words(LONG)(path, value)
    if isinstance(value, str) and value and not value.strip(" \t\r\n"):
        yield f"{path} is empty."


_ELEMENTS: dict[str, Shape] = {}
_ACTIONS: dict[str, Shape] = {}
_INLINES: dict[str, Shape] = {}
ELEMENT = of_type(_ELEMENTS, "an element of a card")
ACTION = of_type(_ACTIONS, "an action")
INLINE = either(words(LONG), of_type(_INLINES, "a piece of a RichTextBlock"))
ELEMENTS, ACTIONS = items(ELEMENT, MOST, 0), items(ACTION, MOST)
NAME, ANY = words(200), words(LONG, 0)
URL = words(LONGEST_URL)
INLINE_PICTURE = matching(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/]+={0,2}", "picture within the card")
PIXELS = matching(r"\d+px", "size in pixels")
COMMON: Mapping[str, Rule] = {
    "id": NAME, "separator": flag, "isVisible": flag, "requires": free,
    "spacing": word("default", "none", "small", "medium", "large", "extraLarge", "padding"),
    "height": either(word("auto", "stretch"), PIXELS), "fallback": either(word("drop"), ELEMENT), "targetWidth": words(40),
}  # fmt: skip
ALIGNED = word("left", "center", "right")
TOP = word("top", "center", "bottom")
LOOK: Mapping[str, Rule] = {
    "size": word("default", "small", "medium", "large", "extraLarge"), "weight": word("lighter", "default", "bolder"),
    "color": word("default", "dark", "light", "accent", "good", "warning", "attention"), "isSubtle": flag,
    "fontType": word("default", "monospace"),
}  # fmt: skip
GROUND: Mapping[str, Rule] = {
    "style": word("default", "emphasis", "good", "attention", "warning", "accent"), "bleed": flag, "minHeight": PIXELS, "rtl": flag,
    "selectAction": ACTION, "verticalContentAlignment": TOP, "backgroundImage": either(URL, free),
}  # fmt: skip
PRESSED: Mapping[str, Rule] = {
    "id": NAME, "title": seen, "style": word("default", "positive", "destructive"), "tooltip": words(LONG), "isEnabled": flag,
    "mode": word("primary", "secondary"), "iconUrl": URL, "fallback": either(word("drop"), ACTION), "requires": free,
}  # fmt: skip
SENT: Mapping[str, Rule] = {"data": either(free, ANY), "associatedInputs": word("auto", "none")}


def chosen(path: str, value: object) -> Iterator[str]:
    """What is set beforehand is among the choices; there are choices, or a service that brings them."""
    if not isinstance(value, Mapping):
        return
    choices, preset = value.get("choices"), value.get("value")
    there = [each.get("value") for each in choices if isinstance(each, Mapping)] if isinstance(choices, list) else []
    if not choices and "choices.data" not in value:
        yield f"{path} has no choices."
    if isinstance(preset, str) and preset and "choices.data" not in value:
        several = preset.split(",") if value.get("isMultiSelect") else [preset]
        yield from (f"{at(path, 'value')} is not among the choices." for each in several if each not in there)
    if len(set(map(str, there))) < len(there):
        yield f"{at(path, 'choices')} has the same value twice."


def bounded(path: str, value: object) -> Iterator[str]:
    """A text that stands there beforehand keeps to the field's own length, and its pattern is one."""
    if not isinstance(value, Mapping):
        return
    preset, most, pattern = value.get("value"), value.get("maxLength"), value.get("regex")
    if isinstance(preset, str) and isinstance(most, int) and len(preset) > most:
        yield f"{at(path, 'value')} has {len(preset)} characters, more than its maxLength {most}."
    if isinstance(pattern, str):
        try:
            re.compile(pattern)
        except re.error:
            yield f"{at(path, 'regex')} is no regular expression."


def explained(path: str, value: object) -> Iterator[str]:
    """A field that must be filled says what is wrong when it is not; Teams shows nothing else."""
    if isinstance(value, Mapping) and (value.get("isRequired") or value.get("regex")) and not value.get("errorMessage"):
        yield f"{at(path, 'errorMessage')} is missing, and the field can be wrong."


def element(required: Mapping[str, Rule], optional: Mapping[str, Rule], *whole_of: Rule) -> Shape:
    """An element, with the keys that all have."""
    return Shape(required, {**COMMON, **optional}, whole_of)


def field(required: Mapping[str, Rule], optional: Mapping[str, Rule], *whole_of: Rule) -> Shape:
    """An input: it needs an id, or what is typed goes nowhere."""
    asks = {**COMMON, "label": seen, "isRequired": flag, "errorMessage": seen, "placeholder": ANY}
    return Shape(
        {"id": NAME, **required}, {**{k: rule for k, rule in asks.items() if k != "id"}, **optional}, (*whole_of, explained)
    )


COLUMN = Shape(
    {}, {**COMMON, **GROUND, "items": ELEMENTS, "width": either(word("auto", "stretch"), number, PIXELS, matching(r"\d+", "width")),
         "type": word("Column")},
)  # fmt: skip
CELL = Shape({"items": ELEMENTS}, {**COMMON, **GROUND})
CELLS: Mapping[str, Rule] = {"horizontalCellContentAlignment": ALIGNED, "verticalCellContentAlignment": TOP}
ROW = Shape({"cells": items(CELL, MOST)}, {**COMMON, **CELLS, "style": GROUND["style"]})
TABLE_COLUMN = Shape({}, {**CELLS, "width": either(number, PIXELS)})
CHOICE = Shape({"title": seen, "value": words(LONG)})
IMAGE = element(
    {"url": either(URL, INLINE_PICTURE)},
    {
        "altText": ANY, "size": word("auto", "stretch", "small", "medium", "large"), "style": word("default", "person"),
        "width": PIXELS, "horizontalAlignment": ALIGNED, "selectAction": ACTION, "backgroundColor": words(20),
    },
)  # fmt: skip
_ELEMENTS |= {
    "TextBlock": element(
        {"text": seen}, {**LOOK, "wrap": flag, "maxLines": whole(1, MOST), "horizontalAlignment": ALIGNED,
                         "style": word("default", "heading", "columnHeader")},
    ),
    "RichTextBlock": element({"inlines": items(INLINE, MOST)}, {"horizontalAlignment": ALIGNED}),
    "Image": IMAGE,
    "ImageSet": element({"images": items(of_type({"Image": IMAGE}, "an image"), MOST)}, {"imageSize": word("small", "medium", "large")}),
    "Container": element({"items": ELEMENTS}, GROUND),
    "ColumnSet": element({"columns": items(COLUMN, MOST)}, {**GROUND, "horizontalAlignment": ALIGNED}),
    "FactSet": element({"facts": items(Shape({"title": seen, "value": seen}), MOST)}, {}),
    "ActionSet": element({"actions": ACTIONS}, {"horizontalAlignment": ALIGNED}),
    "Table": element(
        {"columns": items(TABLE_COLUMN, MOST), "rows": items(of_type({"TableRow": ROW}, "a row"), MOST)},
        {**CELLS, "firstRowAsHeader": flag, "firstRowAsHeaders": flag, "showGridLines": flag, "gridStyle": GROUND["style"]},
    ),
    "Input.Text": field(
        {}, {"value": ANY, "maxLength": whole(1, LONG), "isMultiline": flag, "style": word("text", "tel", "url", "email", "password"),
             "regex": words(1000), "inlineAction": ACTION}, bounded,
    ),
    "Input.Number": field({}, {"value": number, "min": number, "max": number}),
    "Input.Date": field({}, dict.fromkeys(("value", "min", "max"), matching(r"\d{4}-\d\d-\d\d", "day"))),
    "Input.Time": field({}, dict.fromkeys(("value", "min", "max"), matching(r"\d\d:\d\d", "time"))),
    "Input.Toggle": field({"title": seen}, {"value": ANY, "valueOn": words(LONG), "valueOff": words(LONG), "wrap": flag}),
    "Input.ChoiceSet": field(
        {}, {"choices": items(CHOICE, MOST, 0), "choices.data": free, "value": ANY, "isMultiSelect": flag, "wrap": flag,
             "style": word("compact", "expanded", "filtered")}, chosen,
    ),
}  # fmt: skip
_INLINES |= {
    "TextRun": Shape(
        {"text": words(LONG)}, {**LOOK, "italic": flag, "strikethrough": flag, "highlight": flag, "underline": flag, "selectAction": ACTION}
    )
}  # fmt: skip
TARGET = either(NAME, Shape({"elementId": NAME}, {"isVisible": flag}))
_ACTIONS |= {
    "Action.Execute": Shape({"verb": NAME}, {**PRESSED, **SENT}),
    "Action.Submit": Shape({}, {**PRESSED, **SENT, "msteams": free}),
    "Action.OpenUrl": Shape({"url": URL}, PRESSED),
    "Action.ToggleVisibility": Shape({"targetElements": items(TARGET, MOST)}, PRESSED),
    "Action.ShowCard": Shape({"card": free}, PRESSED),
}
