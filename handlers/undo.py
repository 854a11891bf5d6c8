"""A written draft -> a draft of the inverse, against the record as it is now. It is approved and written like any other."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.bundles import bundle
from handlers.errors import Invalid
from handlers.models import Call, Change, Draft, Record, Reply, State, same, shown
from handlers.policy import is_decidable
from handlers.ports import Drafts, Policies, Rereads

SAID = frozenset({"reply", "note", "comment"})
"""Words that people have read: no system takes them back."""
MANNER = frozenset({"visibility"})
"""How something was said: it comes and goes with the words."""
ALWAYS_SET = frozenset({"type", "priority"})
"""Fields that a vendor does not let be empty again once they hold something."""


MADE = "it is new, and the bot deletes nothing"


async def undo(call: Call, *, drafts: Drafts, reread: Rereads, policies: Policies) -> Draft | Reply:
    """Propose what the record held before. Raises NotFound, Invalid for a draft that was not written."""
    written = await drafts.read(call.argument.split()[-1].strip("`").casefold())
    if written.items:
        return await together(written, call, reread, policies)
    found = way_back(written, await now_of(written, reread), call)
    if isinstance(found, str):
        return Reply(f"There is nothing to take back of {written.id}: {found}.")
    return decidable([found], found, written, policies)


async def together(written: Draft, call: Call, reread: Rereads, policies: Policies) -> Draft | Reply:
    """The way back of a bundle: a bundle of inverses, the last write first. What made something new, or is back already, stays out.

    Raises Invalid where nobody could decide all of it: owners and rules may be others than when it was written.
    """
    done = [item for item in reversed(written.items) if item.state is State.WRITTEN]
    if not done:
        raise Invalid(f"{written.id} is {written.state}, and only what was written can be taken back.")
    found = [(item, MADE if item.record.is_new else way_back(item, await reread(item), call)) for item in done]
    back = [inverse for _, inverse in found if isinstance(inverse, Draft)]
    kept = tuple(f"{item.record.system} {item.record.name}: {why}" for item, why in found if isinstance(why, str))
    if not back:
        return Reply(f"There is nothing to take back of {written.id}: {'; '.join(kept)}.")
    whole = back[0]
    if len(back) > 1:
        whole = bundle(back, call=call, reasons=(f"takes back what {written.id} wrote, the last change first",))
    decidable(back, whole, written, policies)
    follows = written.id if any(item.follows for item in back) else ""
    return replace(whole, reasons=(*whole.reasons, *kept), undoes=written.id, follows=follows)


def decidable(back: Sequence[Draft], whole: Draft, written: Draft, policies: Policies) -> Draft:
    """The way back, if there is somebody who may decide it. Raises Invalid with what to do where only owners may, and there is no such owner."""
    if is_decidable(whole, policies(whole)):
        return whole
    if len(back) > 1:
        each = ", ".join(f"/undo {one.undoes} ({one.record.name})" for one in back)
        raise Invalid(
            f"Only the owner of each record may decide what becomes of it, and those of {written.id} have no owner in common. "
            f"Take it back one by one, the last change first: {each}."
        )
    record = back[0].record
    raise Invalid(
        f"Only the owner of {record.system} {record.name} may decide what becomes of it, and it has none. Give it one there, then ask again."
    )


async def now_of(written: Draft, reread: Rereads) -> Record:
    """The record as it is now. Raises Invalid for a draft that was not written, or that made something new."""
    if written.state is not State.WRITTEN:
        raise Invalid(f"{written.id} is {written.state}, and only what was written can be taken back.")
    if written.record.is_new:
        raise Invalid(f"{written.id} made something new, and the bot deletes nothing: do that in {written.record.system} itself.")
    return await reread(written)


def way_back(written: Draft, now: Record, call: Call) -> Draft | str:
    """The inverse of what was written against the record as it is now, or why there is none."""
    touched = [change for change in written.changes if change.field not in MANNER]
    kept = tuple(f"{change.field} stays: {why}" for change in touched if (why := final(change)))
    back = [change for change in touched if not final(change)]
    changes = inverse(back, now)
    if not changes:
        return "; ".join((*kept, *(["everything else already is as it was before"] if back else [])))
    news = moved(changes)
    draft = Draft.of(written.workflow, now, changes if news else two_way(changes), call=call)
    return replace(
        draft,
        reasons=(f"takes back what {written.parent or written.id} wrote", *news, *kept),
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
