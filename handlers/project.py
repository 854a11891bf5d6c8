"""A project -> what moved in it and what may make it late, each statement with the issues that it rests on."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.advice import advised
from handlers.claims import UNFOUNDED, Claim, checked
from handlers.errors import NoModel, NotFound
from handlers.material import Material
from handlers.models import Call, Record, Ref, Reply, Source, shown
from handlers.ports import Clock, Model
from handlers.quoted import quotable
from handlers.risks import RULES, WINDOW, Progress, Risk, risks
from handlers.systems import Tracker
from handlers.tickets import Comment

MOST_OPEN, MOST_DONE = 1000, 500
"""Issues that are read: fifteen pages of the vendor's, which come while somebody waits."""
ASKED_ABOUT = ("overdue", "blocked", "stale")
"""Rules that find single issues: under these it is worth a look what was said last."""
LOOKED_AT = 20
"""Comments under an issue, from the last one back, among which one is looked for that everybody there reads."""
SHOWN = 5
"""Issues that one statement names; the others are counted."""
MOST_TOLD = 40
"""Issues that a language model is given."""
MOST_CLAIMS = 6
"""Sentences of a synthesis."""
WRITTEN = "A language model wrote the sentences below the figures; counts and risks are computed."
FIGURES = "figures"
"""The label under which a language model is given what we have counted."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What a language model makes of it: a few sentences, each with the issues that it rests on."""

    claims: tuple[Claim, ...]


async def project(call: Call, *, tracker: Tracker, model: Model, clock: Clock) -> Reply:
    """Counts, movement and risks are computed; where a language model is there, it puts what matters into words first."""
    name = call.argument.strip().partition("-")[0].upper()
    unfinished, finished = await asyncio.gather(
        tracker.unfinished(name, limit=MOST_OPEN + 1), tracker.finished(name, days=WINDOW, limit=MOST_DONE + 1)
    )
    now = Progress.of(unfinished[:MOST_OPEN], finished[:MOST_DONE], at=clock())
    if not now.unfinished and not now.finished:
        return Reply(f"{name} has no open issue, and none was finished in the last {WINDOW} days. There is nothing to report.")
    found, book = risks(now), Book()
    words = await last_words(found, tracker)
    head = (figures(name, now), *cuts(unfinished, finished))
    claims, why = await synthesis(call, now, found, words, "\n".join(head), model=model)
    told = [f"{claim.text} {book.marks(claim.records)}" for claim in claims]
    text = "\n".join(
        (
            *head,
            *([""] if told else []),
            *told,
            "",
            *moved(now, book),
            *under(now, book),
            *delays(found, book),
            *heard(words, found, book),
        )
    )
    if claims or why:
        text += f"\n\n{WRITTEN if claims else f'No synthesis in words: {why}'}"
    return Reply(text, tuple(book.sources))


