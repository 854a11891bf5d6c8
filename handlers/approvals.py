"""Approve, edit, reject; then write what was approved. The only handler that is given Writes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from handlers import bundles
from handlers.errors import Invalid, NotAllowed, NotFound, Refused, Stale, Trouble, Unavailable, Unknown
from handlers.models import Call, Change, Decision, Draft, Policy, Record, Ref, Reply, State, Value, Verb, same, shown
from handlers.policy import kept_tight, lapsed, refusal
from handlers.ports import Clock, Drafts, Persons, Policies, Writes

LATE = "found on the record after the connection had been lost"
"""Outcome of a write whose answer never came but whose effect is there."""


def now_utc() -> datetime:
    """The Clock port, for real."""
    return datetime.now(UTC)


async def approvals(call: Call, *, drafts: Drafts, policies: Policies, clock: Clock = now_utc) -> Reply:
    """The drafts that wait for this person, as live cards."""
    waiting = [d for d in await drafts.waiting() if not refusal(d, call.person, policies(d), clock())]
    if not waiting:
        return Reply("Nothing waits for you.", private=True)
    return Reply(f"{len(waiting)} waiting for you:", waiting=tuple(waiting), private=True)


async def decide(
    decision: Decision, *, drafts: Drafts, policies: Policies, persons: Persons | None = None, clock: Clock = now_utc
) -> Draft:
    """Apply one press of a button. The actor comes from the verified envelope, what is decided on from the store.

    With `persons`, earlier approvals of somebody who may not decide any more do not count towards the quorum.

    A press that is taken up again, after a crash or beside its first answer, finds its own effect and changes nothing more.

    Raises NotAllowed, AlreadyDecided, Expired, Stale, NotFound, Invalid; each of them is on the audit trail.
    """
    try:
        draft = await drafts.read(decision.draft)
        if draft.parent:
            raise NotAllowed(f"not allowed: {draft.id} is decided together with others, on the card of draft {draft.parent}.")
        policy = policies(draft)
        if reason := refusal(draft, decision.person, policy, clock()):
            raise NotAllowed(reason)
        match decision.verb:
            case Verb.APPROVE:
                return await drafts.approve(
                    decision, without=await gone(draft, policy, persons, clock()) if persons else frozenset()
                )
            case Verb.REJECT:
                return await drafts.reject(decision)
            case Verb.EDIT:
                after = next_version(draft, decision)
                return await drafts.amend(decision, tightly(draft, after, policies(after)))
    except (Refused, NotFound, Invalid) as refused:
        if (stands := await drafts.taken(decision)) is not None:
            return stands
        await drafts.refuse(decision, str(refused))
        raise


def tightly(draft: Draft, after: Draft, policy: Policy) -> Draft:
    """An edited draft with the policy that holds from now on, which is that of its items too."""
    kept = kept_tight(draft.policy, policy)
    return replace(after, policy=kept, items=tuple(replace(item, policy=kept) for item in after.items))


async def gone(draft: Draft, policy: Policy, persons: Persons, now: datetime) -> frozenset[str]:
    """Whose earlier approvals do not count any more, by who these people are now."""
    voters = {vote.person: await persons(vote.actor or vote.person) for vote in draft.votes}
    return lapsed(draft, policy, voters.__getitem__, now)


def next_version(draft: Draft, decision: Decision) -> Draft:
    """What an edit makes of the version that the person saw. Raises Stale before the values of an older card are looked at."""
    if draft.state is not State.PENDING:
        return draft  # the store refuses it, and knows who was first
    if draft.version != decision.version:
        raise Stale(f"stale: this draft was edited; decide on version {draft.version} of it.")
    return edited(draft, decision.values, by=decision.person.name)


def edited(draft: Draft, values: Mapping[str, str], *, by: str = "") -> Draft:
    """The draft with what a person typed, each value checked against the kind of its field."""
    known = {change.field: change for change in draft.changes}
    if strange := sorted(set(values) - set(known)):
        raise Invalid(f"This change has no field {', '.join(strange)}; it has {', '.join(known)}.")
    meant = {name: typed(known[name], text) for name, text in values.items()}
    if draft.items:
        return bundles.edited(draft, meant, by=by)
    after = draft.edited(meant, by=by)
    if not after.changes:
        raise Invalid("Nothing would be left to write. Use Reject instead.")
    return after


def typed(change: Change, text: str) -> Value:
    """What was typed, as the kind of value that the field holds. Raises Invalid with what may stand there."""
    text = text.replace("\r\n", "\n").strip()  # a browser's line ends: a vendor keeps others, and a read-back would miss the text
    refs = tuple(ref for ref in (*change.choices, *kept(change)) if isinstance(ref, Ref))
    if isinstance(change.after, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return tuple(pick(part, refs, change.field) for part in parts) if refs else tuple(parts)
    if refs:
        return pick(text, refs, change.field)
    if change.choices and text not in change.choices:
        raise Invalid(f"{text!r} cannot stand in {change.field}. Choose one of {', '.join(map(str, change.choices))}.")
    if not text:
        raise Invalid(f"{change.field} is empty. Type a text, or use Reject.")
    return text


def problems(draft: Draft, version: int, given: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with which field, in words. Raises Stale for a form of something that is over, Invalid for strange fields."""
    refuse_what_is_over(draft, version)
    known = {change.field: change for change in draft.changes}
    if strange := sorted(set(given) - set(known)):
        raise Invalid(f"This change has no field {', '.join(strange)}; it has {', '.join(known)}.")
    found: dict[str, str] = {}
    for name, words in given.items():
        try:
            typed(known[name], words)
        except Invalid as wrong:
            found[name] = str(wrong)
    return found


