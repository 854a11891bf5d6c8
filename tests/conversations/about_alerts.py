"""Conversations about what is wrong: it is told in one message, people act on it, and all of them see who did what."""

from conversations.steps import Alone, Choose, Command, Press, Reads, Scenario, Written, Wrong

FAILS, HANGS = "Payments fail", "The export hangs"
MET = (Command("ada", "/alerts list"), Alone("ada", ("No alert stands here.",)))
"""A bot in Teams can speak in a channel once it was met there."""
ON_ACK = {
    "alerts": {
        "jira.issue.updated": {
            "channel": "playground:ops",
            "on_ack": {"field": "comment", "value": "Somebody is looking into this."},
        }
    }
}
NOWHERE = {"alerts": {"jira.issue.updated": {"channel": "playground:ops", "on_ack": {"field": "status", "value": "Nowhere"}}}}
SAID = {
    "type": "doc", "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Somebody is looking into this."}]}],
}  # fmt: skip


ALERTS = (
    Scenario(
        "what is wrong is told in one message, and what becomes of it in its thread",
        (
            *MET,
            Wrong("jira:SUP-21", FAILS),
            Reads("bo", ("1 alert of jira.issue.updated, warning", f"warning: {FAILS}", "[Acknowledge]")),
            Wrong("jira:SUP-20", HANGS, minute=1, severity="critical"),
            Reads("bo", ("2 alerts of jira.issue.updated, the worst critical", FAILS, HANGS)),
            Reads("ada", (f"{HANGS}: raised, critical",)),
            Choose("bo", "Acknowledge"),
            Alone("bo", (f"Acknowledged: 2 alerts ({HANGS}, {FAILS}).",)),
            Reads("cy", (f"{FAILS} (acknowledged by Bo Lindqvist)", "[Snooze 1 h]", "[Assign to me]")),
            Reads("ada", (f"{FAILS}: acknowledged by Bo Lindqvist",)),
            Choose("gus", "Assign to me"),
            Reads("ada", (f"{FAILS}: assigned to Gus Petrakis",)),
            Wrong("jira:SUP-21", FAILS, holds=False, minute=2),
            Reads("ada", (f"{FAILS}: resolved",)),
            Wrong("jira:SUP-20", HANGS, holds=False, minute=3),
            Reads("bo", ("Resolved: 2 alerts of jira.issue.updated",)),
        ),
        in_order=False,
    ),
    Scenario(
        "alerts are listed, snoozed and assigned by commands, and a wrong one says how it is written",
        (
            *MET,
            Wrong("jira:SUP-21", FAILS),
            Reads("ada", (f"warning: {FAILS}",)),
            Command("ada", "/alerts list"),
            Alone("ada", ("1 alert here:", f"warning: {FAILS}")),
            Command("ada", "/alerts snooze {alert} change"),
            Alone("ada", (f"Snoozed until it changes: 1 alert ({FAILS}).",)),
            Reads("bo", (f"{FAILS}: snoozed until it changes",)),
            Command("bo", "/alerts snooze {alert} until SUP-20 closes"),
            Alone("bo", (f"Snoozed until jira:SUP-20 is done: 1 alert ({FAILS}).",)),
            Command("bo", "/alerts assign all gus@harbourlight.example"),
            Alone("bo", ("Assigned to Gus Petrakis: 1 alert",)),
            Command("bo", "/alerts snooze {alert} tomorrow"),
            Reads("bo", ("I cannot read until when: 'tomorrow'. Say 1h, 09:00, change, or a record that is to be done",)),
            Command("bo", "/alerts ack 0123456789"),
            Reads("bo", ("There is no alert 0123456789 here.",)),
            Command("bo", "/alerts write {alert}"),
            Reads("bo", ("bot.toml has no write for who acknowledges jira.issue.updated, so there is nothing to propose.",)),
            Command("bo", "/alerts forget {alert}"),
            Reads("bo", ("/alerts knows no", "Type /alerts list, /alerts ack ID")),
        ),
        in_order=False,
    ),
    Scenario(
        "an acknowledgement proposes a write to the record, and nothing is written before somebody else approves it",
        (
            *MET,
            Wrong("jira:SUP-21", FAILS),
            Choose("ada", "Acknowledge"),
            Reads("bo", ("alerts · jira SUP-21", "Somebody is looking into this."), ("approve", "edit", "reject")),
            Press("bo", "approve"),
            Reads("ada", ("alerts · jira SUP-21", "written, approved by Bo Lindqvist"), ()),
        ),
        writes=(Written("jira", "SUP-21", {"body": SAID}),),
        rules=ON_ACK,
        in_order=False,
    ),
    Scenario(
        "an acknowledgement whose write cannot be proposed says so in the thread",
        (
            *MET,
            Wrong("jira:SUP-21", FAILS),
            Choose("ada", "Acknowledge"),
            Reads("bo", ("No write is proposed: SUP-21 cannot have status 'Nowhere' now; it can have:",)),
        ),
        rules=NOWHERE,
        in_order=False,
    ),
)
