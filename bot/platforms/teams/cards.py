"""A draft -> messages. Pure; every shape has a golden file. What gets signed is never cut: a long card goes over several messages."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.cards import phrases
from bot.cards.card import card as seen
from bot.cards.card import decisive
from bot.cards.views import CardView, Line, SourceView
from bot.platforms.teams.elements import (
    LARGEST_ELEMENT,
    SMALL,
    Element,
    adaptive,
    boxed,
    clock,
    execute,
    handle,
    lines,
    link,
    linked,
    packed,
    rich,
    runs,
    size,
)
from bot.platforms.teams.words import Message, summary
from handlers.models import Draft

STYLES = {"Approve": {"style": "positive"}, "Reject": {"style": "destructive"}}
COLOURS = {"written": "Good", "stale": "Warning", "unknown": "Warning", "failed": "Attention"}
"""How an ending looks, where it is more than a decision."""
MOST_REFRESHED, LARGEST_REFRESH = 60, 8000
"""Persons whose clients ask for the card anew by themselves (the limit of Teams), and bytes of their ids."""


def card(draft: Draft, *, now: datetime, refresh: Sequence[str] = ()) -> tuple[Message, ...]:
    """Every message of a draft's card, in order; the last one has the buttons, or what became of it.

    `refresh` are ids of persons whose clients fetch the card anew when they look at it, for as long as it waits.
    """
    view = seen(draft, now=now)
    name = rich(runs(phrases.name(view.id), **SMALL))
    more = {"refresh": refreshed(view, refresh)} if view.is_open and refresh else {}
    pressed = actions(view)
    parts = packed([*body(view), *standing(view, draft)], foot=size([name, *pressed, more]))
    told, total = summary(phrases.summary(view)), len(parts)
    shown = parts if total == 1 else [[*lines(phrases.part(n, total), **SMALL), *each] for n, each in enumerate(parts, 1)]
    *before, last = shown
    return (*(Message("", told, adaptive(each)) for each in before), Message("", told, adaptive([*last, name], pressed, **more)))


def actions(view: CardView) -> list[Element]:
    """The buttons, while it waits."""
    if not view.is_decidable:
        return []
    return [execute(verb, verb.lower(), handle(view.id, view.version), **STYLES.get(verb, {})) for verb in phrases.VERBS]


def refreshed(view: CardView, persons: Sequence[str]) -> Element:
    """Who gets the card anew, and how."""
    found: list[str] = []
    for person in dict.fromkeys(persons):
        if len(found) == MOST_REFRESHED or size([*found, person]) > LARGEST_REFRESH:
            break
        found.append(person)
    return {"action": execute("Show", "show", handle(view.id, view.version)), "userIds": found}


def body(view: CardView) -> Iterator[Element]:
    """What would be written where, and why."""
    yield from lines(phrases.heading(view), size="Large", weight="Bolder")
    yield from lines(view.title)
    for item, told in zip(view.items, phrases.items(view), strict=True):
        yield from lines(told)
        yield from linked(item.url, phrases.item_opens(item))
    yield from linked(view.url if view.is_open else "", phrases.opens(view))
    for text in phrases.remarks(view):
        yield from lines(text, **({"color": "Attention"} if text.startswith("⚠") else SMALL))
    for line in view.lines:
        yield from change(line, is_three_way=bool(view.follows))
    if view.reasons:
        yield from lines(phrases.WHY, weight="Bolder")
    for reason in phrases.reasons(view):
        yield from lines(reason)
    for source in view.sources:
        yield from cited(source)


def change(line: Line, *, is_three_way: bool) -> Iterator[Element]:
    """One field, before and after; three ways where the record moved, also where nothing stood. Long texts stand in boxes."""
    if short := phrases.in_line(line, is_three_way=is_three_way):
        sure = phrases.sure(line)
        named = [*runs(line.field, weight="Bolder"), *runs(f": {short}"), *(runs(sure, isSubtle=True) if sure else ())]
        is_one = "\n" not in line.field and size(named) <= LARGEST_ELEMENT
        yield from [rich(named)] if is_one else lines(f"{line.field}: {short}{sure}")
        return
    for title, text in phrases.sides(line, is_three_way=is_three_way):
        yield from lines(title, **SMALL)
        yield from boxed(text)


def cited(source: SourceView) -> Iterator[Element]:
    """Something that a reason rests on. Its title is foreign text, so the link shows the host that it leads to."""
    *before, last = lines(phrases.cited(source), **SMALL)
    yield from before
    found = link(source.url, size="Small")
    yield {**last, "inlines": [*last["inlines"], *runs("  ")[:1], *found]} if found else last
    if not found:
        yield from lines(source.url, **SMALL)


def standing(view: CardView, draft: Draft) -> Iterator[Element]:
    """Who decides until when; afterwards who decided what, and the way to the record."""
    if view.is_open:
        yield from lines(phrases.terms(view))
        yield from lines(view.progress, **SMALL)
        if draft.expires:
            yield clock(draft.expires, "expires ")
        return
    colour = COLOURS.get(view.state)
    yield from lines(phrases.ending(view), weight="Bolder", **({"color": colour} if colour else {}))
    if last := decisive(draft):
        yield clock(last.at)
    yield from lines(phrases.terms(view), **SMALL)
    yield from linked(view.outcome_url, phrases.opens(view))
