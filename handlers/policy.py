"""Who may decide what. Pure functions; the words of a refusal are what the person reads."""

from collections.abc import Callable, Iterable
from datetime import datetime

from handlers.models import Draft, Person, Policy, Verb


def refusal(draft: Draft, person: Person, policy: Policy, now: datetime | None = None) -> str:
    """Why this person may not decide this draft; an empty string when they may. Delegates may from their time on only."""
    named_by = (*policy.approvers, *(policy.delegate_to if is_late(draft, now) else ()))
    if not any(admits(entry, draft, person) for entry in named_by):
        return f"not allowed: only {named(named_by)} may decide this."
    if not policy.requester_may_approve and person.names & draft.asked_by.names:
        return "not allowed: who asked for a change may not approve it here; a second person has to."
    if not policy.requester_may_approve and person.names & draft.record.author:
        return "not allowed: the change was made from your own words; a second person has to approve it."
    return ""


def is_late(draft: Draft, now: datetime | None) -> bool:
    """Whether a draft has waited for as long as `remind_after` of the policy that it was kept with. An edit does not begin anew."""
    if now is None or draft.expires is None:
        return False
    return now >= draft.expires - draft.policy.expires + draft.policy.remind_after


def lapsed(draft: Draft, policy: Policy, persons: Callable[[str], Person], now: datetime | None = None) -> frozenset[str]:
    """Whose approvals of this version do not count any more: they have left, or the policy names others now."""
    cast = {vote.person for vote in draft.votes if vote.verb is Verb.APPROVE and vote.version == draft.version}
    return frozenset(voter for voter in cast if refusal(draft, persons(voter), policy, now))


def admits(entry: str, draft: Draft, person: Person) -> bool:
    """Whether one entry of `approvers` stands for this person."""
    match entry:
        case "*":
            return True
        case "owner":
            return bool(person.names & draft.record.owner)
        case _ if entry.startswith("group:"):
            return entry.removeprefix("group:") in person.groups
        case _:
            return entry.casefold() in person.names


def who(policy: Policy) -> str:
    """The approvers in words, as a card shows them: how many, who, who else later, and whether the requester counts."""
    number = f"{policy.quorum} of " if policy.quorum > 1 else ""
    later = f"; {named(policy.delegate_to)} when nobody has decided after {span(policy)}" if policy.delegate_to else ""
    others = "" if policy.requester_may_approve else "; not who asked"
    return f"{number}{named(policy.approvers)}{later}{others}"


def span(policy: Policy) -> str:
    """`remind_after` in the largest unit that is exact."""
    seconds = int(policy.remind_after.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def named(entries: Iterable[str]) -> str:
    """Entries of `approvers` in words."""
    words = {"*": "anybody here", "owner": "the owner of the record"}
    return ", ".join(words.get(entry, entry.replace("group:", "group ")) for entry in entries) or "nobody"


def reminder(draft: Draft, policy: Policy) -> str:
    """What is said where a draft waits for longer than it should."""
    asked = named((*policy.approvers, *policy.delegate_to))
    until = f" until {draft.expires:%d %b, %H:%M} UTC" if draft.expires else ""
    progress = f" ({draft.approvals} of {policy.quorum} approvals so far)" if policy.quorum > 1 else ""
    return (
        f"Nobody has decided yet{progress}: {draft.workflow} of {draft.record.system} {draft.record.id}, {draft.record.title}. "
        f"{asked} may decide it{until}. Type /approvals to see it."
    )
