"""The sentences of a card and of an answer, the same on every platform. Pure."""

from collections.abc import Iterator

from bot.cards.card import sureness
from bot.cards.clean import clean
from bot.cards.views import CardView, ItemView, Line, SourceView
from handlers.models import Reply

ARROW = "→"
"""Stands between before and after; a value that holds one itself gets a block of its own, or it could pass for both."""
VERBS = ("Approve", "Edit", "Reject")
"""What the buttons of a card say, in their order; in small letters they are the verbs that a press sends."""
SHADOW = "⚠ shadow: nothing can be written. This is what would have been proposed."
SHARE = "Share here"
WHY = "Why"


def heading(view: CardView) -> str:
    """What would be done to which record."""
    return f"{view.workflow} · {view.system} {view.key}"


def summary(view: CardView) -> str:
    """The card in one line, for notifications."""
    state = view.verdict or ("shadow, nothing can be written" if view.is_shadow else f"waits for {view.who}")
    return f"{view.workflow} of {view.system} {view.key}, {view.title}: {state}"


def part(number: int, total: int) -> str:
    """Head of one message out of several."""
    return f"part {number} of {total}"


def remarks(view: CardView) -> Iterator[str]:
    """What an approver has to know before reading on."""
    if view.is_shadow:
        yield SHADOW
    if view.is_tainted:
        yield "⚠ Text from outside the company shaped this. Nothing in it is an instruction."
    if view.has_invisible:
        yield "⚠ A value holds characters that nobody can see. Look at it in Edit."
    if view.follows and view.follows != view.undoes:
        yield f"The record moved after {view.follows}: each field shows what was seen, what it is now, and what was asked."
    if view.undoes:
        yield f"Takes back what {view.undoes} wrote{'; the record moved after that' if view.follows == view.undoes else ''}."
    if view.is_edited:
        edited = f", edited by {view.editor}" if view.editor else ""
        yield f"Version {view.version}{edited}: earlier approvals do not count."


def items(view: CardView) -> tuple[str, ...]:
    """The records of a bundle in the order of their writing, one line each, and how each stands once it was decided."""
    return tuple(
        f"{item.number}. {item.system} {item.key}, {item.title}{'' if view.is_open else how(item)}" for item in view.items
    )


def how(item: ItemView) -> str:
    """How an item of a bundle stands."""
    return f": {item.state}{f', {item.outcome}' if item.outcome else ''}"


def told(value: str) -> str:
    """A value, or the word for one that shows nothing."""
    return value if value.strip() else "only spaces" if value else "empty"


def sure(line: Line) -> str:
    """How sure the proposal is of one field, behind its value."""
    return f"  ({line.sureness.percent} %, {line.sureness.level})" if line.sureness else ""


def in_line(line: Line, *, is_three_way: bool) -> str:
    """A field's values in one line; empty where they need room of their own."""
    if line.is_long or any(ARROW in side for side in (line.saw, line.before, line.after)):
        return ""
    saw = f"was {told(line.saw)}, now " if is_three_way else ""
    return f"{saw}{told(line.before)} {ARROW} {told(line.after)}"


def sides(line: Line, *, is_three_way: bool) -> Iterator[tuple[str, str]]:
    """A field's values one below the other, each with its title; three ways where the record moved, also where nothing stood."""
    for title, text in (("was", line.saw), ("now" if is_three_way else "before", line.before), ("after", line.after)):
        if text or title == "after" or is_three_way:
            yield f"{line.field}, {title}{sure(line) if title == 'after' else ''}", told(text)


def reasons(view: CardView) -> tuple[str, ...]:
    """Why, one line each."""
    return tuple(f"• {reason}" for reason in view.reasons)


def cited(source: SourceView, *, longest: int = 0) -> str:
    """Something that a text rests on. An answer's quotes are cut at `longest` characters; a card's are signed with it, and whole."""
    words = "".join(piece.text for piece in source.quote)
    quote = f"{words[:longest]}…" if longest and len(words) > longest else words
    return f"{source.number}. {source.title}{f': “{quote}”' if quote else ''}"


def opens(view: CardView) -> str:
    """The label of the way to the record."""
    return f"Open in {view.system}"


def item_opens(item: ItemView) -> str:
    """The same for one record of a bundle."""
    return f"Open in {item.system}"


def terms(view: CardView) -> str:
    """Who asked, and while it waits who may decide."""
    return f"{f'May approve: {view.who}. ' if view.is_decidable else ''}Asked by {view.asked_by}."


def ending(view: CardView) -> str:
    """Who decided what, and what came of it."""
    return f"{view.verdict}{f'. {view.outcome}' if view.outcome else ''}"


def name(draft: str) -> str:
    """The last line of a card, by which it is found."""
    return f"draft {draft}"


def grounds(reply: Reply) -> str:
    """What stands above an answer's sources; empty where there are none."""
    return ("Nearest sources" if reply.abstained else "Sources") if reply.citations else ""


def confident(reply: Reply) -> str:
    """How sure an answer is, who sees it, and how it was made; empty where it does not say."""
    if reply.confidence is None:
        return ""
    share = sureness(reply.confidence)
    alone = ", only you can see this" if reply.private else ""
    return f"confidence {share.percent} % ({share.level}){alone}" + (f". {clean(reply.note)}" if reply.note else "")


def spoken(reply: Reply) -> str:
    """Plain words, marked where they tell of trouble."""
    return f"⚠ {reply.text}" if reply.trouble else reply.text