class Book:
    """The issues that a reply names, each numbered once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.sources: list[Source] = []

    def mark(self, issue: Record) -> str:
        """The mark of an issue in a text."""
        if issue.id not in self._numbers:
            self._numbers[issue.id] = len(self._numbers) + 1
            self.sources.append(Source(f"{issue.id} {issue.title}", issue.url))
        return f"[{self._numbers[issue.id]}]"

    def marks(self, records: Iterable[Record]) -> str:
        """The marks of several."""
        return "".join(self.mark(issue) for issue in records)


def figures(name: str, now: Progress) -> str:
    """What can be counted, in two sentences."""
    held = ", ".join(f"{status} {count}" for status, count in now.statuses.items())
    lately = f"{len(now.created)} came in, {len(now.started)} were started, {len(now.finished)} were finished"
    return f"{name}: {len(now.unfinished)} open{f' ({held})' if held else ''}. In the last {WINDOW} days {lately}."


def cuts(unfinished: Sequence[Record], finished: Sequence[Record]) -> tuple[str, ...]:
    """What was left out of a project that is too large to be read whole."""
    found = []
    if len(unfinished) > MOST_OPEN:
        found.append(f"It has more: the {MOST_OPEN} most urgent open issues were read, and every figure is of these.")
    if len(finished) > MOST_DONE:
        found.append(f"More than {MOST_DONE} issues that are done changed lately; the latest {MOST_DONE} were read.")
    return tuple(found)


def moved(now: Progress, book: Book) -> list[str]:
    """What moved, a line each."""
    lines = {"Finished": now.finished, "Started": now.started, "New": now.created}
    return [
        f"{head}: {listed([f'{i.id} {book.mark(i)}' for i in issues[:SHOWN]], len(issues))}"
        for head, issues in lines.items()
        if issues
    ]


def under(now: Progress, book: Book) -> list[str]:
    """How the epics stand, a line each, those with the most open issues first."""
    held: dict[Ref, tuple[list[Record], list[Record]]] = {}
    for place, issues in enumerate((now.unfinished, now.finished)):
        for issue in issues:
            if isinstance(epic := issue.fields.get("epic"), Ref):
                held.setdefault(epic, ([], []))[place].append(issue)
    lines = []
    for epic, (left, done) in sorted(held.items(), key=lambda pair: (-len(pair[1][0]), pair[0].id))[:SHOWN]:
        named = [f"{i.id} {book.mark(i)}" for i in (*left, *done)[:SHOWN]]
        counts = f"{len(left)} open, {len(done)} finished lately"
        lines.append(f"Under {epic.id} {quotable(epic.label)}: {counts}: {listed(named, len(left) + len(done))}")
    return lines


def heard(words: Mapping[str, Comment], found: Sequence[Risk], book: Book) -> list[str]:
    """The last words under issues that a rule has found, each with who said them and when."""
    issues = {sign.issue.id: sign.issue for risk in found for sign in risk.signs}
    lines = [
        f"{name}, {quotable(shown(one.author)) or 'somebody'} on {one.at.date()}: “{quotable(one.text)}” {book.mark(issues[name])}"
        for name, one in words.items()
    ]
    return ["Last said:", *lines] if lines else []


async def last_words(found: Sequence[Risk], tracker: Tracker) -> Mapping[str, Comment]:
    """What was said last, for everybody on the issue, under some of those that may come late; nothing where nobody did, or it is gone."""
    chosen = list(dict.fromkeys(sign.issue.id for risk in found if risk.name in ASKED_ABOUT for sign in risk.signs))[:SHOWN]

    async def last(name: str) -> Comment | None:
        try:
            return next((one for one in await tracker.latest(name, limit=LOOKED_AT) if one.is_public), None)
        except NotFound:
            return None  # deleted since the project was read

    said = await asyncio.gather(*map(last, chosen))
    return {name: one for name, one in zip(chosen, said, strict=True) if one is not None}


def delays(found: Sequence[Risk], book: Book) -> list[str]:
    """Every risk with its rule, or that no rule found one."""
    if not found:
        return [f"No risk of delay by the rules: {', '.join(RULES)}."]
    lines = ["Risks of delay:"]
    for risk in found:
        signs = [f"{sign.issue.id} {sign.why} {book.mark(sign.issue)}" for sign in risk.signs[:SHOWN]]
        lines.append(f"{risk.name} ({RULES[risk.name]}): {listed(signs, len(risk.signs))}")
    return lines


def listed(named: Sequence[str], every: int) -> str:
    """Some of several things, and how many more there are."""
    more = every - len(named)
    return "; ".join((*named, *([f"and {more} more"] if more else [])))


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked sentence and its issues."""

    text: str
    records: tuple[Record, ...]


async def synthesis(
    call: Call, now: Progress, found: Sequence[Risk], words: Mapping[str, Comment], head: str, *, model: Model
) -> tuple[tuple[Statement, ...], str]:
    """What a language model says of it, or nothing and why. Each sentence rests on an issue at least."""
    told = {issue.id.lower(): issue for issue in worth_telling(now, found)}
    if not told:
        return (), ""
    grounds = {label: facts(issue, found, words.get(issue.id)) for label, issue in told.items()}
    material = [Material(FIGURES, head, outside=False, source=next(iter(told.values())).system)]
    material += [Material(label, text, outside=True, source=told[label].system) for label, text in grounds.items()]
    speakers = {shown(one.author) for one in words.values() if one.author}
    people = sorted({name for issue in told.values() for name in issue.people} | speakers)
    answer, why = await advised(model, "project", Synthesis, material=material, people=people, audience=call.place.audience)
    if answer is None:
        return (), why
    try:
        claims = checked(answer.claims[:MOST_CLAIMS], {**grounds, FIGURES: head})
    except NoModel as none:
        return (), str(none)
    if not claims or any(not set(claim.records) & set(told) for claim in claims):
        return (), UNFOUNDED
    return tuple(Statement(quotable(c.text), tuple(told[name] for name in c.records if name in told)) for c in claims), ""


def worth_telling(now: Progress, found: Sequence[Risk]) -> list[Record]:
    """The issues that a synthesis may be about: some of each risk, then what moved."""
    named = [sign.issue for risk in found for sign in risk.signs[: 2 * SHOWN]]
    return list({issue.id: issue for issue in (*named, *now.finished, *now.started, *now.created)}.values())[:MOST_TOLD]


def facts(issue: Record, found: Sequence[Risk], last: Comment | None) -> str:
    """An issue in a few lines, with what the rules found in it, and what was said under it last."""
    held = [f"{name}: {words}" for name in ("type", "priority", "status", "assignee") if (words := shown(issue.fields.get(name)))]
    signs = [f"{risk.name}: {sign.why}" for risk in found for sign in risk.signs if sign.issue.id == issue.id]
    said = [f"last said by {shown(last.author) or 'somebody'}: {quotable(last.text)}"] if last else []
    return "\n".join((issue.title, *held, *signs, *said))
