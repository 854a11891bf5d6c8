"""What `bench_card.py` asks, workflow by workflow, and how the sandbox is made to have enough of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

ISSUES = (*(f"SUP-{number}" for number in range(1, 29)), *(f"APP-{number}" for number in range(1, 41)))
QUESTIONS = (
    "how do refunds work?", "how long are logs kept?", "what may be exported?", "how is a renter deleted?",
    "why does mail not arrive?", "how do calendars sync?", "who may see payments?", "what does the Fleet plan cost?",
)  # fmt: skip
TALK = (
    "The export hangs again for the big harbours.", "We decided: the nightly export moves to two o'clock.",
    "Bo will write to Kestrel Boats by Friday.", "Can somebody tell why the calendar shows the old times?",
    "Hana takes the refund of last Tuesday, please.", "Agreed, no release before the winter pause.",
)  # fmt: skip
LEASE = "https://docs.example.com/lease"
DOCUMENT = f"""---
title: Lease of the boathouse
url: {LEASE}
---
# Lease of the boathouse

The lease of Harbourlight Ltd begins on 1 July 2026 and ends on 3 June 2027. It renews automatically for a year unless it is
terminated three months before. The rent is 2,400 euros a month, due on the third working day.

Personal data of renters must not leave the European Union. Liability is limited to 10,000 euros.
"""


@dataclass(frozen=True)
class Workflow:
    """One workflow: what is asked one after the other, and when it began again what a person changes first, so that the record has
    moved: at which vendor, in which record, which fields. Without `is_card` it answers in words. `apart` are the seconds between two.
    """

    lines: Sequence[str]
    is_card: bool = True
    vendor: str = ""
    fields: Callable[[int], Mapping[str, object]] = field(default=lambda _: {})
    always: bool = False
    apart: float = 1.2

    def moves(self, number: int) -> tuple[str, Mapping[str, object]] | None:
        """The record and the fields that somebody changes before this one is asked for; None where nobody does."""
        if not self.vendor or (number < len(self.lines) and not self.always):
            return None
        line = self.lines[number % len(self.lines)]
        return line.split()[0].rpartition("/")[2], self.fields(number)


WORKFLOWS: Mapping[str, Workflow] = {
    "triage": Workflow(ISSUES),
    "issue": Workflow([f"new: the export of list {number} hangs for some customers" for number in range(1, 200)]),
    "spec": Workflow([f"{key} test-plan" for key in ISSUES]),
    "reply": Workflow([str(number) for number in range(101, 161)]),
    "lead": Workflow(
        [str(number) for number in range(701, 741)], vendor="HUBSPOT", fields=lambda n: {"jobtitle": f"Owner, {n} boats"}
    ),
    "deal": Workflow(
        [f"deal/{number}" for number in range(911, 916)], vendor="HUBSPOT", fields=lambda n: {"amount": str(9000 + n)}, apart=3.0
    ),
    "email": Workflow(
        [f"{number} confirm the winter pause" for number in range(701, 741)],
        vendor="HUBSPOT", fields=lambda n: {"jobtitle": f"Owner, {n} boats"},
    ),
    "enrich": Workflow(
        [f"company/{number}" for number in range(801, 813)],
        vendor="HUBSPOT", fields=lambda n: {"domain": "", "description": f"Boats for hire, {n}"}, always=True, apart=3.0,
    ),
    "project": Workflow(["SUP", "APP"], is_card=False),
    "summarize": Workflow(["2h"], is_card=False),
    "analyze": Workflow([LEASE], is_card=False),
    "ask": Workflow(QUESTIONS, is_card=False),
}  # fmt: skip
"""`enrich` finds nothing empty in the sandbox's companies, so somebody empties the domain of each first. It and `deal` ask HubSpot a dozen
times, which lets nobody ask more than a hundred times in ten seconds."""
