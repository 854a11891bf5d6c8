"""Will Teams show this card whole? Pure. The rules about single parts are in `elements`; here are those about the card."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from bot.sandbox.rules import LONGEST_URL, Shape, at, flag, free, items, words
from bot.sandbox.teams.elements import ACTION, ACTIONS, COMMON, ELEMENTS, GROUND

LARGEST = 25 * 1024
"""Bytes of a card's JSON; Teams refuses somewhat above it, and says so only for some."""
NEWEST, FIRST_EXECUTE = (1, 5), (1, 4)
MOST_ACTIONS = 6
"""Buttons in a row that Teams shows; the others are not there (msteams-docs, cards reference)."""
MOST_REFRESHED = 60
KNOWN = Shape(
    {"version": words(10)},
    {
        "$schema": words(LONGEST_URL), "body": ELEMENTS, "actions": ACTIONS, "fallbackText": words(1000, 0), "speak": words(10_000, 0),
        "lang": words(20), "minHeight": GROUND["minHeight"], "rtl": flag, "selectAction": ACTION, "msteams": free, "metadata": free,
        "verticalContentAlignment": GROUND["verticalContentAlignment"], "backgroundImage": GROUND["backgroundImage"],
        "refresh": Shape({"action": ACTION}, {"userIds": items(words(200), MOST_REFRESHED, 0), "expires": words(40)}),
        "fallback": COMMON["fallback"], "authentication": free,
    },
)  # fmt: skip


def card_problems(path: str, card: object) -> Iterator[str]:
    """What Teams would refuse or not show, one sentence each."""
    if not isinstance(card, Mapping):
        yield f"{path} is no card."
        return
    if card.get("type") != "AdaptiveCard":
        yield f"{at(path, 'type')} is not AdaptiveCard."
    yield from KNOWN(path, card)
    if not card.get("body") and not card.get("actions"):
        yield f"{path} shows nothing."
    yield from _versioned(path, card)
    yield from _across(path, card)
    try:
        size = len(json.dumps(card, ensure_ascii=False).encode(errors="replace"))
    except (TypeError, ValueError):
        yield f"{path} is no JSON."
        return
    if size > LARGEST:
        yield f"{path} has {size} bytes as JSON, more than {LARGEST}."


def _versioned(path: str, card: Mapping[str, object]) -> Iterator[str]:
    """The version is one that Teams shows, and new enough for what stands in the card."""
    version = card.get("version")
    major, _, minor = version.partition(".") if isinstance(version, str) else ("", "", "")
    if not (major.isdecimal() and minor.isdecimal()):
        yield f"{at(path, 'version')} is no version."
        return
    if (int(major), int(minor)) > NEWEST:
        yield f"{at(path, 'version')} is {version}, newer than Teams shows."
    has_execute = any(part.get("type") == "Action.Execute" for _, part in walked(path, card))
    if has_execute and (int(major), int(minor)) < FIRST_EXECUTE:
        yield f"{at(path, 'version')} is {version}, older than Action.Execute."


def _across(path: str, card: Mapping[str, object]) -> Iterator[str]:
    """Rules about several parts of the card, however deep they stand."""
    ids: Counter[str] = Counter()
    for place, part in walked(path, card):
        name = part.get("id")
        if str(part.get("type")).startswith("Input.") and isinstance(name, str):
            ids[name] += 1
            if ids[name] == 2:  # noqa: PLR2004 - the second one is the mistake
                yield f"{at(place, 'id')} is the id of another field of the card, too."
        yield from _shown(place, part)


def _shown(place: str, part: Mapping[str, object]) -> Iterator[str]:
    """Buttons that Teams shows, with something on them; cards within the card."""
    actions = part.get("actions")
    if isinstance(actions, list):
        there = [each for each in actions if isinstance(each, Mapping)]
        if sum(str(each.get("mode")).casefold() != "secondary" for each in there) > MOST_ACTIONS:
            yield f"{at(place, 'actions')} has more than {MOST_ACTIONS} actions: Teams shows no further ones."
        for number, each in enumerate(there):
            if not each.get("title") and not each.get("iconUrl"):
                yield f"{at(place, 'actions')}[{number}].title is missing."
    if part.get("type") == "Action.ShowCard" and isinstance(inner := part.get("card"), Mapping):
        yield from KNOWN(at(place, "card"), {"version": "1.5", **inner})


def walked(path: str, value: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every object below a path, with its own."""
    if isinstance(value, Mapping):
        yield path, value
        for key, inner in value.items():
            if key != "data":  # what a button carries is nobody's element
                yield from walked(at(path, str(key)), inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from walked(f"{path}[{number}]", inner)
