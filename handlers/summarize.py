"""A thread, a window of a channel, or the transcript of a meeting -> decisions, actions and open questions, each with its place."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from handlers.advice import advised
from handlers.claims import Claim, checked
from handlers.errors import Invalid, NoModel
from handlers.material import Material
from handlers.minutes import Kind, Point, points
from handlers.models import MOST_OFFERS, Attachment, Call, Offer, Reply, Utterance
from handlers.ports import Clock, Files, Model, Talk
from handlers.reading import Part, each, made, parts, readable
from handlers.request import unaddressed
from handlers.transcript import speakers, transcript, unbroken

MOST = 12
"""Points of one kind that are shown."""
LONGEST = 1_500_000
"""Characters of a transcript; a meeting of three hours has about 200,000."""
MOST_MESSAGES = 500
"""Messages of a channel that are read."""
DAY = timedelta(days=1)
TITLES: Mapping[Kind, str] = {"decision": "Decisions", "action": "Actions", "question": "Open questions"}
SPAN = re.compile(r"(\d{1,3})\s*([mhd])", re.IGNORECASE)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
COUNT = re.compile(r"(?:last\s+)?(\d{1,3})(?:\s+messages?)?", re.IGNORECASE)
OWN = re.compile(r"\s*(?:/|@(?:countersign|bot)\b)", re.IGNORECASE)
"""How a message to the bot begins: it is no part of the conversation."""
SUFFIXES = (".vtt", ".txt", ".docx", ".md")
HOW = (
    "Give /summarize in a thread, with a window (2h, today, 50 for the last 50 messages), with the link of a message of this channel, "
    "or with a transcript (vtt, txt or docx) attached."
)
QUOTED = "Quoted by cue words: what was decided, asked for, taken on, or left without an answer."
WRITTEN = "A language model worded this. Each point was held against the lines that it names."


@dataclass(frozen=True, slots=True)
class Minute:
    """One point as a language model tells it: `lines` are the labels that it rests on; `owner` and `due` are of actions, or empty."""

    kind: Kind
    text: str
    lines: tuple[str, ...]
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a language model finds in one part of a conversation."""

    points: tuple[Minute, ...]


async def summarize(call: Call, *, talk: Talk, files: Files, model: Model, clock: Clock) -> Reply:
    """Long conversations are read in parts. A part that a model does not answer for is quoted by rules, and the reply says so."""
    spoken = await heard(call, talk, files, clock)
    found, note = await worded(call, spoken, model)
    shown = reduced(found)
    actions = [one for one in shown if one.kind == "action"]
    offers = tuple(offer(one, spoken) for one in actions[:MOST_OFFERS])
    return Reply(told(shown, len(found), spoken, note), offers=offers)


async def heard(call: Call, talk: Talk, files: Files, clock: Clock) -> Sequence[Utterance]:
    """The conversation in question. Raises Invalid with what to do when there is none."""
    wanted = call.argument.strip()
    if call.files:
        return await meeting(call.files, call, files)
    if "://" in wanted:
        found = await talk(call.place, link=wanted)
    elif wanted.casefold() in ("", "file"):
        found = beginning = await talk(call.place)
        if not people(found):
            found = await talk(call.place, since=clock() - DAY)
        meant = found if wanted else [*beginning[:1], *said_last(found)]
        sent = readable([file for one in meant for file in one.files], SUFFIXES)
        if sent:
            return await meeting(sent[-1:], call, files)
    else:
        since, last = window(wanted, clock())
        found = await talk(call.place, since=since, last=last)
    if not (kept := people(found)):
        raise Invalid(f"There is nothing to sum up here: I find no messages of people. {HOW}")
    return kept


def said_last(found: Sequence[Utterance]) -> Sequence[Utterance]:
    """The last thing that was said or sent before the bot was asked: a file that lies farther back is a part of the conversation."""
    return [one for one in found if one.files or not OWN.match(one.words)][-1:]


def people(found: Iterable[Utterance]) -> list[Utterance]:
    """What was said to one another, or sent: not what was said to the bot."""
    return [one for one in found if one.words.strip() and not OWN.match(one.words)]


def window(wanted: str, now: datetime) -> tuple[datetime | None, int]:
    """Since when, or how many messages. Raises Invalid for words that say neither."""
    if wanted.casefold() == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0), 0
    if (span := SPAN.fullmatch(wanted)) is not None:
        return now - timedelta(**{UNITS[span[2].lower()]: int(span[1])}), 0
    if (count := COUNT.fullmatch(wanted)) is not None and int(count[1]):
        return None, min(int(count[1]), MOST_MESSAGES)
    raise Invalid(f"I do not understand “{wanted[:60]}” here. {HOW}")


async def meeting(sent: Sequence[Attachment], call: Call, files: Files) -> Sequence[Utterance]:
    """What a transcript holds. Where it names no speakers its lines count, and in long ones their sentences. Raises Invalid."""
    if len(sent) > 1:
        raise Invalid("There are several files. Send one transcript at a time.")
    text = await files(sent[0], place=call.place)
    if len(text) > LONGEST:
        raise Invalid(f"{sent[0].name} has {len(text):,} characters, more than {LONGEST:,}. Send the transcript of one meeting.")
    spoken = await asyncio.to_thread(transcript, text)  # half a second for a long one
    spoken = spoken or tuple(unbroken(text))
    if not spoken:
        raise Invalid(f"{sent[0].name} has no text. Save the transcript as vtt, txt or docx and send it again.")
    return spoken


