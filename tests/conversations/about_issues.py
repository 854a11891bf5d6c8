"""Conversations about issues with a language model at hand: what it chooses is one more voice, and nothing more."""

from typing import Any

from conversations.steps import Ask, Command, FollowUp, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
DARA = {"assignee": {"accountId": "712020:4b1e7c00-5a11-4d0c-9f00-000000000004"}}
OUTSIDE = "Text from outside the company shaped this."


def choice(field: str, *values: str, reason: str = "The issue speaks of two charges.", records: tuple[str, ...] = ("issue",)):
    """What a model answers about one field."""
    return {"field": field, "values": list(values), "reason": reason, "records": list(records)}


def made(summary: str, kind: str, **fields: Any) -> Written:
    """A new issue, with these of its fields."""
    return Written("jira", "SUP-26", {"summary": summary, "issuetype": {"id": kind}, "project": {"key": "SUP"}, **fields})


SAID = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Arizona again."}]}]}


ISSUES = (
    Scenario(
        "a language model is one more voice on the fields of an issue",
        (
            Command("ada", "/triage SUP-21"),
            Reads(
                "bo",
                (
                    "priority: Medium → High (82 %, high)",
                    "component: empty → Payments",
                    "the language model chose it: The issue speaks of two charges.",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"priority": "Highest"}),
            Reads("ada", ("priority: Medium → Highest", "component: empty → Payments"), OPEN),
            Press("gus", "approve"),
            Reads("ada", ("written, approved by Gus Petrakis",), OVER),
        ),
        writes=(
            Written(
                "jira", "SUP-21", DARA | {"issuetype": {"id": "10004"}, "priority": {"id": "1"}, "components": [{"id": "10100"}]}
            ),
        ),
        says={"triaged": {"choices": [choice("priority", "High"), choice("component", "Payments")]}},
    ),
    Scenario(
        "what a language model makes up is left out, and the similar issues decide",
        (
            Command("ada", "/triage SUP-21"),
            Reads(
                "bo",
                (
                    "priority: Medium → High (64 %, medium)",
                    "no language model: what the language model wrote does not stand in the records.",
                ),
                OPEN,
            ),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("jira", "SUP-21", DARA | {"issuetype": {"id": "10004"}, "priority": {"id": "2"}}),),
        says={"triaged": {"choices": [choice("priority", "Lowest", reason="4711 shops have it.")]}},
    ),
    Scenario(
        "a new issue is drafted from what was said, edited, and made as edited",
        (
            Command("ada", "/issue Renters cannot pay with PayPal on the booking page. The button does nothing since Monday."),
            Reads(
                "bo",
                (
                    "issue · jira new issue in SUP",
                    "summary: empty → Renters cannot pay with PayPal on the booking page",
                    "The button does nothing since Monday.",
                    "Asked for in chat by Ada Novak.",
                    "type: empty → Bug",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"summary": "PayPal button does nothing", "type": "Incident"}),
            Reads("ada", ("summary: empty → PayPal button does nothing", "type: empty → Incident"), OPEN),
            Press("gus", "approve"),
            Reads("ada", ("written, approved by Gus Petrakis", "Open in jira"), OVER),
        ),
        writes=(made("PayPal button does nothing", "10003"),),
    ),
    Scenario(
        "an open issue about the same matter gets a comment instead",
        (
            Command("ada", "/issue Calendar entries one hour late for shops in Arizona."),
            Reads(
                "bo",
                (
                    "issue · jira SUP-20",
                    "probably the same as SUP-20, open",
                    "so a comment there is proposed",
                    "type: /issue SUP: new: and the text",
                    "Heard again.",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"comment": "Arizona again."}),
            Reads("ada", ("Arizona again.",), OPEN),
            Press("gus", "approve"),
            Reads("ada", ("written, approved by Gus Petrakis",), OVER),
        ),
        writes=(Written("jira", "SUP-20", {"body": SAID}),),
    ),
    Scenario(
        "a thread becomes an issue",
        (
            Ask("ada", "how do refunds work?"),
            Reads("gus", ("Refunds take five days [1].",)),
            FollowUp("gus", "/issue Say the five days on the refund page"),
            Reads(
                "bo",
                ("summary: empty → Say the five days on the refund page", "From the thread:", "how do refunds work?", OUTSIDE),
                OPEN,
            ),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(made("Say the five days on the refund page", "10004"),),
    ),
    Scenario(
        "an issue of nothing is asked back",
        (Command("ada", "/issue"), Reads("ada", ("An issue of what? Type for example: /issue the export of bookings hangs",))),
    ),
    Scenario(
        "a language model puts a new issue into words from what was said",
        (
            Command("ada", "/issue Since 9 o'clock the PayPal button does nothing, please look."),
            Reads(
                "bo",
                (
                    "summary: empty → PayPal button without effect",
                    "The PayPal button does nothing since 9 o'clock.",
                    "priority: empty → Highest",
                    "the language model chose it: Nobody can pay.",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"priority": "High"}),
            Reads("ada", ("priority: empty → High\n",), OPEN),
            Press("gus", "approve"),
            Reads("ada", ("written, approved by Gus Petrakis",), OVER),
        ),
        writes=(made("PayPal button without effect", "10003", priority={"id": "2"}),),
        says={
            "drafted": {
                "summary": "PayPal button without effect",
                "description": [{"text": "The PayPal button does nothing since 9 o'clock.", "records": ["request"]}],
                "choices": [
                    choice("type", "Incident", reason="Nobody can pay.", records=("request",)),
                    choice("priority", "Highest", reason="Nobody can pay.", records=("request",)),
                ],
            }
        },
    ),
    Scenario(
        "words of a language model that hold a number which nobody said are not used",
        (
            Command("ada", "/issue The PayPal button does nothing."),
            Reads(
                "bo",
                (
                    "summary: empty → The PayPal button does nothing",
                    "no language model: what the language model wrote does not stand in the records.",
                ),
                OPEN,
            ),
            Press("bo", "reject"),
            Reads("ada", ("rejected by Bo Lindqvist, nothing was written",), OVER),
        ),
        says={"drafted": {"summary": "PayPal button broken for 300 shops", "description": [], "choices": []}},
    ),
)
