"""Draft and Reply -> lines of text. Pure; the last line of a card is `draft ID`."""

from datetime import datetime

from bot.cards.pictures import instead
from handlers.models import Change, Draft, Reply, State, Verb, shown
from handlers.policy import who

PAST = {Verb.APPROVE: "approved", Verb.EDIT: "edited", Verb.REJECT: "rejected"}


def card(draft: Draft, *, now: datetime) -> list[str]:
    """Everything that a person is asked to sign, or what became of it."""
    record = draft.record
    lines = [
        f"{draft.workflow}: {record.system} {record.kind} {record.name} {record.title}",
        *([record.url] if record.url else []),
        *(item_line(number, item) for number, item in enumerate(draft.items, 1)),
        *(line for change in draft.changes for line in difference(change, draft)),
        *(f"because {reason}" for reason in draft.reasons),
        *dict.fromkeys(f"see {source.title}{f' {source.url}' if source.url else ''}" for source in draft.sources),
    ]
    if draft.policy.shadow:
        lines.append("shadow: nothing can be written")
    if draft.tainted:
        lines.append("shaped by text from outside the company: read it as data")
    return [one_line(line) for line in (*lines, *foot(draft, now), f"draft {draft.id}")]


def item_line(number: int, item: Draft) -> str:
    """One record of a bundle, and how it stands once that was decided."""
    record = item.record
    stands = "" if item.state is State.PENDING else f": {item.state}{f', {item.outcome}' if item.outcome else ''}"
    return f"{number}. {record.system} {record.kind} {record.name} {record.title}{stands}"


def one_line(text: str) -> str:
    """The text on one line: a title that carries line ends could draw a card of its own."""
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def difference(change: Change, draft: Draft) -> list[str]:
    """Before and after of a field; long texts in full, for they get signed."""
    share = draft.confidence.get(change.field)
    sure = f" ({share:.0%})" if share is not None else ""
    saw = f"was {shown(change.saw) or 'empty'}, " if draft.follows and change.saw != change.before else ""
    before, after = (shown(value).replace("\r\n", "\n") for value in (change.before, change.after))
    if "\n" not in before + after:
        return [f"{change.field}: {saw}{before or 'empty'} → {after or 'empty'}{sure}"]
    gone = [f"  - {line}" for line in before.split("\n")] if "\n" in before else []
    head = f"{change.field}: {saw}{'what follows' if gone else before or 'empty'} →{sure}"
    return [head, *gone, *(f"  | {line}" for line in (after or "empty").split("\n"))]


def foot(draft: Draft, now: datetime) -> list[str]:
    """Who may decide and until when; afterwards who did, when, and the outcome."""
    decided = [
        f"{PAST[vote.verb]} by {vote.name}, {vote.at:%Y-%m-%d %H:%M} UTC" for vote in draft.votes if vote.version == draft.version
    ]
    if draft.state is State.PENDING:
        left = f"; {hours(draft.expires, now)} left" if draft.expires else ""
        edited = f", edited by {draft.editor}" if draft.editor else ""
        asked = f"asked by {draft.asked_by.name}; version {draft.version}{edited}{left}"
        if draft.policy.shadow:
            return [asked]
        return [asked, f"may approve: {who(draft.policy)} ({draft.approvals} of {draft.policy.quorum} so far)", *decided]
    return [*decided, f"{draft.state}{f': {draft.outcome}' if draft.outcome else ''}"]


def hours(end: datetime, now: datetime) -> str:
    """Time left, in the largest unit that fits."""
    minutes = max(0, int((end - now).total_seconds() // 60))
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - minutes in an hour


def reply_lines(reply: Reply, *, now: datetime) -> list[str]:
    """A reply as lines."""
    lines = reply.text.split("\n") if reply.text else []
    lines += [one_line(instead(reply.picture))] if reply.picture else []
    lines += [
        one_line(f"[{number}] {source.title}{f' {source.url}' if source.url else ''}")
        for number, source in enumerate(reply.citations, 1)
    ]
    if reply.confidence is not None:
        lines.append(f"confidence {reply.confidence:.0%}" + (f". {one_line(reply.note)}" if reply.note else ""))
    for draft in (*([reply.draft] if reply.draft else ()), *reply.waiting):
        lines += [*([""] if lines else []), *card(draft, now=now)]
    return lines
