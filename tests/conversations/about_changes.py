"""Conversations about a change: proposed, edited, decided, and written once."""

from conversations.steps import Alone, Command, Look, Moved, Press, Reads, Scenario, Written

OPEN, OVER = ("approve", "edit", "reject"), ()
DARA = {"assignee": {"accountId": "712020:4b1e7c00-5a11-4d0c-9f00-000000000004"}}
TRIAGED = Written("jira", "SUP-21", DARA | {"issuetype": {"id": "10004"}, "priority": {"id": "2"}})
TWO_OF = {
    "approvals": {"default": {"approvers": ["group:support-leads", "group:support"], "quorum": 2, "requester_may_approve": False}}
}


def said(text: str, *, is_public: bool) -> Written:
    """Words on ticket 153, which its customer reads or not."""
    return Written("zendesk", "153", {"comment": {"body": text, "public": is_public}})


CHANGES = (
    Scenario(
        "a change is approved by somebody else and written once",
        (
            Command("gus", "/triage SUP-21"),
            Reads(
                "ada",
                ("triage · jira SUP-21", "priority: Medium → High (64 %, medium)", "Why", "May approve:", "expires TIME"),
                OPEN,
            ),
            Look("first"),
            Press("gus", "approve"),
            Alone("gus", ("not allowed: who asked for a change may not approve it here; a second person has to.",)),
            Press("cy", "approve"),
            Alone("cy", ("not allowed: only group support-leads may decide this.",)),
            Press("bo", "approve"),
            Reads("ada", ("triage · jira SUP-21", "written, approved by Bo Lindqvist", "Open in jira"), OVER),
            Press("bo", "approve", on="first"),
            Alone("bo", ("already decided by Bo Lindqvist", "written.")),
        ),
        writes=(TRIAGED,),
    ),
    Scenario(
        "a lead is scored with reasons, and the score is turned down",
        (
            Command("ada", "/lead 721"),
            Reads("bo", ("lead · hubspot 721", "Inés Carrasco", "Why", "May approve:"), OPEN),
            Press("bo", "reject"),
            Reads("ada", ("lead · hubspot 721", "rejected by Bo Lindqvist, nothing was written"), OVER),
        ),
    ),
    Scenario(
        "a reply is edited, goes to the customer because somebody chose that, and is written exactly as edited",
        (
            Command("ada", "/reply 153"),
            Reads(
                "bo",
                (
                    "reply · zendesk 153",
                    "Refunds take **five days**.",
                    "Kind regards,",
                    "visibility: empty → private note",
                    "escalation risk",
                ),
                OPEN,
            ),
            Look("first"),
            Press("bo", "edit", {"reply": "Hello Mira,\n\nit is *on its way* <today>.", "visibility": "public reply"}),
            Reads("ada", ("edited by Bo Lindqvist", "it is *on its way* <today>.", "visibility: empty → public reply"), OPEN),
            Press("bo", "approve", on="first"),
            Alone("bo", ("stale: this draft was edited; decide on version 2 of it.",)),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist", "it is *on its way* <today>."), OVER),
        ),
        writes=(said("Hello Mira,\n\nit is *on its way* <today>.", is_public=True),),
    ),
    Scenario(
        "a value that cannot stand there is refused with the reason, and a reply is for colleagues until somebody chooses otherwise",
        (
            Command("ada", "/reply 153"),
            Reads("bo", ("reply · zendesk 153",), OPEN),
            Press("bo", "edit", {"reply": ""}),
            Alone("bo", ("reply is empty. Type a text, or use Reject.",)),
            Press("bo", "edit", {"reply": "Done."}),
            Reads("ada", ("edited by Bo Lindqvist", "Done."), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(said("Done.", is_public=False),),
    ),
    Scenario(
        "another value is picked from a menu",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("priority: Medium → High (64 %, medium)",), OPEN),
            Press("cy", "edit", {"priority": "Low"}),
            Alone("cy", ("not allowed: only group support-leads may decide this.",)),
            Press("bo", "edit", {"priority": "Low"}),
            Reads(
                "ada", ("Version 2, edited by Bo Lindqvist: earlier approvals do not count.", "priority: Medium → Low\n"), OPEN
            ),
            Press("gus", "approve"),
            Reads("ada", ("written, approved by Gus Petrakis",), OVER),
        ),
        writes=(Written("jira", "SUP-21", DARA | {"issuetype": {"id": "10004"}, "priority": {"id": "4"}}),),
    ),
    Scenario(
        "an edit that leaves nothing to write is refused, and the card stays as it is",
        (
            Moved("jira", "SUP-21", {"assignee": "712020:4b1e7c00-5a11-4d0c-9f00-000000000004"}),
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("type: Task → Bug", "priority: Medium → High"), OPEN),
            Press("bo", "edit", {"priority": "Medium", "type": "Task"}),
            Alone("bo", ("Nothing would be left to write. Use Reject instead.",)),
            Press("bo", "edit", {"priority": "Medium"}),
            Reads("ada", ("Version 2, edited by Bo Lindqvist", "type: Task → Bug"), OPEN),
            Press("bo", "approve"),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(Written("jira", "SUP-21", {"issuetype": {"id": "10004"}}),),
    ),
    Scenario(
        "what is decided cannot be edited",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), OPEN),
            Look("first"),
            Press("bo", "reject"),
            Reads("ada", ("rejected by Bo Lindqvist, nothing was written",), OVER),
            Press("gus", "edit", {"priority": "Low"}, on="first"),
            Alone("gus", ("already decided: rejected. Nothing can be edited any more.",)),
        ),
        stages=("slack", "teams"),  # the page has its forms in the card, and takes them away with the buttons
    ),
    Scenario(
        "text from outside is marked",
        (Command("ada", "/reply 153"), Reads("bo", ("Text from outside the company shaped this.",), OPEN)),
    ),
    Scenario(
        "a rejected change is written nowhere",
        (
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), OPEN),
            Look("first"),
            Press("bo", "reject"),
            Reads("ada", ("rejected by Bo Lindqvist, nothing was written",), OVER),
            Press("bo", "approve", on="first"),
            Alone("bo", ("already decided by Bo Lindqvist", "rejected.")),
        ),
    ),
    Scenario(
        "a quorum of two, with its progress",
        (
            Command("ada", "/triage SUP-21"),
            Reads("cy", ("May approve: 2 of group support-leads", "0 of 2 approvals"), OPEN),
            Press("bo", "approve"),
            Reads("cy", ("1 of 2 approvals: Bo Lindqvist",), OPEN),
            Press("bo", "approve"),
            Press("ada", "approve"),
            Alone("ada", ("not allowed: who asked for a change may not approve it here; a second person has to.",)),
            Press("gus", "approve"),
            Reads("cy", ("written, approved by Bo Lindqvist, Gus Petrakis",), OVER),
        ),
        writes=(TRIAGED,),
        rules=TWO_OF,
    ),
    Scenario(
        "what waits for somebody",
        (
            Command("bo", "/approvals"),
            Alone("bo", ("Nothing waits for you.",)),
            Command("ada", "/triage SUP-21"),
            Reads("bo", ("triage · jira SUP-21",), OPEN),
            Command("bo", "/approvals"),
            Alone("bo", ("1 waiting for you:",)),
            Press("bo", "approve"),
            Reads("bo", ("written, approved by Bo Lindqvist",), OVER),
            Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
        ),
        writes=(TRIAGED,),
    ),
)
