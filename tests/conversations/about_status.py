"""Conversations about how a project stands, and documents made of its issues."""

from typing import Any

from conversations.steps import Alone, Command, Press, Reads, Scenario, Written

SAID = {"synthesis": {"claims": [{"text": "Apple Pay is overdue and its date has passed.", "records": ["app-26", "figures"]}]}}
MADE_UP = {"synthesis": {"claims": [{"text": "99 issues are late.", "records": ["app-26"]}]}}
SPECIFIED = {
    "specification": {
        "scope": [{"text": "Apple Pay comes to the booking widget.", "records": ["app-26"]}],
        "requirements": [{"text": "Zone names are stored instead of offsets.", "records": ["app-27"]}],
        "acceptance": [],
        "questions": [],
    }
}
PLANNED = {
    "testplan": {"scope": [], "cases": [{"text": "Pay 4711 kayaks.", "records": ["app-26"]}], "risks": [], "questions": []}
}
OPEN, OVER = ("approve", "edit", "reject"), ()


def paragraph(text: str) -> dict[str, Any]:
    """A comment of one plain paragraph, as Jira is sent it."""
    return {
        "body": {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]}
    }


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
    Scenario(
        "a test plan is made of issues, edited, and written exactly as edited",
        (
            Command("ada", "/spec APP-26 SUP-21 test-plan"),
            Reads(
                "bo",
                (
                    "spec · jira APP-26",
                    "# Test plan: APP-26, SUP-21",
                    "## Test cases",
                    "Expected: it does",
                    "it is made of the issues' own sentences and fields",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"comment": "Pay once, see one charge."}),
            Reads("ada", ("edited by Bo Lindqvist", "Pay once, see one charge."), OPEN),
            Press("gus", "approve"),
            Alone("gus", ("not allowed",)),  # the first issue is his own text
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("jira", "APP-26", paragraph("Pay once, see one charge.")),),
    ),
    Scenario(
        "a specification in the words of a model",
        (
            Command("ada", "/spec app-26, app-27"),
            Reads(
                "bo",
                (
                    "# Specification: APP-26, APP-27",
                    "- Apple Pay comes to the booking widget. ([APP-26](",
                    "a language model wrote it",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"comment": "Apple Pay comes."}),
            Reads("ada", ("edited by Bo Lindqvist", "Apple Pay comes."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("jira", "APP-26", paragraph("Apple Pay comes.")),),
        says=SPECIFIED,
    ),
    Scenario(
        "a document with a number that no issue has is made without the model",
        (
            Command("ada", "/spec APP-26 test-plan"),
            Reads(
                "bo",
                ("# Test plan: APP-26", "own sentences and fields: what the language model wrote does not stand in the records."),
                OPEN,
            ),
            Press("bo", "reject"),
            Reads("ada", ("rejected by Bo Lindqvist, nothing was written",), OVER),
        ),
        says=PLANNED,
    ),
    Scenario(
        "a document of nothing, or of what is not there",
        (
            Command("ada", "/spec test-plan"),
            Reads("ada", ("/spec needs one issue key or more",)),
            Command("ada", "/spec SUP-21 SUP-9999"),
            Reads("ada", ("Jira has no issue SUP-9999, or the bot may not see it.",)),
        ),
    ),
)
