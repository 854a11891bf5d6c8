"""Conversations about e-mails: drafted to whom the record names, logged there as approved, sent by nobody."""

from conversations.steps import Command, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
JUERGEN = "003Hl0000000003IAA"
NORA = "e-mail to Nora Tamblyn <nora@brackwater.example>"
TEXT = "Hello Nora,\n\nthe pause begins in November.\n\nAda"
SAYS = {
    "letter": {
        "subject": "Your winter pause",
        "language": "en",
        "paragraphs": [{"text": "We confirm the winter pause.", "records": ["purpose"]}],
    }
}


def linked(number: str, way: int) -> list[object]:
    """How HubSpot is told what an e-mail hangs on."""
    return [{"to": {"id": number}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": way}]}]


EMAILS = (
    Scenario(
        "an e-mail is a template around its purpose, and is logged on the contact as edited",
        (
            Command("ada", "/email 717 confirm the winter pause and the refund"),
            Reads(
                "bo",
                (
                    NORA,
                    "Confirm the winter pause and the refund",
                    "Hello Nora,",
                    "Refunds take **five days**.",
                    "goes to nora@brackwater.example, as the record of Nora Tamblyn has it",
                    "the bot sends nothing itself",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"subject": "Winter pause", "text": TEXT}),
            Reads("ada", ("edited by Bo Lindqvist", "the pause begins in November."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(
            Written(
                "hubspot", "1009", {"hs_email_subject": "Winter pause", "hs_email_text": TEXT, "associations": linked("717", 198)}
            ),
        ),
    ),
    Scenario(
        "a language model writes an e-mail about a deal from what was written before, and the address stays that of the record",
        (
            Command("ada", "/email deal/911 confirm the winter pause"),
            Reads("bo", (NORA, "Your winter pause", "a language model wrote it from purpose", "May approve:"), OPEN),
            Press("bo", "edit", {"text": TEXT}),
            Reads("ada", ("edited by Bo Lindqvist", "the pause begins in November."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        says=SAYS,
        writes=(
            Written(
                "hubspot",
                "1009",
                {"hs_email_subject": "Your winter pause", "hs_email_text": TEXT, "associations": linked("911", 210)},
            ),
        ),
    ),
    Scenario(
        "an e-mail to somebody in Salesforce is a completed task",
        (
            Command("ada", f"/email {JUERGEN} send the offer for Lindau"),
            Reads("bo", ("e-mail to Jürgen Brandt <j.brandt@radhaus-konstanz.example>", "Send the offer for Lindau"), OPEN),
            Press("bo", "edit", {"subject": "Offer", "text": TEXT}),
            Reads("ada", ("edited by Bo Lindqvist", "the pause begins in November."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(
            Written("salesforce", "", {"Subject": "Email: Offer", "Description": TEXT, "WhoId": JUERGEN, "Status": "Completed"}),
        ),
    ),
    Scenario(
        "an e-mail needs somebody and a purpose",
        (
            Command("ada", "/email 717"),
            Reads("ada", ("Say to whom the e-mail goes, and what for. Type for example: /email 717 confirm the winter pause",)),
            Command("ada", "/email nobody@nowhere.example say hello"),
            Reads("ada", ("Nothing goes by 'nobody@nowhere.example' in the CRM.",)),
        ),
    ),
)
