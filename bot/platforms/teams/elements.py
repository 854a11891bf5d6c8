"""Text as elements of Adaptive Cards, letter by letter, and elements as cards that Teams takes. Pure.

Foreign text stands in runs, which show no Markdown and load nothing. Clients do expand `{{DATE(...)}}` in them, and templates `${...}`,
so no run holds the beginning of either. A line end within a run is not shown everywhere, so each line is an element of its own.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.cards.clean import clean, target
from bot.cards.cutting import split
from bot.cards.pictures import alternative
from bot.platforms.teams.words import BLANK, LONGEST_LINK, SEAM, SWALLOWED, TAB, date
from handlers.speech import Picture

Element = Mapping[str, Any]
VERSION = "1.5"
"""Of Adaptive Cards; with less, Teams shows no Action.Execute (msteams-docs, Universal Actions)."""
LARGEST_CARD = 24_000
"""Bytes of a card's JSON in UTF-8; Teams refuses somewhat above 28,000."""
LARGEST_ELEMENT = 6000
"""Bytes of one element or of one box, so that cards are filled well."""
SMALL: Mapping[str, Any] = {"isSubtle": True, "size": "Small"}


def size(part: object) -> int:
    """Bytes of a part's JSON."""
    return len(json.dumps(part, ensure_ascii=False).encode())


def runs(line: str, **look: object) -> list[Element]:
    """One line of foreign text as runs; spaces that a client would swallow are such that it does not."""
    shown = SWALLOWED.sub(BLANK, line).replace("\t", TAB) or BLANK
    return [{"type": "TextRun", "text": piece, **look} for piece in SEAM.split(shown)]


def rich(inlines: Sequence[Element], **look: object) -> Element:
    """A paragraph of runs."""
    return {"type": "RichTextBlock", **look, "inlines": list(inlines)}


def lines(text: str, **look: object) -> list[Element]:
    """Text of any length, an element a line; nothing for what nobody can see."""
    whole = clean(text)
    if not whole.strip():
        return []
    found = [runs(piece, **look) for line in whole.split("\n") for piece in pieces(line)]
    return [rich(inlines, **({"spacing": "None"} if number else {})) for number, inlines in enumerate(found)]


def pieces(line: str) -> Iterator[str]:
    """A line cut so that each piece is small enough for one element."""
    if len(line) < 2 or size(runs(line)) <= LARGEST_ELEMENT:  # noqa: PLR2004 - one letter cannot be cut
        yield line
        return
    for half in split(line, len(line) // 2):
        yield from pieces(half)


def boxed(text: str) -> list[Element]:
    """Text of any length on a ground of its own, so that nothing in it passes for a line of the card."""
    boxes: list[list[Element]] = [[]]
    room = LARGEST_ELEMENT
    for element in lines(text):
        room -= size(element) + 2
        if room < 0 and boxes[-1]:
            boxes.append([])
            room = LARGEST_ELEMENT - size(element)
        boxes[-1].append(element)
    return [
        {"type": "Container", "style": "emphasis", **({"spacing": "None"} if number else {"spacing": "Small"}), "items": items}
        for number, items in enumerate(boxes)
    ]


def link(url: str, label: str = "", **look: object) -> list[Element]:
    """Runs that lead to an address and show `label` or the host; none for what nobody may follow, and for what is too long."""
    safe, shown = target(url, label)
    if not safe or len(safe) > LONGEST_LINK:
        return []
    return runs(clean(shown), selectAction={"type": "Action.OpenUrl", "url": safe}, **look)


def linked(url: str, label: str) -> list[Element]:
    """The way to a record; its bare address where that is too long for a link."""
    found = link(url, label)
    return [rich(found)] if found else lines(url, **SMALL)


def picture(shown: Picture) -> Element:
    """A picture that travels within the card, so that no address is loaded; its words are for whoever cannot see it."""
    data = base64.b64encode(shown.png).decode()
    return {
        "type": "Image",
        "url": f"data:image/png;base64,{data}",
        "altText": SEAM.sub(" ", alternative(shown)),
        "size": "Stretch",
    }


def clock(at: datetime, before: str = "") -> Element:
    """A time of ours behind plain words of ours; the one text of a card that clients expand."""
    return {"type": "TextBlock", "text": f"{before}{date(at)}", "wrap": True, **SMALL}


def handle(draft: str, version: int) -> Mapping[str, object]:
    """What a press carries: the name and version of what it decides, and nothing else."""
    return {"draft": draft, "version": version}


def execute(title: str, verb: str, data: Mapping[str, object], **look: object) -> Element:
    """A button."""
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": dict(data), **look}


def adaptive(body: Sequence[Element], actions: Sequence[Element] = (), **more: object) -> Mapping[str, Any]:
    """A whole card."""
    card = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": VERSION,
        "msteams": {"width": "Full"},
        "body": list(body),
    }
    return {**card, **({"actions": list(actions)} if actions else {}), **more}


def packed(body: Sequence[Element], *, foot: int) -> list[list[Element]]:
    """The body over as many cards as it needs, in order; the last one has room for `foot` more bytes."""
    whole = LARGEST_CARD - size(adaptive(())) - 200  # room for the number of the part
    parts: list[list[Element]] = [[]]
    room = whole
    for element in body:
        taken = size(element) + 2
        if taken > room and parts[-1]:
            parts.append([])
            room = whole
        parts[-1].append(element)
        room -= taken
    if foot > room and parts[-1]:
        parts.append([])
    return parts


def words_card(text: str) -> Mapping[str, Any]:
    """A small card of plain words; cut where no card could hold them."""
    found = lines(text) or [rich(runs("…"))]
    whole = packed(found, foot=200)
    return adaptive(whole[0] if len(whole) == 1 else [*whole[0], rich(runs("…"))])
