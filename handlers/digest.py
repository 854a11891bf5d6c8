"""`/digest`: what the alerts of a place come to, now; and which digests there are. The same words as a digest that comes at its time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from string import ascii_lowercase
from typing import Protocol, TypeVar

from handlers.advice import advised
from handlers.alert import Alert
from handlers.buckets import buckets
from handlers.claims import UNFOUNDED, Claim, checked
from handlers.edition import Book, Dial, counts, detail, room, short, written
from handlers.errors import Invalid, NoModel
from handlers.material import Material
from handlers.models import Call, Person, Picture, Place, Reply, Source
from handlers.ports import Clock, Model
from handlers.quoted import quotable
from handlers.rollup import Item, Mark, Memory, Rollup, rolled_up
from handlers.speech import Bucket

T = TypeVar("T")
DAY = timedelta(hours=24)
"""What a digest looks back on where none came before it."""
OVERLAP = timedelta(hours=1)
"""How much further back it is looked: clocks differ, and what was being kept as the last digest was drawn up stands there only later.
What that one has shown is known by its mark, not by its time."""
PATIENCE = 5.0
"""Seconds for a summary. A digest comes at its time, with or without one."""
MOST_TOLD = 40
"""Alerts that a language model is given, worst first."""
MOST_CLAIMS = 3
"""Sentences of a summary, each with a link at least: there is room for five links in the worst case."""
MANY = 1000
"""Alerts from which on it is worth a thread."""
FIGURES = "figures"
"""The label under which a language model is given what was counted."""
TOO_LATE = "the language model took too long."
USAGE = "/digest knows no {!r}. Type /digest now, or /digest list for when they come."


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest of `bot.toml`, or what a channel without one is told. `to` is a channel or a person, `next` when it comes, in UTC."""

    name: str
    to: str
    timezone: str = "UTC"
    next: datetime | None = None
    summary: bool = True
    chart: bool = True


