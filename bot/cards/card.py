"""A draft as a card. Pure; every shape has a golden file."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.cards.clean import clean, has_invisible, pieces, web_link
from bot.cards.views import CardView, Input, ItemView, Line, Moment, Option, SourceView, Sureness
from handlers.models import Change, Draft, Ref, Source, State, Value, Verb, Vote, shown
from handlers.policy import who

LONG_FIELDS = frozenset({"reply", "note", "description", "comment", "body", "text", "email"})
"""Fields that hold prose: they are shown whole in a block of their own."""
LONG = 90
"""Characters of a value that do not fit a column."""
HIGH, MEDIUM = 0.75, 0.5
"""From here on a confidence is called high or medium."""
VERDICTS = {
    State.EXPIRED: "expired: nobody decided in time, nothing was written",
    State.SUPERSEDED: "superseded: another proposal took its place, nothing was written",
    State.STALE: "stale: nothing was written",
    State.FAILED: "failed",
    State.UNKNOWN: "unknown: it may or may not have been written",
}
"""How an ending reads that is nobody's decision."""


def card(draft: Draft, *, now: datetime) -> CardView:
    """Everything that a person has to see before signing, and after that what became of it."""
    record = draft.record
    link, url = web_link(draft.outcome), web_link(record.url)
    last = decisive(draft)
    return CardView(
        id=draft.id,
        version=draft.version,
        state=str(draft.state),
        workflow=clean(draft.workflow),
        system=clean(record.system),
        key=clean(record.name),
        title=clean(record.title),
        url=url,
        lines=tuple(line(change, draft) for change in draft.changes),
        inputs=tuple(entry(change) for change in draft.changes)
        if draft.state is State.PENDING and not draft.policy.shadow
        else (),
        reasons=tuple(clean(reason) for reason in draft.reasons),
        sources=sources(draft.sources),
        who=clean(who(draft.policy)),
        progress=progress(draft),
        asked_by=clean(draft.asked_by.name),
        expires=moment(draft.expires, now=now) if draft.expires and draft.state is State.PENDING else None,
        verdict=verdict(draft, last),
        decided=moment(last.at, now=now) if last else None,
        outcome="" if link else clean(draft.outcome),
        outcome_url=link or (url if draft.state is not State.PENDING else ""),
        follows=clean(draft.follows),
        undoes=clean(draft.undoes),
        editor=clean(draft.editor),
        is_tainted=draft.tainted,
        items=tuple(part(number, item) for number, item in enumerate(draft.items, 1)),
        is_shadow=draft.policy.shadow,
        has_invisible=any(has_invisible(shown(change.after)) for change in draft.changes),
    )


def part(number: int, item: Draft) -> ItemView:
    """One item of a bundle."""
    record, link = item.record, web_link(item.outcome)
    outcome = "" if link else clean(item.outcome)
    return ItemView(
        number,
        clean(record.system),
        clean(record.name),
        clean(record.title),
        link or web_link(record.url),
        str(item.state),
        outcome,
    )


def line(change: Change, draft: Draft) -> Line:
    """One field: what it holds, what it would hold, and in a three-way card what it held when the change was first drawn up."""
    sides = [clean(shown(side)) for side in (change.before, change.after, change.saw)]
    before, after, saw = sides
    share = draft.confidence.get(change.field)
    is_long = is_prose(change.field) or any("\n" in side or len(side) > LONG for side in sides)
    return Line(clean(change.field), before, after, saw, None if share is None else sureness(share), is_long)


def is_prose(field: str) -> bool:
    """Whether a field holds prose, also as that of an item behind its number."""
    return field.rpartition(".")[2] in LONG_FIELDS


def sureness(share: float) -> Sureness:
    """A confidence between 0 and 1 as a percentage and a word."""
    bounded = min(max(share, 0.0), 1.0)
    return Sureness(round(bounded * 100), "high" if bounded >= HIGH else "medium" if bounded >= MEDIUM else "low")


def sources(found: Iterable[Source]) -> tuple[SourceView, ...]:
    """Sources, numbered from 1 as the marks in a text count them."""
    return tuple(
        SourceView(number, clean(source.title) or "untitled", web_link(source.url), pieces(source.quote))
        for number, source in enumerate(found, 1)
    )


