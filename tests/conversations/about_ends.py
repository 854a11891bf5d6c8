"""Conversations about changes that end otherwise: late, moved, lost on the way, taken back."""

from conversations.steps import Alone, Breaks, Command, Look, Mends, Moved, Press, Reads, Scenario, TimePasses, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
DARA = {"assignee": {"accountId": "712020:4b1e7c00-5a11-4d0c-9f00-000000000004"}}
TRIAGED = Written("jira", "SUP-21", DARA | {"issuetype": {"id": "10004"}, "priority": {"id": "2"}})

ENDS = (
    Scenario(
        "a record that moved is not overwritten",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("priority: Medium → High",), OPEN),
            Moved("jira", "SUP-21", {"priority": "Low"}),
            Press("bo", "approve"),
            Reads(
                "ada", ("stale: nothing was written (approved by Bo Lindqvist). SUP-21 changed since this was drawn up",), OVER
            ),
            Reads("ada", ("priority: was Medium, now Low → High", "priority was Medium and is now Low"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist", "priority: was Medium, now Low → High"), OVER),
        ),
        writes=(TRIAGED,),
    ),
    Scenario(
        "a change that nobody decides expires",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), OPEN),
            Look("first"),
            TimePasses(),
            Reads("ada", ("expired: nobody decided in time, nothing was written",), OVER),
            Press("bo", "approve", on="first"),
            Alone("bo", ("expired: nobody decided in time, nothing was written. Ask again to get a fresh one.",)),
        ),
    ),
    Scenario(
        "a write whose answer was lost is found again, and not made twice",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), OPEN),
            Breaks("jira"),
            Press("bo", "approve"),
            Reads("ada", ("unknown: it may or may not have been written", "being checked"), OVER),
            Mends("jira"),
            Reads("ada", ("written, approved by Bo Lindqvist. found on the record after the connection had been lost",), OVER),
        ),
        writes=(TRIAGED,),
    ),
    Scenario(
        "what was not written cannot be taken back",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), OPEN),
            Command("ada", "/undo {draft}"),
            Reads("ada", ("is pending, and only what was written can be taken back.",)),
        ),
    ),
    Scenario(
        "what was written is taken back",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("priority: Medium → High",), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
            Command("ada", "/undo {draft}"),
            Reads("bo", ("priority: High → Medium", "Takes back what"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("priority: High → Medium", "written, approved by Bo Lindqvist"), OVER),
        ),
        writes=(
            TRIAGED,
            Written("jira", "SUP-21", {"assignee": None, "issuetype": {"id": "10002"}, "priority": {"id": "3"}}),
        ),
    ),
)
