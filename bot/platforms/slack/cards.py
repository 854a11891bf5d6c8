"""A draft -> messages. Pure; every shape has a golden file. What gets signed is never cut: a long card goes over several messages."""

from collections.abc import Iterator
from datetime import datetime

from bot.cards import phrases
from bot.cards.card import card as seen
from bot.cards.card import decisive
from bot.cards.cutting import split
from bot.cards.views import CardView, Line, SourceView
from bot.platforms.slack.words import LONGEST_SECTION, Block, Message, date, fallback, link, mrkdwn, packed, plain
from handlers.models import Draft
from handlers.policy import asked_before

STYLES = {"Approve": "primary", "Reject": "danger"}
ABOVE = "above"
"""Begins the name of words above a card."""
LONGEST_HEADER = 150
"""Characters of a header (Slack's limit); a longer one is said once more below, whole."""


def card(draft: Draft, *, now: datetime, again: bool = False) -> tuple[Message, ...]:
    """Every message of a draft's card, in order; the last one has the buttons, or what became of it.

    `again`: it answers another request for the same thing, and says so above.
    """
    view = seen(draft, now=now)
    said = asked_before(draft) if again else ""
    parts = packed([*above(said), *body(view), *standing(view, draft)], list(foot(view, draft)))
    total = len(parts)
    shown = parts if total == 1 else [[part(draft, n, total), *blocks] for n, blocks in enumerate(parts, 1)]
    told = fallback(" ".join(filter(None, (said, phrases.summary(view)))))
    return tuple(Message(told, tuple(blocks)) for blocks in shown)


def part(draft: Draft, number: int, total: int) -> Block:
    """Head of one message out of several. Named like the last line of a card: no part of it is a turn of a conversation."""
    name = f"draft.{draft.id}.{draft.version}.{draft.state}.{draft.approvals}.{number}"
    return {"type": "context", "block_id": name, "elements": [plain(phrases.part(number, total))]}


def above(said: str) -> Iterator[Block]:
    """Words above a card. They are no part of it, and have a name of their own."""
    for number, block in enumerate(sections(said)):
        yield {**block, "block_id": f"{ABOVE}.{number}"}


def body(view: CardView) -> Iterator[Block]:
    """What would be written where, and why."""
    head = phrases.heading(view)
    yield {"type": "header", "text": plain(head, limit=LONGEST_HEADER)}
    yield from sections(head if len(head) > LONGEST_HEADER else "")
    yield from sections(view.title)
    for item, told in zip(view.items, phrases.items(view), strict=True):
        yield from sections(told)
        yield from linked(item.url, phrases.item_opens(item))
    yield from linked(view.url if view.is_open else "", phrases.opens(view))
    for text in phrases.remarks(view):
        yield from notes(text)
    for line in view.lines:
        yield from change(line, is_three_way=bool(view.follows))
    if view.reasons:
        yield from sections("\n".join((phrases.WHY, *phrases.reasons(view))))
    for source in view.sources:
        yield from cited(source)


def change(line: Line, *, is_three_way: bool) -> Iterator[Block]:
    """One field, before and after; three ways where the record moved, also where nothing stood. Long texts have blocks of their own."""
    if short := phrases.in_line(line, is_three_way=is_three_way):
        yield from sections(f"{line.field}: {short}{phrases.sure(line)}")
        return
    for title, text in phrases.sides(line, is_three_way=is_three_way):
        yield from notes(title)
        yield from sections(text)


def cited(source: SourceView, *, longest: int = 0) -> Iterator[Block]:
    """Something that a reason rests on. Its title is foreign text, so the link shows the host that it leads to."""
    *before, last = notes(phrases.cited(source, longest=longest))
    yield from before
    if source.url and (found := link(source.url)):
        yield {**last, "elements": [*last["elements"], mrkdwn(found)]}
        return
    yield last
    yield from notes(source.url)


def linked(url: str, label: str) -> Iterator[Block]:
    """The way to a record; its bare address where that is too long for a link."""
    if found := link(url, label):
        yield {"type": "context", "elements": [mrkdwn(found)]}
    else:
        yield from notes(url)


def standing(view: CardView, draft: Draft) -> Iterator[Block]:
    """Who decides until when; afterwards who decided what, and the way to the record."""
    if view.is_open:
        yield from sections(phrases.terms(view))
        yield from notes(view.progress)
        if draft.expires:
            yield {"type": "context", "elements": [mrkdwn(f"expires {date(draft.expires)}")]}
        return
    yield from sections(phrases.ending(view))
    if last := decisive(draft):
        yield {"type": "context", "elements": [mrkdwn(date(last.at))]}
    yield from notes(phrases.terms(view))
    yield from linked(view.outcome_url, phrases.opens(view))


def foot(view: CardView, draft: Draft) -> Iterator[Block]:
    """The buttons while it waits, and last of all the name."""
    handle = f"{view.id}.{view.version}"
    if view.is_decidable:
        verbs = [button(verb, STYLES.get(verb, ""), handle) for verb in phrases.VERBS]
        yield {"type": "actions", "block_id": f"act.{handle}.{draft.approvals}", "elements": verbs}
    name = f"draft.{handle}.{view.state}.{draft.approvals}"
    yield {"type": "context", "block_id": name, "elements": [plain(phrases.name(view.id))]}


def button(verb: str, style: str, handle: str) -> Block:
    """A button. It carries the name and version of what it decides, and nothing else."""
    found = {"type": "button", "action_id": verb.lower(), "text": plain(verb), "value": handle}
    return {**found, "style": style} if style else found


def sections(text: str) -> Iterator[Block]:
    """Text of any length, letter by letter."""
    for piece in split(text, LONGEST_SECTION):
        if piece.strip():
            yield {"type": "section", "text": plain(piece)}


def notes(text: str) -> Iterator[Block]:
    """Small lines of any length, letter by letter."""
    for piece in split(text, LONGEST_SECTION):
        if piece.strip():
            yield {"type": "context", "elements": [plain(piece)]}