def entry(change: Change) -> Input:
    """How a person edits the field: out of the choices where there are some, else as text."""
    after, name = change.after, clean(change.field)
    held = after if isinstance(after, tuple) else (after,)
    offered = options(change, {value(item) for item in held})
    if isinstance(after, tuple) and any(isinstance(choice, Ref) for choice in known(change)):
        return Input(name, "checks", options=offered)
    if not isinstance(after, tuple) and (change.choices or isinstance(after, Ref)):
        return Input(name, "select", value(after), offered)
    text = clean(shown(after))
    is_words = not isinstance(after, tuple) and (is_prose(change.field) or "\n" in text or len(text) > LONG)
    return Input(name, "words" if is_words else "line", text, is_cleaned=has_invisible(shown(after)))


def options(change: Change, held: set[str]) -> tuple[Option, ...]:
    """What may be picked: the choices, and what stands in the change already."""
    found = {value(item): item for item in known(change) if item}
    return tuple(Option(name, clean(shown(item)), name in held) for name, item in found.items())


def known(change: Change) -> tuple[Ref | str, ...]:
    """Every single value that the change knows, choices first."""
    sides: tuple[Value, ...] = (change.after, change.before)
    held = [item for side in sides for item in (side if isinstance(side, tuple) else (side,)) if item is not None]
    return (*change.choices, *held)


def value(item: Ref | str | None) -> str:
    """What a picked option sends."""
    return clean(item.id if isinstance(item, Ref) else item or "")


def progress(draft: Draft) -> str:
    """How many have approved this version, of how many, and who."""
    if draft.policy.quorum < 2:  # noqa: PLR2004 - with one approver there is no progress to show
        return ""
    named = ", ".join(dict.fromkeys(clean(vote.name) for vote in approvals(draft)))
    return f"{draft.approvals} of {draft.policy.quorum} approvals{f': {named}' if named else ''}"


def approvals(draft: Draft) -> list[Vote]:
    """Approvals of the version that people see."""
    return [vote for vote in draft.votes if vote.verb is Verb.APPROVE and vote.version == draft.version]


def decisive(draft: Draft) -> Vote | None:
    """The vote that ended the waiting, if one did."""
    if draft.state in (State.PENDING, State.EXPIRED, State.SUPERSEDED):
        return None
    wanted = Verb.REJECT if draft.state is State.REJECTED else Verb.APPROVE
    cast = [vote for vote in draft.votes if vote.verb is wanted and vote.version == draft.version]
    return cast[-1] if cast else None


def verdict(draft: Draft, last: Vote | None) -> str:
    """Who decided what, and how it ended, in the words that people search for."""
    names = ", ".join(dict.fromkeys(clean(vote.name) for vote in approvals(draft)))
    signed = f"approved by {names}" if names else "approved"
    match draft.state:
        case State.PENDING:
            return ""
        case State.APPROVED | State.WRITING:
            return f"{signed}, writing"
        case State.WRITTEN:
            return f"written, {signed}"
        case State.REJECTED:
            return f"rejected by {clean(last.name)}, nothing was written" if last else "rejected, nothing was written"
        case state:
            return f"{VERDICTS[state]} ({signed})" if names else VERDICTS[state]


def moment(at: datetime, *, now: datetime) -> Moment:
    """A time in UTC, and how far it is from now."""
    stamp = at.astimezone(UTC)
    return Moment(stamp.isoformat(timespec="seconds"), f"{stamp:%d %b %Y, %H:%M} UTC", relative((stamp - now).total_seconds()))


def relative(seconds: float) -> str:
    """A distance in time in its largest unit: `in 23 h`, `5 min ago`."""
    size = abs(seconds)
    for unit, length in (("d", 172_800), ("h", 5_400), ("min", 60)):
        if size >= length:
            amount = f"{round(size / {'d': 86_400, 'h': 3_600, 'min': 60}[unit])} {unit}"
            return f"in {amount}" if seconds > 0 else f"{amount} ago"
    return "in less than a minute" if seconds > 0 else "just now"
