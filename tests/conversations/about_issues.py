"""Conversations about issues with a language model at hand: what it chooses is one more voice, and nothing more."""

from conversations.steps import Command, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()


def choice(field: str, *values: str, reason: str = "The issue speaks of two charges.", records: tuple[str, ...] = ("issue",)):
    """What a model answers about one field."""
    return {"field": field, "values": list(values), "reason": reason, "records": list(records)}


ISSUES = (
    Scenario(
        "a language model is one more voice on the fields of an issue",
        (
            Command("ada", "/triage SUP-21"),
            Reads(
                "bo",
                (
                    "priority: Medium → High (62 %, medium)",
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
            Written("jira", "SUP-21", {"issuetype": {"id": "10004"}, "priority": {"id": "1"}, "components": [{"id": "10100"}]}),
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
                    "priority: Medium → High (53 %, medium)",
                    "no language model: what the language model wrote does not stand in the records.",
                ),
                OPEN,
            ),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("jira", "SUP-21", {"issuetype": {"id": "10004"}, "priority": {"id": "2"}}),),
        says={"triaged": {"choices": [choice("priority", "Lowest", reason="4711 shops have it.")]}},
    ),
)
