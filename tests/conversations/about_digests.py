"""Conversations about digests: what is said at once, when they come by themselves, and what a language model may add."""

from conversations.steps import Alone, Command, Reads, Scenario, Wrong

FAILS, HANGS = "Payments fail", "The export hangs"
NEW = "Alert digest, since"
MET = (Command("ada", "/digest list"), Alone("ada", ("No digest comes here.",)))
"""A bot in Teams can speak in a channel once it was met there."""
WORDED = {"summary": {"claims": [{"text": "Payments fail.", "records": ["alert aa"]}]}}
COUNTED = {"summary": {"claims": [{"text": "47 payments fail.", "records": ["alert aa"]}]}}

DIGESTS = (
    Scenario(
        "a channel is told at once what its alerts come to",
        (
            *MET,
            Command("ada", "/digest now"),
            Reads("bo", (NEW, ": nothing to tell.")),
            Wrong("jira:SUP-21", FAILS, severity="critical"),
            Reads("ada", (f"{FAILS}: raised, critical",)),
            Wrong("jira:SUP-20", HANGS, minute=1, rule="jira.issue.created"),
            Reads("ada", (f"{HANGS}: raised, warning",)),
            Wrong("jira:SUP-20", HANGS, minute=2, rule="jira.issue.created", holds=False),
            Reads("ada", (f"{HANGS}: resolved",)),
            Command("bo", "/digest now"),
            Reads(
                "cy",
                (
                    "1 new (1 critical), 1 resolved.",
                    f"Critical: jira.issue.updated: 1 new (1 critical). SUP-21 {FAILS}, new",
                    f"Resolved: jira.issue.created: 1 resolved. SUP-20 {HANGS}, resolved",
                ),
            ),
            Command("gus", "/digest tomorrow"),
            Reads("gus", ("/digest knows no 'tomorrow'. Type /digest now, or /digest list for when they come.",)),
        ),
    ),
    Scenario(
        "a person is told which digests are theirs, and nothing of other channels",
        (
            Command("ada", "/digest list"),
            Alone("ada", ("mine, to ada@harbourlight.example: next ", "(Europe/Berlin); last never")),
            Command("bo", "/digest list"),
            Alone("bo", ("No digest comes here.",)),
        ),
        rules={
            "digests": {
                "mine": {"person": "ada@harbourlight.example", "at": "09:00", "timezone": "Europe/Berlin"},
                "elsewhere": {"channel": "playground:ops", "at": "09:00"},
            }
        },
    ),
    Scenario(
        "a digest in the words of a model",
        (
            *MET,
            Wrong("jira:SUP-21", FAILS, severity="critical"),
            Reads("ada", (f"{FAILS}: raised, critical",)),
            Command("bo", "/digest"),
            Reads("ada", (NEW, "In short, by a language model: Payments fail. (jira:SUP-21)", "Critical: jira.issue.updated")),
        ),
        says=WORDED,
    ),
    Scenario(
        "a figure that nobody has counted is not told in a digest",
        (
            *MET,
            Wrong("jira:SUP-21", FAILS, severity="critical"),
            Reads("ada", (f"{FAILS}: raised, critical",)),
            Command("bo", "/digest now"),
            Reads("ada", (NEW, "No summary in words: what the language model wrote does not stand in the records.", FAILS)),
        ),
        says=COUNTED,
    ),
)
