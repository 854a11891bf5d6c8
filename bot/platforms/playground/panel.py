"""The side panel: what a record held when the change was drawn up, what is proposed, what it holds now. Pure."""

from bot.cards.clean import clean, web_link
from bot.platforms.playground.views import Cell, RecordView
from handlers.models import Change, Draft, Record, State, Value, same, shown

ENDED_UNSENT = frozenset({State.REJECTED, State.EXPIRED, State.SUPERSEDED, State.STALE})
"""States after which nothing of the draft is or will be on the record."""
SPOKEN = "added to the conversation"
"""What stands for a text that became part of the record's conversation and is no field of it."""
UNSPOKEN = "not sent"
"""What stands for such a text as long as it is not there."""
UNREADABLE = "The record cannot be read right now, its system does not answer. What was proposed is still here; try again soon."


def panel(draft: Draft, now: Record | None, trouble: str = "") -> RecordView:
    """`now` is None while the system cannot be reached; `trouble` says why if somebody knows."""
    touched = {change.field for change in draft.changes}
    others = (
        ()
        if now is None
        else tuple(Cell(clean(n), "", "", clean(shown(v)), "") for n, v in now.fields.items() if n not in touched)
    )
    record = now or draft.record
    return RecordView(
        draft=draft.id,
        system=clean(record.system),
        key=clean(record.name),
        title=clean(record.title),
        url=web_link(record.url),
        state=str(draft.state),
        cells=tuple(cell(change, draft, now) for change in draft.changes),
        others=tuple(other for other in others if other.now),
        trouble=(clean(trouble) or UNREADABLE) if now is None else "",
    )


def cell(change: Change, draft: Draft, now: Record | None) -> Cell:
    """One changed field. A text that the record does not hold as a field shows whether it was sent."""
    before = change.saw if draft.follows else change.before
    sides = clean(shown(before)), clean(shown(change.after))
    if now is None:
        return Cell(clean(change.field), *sides, "", "unknown")
    if change.field not in now.fields:
        is_written = draft.state is State.WRITTEN
        return Cell(clean(change.field), *sides, SPOKEN if is_written else UNSPOKEN, "written" if is_written else "same")
    held = now.fields[change.field]
    return Cell(clean(change.field), *sides, clean(shown(held)), mark(change, held, draft.state))


def mark(change: Change, held: Value, state: State) -> str:
    """What became of a field: `written` as proposed, `moved` by somebody else, or the `same` as it was."""
    if same(held, change.after) and state not in ENDED_UNSENT:
        return "written"
    return "same" if same(held, change.before) else "moved"
