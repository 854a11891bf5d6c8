"""A draft -> messages. Pure; every shape has a golden file. What gets signed is never cut: a long card goes over several messages."""

from collections.abc import Iterator
from datetime import datetime

from bot.cards.card import card as seen
from bot.cards.views import CardView, Line, SourceView
from bot.platforms.slack.words import LONGEST_SECTION, Block, Message, date, escaped, fallback, link, mrkdwn, packed, plain, split
from handlers.models import Draft

VERBS = (("Approve", "primary"), ("Edit", ""), ("Reject", "danger"))
LONGEST_QUOTE = 300
"""Characters of a source's quote; it supports the reasons and is not what gets written."""


def card(draft: Draft, *, now: datetime) -> tuple[Message, ...]:
    """Every message of a draft's card, in order; the last one has the buttons, or what became of it."""
    view = seen(draft, now=now)
    parts = packed(list(body(view)), list(foot(view, draft)))
    total = len(parts)
    shown = parts if total == 1 else [[note(f"part {n} of {total}"), *blocks] for n, blocks in enumerate(parts, 1)]
    return tuple(Message(fallback(summary(view)), tuple(blocks)) for blocks in shown)


def summary(view: CardView) -> str:
    """The card in one line, for notifications."""
    state = view.verdict or f"waits for {view.who}"
    return f"{view.workflow} of {view.system} {view.key}, {view.title}: {state}"


def body(view: CardView) -> Iterator[Block]:
    """What would be written where, and why."""
    yield {"type": "header", "text": plain(f"{view.workflow} · {view.system} {view.key}", limit=150)}
    yield from sections(view.title)
    for text in remarks(view):
        yield note(text)
    for line in view.lines:
        yield from change(line)
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


def change(line: Line) -> Iterator[Block]:
    """One field, before and after; three ways where the record moved. Long texts have blocks of their own."""
    sure = f"  ({line.sureness.percent} %, {line.sureness.level})" if line.sureness else ""
    if not line.is_long:
        saw = f"was {line.saw or 'empty'}, now " if line.saw else ""
        yield from sections(f"{line.field}: {saw}{line.before or 'empty'} → {line.after or 'empty'}{sure}")
        return
    for title, text in (("was", line.saw), ("now" if line.saw else "before", line.before), ("after", line.after)):
        if text or title == "after":
            yield note(f"{line.field}, {title}{sure if title == 'after' else ''}")
            yield from sections(text or "empty")


def cited(source: SourceView) -> Iterator[Block]:
    """Something that a reason rests on. Its title is foreign text, so the link shows the host that it leads to."""
    words = "".join(piece.text for piece in source.quote)
    quote = f": “{words[:LONGEST_QUOTE]}{'…' if len(words) > LONGEST_QUOTE else ''}”" if words else ""
    where = f"  {link(source.url)}" if source.url else ""
    for piece in split(
        f"{source.number}. {source.title}{quote}", LONGEST_SECTION // 5
    ):  # escaping makes it up to five times as long
        yield {"type": "context", "elements": [mrkdwn(f"{escaped(piece) or ' '}{where}")]}
        where = ""


def foot(view: CardView, draft: Draft) -> Iterator[Block]:
    """Who decides until when, with buttons; afterwards who decided what, and the way to the record. Last of all the name."""
    handle = f"{view.id}.{view.version}"
    if view.is_open:
        yield from sections(f"May approve: {view.who}. Asked by {view.asked_by}.")
        until = [f"expires {date(draft.expires)}"] if draft.expires else []
        if told := ", ".join([*([escaped(view.progress)] if view.progress else []), *until]):
            yield {"type": "context", "elements": [mrkdwn(told)]}
        yield {
            "type": "actions",
            "block_id": f"act.{handle}.{draft.approvals}",
            "elements": [button(*verb, handle) for verb in VERBS],
        }
    else:
        yield from sections(f"{view.verdict}{f'. {view.outcome}' if view.outcome else ''}")
        last = next((vote for vote in reversed(draft.votes) if vote.version == draft.version), None)
        when = [date(last.at)] if view.decided and last else []
        where = [link(view.outcome_url, f"Open in {view.system}")] if view.outcome_url else []
        if told := "  ".join(filter(None, (*when, *where))):
            yield {"type": "context", "elements": [mrkdwn(told)]}
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


def note(text: str) -> Block:
    """A small line."""
    return {"type": "context", "elements": [plain(text)]}
