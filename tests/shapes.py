"""Every shape that a card can have, and the draft that they differ from; each platform draws them against files of its own."""

from dataclasses import replace
from datetime import UTC, datetime

from handlers.bundles import joined, record
from handlers.models import Change, Draft, Person, Place, Policy, Record, Ref, Source, State, Verb, Vote

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOW, HIGH = Ref("4", "Low"), Ref("2", "High")
BO = Vote(Verb.APPROVE, 1, "bo@example.com", "Bo Lindqvist", AT)
NO = Vote(Verb.REJECT, 1, "bo@example.com", "Bo Lindqvist", AT)
TICKET = Record(
    "zendesk", "ticket", "153", "2026-03-01", "Charged <b>twice</b>", "", {}, "https://desk.example/agent/tickets/153"
)
TEXT = "Hello Mira,\n\nthe second charge goes back today.\n\nKind regards"
SHAPES = {
    "pending": {},
    "quorum": {"policy": Policy(("group:support-leads", "owner"), quorum=2), "votes": (BO,)},
    "edited": {"version": 2, "votes": (BO,), "policy": Policy(quorum=2), "editor": "Cy <Marsh>"},
    "delegated": {"policy": Policy(("group:support-leads",), delegate_to=("gus@example.com",))},
    "undo": {"undoes": "q2w3e4r5", "changes": (Change("priority", HIGH, LOW, (HIGH, LOW)),), "confidence": {}},
    "undo-moved": {
        "undoes": "q2w3e4r5", "follows": "q2w3e4r5", "changes": (Change("priority", Ref("1", "Highest"), LOW, (HIGH, LOW), saw=HIGH),),
        "confidence": {},
    },
    "three-way": {
        "follows": "q2w3e4r5",
        "changes": (Change("priority", Ref("1", "Highest"), HIGH, (HIGH, LOW), saw=LOW), Change("labels", ("a",), ("a", "b"), saw=())),
    },
    "approved": {"state": State.APPROVED, "votes": (BO,)},
    "written": {"state": State.WRITTEN, "votes": (BO,), "outcome": "https://jira.example/browse/SUP-21"},
    "written-late": {"state": State.WRITTEN, "votes": (BO,), "outcome": "found on the record after the connection had been lost"},
    "rejected": {"state": State.REJECTED, "votes": (NO,)},
    "expired": {"state": State.EXPIRED},
    "stale": {"state": State.STALE, "votes": (BO,), "outcome": "SUP-21 changed since this was drawn up; nothing was written"},
    "failed": {"state": State.FAILED, "votes": (BO,), "outcome": "Jira refused this: labels: too long"},
    "unknown": {"state": State.UNKNOWN, "votes": (BO,), "outcome": "being checked: Jira did not answer"},
    "superseded": {"state": State.SUPERSEDED},
    "tainted": {
        "workflow": "reply",
        "record": TICKET,
        "tainted": True,
        "changes": (
            Change("reply", None, TEXT),
            Change("group", None, Ref("9", "Billing"), (Ref("9", "Billing"), Ref("8", "Tier 2"))),
            Change("priority", "low", "high", ("low", "high")),
            Change("component", (), (Ref("31", "Web, old"),), (Ref("31", "Web, old"), Ref("32", "App"))),
        ),
        "sources": (Source("Refunds <script>", "javascript:alert(1)", "Duplicates go back\u202e the same day."),),
        "confidence": {"reply": 0.93},
    },
    "invisible": {"changes": (Change("note", "old note", "pay\u200b now\u202e"),)},
}  # fmt: skip


def new_draft(**different):
    """A draft as the store gives it back, with whatever a test wants to be different."""
    record = Record("jira", "issue", "SUP-21", "7", "Renter was charged twice", "", {}, "https://jira.example/browse/SUP-21")
    ada = Person("playground:ada", "Ada Novak", "ada@example.com")
    whole = Draft(
        "k7mp2xqa", "triage", record, (Change("priority", LOW, HIGH, (HIGH, LOW)), Change("labels", (), ("payments", "refund"))),
        ada, Place("playground", "support"), reasons=("priority High: 5 of 7 similar cases have it (SUP-1, SUP-2)",),
        sources=(Source("SUP-1 Charged twice", "https://jira.example/browse/SUP-1", "The card form was **sent** twice."),),
        confidence={"priority": 0.71, "labels": 0.42}, policy=Policy(("group:support-leads",), requester_may_approve=False),
        expires=datetime(2026, 3, 3, 10, 0, tzinfo=UTC),
    )  # fmt: skip
    return replace(whole, **different)


def bundled(*states, **different):
    """What is different in a draft that is a bundle of an issue and a ticket, each in its state."""
    issue = new_draft(
        id="a2b3c4d5", state=states[0], outcome="https://jira.example/browse/SUP-21" if states[0] is State.WRITTEN else ""
    )
    ticket = new_draft(
        id="e6f7g8h9", workflow="reply", record=TICKET, changes=(Change("reply", None, TEXT),), confidence={"reply": 0.93}, state=states[1],
        outcome="Zendesk refused this: too long" if states[1] is State.FAILED else "",
    )  # fmt: skip
    whole = joined(new_draft(record=record((issue, ticket))), (issue, ticket))
    return {name: getattr(whole, name) for name in ("record", "changes", "confidence", "items")} | different


SHAPES |= {
    "shadow": {"policy": Policy(shadow=True)},
    "bundle": bundled(State.PENDING, State.PENDING, tainted=True),
    "bundle-stopped": bundled(
        State.WRITTEN, State.FAILED, state=State.FAILED, votes=(BO,), outcome="1 of 2 written; stopped at 2 (zendesk 153: failed)"
    ),
}
