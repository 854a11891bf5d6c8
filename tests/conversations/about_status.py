"""Conversations about how a project stands, and documents made of its issues."""

from conversations.steps import Command, Reads, Scenario

SAID = {"synthesis": {"claims": [{"text": "Apple Pay is overdue and its date has passed.", "records": ["app-26", "figures"]}]}}
MADE_UP = {"synthesis": {"claims": [{"text": "99 issues are late.", "records": ["app-26"]}]}}

STATUS = (
    Scenario(
        "how a project stands, offline",
        (
            Command("ada", "/project APP"),
            Reads(
                "bo",
                (
                    "APP: 7 open (In Progress 4, To Do 3).",
                    "Risks of delay:",
                    "overdue (the due date has passed): APP-26 was due on 2026-11-13",
                    "Apple Pay on the booking widget",
                ),
            ),
            Command("ada", "/project sup"),
            Reads("bo", ("SUP: 6 open", "SUP-20 waits for APP-27", "Calendar entries one hour late for shops in Arizona")),
        ),
    ),
    Scenario(
        "how a project stands, in the words of a model",
        (
            Command("ada", "/project APP"),
            Reads(
                "bo",
                (
                    "Apple Pay is overdue and its date has passed. [1]",
                    "overdue (the due date has passed)",
                    "A language model wrote",
                ),
            ),
        ),
        says=SAID,
    ),
    Scenario(
        "a figure that nobody has counted is not told of a project",
        (
            Command("ada", "/project APP"),
            Reads("bo", ("APP: 7 open", "No synthesis in words: what the language model wrote does not stand in the records.")),
        ),
        says=MADE_UP,
    ),
    Scenario(
        "a project that is not there",
        (
            Command("ada", "/project NOPE"),
            Reads("ada", ("Jira has no project NOPE, or the bot may not see it. Check the key.",)),
            Command("ada", "/project a project"),
            Reads("ada", ("is no project of Jira. It is the part of an issue key before the dash, like SUP.",)),
        ),
    ),
)
