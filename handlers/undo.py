"""A written draft -> a draft of the inverse, against the record as it is now. It is approved and written like any other."""

from collections.abc import Iterable
from dataclasses import replace

from handlers.errors import Invalid
from handlers.models import Call, Change, Draft, Record, Reply, State, same, shown
from handlers.ports import Drafts, Rereads

SAID = frozenset({"reply", "note", "comment"})
"""Words that people have read: no system takes them back."""
MANNER = frozenset({"visibility"})
"""How something was said: it comes and goes with the words."""
ALWAYS_SET = frozenset({"type", "priority"})
"""Fields that a vendor does not let be empty again once they hold something."""


async def undo(call: Call, *, drafts: Drafts, reread: Rereads) -> Draft | Reply:
    """Propose what the record held before. Raises NotFound, Invalid for a draft that was not written."""
    written = await drafts.read(call.argument.split()[-1].strip("`").casefold())
    if written.state is not State.WRITTEN:
        raise Invalid(f"{written.id} is {written.state}, and only what was written can be taken back.")
    if written.record.is_new:
        raise Invalid(f"{written.id} made something new, and the bot deletes nothing: do that in {written.record.system} itself.")
    now = await reread(written)
    touched = [change for change in written.changes if change.field not in MANNER]
    kept = tuple(f"{change.field} stays: {why}" for change in touched if (why := final(change)))
    back = [change for change in touched if not final(change)]
    changes = inverse(back, now)
    if not changes:
        done = "; ".join((*kept, *(["everything else already is as it was before"] if back else [])))
        return Reply(f"There is nothing to take back of {written.id}: {done}.")
    news = moved(changes)
    draft = Draft.of(written.workflow, now, changes if news else two_way(changes), call=call)
    return replace(
        draft,
        reasons=(f"takes back what {written.id} wrote", *news, *kept),
        tainted=written.tainted or now.outside_text,
        undoes=written.id,
        follows=written.id if news else "",
        subject=f"undo:{written.id}:{draft.subject}",
    )


def final(change: Change) -> str:
    """Why a change cannot be taken back; an empty string when it can."""
    if change.field in SAID:
        return "what people have read cannot be taken back"
    if change.field in ALWAYS_SET and not shown(change.before):
        return "it was empty, and it cannot be emptied again"
    return ""


def inverse(written: Iterable[Change], now: Record) -> tuple[Change, ...]:
    """The way back of each field that is not back already; `saw` is what the write left where somebody went on from there."""
    found = (replace(c, before=now.fields.get(c.field), after=c.before, saw=c.after) for c in written)
    return tuple(change for change in found if not same(change.before, change.after))


def two_way(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Before and after only, where nobody changed anything in between."""
    return tuple(replace(change, saw=None) for change in changes)


def moved(changes: Iterable[Change]) -> tuple[str, ...]:
    """Which fields somebody changed after the write, in words."""
    gone = [c for c in changes if not same(c.before, c.saw)]
    return tuple(f"{c.field} was written as {shown(c.saw) or 'empty'} and is now {shown(c.before) or 'empty'}" for c in gone)
