"""Judges a run from what was left behind: the vendors' ledgers against drafts, votes and audit. Pure; it trusts no program's word."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

DONE = frozenset({"written", "rejected", "expired", "superseded", "stale", "failed", "unknown"})
WROTE, MAY_HAVE = frozenset({"written"}), frozenset({"written", "unknown"})
Values = Mapping[str, object]


@dataclass(frozen=True)
class Event:
    """A delivery that was acknowledged. `draft` is what a press was about."""

    id: str
    kind: str
    person: str = ""
    draft: str = ""


@dataclass(frozen=True)
class Write:
    """A change that a vendor carried out for the bot, `at` when. `before` and `after` hold the fields of the draft, as the record had them."""

    draft: str
    version: int
    record: str
    before: Values
    after: Values
    at: str = ""


@dataclass(frozen=True)
class Kept:
    """A draft at the end of the run. `shown` and `asked` are the two sides of each of its changes; an item of a bundle has a `parent`."""

    id: str
    state: str
    record: str
    asked_by: str
    shown: Values
    asked: Values
    digest: str = "d"
    version: int = 1
    quorum: int = 1
    record_version: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Cast:
    """One vote."""

    draft: str
    person: str
    verb: str = "approve"
    digest: str = "d"
    version: int = 1


@dataclass(frozen=True)
class Trace:
    """One row of the audit trail about a draft."""

    draft: str
    action: str
    version: int = 1


@dataclass(frozen=True)
class Bundle:
    """Several drafts that were decided together, in the order of their writing."""

    id: str
    state: str
    items: tuple[str, ...]
    quorum: int = 1


@dataclass(frozen=True)
class Evidence:
    """Everything that a run left behind. `ended` are ids of events whose job ended, `answered` of those that got words or a card.

    `causes` are keys of what has to follow once from what happened; `followed` counts the jobs that did, `told` what was said for it.
    """

    events: tuple[Event, ...] = ()
    ended: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    drafts: tuple[Kept, ...] = ()
    votes: tuple[Cast, ...] = ()
    writes: tuple[Write, ...] = ()
    audit: tuple[Trace, ...] = ()
    leads: frozenset[str] = field(default_factory=frozenset)
    trail: str = ""
    bundles: tuple[Bundle, ...] = ()
    causes: frozenset[str] = frozenset()
    followed: Mapping[str, int] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Violation:
    """What must not happen, and to what it did."""

    kind: str
    what: str


KINDS = (
    "lost event", "double write", "unapproved write", "lost update", "open draft", "false state", "two decisions", "audit", "bundle",
    "chain",
)  # fmt: skip


WITH_BUNDLE = frozenset({"approved", "rejected", "expired", "superseded"})
"""What happens to a bundle happens to each of its items; the trail has one row for it."""


def violations(found: Evidence) -> list[Violation]:
    """Empty for a run in which every promise was kept."""
    checks = (lost_events, double_writes, unapproved_writes, lost_updates, states, decisions, trail, bundles, chains)
    return [violation for check in checks for violation in check(found)]


def table(found: list[Violation]) -> dict[str, int]:
    """How often each kind was seen, those not seen included."""
    seen = Counter(violation.kind for violation in found)
    return {kind: seen[kind] for kind in KINDS}


def lost_events(found: Evidence) -> Iterator[Violation]:
    """Acknowledged is a promise: its job ended, and somebody can see what came of it."""
    cast = {(vote.draft, vote.person) for vote in found.votes}
    for event in found.events:
        if event.id not in found.ended:
            yield Violation("lost event", f"{event.kind} {event.id} was acknowledged and never done")
        elif event.id not in found.answered and (event.draft, event.person) not in cast:
            yield Violation("lost event", f"{event.kind} {event.id} was done and nobody was told")


def double_writes(found: Evidence) -> Iterator[Violation]:
    """One version of one draft reaches a record at most once."""
    for (draft, version), count in Counter((write.draft, write.version) for write in found.writes).items():
        if draft and count > 1:
            yield Violation("double write", f"{draft} version {version} was written {count} times")


def unapproved_writes(found: Evidence) -> Iterator[Violation]:
    """Enough people who may decide signed exactly this version, and exactly these values came to be."""
    drafts = {draft.id: draft for draft in found.drafts}
    for write in found.writes:
        draft = drafts.get(write.draft)
        if draft is None or (draft.version, draft.record) != (write.version, write.record):
            yield Violation(
                "unapproved write", f"{write.record} was written for {write.draft or 'nothing'}, which is not kept so"
            )
            continue
        signed = {v.person for v in found.votes if signs(v, draft) and v.person in found.leads and v.person != draft.asked_by}
        if len(signed) < draft.quorum:
            yield Violation("unapproved write", f"{draft.id} was written with {len(signed)} of {draft.quorum} signatures")
        if any(write.after.get(name) != value for name, value in draft.asked.items()):
            yield Violation("unapproved write", f"{draft.id} wrote {dict(write.after)}, approved was {dict(draft.asked)}")


def signs(vote: Cast, draft: Kept) -> bool:
    """Whether a vote approves what the draft holds."""
    return (vote.draft, vote.version, vote.verb, vote.digest) == (draft.id, draft.version, "approve", draft.digest)


def lost_updates(found: Evidence) -> Iterator[Violation]:
    """Nothing is written over a value that the approvers did not see."""
    drafts = {draft.id: draft for draft in found.drafts}
    for write in found.writes:
        draft = drafts.get(write.draft)
        for name, value in draft.shown.items() if draft else ():
            if write.before.get(name) != value:
                yield Violation(
                    "lost update", f"{write.draft} wrote over {name} = {write.before.get(name)!r}, shown was {value!r}"
                )


def states(found: Evidence) -> Iterator[Violation]:
    """Every draft ends, and what it says of itself is true. Unknown may be either."""
    written = {write.draft for write in found.writes}
    for draft in found.drafts:
        if draft.state not in DONE:
            yield Violation("open draft", f"{draft.id} is still {draft.state}")
        elif draft.state in WROTE and draft.id not in written:
            yield Violation("false state", f"{draft.id} is said to be written and is not")
        elif draft.id in written and draft.state not in MAY_HAVE:
            yield Violation("false state", f"{draft.id} is said to be {draft.state} and was written")


def decisions(found: Evidence) -> Iterator[Violation]:
    """However many people press at once, one version is decided once."""
    cast: defaultdict[tuple[str, int], list[Cast]] = defaultdict(list)
    for vote in found.votes:
        cast[vote.draft, vote.version].append(vote)
    quorum = {draft.id: draft.quorum for draft in (*found.drafts, *found.bundles)}
    for (draft, version), votes in cast.items():
        rejected = sum(vote.verb == "reject" for vote in votes)
        if (
            rejected > 1
            or len(votes) - rejected > quorum.get(draft, 0)
            or (rejected and len(votes) - rejected >= quorum.get(draft, 0))
        ):
            yield Violation("two decisions", f"{draft} version {version}: {', '.join(v.verb for v in votes)}")


def trail(found: Evidence) -> Iterator[Violation]:
    """The chain holds, and every write has its approval and its intent on it, in this order."""
    if found.trail:
        yield Violation("audit", found.trail)
    rows: defaultdict[str, list[str]] = defaultdict(list)
    items = {draft.parent: [other.id for other in found.drafts if other.parent == draft.parent] for draft in found.drafts}
    for trace in found.audit:
        rows[trace.draft].append(trace.action)
        for item in items.get(trace.draft, ()) if trace.action in WITH_BUNDLE else ():
            rows[item].append(trace.action)
    for draft in dict.fromkeys(write.draft for write in found.writes):
        seen = [action for action in rows[draft] if action in ("approved", "writing")]
        if seen[:2] != ["approved", "writing"]:
            yield Violation("audit", f"{draft or 'a write'} has {seen} on the trail before its write")
    for draft in found.drafts:
        ends = [action for action in rows[draft.id] if action in DONE - {"unknown"}]
        if draft.state in DONE - {"unknown"} and ends != [draft.state]:
            yield Violation("audit", f"{draft.id} is {draft.state}, the trail says {ends}")


def bundles(found: Evidence) -> Iterator[Violation]:
    """Items are written in their order, nothing behind one that is not written, and the bundle says how it stands."""
    at = {write.draft: write.at for write in found.writes}
    states_of = {draft.id: draft.state for draft in found.drafts}
    intended = {trace.draft for trace in found.audit if trace.action == "writing"}
    for one in found.bundles:
        ends = [states_of.get(item, "gone") for item in one.items]
        times = [at[item] for item in one.items if item in at]
        stop = next((place for place, state in enumerate(ends) if state not in WROTE), len(ends))
        if times != sorted(times):
            yield Violation("bundle", f"{one.id} was not written in its order: {times}")
        if behind := [item for item in one.items[stop + 1 :] if item in at or item in intended]:
            yield Violation("bundle", f"{one.id} went on with {behind} behind {one.items[stop]}, which is {ends[stop]}")
        if (one.state in WROTE) != (stop == len(ends)):
            yield Violation("bundle", f"{one.id} is said to be {one.state}, its items are {ends}")


def chains(found: Evidence) -> Iterator[Violation]:
    """What follows from something follows once; what tells a channel is said once; nothing follows from nothing."""
    for key in found.causes:
        if (count := found.followed.get(key, 0)) != 1:
            yield Violation("chain", f"{key} was followed {count} times")
        if key.endswith(":tell") and (count := found.told.get(key, 0)) != 1:
            yield Violation("chain", f"{key} was told {count} times")
    for key in sorted({*found.followed, *found.told} - found.causes):
        yield Violation("chain", f"{key} has no cause")
