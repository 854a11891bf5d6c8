"""Who may decide what. Pure functions; the words of a refusal are what the person reads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.models import Draft, Person, Policy, Verb


@dataclass(frozen=True, slots=True)
class Tier:
    """What makes a change risky, and what it then takes at least. A tier can only tighten a policy.

    `fields` are `<connector>.<field>` or `*.<field>`; `outside_text` is for changes that text from outside the company shaped.
    """

    name: str
    fields: tuple[str, ...] = ()
    outside_text: bool = False
    quorum: int = 1
    requester_may_approve: bool = True
    approvers: tuple[str, ...] = ()

    def fits(self, draft: Draft) -> bool:
        """Whether a draft is of this tier, by what would be written and nothing that anybody says about it."""
        touched = {f"{system}.{change.field}" for change in draft.changes for system in (draft.record.system, "*")}
        return bool(touched & set(self.fields)) or (self.outside_text and draft.tainted)


def tightened(policy: Policy, draft: Draft, tiers: Iterable[Tier]) -> Policy:
    """The policy with what the tiers of a draft demand on top of it."""
    for tier in tiers:
        if tier.fits(draft):
            also = (*policy.also, tier.approvers) if tier.approvers and tier.approvers not in policy.also else policy.also
            policy = replace(
                policy,
                quorum=max(policy.quorum, tier.quorum),
                requester_may_approve=policy.requester_may_approve and tier.requester_may_approve,
                tier=", ".join(filter(None, (policy.tier, tier.name))),
                also=also,
            )
    return policy


def strictest(policies: Sequence[Policy]) -> Policy:
    """The policy of several drafts that are decided together: who decides has to be enough for each of them."""
    first, *others = policies
    also = (demanded for policy in policies for demanded in (policy.approvers, *policy.also))
    late = [one for one in first.delegate_to if all(one in other.delegate_to for other in others)]
    return replace(
        first,
        quorum=max(policy.quorum for policy in policies),
        requester_may_approve=all(policy.requester_may_approve for policy in policies),
        expires=min(policy.expires for policy in policies),
        remind_after=min(policy.remind_after for policy in policies),
        delegate_to=tuple(late),
        channels=tuple(dict.fromkeys(channel for policy in policies for channel in policy.channels)),
        tier=", ".join(dict.fromkeys(filter(None, (policy.tier for policy in policies)))),
        also=tuple(demanded for demanded in dict.fromkeys(also) if demanded != first.approvers),
        shadow=any(policy.shadow for policy in policies),
    )


def kept_tight(old: Policy, new: Policy) -> Policy:
    """The policy of an edited draft: what its changes demand now, and never less than what it was kept with."""
    return replace(
        old,
        quorum=max(old.quorum, new.quorum),
        requester_may_approve=old.requester_may_approve and new.requester_may_approve,
        tier=", ".join(dict.fromkeys(filter(None, (*old.tier.split(", "), *new.tier.split(", "))))),
        also=tuple(dict.fromkeys((*old.also, *new.also))),
        shadow=old.shadow or new.shadow,
    )


def refusal(draft: Draft, person: Person, policy: Policy, now: datetime | None = None) -> str:
    """Why this person may not decide this draft; an empty string when they may. Delegates may from their time on only."""
    if policy.shadow or draft.policy.shadow:
        return f"not allowed: {draft.workflow} is in shadow mode, so nothing can be written and there is nothing to decide."
    named_by = (*policy.approvers, *(policy.delegate_to if is_late(draft, now) else ()))
    if not any(admits(entry, draft, person) for entry in named_by):
        return f"not allowed: only {named(named_by)} may decide this."
    for demanded in dict.fromkeys((*policy.also, *draft.policy.also)):
        if not any(admits(entry, draft, person) for entry in demanded):
            tier = policy.tier or draft.policy.tier
            why = f"this change is of the risk tier {tier}" if tier else "one of these changes is not theirs alone to decide"
            return f"not allowed: {why}, only {named(demanded)} may decide it."
    own_counts = policy.requester_may_approve and draft.policy.requester_may_approve
    if not own_counts and person.names & draft.asked_by.names:
        return "not allowed: who asked for a change may not approve it here; a second person has to."
    if not own_counts and person.names & draft.record.author:
        return "not allowed: the change was made from your own words; a second person has to approve it."
    return ""


def is_decidable(draft: Draft, policy: Policy) -> bool:
    """Whether somebody can be found for each list of the policy: where a list names nobody but the owner, the draft needs one."""
    lists = ((*policy.approvers, *policy.delegate_to), *policy.also)
    return bool(draft.record.owner) or not any(set(entries) == {"owner"} for entries in lists)


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
        case _:
            return is_named(entry, person)


def is_named(entry: str, person: Person) -> bool:
    """Whether an entry names this person: by a group, an id or an e-mail address."""
    if entry.startswith("group:"):
        return entry.removeprefix("group:") in person.groups
    return entry.casefold() in person.names


def who(policy: Policy) -> str:
    """The approvers in words, as a card shows them: how many, who, who else later, and whether the requester counts."""
    number = f"{policy.quorum} of " if policy.quorum > 1 else ""
    later = f"; {named(policy.delegate_to)} when nobody has decided after {span(policy)}" if policy.delegate_to else ""
    others = "" if policy.requester_may_approve else "; not who asked"
    also = "".join(f", and one of {named(demanded)}" for demanded in policy.also)
    tier = f"; risk {policy.tier}" if policy.tier else ""
    return f"{number}{named(policy.approvers)}{also}{later}{others}{tier}"


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
        f"Nobody has decided yet{progress}: {draft.workflow} of {draft.record.system} {draft.record.name}, {draft.record.title}. "
        f"{asked} may decide it{until}. Type /approvals to see it."
    )


def asked_before(draft: Draft) -> str:
    """What stands above the card of a draft that somebody asked for once more. It stays true whatever becomes of the draft."""
    return f"This was asked for already by {draft.asked_by.name}."
