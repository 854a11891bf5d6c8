"""Jira for the contract suite."""

from datetime import UTC, datetime
from typing import Any

from contract.specimen import Specimen, Written

from bot.connectors.checkpoint import Checkpoint
from bot.sandbox.company import colleague
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

ADA = colleague("ada")
DESCRIPTION = Change("description", None, "The shop asks what may be deleted, and by when.")
FIELDS = (Change("labels", (), ("urgent", "payments")), Change("assignee", None, Ref(ADA.jira, ADA.name)), DESCRIPTION)
CALL = Call("c", "triage", "SUP-25", Person("p:a", "A"), Place("p", "c"))
COMMENT = Change("comment", None, "Looks like **billing**.")
NEW = (Change("summary", None, "Payments fail"), Change("type", None, Ref("10004", "Bug")))


async def more(jira: Any) -> None:
    """What is found and looked up, what is said, moved, made and found again, what has changed."""
    await jira.lookups.people("ada", project="SUP")
    await jira.lookups.priorities()
    await jira.values("SUP")
    await jira.projects()
    await jira.unfinished("SUP", limit=1)
    await jira.finished("SUP", days=7, limit=1)
    issue = await jira.read("SUP-25")
    step = (await jira.statuses("SUP-25"))[0]
    made = Record.new("jira", "issue", "SUP", title="x")
    for record, changes in ((issue, [COMMENT]), (issue, [Change("status", issue.fields["status"], step)]), (made, NEW)):
        draft = Draft.of("triage", record, changes, call=CALL)
        await jira.write(draft)
        assert await jira.landed(draft)
    await jira.comments("SUP-25")
    async for _ in jira.changes("issue", Checkpoint.now(datetime(2026, 11, 1, tzinfo=UTC))):
        break


SPECIMEN = Specimen(
    record="SUP-25",
    own="SUP-25",
    reads=r"/issue/SUP-25$",
    lacks="updated",
    refusal=lambda words: {"errorMessages": [words], "errors": {"description": words}},
    written={
        "fields": Written("triage", "SUP-25", "SUP-25", FIELDS, "PUT", r"/issue/SUP-25$", {"priority": "Low"}, is_silent=True),
        "document": Written("spec", "SUP-25", "SUP-25", (COMMENT,), "POST", r"/issue/SUP-25/comment$", {"priority": "Low"}),
        "comment": Written("issue", "SUP-25", "SUP-25", (COMMENT,), "POST", r"/issue/SUP-25/comment$", {"priority": "Low"}),
    },
    more=more,
    alike=frozenset(
        {
            "alerts",
            "project",
        }
    ),
)
