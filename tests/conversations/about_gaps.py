"""Conversations about what a CRM does not know: only what is empty is filled, each value with its source."""

from conversations.steps import Command, Moved, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
EMPTIED = Moved("hubspot", "810", {"country": "", "domain": ""})

GAPS = (
    Scenario(
        "what a company lacks comes from its people, and is written as edited",
        (
            EMPTIED,
            Command("ada", "/enrich company/810"),
            Reads(
                "bo",
                (
                    "enrich · hubspot company/810",
                    "domain: empty → sunline.example",
                    "country: empty → ES",
                    "country ES: a contact there",
                    "domain sunline.example: an e-mail address there",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"country": "Spain"}),
            Reads("ada", ("edited by Bo Lindqvist", "country: empty → Spain"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("hubspot", "810", {"properties": {"domain": "sunline.example", "country": "Spain"}}),),
    ),
    Scenario(
        "what somebody fills in meanwhile is not overwritten",
        (
            EMPTIED,
            Command("ada", "/enrich company/810"),
            Reads("bo", ("country: empty → ES",), OPEN),
            Moved("hubspot", "810", {"country": "Portugal"}),
            Press("bo", "approve"),
            Reads("ada", ("stale: nothing was written (approved by Bo Lindqvist).",), OVER),
        ),
    ),
    Scenario(
        "who lacks nothing, and whom nothing is known of",
        (
            Command("ada", "/enrich 717"),
            Reads("ada", ("has nothing empty that the bot could fill.",)),
            Command("ada", "/enrich nobody@nowhere.example"),
            Reads("ada", ("Nothing goes by 'nobody@nowhere.example' in the CRM.",)),
        ),
    ),
)
