"""A ticket -> classification, escalation risk and a draft of the reply, grounded in the knowledge base and in macros."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from handlers.advice import advised
from handlers.assessment import Assessment, Worded, categories, choices, grounds, material, worded
from handlers.classification import FIELDS, Elected, classified
from handlers.errors import Invalid, NoModel, Trouble
from handlers.escalation import raised, sentence, sentiment, signs
from handlers.language import LANGUAGES, language_of, letter
from handlers.macros import Considered, besides, considered, words
from handlers.models import EVERYONE, PRIVATE_NOTE, PUBLIC_REPLY, Call, Change, Draft, Record, Ref, Reply, Source, shown
from handlers.ports import Answers, Links, Model, Similar, Tie
from handlers.rules import proposed, unlinked
from handlers.systems import Tickets
from handlers.taught import Learn, Taught, lessons, untaught
from handlers.tickets import Conversation, conversation
from handlers.votes import COMPARED, held_out
from knowledge.models import Answer, Origin

POOL = 200
"""Past tickets that are compared: two pages of a search."""
CASES = 7
"""Similar tickets that a model is shown, and whose macros are considered."""
MACROS = 10
"""Macros whose words are held against the ticket's, the nearest ones."""
TIES: Sequence[Tie] = ("person", "case")
"""What a ticket can have in common with records of other systems."""
MARKS = re.compile(r"\s*\[\d+\]")
"""Citation marks: they are for the approver, not for the customer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read about a ticket before anything is proposed. `prepared` is what macros would say on it, by their titles;
    `near` are the most similar tickets of the pool, and `compared` more of them, which vote on the fields; `taught` is what the pool
    teaches of a field besides.
    """

    ticket: Record
    talk: Conversation
    pool: Sequence[Record]
    compared: Sequence[tuple[Record, float]]
    groups: Sequence[Ref]
    macros: tuple[Considered, ...]
    prepared: Mapping[str, str]
    notes: tuple[str, ...]
    known: Answer
    taught: Mapping[str, Taught]

    @property
    def near(self) -> Sequence[tuple[Record, float]]:
        """The most similar ones."""
        return self.compared[:CASES]


@dataclass(frozen=True, slots=True)
class Text:
    """A reply to the customer: its words, why they are these, how sure they are, and what they rest on."""

    words: str
    reason: str
    confidence: float = 0.0
    sources: tuple[Source, ...] = ()


async def reply(
    call: Call,
    *,
    tickets: Tickets,
    similar: Similar,
    answer: Answers,
    model: Model,
    links: Links = unlinked,
    learn: Learn = untaught,
) -> Draft | Reply:
    """Similar past tickets vote on the fields, a model has a voice; the text rests on what everyone may read, for it leaves the company.

    Who wrote it may be known to the CRM, and what it is about to Jira: the approver sees that, the customer does not.
    """
    found = await gathered(call.argument, tickets, similar, answer, learn)
    ticket, talk = found.ticket, found.talk
    tags = categories(found.pool)
    texts = grounds(found.known.passages, found.prepared)
    told = material(ticket, talk, found.near, groups=found.groups, tags=tags, grounds=texts)
    speakers = {one.author.label for one in talk.public if one.author}
    people = sorted(ticket.people.union(speakers, *(record.people for record, _ in found.near)))
    said, silent = await advised(model, "reply", Assessment, material=told, people=people, audience=frozenset({EVERYONE}))
    values = choices(said, found.near, found.groups, tags) if said else {}
    elected = classified(ticket, found.compared, found.pool, values, found.taught)
    text, why_not = written(found, said, texts)
    changes = (*spoken(text), *proposed(ticket, {name: one.ballot for name, one in elected.items()}, found.pool))
    reasons = (*judged(talk, said), text.reason, *found.notes, *aside(talk, silent, why_not), *voted(elected, changes))
    elsewhere = tuple(chain(*[await links(ticket, what, place=call.place) for what in TIES]))
    if not changes:
        return Reply(f"Nothing to propose for ticket {ticket.id} ({ticket.title}): {'; '.join(reasons)}.", elsewhere)
    shares = {change.field: elected[change.field].ballot.share for change in changes if change.field in elected}
    past = tuple(Source(f"#{record.id} {record.title}", record.url) for record, _ in found.near[:3])
    return replace(
        Draft.of("reply", ticket, changes, call=call),
        reasons=reasons,
        sources=(*text.sources, *past, *elsewhere),
        confidence={"reply": text.confidence, **shares} if text.words else shares,
        tainted=ticket.outside_text or any(one.outside_text for one in talk.public),
    )


