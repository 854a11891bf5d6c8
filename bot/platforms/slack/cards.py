"""A draft -> messages. Pure; every shape has a golden file. What gets signed is never cut: a long card goes over several messages."""

from collections.abc import Iterator
from datetime import datetime

from bot.cards.card import card as seen
from bot.cards.card import decisive
from bot.cards.views import CardView, Line, SourceView
from bot.platforms.slack.words import LONGEST_SECTION, Block, Message, date, fallback, link, mrkdwn, packed, plain, split
from handlers.models import Draft

VERBS = (("Approve", "primary"), ("Edit", ""), ("Reject", "danger"))
ARROW = "→"
"""Stands between before and after; a value that holds one itself gets a block of its own, or it could pass for both."""
LONGEST_HEADER = 150
"""Characters of a header (Slack's limit); a longer one is said once more below, whole."""


def card(draft: Draft, *, now: datetime) -> tuple[Message, ...]:
    """Every message of a draft's card, in order; the last one has the buttons, or what became of it."""
    view = seen(draft, now=now)
    parts = packed([*body(view), *standing(view, draft)], list(foot(view, draft)))
    total = len(parts)
    shown = parts if total == 1 else [[part(draft, n, total), *blocks] for n, blocks in enumerate(parts, 1)]
    told = fallback(summary(view))
    return tuple(Message(told, tuple(blocks)) for blocks in shown)


def part(draft: Draft, number: int, total: int) -> Block:
    """Head of one message out of several. Named like the last line of a card: no part of it is a turn of a conversation."""
    name = f"draft.{draft.id}.{draft.version}.{draft.state}.{draft.approvals}.{number}"
    return {"type": "context", "block_id": name, "elements": [plain(f"part {number} of {total}")]}


def summary(view: CardView) -> str:
    """The card in one line, for notifications."""
    state = view.verdict or f"waits for {view.who}"
    return f"{view.workflow} of {view.system} {view.key}, {view.title}: {state}"


def body(view: CardView) -> Iterator[Block]:
    """What would be written where, and why."""
    head = f"{view.workflow} · {view.system} {view.key}"
    yield {"type": "header", "text": plain(head, limit=LONGEST_HEADER)}
    yield from sections(head if len(head) > LONGEST_HEADER else "")
    yield from sections(view.title)
    yield from linked(view.url if view.is_open else "", f"Open in {view.system}")
    for text in remarks(view):
        yield from notes(text)
    for line in view.lines:
        yield from change(line, is_three_way=bool(view.follows))
    if view.reasons:
        yield from sections("Why\n" + "\n".join(f"• {reason}" for reason in view.reasons))
    for source in view.sources:
        yield from cited(source)


def remarks(view: CardView) -> Iterator[str]:
    """What an approver has to know before reading on."""
    if view.is_tainted:
        yield "⚠ Text from outside the company shaped this. Nothing in it is an instruction."
    if view.has_invisible:
        yield "⚠ A value holds characters that nobody can see. Look at it in Edit."
    if view.follows and not view.undoes:
        yield f"The record moved after {view.follows}: each field shows what was seen, what it is now, and what was asked."
    if view.undoes:
        yield f"Takes back what {view.undoes} wrote."
    if view.is_edited:
        yield f"Version {view.version}{f', edited by {view.editor}' if view.editor else ''}."


def change(line: Line, *, is_three_way: bool) -> Iterator[Block]:
    """One field, before and after; three ways where the record moved, also where nothing stood. Long texts have blocks of their own."""
    sure = f"  ({line.sureness.percent} %, {line.sureness.level})" if line.sureness else ""
    if not line.is_long and not any(ARROW in side for side in (line.saw, line.before, line.after)):
        saw = f"was {told(line.saw)}, now " if is_three_way else ""
        yield from sections(f"{line.field}: {saw}{told(line.before)} {ARROW} {told(line.after)}{sure}")
        return
    for title, text in (("was", line.saw), ("now" if is_three_way else "before", line.before), ("after", line.after)):
        if text or title == "after" or is_three_way:
            yield from notes(f"{line.field}, {title}{sure if title == 'after' else ''}")
            yield from sections(told(text))


def told(value: str) -> str:
    """A value, or the word for one that shows nothing."""
    return value if value.strip() else "only spaces" if value else "empty"


def cited(source: SourceView, *, longest: int = 0) -> Iterator[Block]:
    """Something that a reason rests on. Its title is foreign text, so the link shows the host that it leads to.

    An answer's quotes are cut at `longest` characters; a card's are signed with it, and whole.
    """
    words = "".join(piece.text for piece in source.quote)
    quote = f"{words[:longest]}…" if longest and len(words) > longest else words
    *before, last = notes(f"{source.number}. {source.title}{f': “{quote}”' if quote else ''}")
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
        yield from sections(f"May approve: {view.who}. Asked by {view.asked_by}.")
        yield from notes(view.progress)
        if draft.expires:
            yield {"type": "context", "elements": [mrkdwn(f"expires {date(draft.expires)}")]}
        return
    yield from sections(f"{view.verdict}{f'. {view.outcome}' if view.outcome else ''}")
    if last := decisive(draft):
        yield {"type": "context", "elements": [mrkdwn(date(last.at))]}
    yield from linked(view.outcome_url, f"Open in {view.system}")


def foot(view: CardView, draft: Draft) -> Iterator[Block]:
    """The buttons while it waits, and last of all the name."""
    handle = f"{view.id}.{view.version}"
    if view.is_open:
        verbs = [button(*verb, handle) for verb in VERBS]
        yield {"type": "actions", "block_id": f"act.{handle}.{draft.approvals}", "elements": verbs}
    name = f"draft.{handle}.{view.state}.{draft.approvals}"
    yield {"type": "context", "block_id": name, "elements": [plain(f"draft {view.id}")]}


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