async def worded(call: Call, spoken: Sequence[Utterance], model: Model) -> tuple[Sequence[Point], str]:
    """Every point, with a sentence on how they were found."""
    cut, everybody = list(parts([one.words for one in spoken])), speakers(spoken)

    async def ask(part: Part) -> tuple[Sequence[Point] | None, str]:
        return await asked(call, part[0], spoken[part[0] : part[0] + len(part[1])], model, people=everybody)

    def instead(part: Part) -> Sequence[Point]:
        first, count = part[0], len(part[1])
        return [replace(one, line=first + one.line) for one in points(spoken[first : first + count])]

    found, why, without = await each(cut, ask, instead)
    return found, made(without, len(cut), why, written=WRITTEN, quoted=QUOTED)


async def asked(
    call: Call, first: int, part: Sequence[Utterance], model: Model, *, people: Sequence[str]
) -> tuple[Sequence[Point] | None, str]:
    """What a model finds in one part, each point held against its lines; None and why where it cannot be used.

    `people` are all who spoke: they are named where they are silent, too.
    """
    grounds = {f"line {number}": line(one) for number, one in enumerate(part, first + 1)}
    material = [Material(label, text, outside=True, source=call.place.platform) for label, text in grounds.items()]
    people = sorted(people)
    answer, why = await advised(model, "minutes", Minutes, material=material, people=people, audience=call.place.audience)
    if answer is None:
        return None, why
    try:
        claims = checked((Claim(one.text, one.lines) for one in answer.points), grounds)
    except NoModel as unfounded:
        return None, str(unfounded)
    return [point(one, claim, grounds, people) for one, claim in zip(answer.points, claims, strict=True)], ""


def point(one: Minute, claim: Claim, grounds: Mapping[str, str], people: Sequence[str]) -> Point:
    """A model's point as ours: an owner who is there or is named in the lines, a date that stands in them."""
    text = "\n".join(grounds[name] for name in claim.records)
    named = one.owner.strip()
    is_there = named in people or re.search(rf"(?<!\w){re.escape(named)}(?!\w)", text)
    owner = named if one.kind == "action" and is_there else ""
    due = one.due.strip() if one.kind == "action" and one.due.strip().casefold() in text.casefold() else ""
    first, *more = sorted({int(name.removeprefix("line ")) - 1 for name in claim.records})
    return Point(one.kind, claim.text, first, owner, due, tuple(more))


def reduced(found: Iterable[Point]) -> list[Point]:
    """Each point once, up to MOST of a kind, decisions first."""
    unique = {(one.kind, re.sub(r"\W+", " ", one.text).casefold().strip()): one for one in reversed(list(found))}
    order = list(TITLES)
    listed = sorted(unique.values(), key=lambda one: (order.index(one.kind), one.line))
    return [one for _, group in groupby(listed, lambda one: one.kind) for one in list(group)[:MOST]]


def told(shown: Sequence[Point], total: int, spoken: Sequence[Utterance], note: str) -> str:
    """The summary in plain lines."""
    who = speakers(spoken)
    people = f" by {', '.join(who[:8])}{f' and {len(who) - 8} more' if len(who) > 8 else ''}" if who else ""  # noqa: PLR2004 - a line
    span = f", {spoken[0].at}\N{EN DASH}{spoken[-1].at}" if spoken[0].at and spoken[-1].at and len(spoken) > 1 else ""
    lines = [f"Summary of {len(spoken)} contribution{'s' if len(spoken) > 1 else ''}{people}{span}"]
    for kind, title in TITLES.items():
        mine = [one for one in shown if one.kind == kind]
        lines += [title, *(f"• {said(one, spoken)}" for one in mine)] if mine else [f"{title}: none found"]
    if total > len(shown):
        lines.append(f"{total - len(shown)} more are the same or stand further down: sum up a shorter stretch to see them.")
    return "\n".join((*lines, note))


def said(one: Point, spoken: Sequence[Utterance]) -> str:
    """A point with who does it until when, and its place."""
    head = f"{one.owner or 'nobody yet'}: " if one.kind == "action" else ""
    due = f" [{one.due}]" if one.due else ""
    return f"{head}{one.text}{due} ({place(spoken[one.line])})"


def place(one: Utterance) -> str:
    """Where something was said."""
    return ", ".join(part for part in (one.speaker, one.at) if part) or "no speaker named"


def offer(one: Point, spoken: Sequence[Utterance]) -> Offer:
    """The button for an action. Its words are those of everybody in whose lines it stands, not of whoever presses."""
    authors = frozenset[str]().union(*(spoken[number].authors for number in (one.line, *one.more)))
    return Offer(f"Issue: {one.text}"[:70], f"/issue {task(one, spoken)}", outside=True, authors=authors)


def task(one: Point, spoken: Sequence[Utterance]) -> str:
    """An action as the text of an issue, in one line."""
    owner, due = f" Owner: {one.owner}." if one.owner else "", f" Due: {one.due}." if one.due else ""
    return unaddressed(" ".join(f"{one.text}{owner}{due} From: {place(spoken[one.line])}.".split()))


def line(one: Utterance) -> str:
    """An utterance as a model is given it."""
    return f"{place(one)}: {one.words}"