@dataclass(frozen=True, slots=True)
class Edition:
    """One digest as it is said. `until` and `marks` are what is to be remembered of it; `tells` is False where there was nothing to tell.

    `buckets` is what a chart of it shows; nothing where none would help.
    """

    text: str
    sources: tuple[Source, ...]
    until: datetime
    marks: Mapping[str, Mark]
    tells: bool
    buckets: tuple[Bucket, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a language model makes of a digest: a few sentences, each with the alerts that it rests on."""

    claims: tuple[Claim, ...] = field(default=())


class Digests(Protocol):
    """The digests of `bot.toml`, and what each of them has shown."""

    async def here(self, place: Place, person: Person) -> Sequence[Planned]:
        """Those that are said in this place; in somebody's direct message also that person's own. Raises Unavailable."""
        ...

    def own(self, person: Person) -> Sequence[Planned]:
        """Those that go to this person."""
        ...

    async def memory(self, name: str) -> Memory:
        """What the last one of this name has shown. Raises Unavailable."""
        ...

    async def alerts(self, planned: Planned, *, since: datetime) -> Sequence[Alert]:
        """The alerts that it is about: those that are not resolved, and those that changed since a moment. Raises Unavailable."""
        ...

    def holds(self, alert: Alert) -> bool:
        """Whether nothing is said of an alert now, for somebody works on its system."""
        ...


class Charts(Protocol):
    """Pictures of counts over time."""

    async def __call__(self, edition: Edition, *, timezone: str) -> Picture | None:
        """The chart of a digest; None where it has none, or where it cannot be drawn: a digest is said all the same."""
        ...


async def digest(call: Call, *, digests: Digests, model: Model, clock: Clock, charts: Charts) -> Reply:
    """What changed here since the last digest, which stays the last one; or when they come. Raises Invalid for another word."""
    match call.argument.casefold().split():
        case [] | ["now"]:
            return await at_once(call, digests, model=model, charts=charts, now=clock())
        case ["list"]:
            return Reply(await listed(call, digests, now=clock()), private=True)
        case _:
            raise Invalid(USAGE.format(call.argument))


async def at_once(call: Call, digests: Digests, *, model: Model, charts: Charts, now: datetime) -> Reply:
    """The digest of the place as it would come now: since its last one, or of the last day where none is configured or came yet."""
    known = [(one, await digests.memory(one.name)) for one in await digests.here(call.place, call.person)]
    planned, memory = max(known, key=lambda pair: pair[1].until or now - DAY, default=(Planned("", call.place.key), Memory()))
    found = await drawn_up(planned, memory, digests, model=model, now=now, audience=call.place.audience)
    return Reply(found.text, found.sources, picture=await charts(found, timezone=planned.timezone))


async def listed(call: Call, digests: Digests, *, now: datetime) -> str:
    """The digests of this place and the person's own, a line each, with the local time at which they come next."""
    found = {one.name: one for one in (*await digests.here(call.place, call.person), *digests.own(call.person))}
    if not found:
        return "No digest comes here. Type /digest now for the alerts of the last day; [digests] in bot.toml makes one come by itself."
    lines = []
    for one in found.values():
        memory = await digests.memory(one.name)
        dial = Dial(now, one.timezone)
        comes = f"next {dial.exactly(one.next)} ({one.timezone})" if one.next else "does not come"
        lines.append(f"{one.name}, to {one.to}: {comes}; last {dial.exactly(memory.until) if memory.until else 'never'}")
    return "\n".join(lines)


async def drawn_up(
    planned: Planned,
    memory: Memory,
    digests: Digests,
    *,
    model: Model,
    now: datetime,
    audience: AbstractSet[str],
    patience: float = PATIENCE,
) -> Edition:
    """A digest. Without a language model, when it is late by `patience` seconds, or when its words do not hold: without a summary."""
    since = memory.until or now - DAY
    alerts = await digests.alerts(planned, since=since - OVERLAP if memory.until else since)
    found = await beside(len(alerts), partial(rolled_up, alerts, memory, now=now, holds=digests.holds))
    dial, book = Dial(now, planned.timezone), Book(room(found.items))
    summary = ""
    if planned.summary and found.items:
        summary = await summed_up(found, dial, book, model=model, audience=audience, patience=patience)
    title = f"Alert digest {planned.name}".strip()
    head, lines = await beside(len(alerts), partial(written, title, found, since=since, dial=dial, book=book))
    text = "\n".join(part for part in (head, summary, *lines) if part)
    shown = buckets(found.items, since, now) if planned.chart else ()
    return Edition(text, tuple(book.sources), now, found.marks, bool(found.items), shown)


async def beside(size: int, work: Callable[[], T]) -> T:
    """Do something at once, or in a thread where it is much: others wait for the same loop."""
    return await asyncio.to_thread(work) if size > MANY else work()


async def summed_up(found: Rollup, dial: Dial, book: Book, *, model: Model, audience: AbstractSet[str], patience: float) -> str:
    """A line of a language model's, or why there is none; empty where no model is configured. Every sentence rests on alerts."""
    told = {label(number): item for number, item in enumerate(found.items[:MOST_TOLD])}
    grounds = {name: facts(item, dial) for name, item in told.items()}
    figures = counts(found.items)
    material = [Material(FIGURES, figures, outside=False, source=system(found.items[0]))]
    material += [Material(name, text, outside=True, source=system(told[name])) for name, text in grounds.items()]
    people = sorted({name for item in told.values() for name in (item.alert.by, item.alert.assigned) if name})
    try:
        async with asyncio.timeout(patience):
            answer, why = await advised(model, "digest", Summary, material=material, people=people, audience=audience)
        claims = checked(answer.claims[:MOST_CLAIMS], {**grounds, FIGURES: figures}) if answer else ()
    except TimeoutError:
        return f"No summary in words: {TOO_LATE}"
    except NoModel as none:
        return f"No summary in words: {none}"
    if answer is None:
        return f"No summary in words: {why}" if why else ""
    if not claims or any(not set(claim.records) & set(told) for claim in claims):
        return f"No summary in words: {UNFOUNDED}"
    return f"In short, by a language model: {' '.join(sentence(claim, told, book) for claim in claims)}"


def sentence(claim: Claim, told: Mapping[str, Item], book: Book) -> str:
    """A checked sentence with the marks of its records; one that cannot be linked to is named."""
    alerts = [told[name].alert for name in claim.records if name in told]
    marks = "".join(book.mark(alert) for alert in alerts)
    return f"{quotable(claim.text)} {marks or f'({short(alerts[0].record)})'}"


def facts(item: Item, dial: Dial) -> str:
    """An alert in a few lines, for a language model."""
    alert = item.alert
    return (
        f"{detail(item, dial, Book(0), full=False)}\nseverity: {alert.severity}\nrule: {alert.rule}\ngroup: {short(alert.group)}"
    )


def label(number: int) -> str:
    """The name of an alert's block, without a figure in it: what a block is called must not make a number true."""
    first, second = divmod(number, len(ascii_lowercase))
    return f"alert {ascii_lowercase[first]}{ascii_lowercase[second]}"


def system(item: Item) -> str:
    """The system that an alert's record is of."""
    return item.alert.record.partition(":")[0]
