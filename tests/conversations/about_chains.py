"""Conversations about several changes that belong together, and about workflows whose changes are for looking only."""

from conversations.steps import Alone, Command, Linked, Look, Moved, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
AFTER_TRIAGE = {"after": "triage", "when": "priority == 'High'", "then": "reply", "argument": "zendesk"}
TOGETHER = {"chains": [{**AFTER_TRIAGE, "together": True}]}
TRIAGED = Written("jira", "SUP-21", {"issuetype": {"id": "10004"}, "priority": {"id": "2"}})
BUNDLE = "triage · bundle jira SUP-21 + zendesk 153"

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
    Scenario(
        "a reply is proposed after a triage, by itself, and both are decided one by one",
        (
            Linked("SUP-21", "153"),
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("reply · zendesk 153", "• follows triage", "where priority == 'High'"), OPEN),
            Press("bo", "edit", {"reply": "Done."}),
            Reads("bo", ("reply · zendesk 153", "Version 2, edited by Bo Lindqvist"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("reply · zendesk 153", "written, approved by Bo Lindqvist"), OVER),
            Reads("ada", ("triage · jira SUP-21",), OPEN),
        ),
        writes=(Written("zendesk", "153", {"comment": {"body": "Done.", "public": False}}),),
        rules={"chains": [AFTER_TRIAGE]},
    ),
    Scenario(
        "nothing is surely the same case",
        (
            Command("ada", "/triage SUP-21"),
            Reads("ada", ("/reply was to follow", "no record in zendesk is surely the same case as SUP-21.")),
        ),
        rules=TOGETHER,
    ),
    Scenario(
        "two changes are one bundle: edited, approved once, written in order, and taken back",
        (
            Linked("SUP-21", "153"),
            Command("ada", "/triage SUP-21"),
            Reads("bo", (BUNDLE, "1. jira SUP-21", "2. zendesk 153", "1.priority: Medium → High", "2.visibility: empty"), OPEN),
            Reads("ada", ("triage · jira SUP-21", "superseded: another proposal took its place"), OVER),
            Look("first"),
            Press("bo", "edit", {"1.priority": "Low", "2.reply": "Done."}),
            Reads("ada", (BUNDLE, "Version 2, edited by Bo Lindqvist", "1.priority: Medium → Low", "Done."), OPEN),
            Press("bo", "approve", on="first"),
            Alone("bo", ("stale: this draft was edited; decide on version 2 of it.",)),
            Press("gus", "approve"),
            Reads("ada", (BUNDLE, "written, approved by Gus Petrakis. 2 of 2 written", ": written"), OVER),
            Command("ada", "/undo {draft}"),
            Reads("bo", ("reply · bundle zendesk 153 + jira SUP-21", "2.priority: Low → Medium", "Takes back what"), OPEN),
        ),
        writes=(
            Written("jira", "SUP-21", {"issuetype": {"id": "10004"}, "priority": {"id": "4"}}),
            Written("zendesk", "153", {"comment": {"body": "Done.", "public": False}}),
        ),
        rules=TOGETHER,
    ),
    Scenario(
        "a bundle stops at the first change that is not written, and the rest says so",
        (
            Linked("SUP-21", "153"),
            Command("ada", "/triage SUP-21"),
            Reads("bo", (BUNDLE,), OPEN),
            Moved("jira", "SUP-21", {"priority": "Low"}),
            Press("bo", "approve"),
            Reads(
                "ada",
                (
                    BUNDLE,
                    "stale: nothing was written (approved by Bo Lindqvist). 0 of 2 written; stopped at 1",
                    "failed, not begun: jira SUP-21 before it ended as stale; nothing was written",
                ),
                OVER,
            ),
        ),
        rules=TOGETHER,
    ),
)
