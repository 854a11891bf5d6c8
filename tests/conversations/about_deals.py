"""Conversations about deals of the CRM: a note with the risks and what to do next."""

from conversations.steps import Choose, Command, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
ON_914 = [{"to": {"id": "914"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}]}]
LINDAU = "006Hl0000000002IAA"
SAID = "Risk high.\nCall Dwayne today."

DEALS = (
    Scenario(
        "a deal's risks follow from rules, and the note is written as edited",
        (
            Command("ada", "/deal 914"),
            Reads(
                "bo",
                (
                    "deal · hubspot deal/914",
                    "the close date 2026-11-10 has passed",
                    "Agree on a new close date with Dwayne Ellison, or close the deal as lost.",
                    "the action follows from a rule",
                    "most similar closed deals were won",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"note": SAID}),
            Reads("ada", ("edited by Bo Lindqvist", "Call Dwayne today."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(
            Written(
                "hubspot",
                "1009",
                {"hs_note_body": "<p>Risk high.</p><p>Call Dwayne today.</p>", "associations": ON_914},
            ),
        ),
    ),
    Scenario(
        "a language model words the next best action from the deal, and the note is written as edited",
        (
            Command("ada", "/deal Lakeside: two more shops"),
            Reads(
                "bo",
                (
                    "deal · hubspot deal/914",
                    "Next best action: Ask the board for a date before the new year.",
                    "a language model worded the action from deal, risks",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"note": SAID}),
            Reads("ada", ("edited by Bo Lindqvist", "Call Dwayne today."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        says={"nextaction": {"action": {"text": "Ask the board for a date before the new year.", "records": ["deal", "risks"]}}},
        writes=(Written("hubspot", "1009", {"associations": ON_914}),),
    ),
    Scenario(
        "what a language model says of a deal and nobody wrote is not taken",
        (
            Command("ada", "/deal deal/914"),
            Reads(
                "bo",
                (
                    "Agree on a new close date with Dwayne Ellison",
                    "the action follows from a rule: what the language model wrote does not stand in the records.",
                ),
                OPEN,
            ),
            Press("bo", "reject"),
            Reads("ada", ("rejected by Bo Lindqvist, nothing was written",), OVER),
        ),
        says={"nextaction": {"action": {"text": "Offer 35 % off.", "records": ["deal"]}}},
    ),
    Scenario(
        "an opportunity's note is a task on it in Salesforce",
        (
            Command("ada", f"/deal {LINDAU}"),
            Reads("bo", (f"deal · salesforce {LINDAU}", "Next best action:"), OPEN),
            Press("bo", "edit", {"note": SAID}),
            Reads("ada", ("edited by Bo Lindqvist", "Call Dwayne today."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("salesforce", "", {"WhatId": LINDAU, "Description": SAID, "Status": "Completed"}),),
    ),
    Scenario(
        "whom one means where several go by a name is chosen by a button",
        (
            Command("ada", "/lead kestrel"),
            Reads("ada", ("Several people go by 'kestrel'. Whom do you mean?", "Mira Kestrel, Kestrel Boat Hire: /lead 701")),
            Choose("ada", "Mira Kestrel, Kestrel Boat Hire (701)"),
            Reads("bo", ("lead · hubspot 701", "Asked by Ada Novak"), OPEN),
        ),
    ),
    Scenario(
        "a deal that is over, one that is not there, and a name that nobody has",
        (
            Command("ada", "/deal 903"),
            Reads("ada", ("is closed (won): there is nothing to do on it.",)),
            Command("ada", "/deal deal/99999"),
            Reads("ada", ("HubSpot has no deal 99999, or the bot may not see it.",)),
            Command("ada", "/deal the big one"),
            Reads("ada", ("Nothing goes by 'the big one' in the CRM.", "type an id like deal/901")),
        ),
    ),
)