def refuse_what_is_over(draft: Draft, version: int) -> None:
    """Raises Stale, in the words that a press of Approve would get."""
    if draft.state is not State.PENDING:
        raise Stale(f"already decided: {draft.state}. Nothing can be edited any more.")
    if draft.version != version:
        raise Stale(f"stale: this draft was edited; decide on version {draft.version} of it.")


def kept(change: Change) -> tuple[Ref, ...]:
    """The values that stand in the change already, which are always allowed."""
    sides = (side if isinstance(side, tuple) else (side,) for side in (change.before, change.after))
    return tuple(item for side in sides for item in side if isinstance(item, Ref))


def pick(text: str, refs: Sequence[Ref], field: str) -> Ref:
    """The value a person means, by its id or else by its label. Raises Invalid when nothing, or more than one, goes by it."""
    wanted = text.strip().casefold()
    if by_id := [ref for ref in refs if ref.id.casefold() == wanted]:
        return by_id[0]
    found = {ref.id: ref for ref in refs if ref.label.casefold() == wanted}
    if len(found) > 1:
        raise Invalid(f"{text.strip()!r} could be any of {len(found)} in {field}. Type its id: {' or '.join(found)}.")
    if not found:
        labels = ", ".join(dict.fromkeys(ref.label for ref in refs))
        raise Invalid(f"{text.strip()!r} cannot stand in {field}. Choose one of {labels}.")
    return next(iter(found.values()))


async def carry_out(name: str, version: int, *, drafts: Drafts, writes: Writes) -> Draft:
    """Write an approved draft once. Safe to run again after a crash at any point.

    Raises Unavailable or Unknown where the ledger should come back later, NotAllowed when what is stored is not what was
    approved; every other end is concluded here.
    """
    begun = await drafts.begin(name, version)
    if begun is None:
        return await drafts.read(name)
    draft, first = begun
    if not first and await found(draft, drafts, writes):
        return await drafts.conclude(name, version, State.WRITTEN, LATE)
    try:
        now = await writes.reread(draft)
        if is_as_seen(now, draft):
            return await drafts.conclude(name, version, State.WRITTEN, await writes.write(draft))
    except Stale:
        if await found(draft, drafts, writes):  # an earlier attempt of ours arrived late: that is what the guard saw
            return await drafts.conclude(name, version, State.WRITTEN, LATE)
        now = await writes.reread(draft)
    except (Invalid, NotFound, Refused) as trouble:
        return await drafts.conclude(name, version, State.FAILED, str(trouble))
    except Unknown as trouble:
        await drafts.conclude(name, version, State.UNKNOWN, f"being checked: {trouble}")
        raise
    except Unavailable:
        if first:
            await drafts.release(name, version)
        raise
    return await stale(draft, now, drafts)


def is_as_seen(now: Record, draft: Draft) -> bool:
    """Whether the record is the one that was drawn up. Some systems count whole seconds, so the fields in question are compared, too."""
    return now.version == draft.record.version and all(same(now.fields.get(c.field), c.before) for c in draft.changes)


async def found(draft: Draft, drafts: Drafts, writes: Writes) -> bool:
    """Whether an earlier attempt took effect. Where nobody can say, the card says so and Unknown is raised."""
    try:
        return await writes.landed(draft)
    except Unknown as trouble:
        await drafts.conclude(draft.id, draft.version, State.UNKNOWN, f"being checked: {trouble}")
        raise


async def give_up(name: str, version: int, trouble: Trouble, *, drafts: Drafts) -> Draft:
    """Conclude a draft whose attempts have run out: nobody can say, or nothing was written."""
    draft = await drafts.read(name)
    # No later trouble tells how an attempt ended that was cut off: its draft still says that it is being written.
    if isinstance(trouble, Unknown) or draft.state in (State.UNKNOWN, State.WRITING):
        return await drafts.conclude(name, version, State.UNKNOWN, f"a person has to look: {trouble}", final=True)
    return await drafts.conclude(name, version, State.FAILED, str(trouble))


async def stale(draft: Draft, now: Record, drafts: Drafts) -> Draft:
    """Refuse to write over what somebody else did, and draw the change up again against the record as it is now."""
    fresh = tuple(
        replace(change, before=now.fields.get(change.field), saw=change.before)
        for change in draft.changes
        if not same(now.fields.get(change.field), change.after)
    )
    why = f"{draft.record.name} changed since this was drawn up; nothing was written"
    if not fresh:
        return await drafts.conclude(draft.id, draft.version, State.STALE, f"{why}. It already holds what was asked")
    call = Call(draft.id, draft.workflow, now.id, draft.asked_by, draft.place, authors=draft.record.author)
    again = replace(
        Draft.of(draft.workflow, now, fresh, call=call),
        reasons=(f"{why}: {moved(fresh) or 'another part of the record moved'}", *draft.reasons),
        sources=draft.sources,
        confidence=draft.confidence,
        tainted=draft.tainted,
        follows=draft.parent or draft.id,
        undoes=draft.undoes,
    )
    outcome = f"{why}. A fresh one is below ({again.id})"
    return await drafts.conclude(draft.id, draft.version, State.STALE, outcome, successor=again)


def moved(changes: tuple[Change, ...]) -> str:
    """What became of the fields in question meanwhile."""
    return "; ".join(
        f"{c.field} was {shown(c.saw) or 'empty'} and is now {shown(c.before) or 'empty'}"
        for c in changes
        if not same(c.saw, c.before)
    )
