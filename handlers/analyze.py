"""A document by link or file -> what it says, its key data, and what a person should look at, each with its passage."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from handlers.advice import advised
from handlers.claims import Claim, checked
from handlers.errors import Invalid, NoModel
from handlers.findings import DataPoint, Flag, Rule, data_points, flags, passages, telling
from handlers.material import Material
from handlers.models import Call, Reply
from handlers.ports import Documents, Files, Model, Talk
from handlers.quoted import quotable
from handlers.reading import Part, each, made, parts, readable
from knowledge.models import Document

SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".md", ".txt", ".html", ".htm")
MOST_STATEMENTS, MOST_POINTS, MOST_PARTS = 10, 12, 15
"""What is shown of the summary, and of each kind of data; parts that are read, 180,000 characters."""
LONGEST = 1_000_000
"""Characters of a document that are looked at: some 300 pages."""
HOW = f"Give /analyze with the address of a document, or send it along ({', '.join(suffix[1:] for suffix in SUFFIXES)}; up to 20 MiB)."
Stated = tuple[str, tuple[int, ...]]
"""A statement, and the passages in which it stands, from 1."""
LINK = re.compile(r"<?(https?://\S+?)>?", re.IGNORECASE)
QUOTED = "The summary is quoted: the sentences whose words the document uses most. Data and flags are found by rules."
WRITTEN = "A language model worded the summary. Each statement was held against the passages that it names. Data and flags are found by rules."


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a document says; `passages` are the labels that it rests on."""

    text: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a language model finds in one part of a document."""

    statements: tuple[Statement, ...]


async def analyze(
    call: Call, *, files: Files, documents: Documents, talk: Talk, model: Model, compliance: Sequence[Rule]
) -> Reply:
    """The summary is worded where a model is configured; dates, amounts, parties and flags are never a model's."""
    paper = await document(call, files, documents, talk)
    found = await asyncio.to_thread(passages, paper.text[:LONGEST])
    if not found:
        raise Invalid(f"{paper.title} has no text. If it is a scan, send it with its text recognised.")
    cut = list(parts(found))
    kept = cut[:MOST_PARTS]
    summary, why, without = await each(kept, partial(asked, model, call, paper), quoted)
    note = made(without, len(kept), why, written=WRITTEN, quoted=QUOTED)
    if len(paper.text) > LONGEST:
        note = f"Only the first {LONGEST:,} of {len(paper.text):,} characters are looked at. {note}"
    if len(kept) < len(cut):
        note = f"Only the first {kept[-1][0] + len(kept[-1][1])} of {len(found)} passages are summed up; data and flags are of all. {note}"
    head = f"Analysis of {paper.title}: {len(found)} passage{'s' if len(found) > 1 else ''}, {len(paper.text.split())} words"
    points, raised = await asyncio.to_thread(lambda: (data_points(found), flags(found, compliance)))  # seconds for a long one
    lines = [head, *summed(summary), *data(points), *flagged(raised, len(compliance)), note]
    return Reply("\n".join(lines))


async def document(call: Call, files: Files, documents: Documents, talk: Talk) -> Document:
    """The document in question. Raises Invalid with what to do when there is none."""
    wanted = call.argument.strip()
    sent = list(call.files)
    if not sent and wanted.casefold() in ("", "file"):
        sent = readable([file for one in await talk(call.place) for file in one.files], SUFFIXES)[-1:]
    if len(sent) > 1:
        raise Invalid("There are several files. Send one document at a time.")
    if sent:
        return Document(sent[0].reference, sent[0].name, await files(sent[0], place=call.place), source=call.place.platform)
    if (link := LINK.fullmatch(wanted)) is not None:
        return await documents(link[1], audience=call.place.audience)
    raise Invalid(f"There is no document here. {HOW}")


async def asked(model: Model, call: Call, paper: Document, part: Part) -> tuple[Sequence[Stated] | None, str]:
    """What a model says of one part, each statement held against the passages that it names; None and why where it cannot be used."""
    first, texts = part
    grounds = {f"passage {number}": text for number, text in enumerate(texts, first + 1)}
    material = [Material(label, text, outside=True, source=paper.source) for label, text in grounds.items()]
    answer, why = await advised(model, "analysis", Analysis, material=material, audience=call.place.audience)
    if answer is None:
        return None, why
    try:
        claims = checked((Claim(one.text, one.passages) for one in answer.statements), grounds)
    except NoModel as unfounded:
        return None, str(unfounded)
    return [(one.text, tuple(int(name.removeprefix("passage ")) for name in one.records)) for one in claims], ""


def quoted(part: Part) -> Sequence[Stated]:
    """The most telling sentences of one part."""
    first, texts = part
    return [(quotable(sentence), (first + number,)) for sentence, number in telling(texts)]


def summed(summary: Sequence[Stated]) -> Iterator[str]:
    """The summary, its statements taken evenly over the document."""
    step = max(1, -(-len(summary) // MOST_STATEMENTS))
    yield "Summary"
    yield from (f"• {text} ({place(numbers)})" for text, numbers in summary[::step])


def data(points: Sequence[DataPoint]) -> Iterator[str]:
    """The key data, a line a kind."""
    yield "Key data"
    kinds = list(dict.fromkeys(one.kind for one in points))
    for kind in kinds:
        mine = [one for one in points if one.kind == kind]
        listed = "; ".join(f"{one.value} ({place(one.passages)})" for one in mine[:MOST_POINTS])
        yield f"• {kind}: {listed}{f'; and {len(mine) - MOST_POINTS} more' if len(mine) > MOST_POINTS else ''}"
    if not kinds:
        yield "• no dates, amounts, periods or parties found"


def flagged(raised: Sequence[Flag], total: int) -> Iterator[str]:
    """What a person should look at, with the reason why."""
    yield f"Compliance flags: {len(raised)} of {total} rules"
    for flag in raised:
        where = f" “{quotable(flag.quote)}” ({place((flag.passage,))})" if flag.passage else " Nothing of the kind stands in it."
        yield f"• {flag.rule.name}: {flag.rule.why}{where}"


def place(numbers: Sequence[int]) -> str:
    """Passages, as a person counts them."""
    few = ", ".join(map(str, numbers[:3]))
    return f"passage{'s' if len(numbers) > 1 else ''} {few}{', …' if len(numbers) > 3 else ''}"  # noqa: PLR2004 - three are enough