async def gathered(name: str, tickets: Tickets, similar: Similar, answer: Answers, learn: Learn) -> Found:
    """Everything that is read, at once as far as one thing does not need another. Raises Invalid for a ticket without words."""
    ticket = await tickets.read(name)

    async def told() -> tuple[Conversation, Answer]:
        talk = conversation(ticket, await tickets.comments(ticket.id))
        if not talk.asked.strip():
            raise Invalid(f"Ticket {ticket.id} holds no words to answer. Look at it in Zendesk: perhaps it holds a picture only.")
        origin, question = Origin(ticket.system, ticket.people), f"{ticket.title}\n{talk.waiting}"
        return talk, await answer(question, audience=frozenset({EVERYONE}), origin=origin, quoted=True)

    async def compared() -> tuple[Sequence[Record], Sequence[tuple[Record, float]]]:
        pool = await tickets.past(ticket, limit=POOL)
        return pool, await similar(ticket, pool, limit=COMPARED)

    (talk, known), (pool, near), groups, (listed, why_not) = await asyncio.gather(
        told(), compared(), tickets.groups(), all_macros(tickets)
    )
    nearest = await similar(ticket, listed, limit=MACROS)
    macros = considered(nearest, near[:CASES])
    prepared, notes = await prepare(ticket, macros, tickets)
    taught = await lessons(ticket, pool, FIELDS, learn=learn, votes=held_out)
    return Found(ticket, talk, pool, near, groups, macros, prepared, (*why_not, *notes), known, taught)


async def all_macros(tickets: Tickets) -> tuple[Sequence[Record], tuple[str, ...]]:
    """The macros that there are; none, and why in words for the approver, where they cannot be read: a reply does without."""
    try:
        return await tickets.macros(), ()
    except Trouble as trouble:
        return (), (f"no macro was considered: {trouble}",)


async def prepare(ticket: Record, worth: Sequence[Considered], tickets: Tickets) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """What the macros that come near would say on this ticket, by their titles, and what an approver should know about them."""
    filled = await asyncio.gather(*(said_by(one, ticket, tickets) for one in worth))
    texts = {one.macro.title: text for one, (text, _) in zip(worth, filled, strict=True) if text}
    notes = [note for _, note in filled if note]
    named = (f"macros that come near: {', '.join(one.line for one in worth)}",) if worth else ()
    return texts, (*named, *notes)


async def said_by(one: Considered, ticket: Record, tickets: Tickets) -> tuple[str, str]:
    """What a macro would say on a ticket, and what an approver should know about it; a macro that cannot be filled in says nothing."""
    try:
        filled = await tickets.filled(one.macro, ticket) if one.speaks else ()
    except Trouble as trouble:
        return "", f"the macro {one.macro.title} was left out: {trouble}"
    text, also = words(filled), besides(filled)
    return text, f"the macro {one.macro.title} would also set {also}; that is not proposed" if text and also and one.fits else ""


def written(found: Found, said: Assessment | None, texts: Mapping[str, object]) -> tuple[Text, str]:
    """The reply in the model's words where they hold, else quoted from documents and macros; and why not in its words."""
    known = {label: one for label, one in grounds(found.known.passages, found.prepared).items() if label in texts}
    why = ""
    try:
        if said is not None and (own := worded(said, known)):
            return in_words(found, said, own), ""
    except NoModel as none:
        why = str(none)
    return quoted(found), why


