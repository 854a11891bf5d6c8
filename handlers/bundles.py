"""Several drafts under one signature: what the bundle shows, how it is edited, and how it stands. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from handlers.errors import Invalid
from handlers.models import Call, Draft, Record, State, Value, canonical

BUNDLE = "bundle"
"""The system of a bundle's own record: no connector has this name, so nothing can write a bundle as such."""
NAMED = 3
"""Records that the name of a bundle counts up; a card lists all of them."""
MOST = 10
"""Items of a bundle: as many as a person can look through before signing."""
UNDERWAY = frozenset({State.APPROVED, State.WRITING})


def bundle(items: Sequence[Draft], *, call: Call, reasons: Iterable[str] = ()) -> Draft:
    """One draft that shows the changes of all items, which are written in this order once it is approved.

    Its fields are those of the items behind their number: `1.priority`, `2.reply`. Raises Invalid for fewer than two items, more
    than MOST, two of one record (the second would be stale when its turn comes), and a bundle in a bundle.
    """
    if not 2 <= len(items) <= MOST or any(item.items for item in items):  # noqa: PLR2004 - one is no bundle
        raise Invalid(f"A bundle holds 2 to {MOST} changes, not {len(items)}. Ask for them one by one.")
    if len({item.record.key for item in items}) < len(items):
        raise Invalid("Two changes of one record cannot be in one bundle. Ask for them one after the other.")
    whole = Draft.of(items[0].workflow, record(items), (), call=call)
    own = tuple(f"{n}. {item.record.name}: {reason}" for n, item in enumerate(items, 1) for reason in item.reasons)
    return joined(
        replace(
            whole,
            reasons=(*reasons, *own),
            sources=tuple(dict.fromkeys(source for item in items for source in item.sources)),
            tainted=any(item.tainted for item in items),
            subject=subject(items),
        ),
        items,
    )


def subject(items: Sequence[Draft]) -> str:
    """What a bundle is about: what each of its items is about. Empty when one of them is about nothing that another could be about."""
    about = [item.subject for item in items]
    return hashlib.sha256(canonical(about)).hexdigest() if all(about) else ""


def renewed(draft: Draft, *, call: Call) -> Draft:
    """The same proposal under an id of its own, as an item that nobody has decided on."""
    fresh = Draft.of(draft.workflow, draft.record, draft.changes, call=call)
    return replace(
        fresh,
        reasons=draft.reasons,
        sources=draft.sources,
        confidence=draft.confidence,
        tainted=draft.tainted,
        editor=draft.editor,
        subject=draft.subject,
    )


def proposed(draft: Draft, held: Draft | None) -> tuple[Draft, ...]:
    """What is proposed for the first time by a new draft: itself, and its items but those that the draft `held` by it had before."""
    before = {(one.workflow, one.record.key) for one in ((held.items or (held,)) if held else ())}
    return (draft, *(item for item in draft.items if (item.workflow, item.record.key) not in before))


def record(items: Sequence[Draft]) -> Record:
    """What stands in the place of a record. Its owner is who owns every one of them, its author who wrote any."""
    names = [f"{item.record.system} {item.record.name}" for item in items]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    first, *others = [item.record for item in items]
    return Record(
        BUNDLE,
        "changes",
        " + ".join(names[:NAMED]) + more,
        "",
        f"{len(items)} changes, written in this order",
        "",
        {},
        owner=first.owner.intersection(*(other.owner for other in others)),
        author=first.author.union(*(other.author for other in others)),
        outside_text=any(item.record.outside_text for item in items),
    )


def joined(whole: Draft, items: Sequence[Draft]) -> Draft:
    """The bundle with these items: their changes and confidences stand in it behind their numbers."""
    numbered = list(enumerate(items, 1))
    return replace(
        whole,
        items=tuple(items),
        changes=tuple(replace(c, field=f"{n}.{c.field}") for n, item in numbered for c in item.changes),
        confidence={f"{n}.{name}": share for n, item in numbered for name, share in item.confidence.items()},
    )


def edited(whole: Draft, values: Mapping[str, Value], *, by: str) -> Draft:
    """The next version of a bundle, and of each of its items. Raises Invalid when nothing would be left of one of them."""
    items = [
        item.edited({c.field: values[f"{n}.{c.field}"] for c in item.changes if f"{n}.{c.field}" in values}, by=by)
        for n, item in enumerate(whole.items, 1)
    ]
    if empty := [f"{n} ({item.record.name})" for n, item in enumerate(items, 1) if not item.changes]:
        raise Invalid(f"Nothing would be left to write of {', '.join(empty)}. Leave a change in it, or use Reject.")
    return replace(joined(whole, items), version=whole.version + 1, editor=by, votes=())


def standing(items: Sequence[Draft]) -> tuple[State, str]:
    """How a bundle stands that was approved, and what has been written so far."""
    written = sum(item.state is State.WRITTEN for item in items)
    told = f"{written} of {len(items)} written"
    if written == len(items):
        return State.WRITTEN, told
    number, first = next((n, item) for n, item in enumerate(items, 1) if item.state is not State.WRITTEN)
    if first.state in UNDERWAY:
        return State.WRITING, told
    state = State.FAILED if written and first.state is State.STALE else first.state
    return state, f"{told}; stopped at {number} ({first.record.system} {first.record.name}: {first.state})"


def not_begun(stopped: Draft) -> str:
    """The outcome of an item behind the one at which a bundle stopped."""
    return f"not begun: {stopped.record.system} {stopped.record.name} before it ended as {stopped.state}; nothing was written"
