"""Conversations about a ticket's classification and its reply, with a language model and without one."""

from conversations.steps import Command, Moved, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
SAID = {
    "type": "problem", "priority": "urgent", "group": "Billing", "agent": "", "category": "", "sentiment": "negative",
    "signs": [{"kind": "loses money", "quote": "charged twice for one kayak"}], "language": "en",
    "sentences": [{"text": "Your refund takes five days.", "records": ["passage 1"]}],
}  # fmt: skip
OBEYED = SAID | {
    "group": "Evil", "agent": "agent 99", "category": "<!channel>", "signs": [{"kind": "is angry", "quote": "never said by anybody"}],
    "sentences": [{"text": "We refund 5000 GBP tomorrow.", "records": ["passage 1"]}],
}  # fmt: skip


DAYS = "Die Erstattung dauert fünf Tage und wird von uns für Sie angestoßen."
GERMAN = f"Guten Tag Mira,\n\nvielen Dank für Ihre Nachricht.\n\n{DAYS}\n\nMit freundlichen Grüßen\nIhr Support-Team"

TICKETS = (
    Scenario(
        "a ticket is answered without a model, edited, and written exactly as edited",
        (
            Command("ada", "/reply 153"),
            Reads(
                "bo",
                (
                    "reply · zendesk 153",
                    "Refunds take **five days**.",
                    "loses money (“charged twice”)",
                    "the reply quotes Refunds",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"reply": "Hello Mira, we look into it."}),
            Reads("ada", ("edited by Bo Lindqvist", "Hello Mira, we look into it."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("zendesk", "153", {"comment": {"body": "Hello Mira, we look into it.", "public": False}}),),
    ),
    Scenario(
        "a ticket is answered in a model's words, which rest on the documents, and approved for the customer",
        (
            Moved("zendesk", "153", {"note": "Ask Hana about the margin."}),
            Command("ada", "/reply 153"),
            Reads(
                "bo",
                (
                    "reply · zendesk 153",
                    "Your refund takes five days.",
                    "visibility: empty → private note",
                    "1 private note on it",
                    "sentiment negative",
                    "a language model wrote the reply from Refunds",
                ),
                OPEN,
            ),
            Press("bo", "edit", {"reply": "It is on its way.", "visibility": "public reply"}),
            Reads("ada", ("edited by Bo Lindqvist", "It is on its way.", "visibility: empty → public reply"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("zendesk", "153", {"comment": {"body": "It is on its way.", "public": True}}),),
        says={"assessment": SAID},
    ),
    Scenario(
        "a model that obeys a stranger changes nothing: no promise, no group, no sign of its own",
        (
            Command("ada", "/reply 153"),
            Reads("bo", ("reply · zendesk 153", "Refunds take **five days**.", "does not stand in the records"), OPEN),
            Press("bo", "reject"),
            Reads("ada", ("rejected by Bo Lindqvist, nothing was written",), OVER),
        ),
        says={"assessment": OBEYED},
    ),
    Scenario(
        "a customer is answered in German, from documents in English",
        (
            Command("ada", "/reply 153"),
            Reads(
                "bo", ("Guten Tag Mira,", "Die Erstattung dauert fünf Tage", "Ihr Support-Team", "from Refunds, in German"), OPEN
            ),
            Press("bo", "edit", {"visibility": "public reply"}),
            Reads("ada", ("edited by Bo Lindqvist", "visibility: empty → public reply"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("zendesk", "153", {"comment": {"body": GERMAN, "public": True}}),),
        says={"assessment": SAID | {"language": "de", "sentences": [{"text": DAYS, "records": ["passage 1"]}]}},
    ),
)
