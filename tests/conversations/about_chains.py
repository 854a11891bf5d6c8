"""Conversations about several changes that belong together, and about workflows whose changes are for looking only."""

from conversations.steps import Alone, Command, Reads, Scenario

OPEN, OVER = ("approve", "edit", "reject"), ()

CHAINS = (
    Scenario(
        "a workflow in shadow mode shows what it would propose, and nobody can decide it",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21", "shadow: nothing can be written", "priority: Medium → High"), OVER),
            Command("bo", "/approvals"),
            Alone("bo", ("Nothing waits for you.",)),
        ),
        rules={"shadow": {"workflows": ["triage"]}},
    ),
)
