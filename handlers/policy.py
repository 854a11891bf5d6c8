"""Who may decide what. Pure functions; the words of a refusal are what the person reads."""

from handlers.models import Draft, Person, Policy


def refusal(draft: Draft, person: Person, policy: Policy) -> str:
    """Why this person may not decide this draft; an empty string when they may."""
    if not any(admits(entry, draft, person) for entry in policy.approvers):
        return f"not allowed: only {named(policy)} may decide this."
    if not policy.requester_may_approve and person.names & draft.asked_by.names:
        return "not allowed: who asked for a change may not approve it here; a second person has to."
    if not policy.requester_may_approve and person.names & draft.record.author:
        return "not allowed: the change was made from your own words; a second person has to approve it."
    return ""


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
    """The approvers in words, as a card shows them: how many, who, and whether the requester counts."""
    number = f"{policy.quorum} of " if policy.quorum > 1 else ""
    others = "" if policy.requester_may_approve else "; not who asked"
    return f"{number}{named(policy)}{others}"


def named(policy: Policy) -> str:
    """The approvers themselves."""
    words = {"*": "anybody here", "owner": "the owner of the record"}
    return ", ".join(words.get(entry, entry.replace("group:", "group ")) for entry in policy.approvers) or "nobody"