def in_words(found: Found, said: Assessment, own: Worded) -> Text:
    """The model's reply. It is as sure as what it rests on."""
    sure = {one.macro.title: one.share for one in found.macros}
    rested = [sure[title] for n, title in enumerate(found.prepared, 1) if f"macro {n}" in own.labels and title in sure]
    if any(label.startswith("passage") for label in own.labels):
        rested.append(found.known.confidence)
    titles = ", ".join(dict.fromkeys(source.title for source in own.sources))
    unsure = ", which by themselves did not look like a sure answer" if found.known.abstained else ""
    tongue = "" if said.language == "en" else f", in {LANGUAGES[said.language]}"
    reason = f"a language model wrote the reply from {titles}{unsure}{tongue}"
    return Text(letter(own.text, name_of(found.ticket), said.language), reason, min(rested, default=0.0), own.sources)


def quoted(found: Found) -> Text:
    """The reply without a model: the words of a macro that fits, what the documents say, or the one in the frame of the other."""
    known, best = found.known, next((one for one in found.macros if one.fits and one.macro.title in found.prepared), None)
    if known.abstained and best is None:
        return Text("", "no reply is proposed: the knowledge base has no sure answer to this ticket, and no macro fits it")
    parts = [found.prepared[best.macro.title]] if best else []
    rests = [Source(f"macro {best.macro.title}", "", parts[0])] if best else []
    sources = tuple(dict.fromkeys((*rests, *(Source(c.title, c.url, c.quote) for c in known.citations))))
    if known.abstained and best:
        return Text(parts[0], f"the reply is the macro {best.macro.title}: {best.line}", best.share, sources)
    body = MARKS.sub("", known.text).strip()
    titles = ", ".join(dict.fromkeys(citation.title for citation in known.citations))
    reason = f"the reply quotes {titles}{f' in the frame of the macro {best.macro.title}' if best else ''}"
    spoken_in, wanted = language_of(body), language_of(found.talk.waiting)
    if wanted and spoken_in and wanted != spoken_in:
        reason += (
            f"; the customer writes {LANGUAGES[wanted]} and it is in {LANGUAGES[spoken_in]}: translate it before it goes out"
        )
    text = "\n\n".join((*parts, body)) if parts else letter(body, name_of(found.ticket), "en")
    return Text(text, reason, min(known.confidence, best.share) if best else known.confidence, sources)


def name_of(ticket: Record) -> str:
    """How the customer is addressed."""
    return shown(ticket.fields.get("requester"))


def spoken(text: Text) -> tuple[Change, ...]:
    """The reply and who may read it, or nothing where there is none. A customer reads it if somebody chooses so."""
    if not text.words:
        return ()
    return (Change("reply", None, text.words), Change("visibility", None, PRIVATE_NOTE, (PRIVATE_NOTE, PUBLIC_REPLY)))


def judged(talk: Conversation, said: Assessment | None) -> tuple[str, ...]:
    """Risk and mood in words: the rules' finding, which a model can only raise."""
    found = signs(talk.asked)
    found = raised(found, said.signs, talk.asked) if said else found
    pressed = (f"{talk.unanswered} messages wait for an answer",) if talk.unanswered > 1 else ()
    return (sentence(found), f"sentiment {sentiment(talk.asked, found, said.sentiment if said else None)}", *pressed)


def aside(talk: Conversation, silent: str, why_not: str) -> tuple[str, ...]:
    """What else an approver should know about how this came about: notes, a model that was silent, a model's words that were dropped."""
    notes = f"{talk.notes} private note{'s' if talk.notes > 1 else ''} on it: nothing of that stands in the reply"
    said = (f"No advice of a language model: {silent}",) if silent else ()
    dropped = (f"The reply is not in a language model's words: {why_not}",) if why_not else ()
    return (*((notes,) if talk.notes else ()), *said, *dropped)


def voted(elected: Mapping[str, Elected], changes: Sequence[Change]) -> tuple[str, ...]:
    """Why the fields should be what they should be."""
    return tuple(elected[change.field].reason for change in changes if change.field in elected)
