"""Chains in Slack: what follows stands in the thread and in the channel that is told, once, whatever dies on the way."""

import pytest
from offices import RULES, text_of
from sqlalchemy import text

from bot.store.links.links import LinkStore
from handlers.models import Record

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LINK = {"after": "triage", "when": "priority == 'High'", "then": "reply", "argument": "zendesk"}
TOLD = "{workflow} wants {changes} for {record}"


@pytest.fixture
def slack_rules():
    return RULES | {"chains": [{**LINK, "together": True, "tell": "slack:T1/C1", "say": TOLD}]}


async def same_case(database):
    """The ticket names the issue."""
    issue, ticket = (Record("jira", "issue", "SUP-21", "", "", "", {}), Record("zendesk", "ticket", "153", "", "SUP-21", "", {}))
    await LinkStore(database).learn([issue, ticket])


async def test_what_follows_is_proposed_and_told_once_though_its_jobs_run_again(office, database):
    await same_case(database)
    await office.slack.drive.say(office.user("Ada"), "C1", "<@UBOT> /triage SUP-21")

    await office.said("bundle jira SUP-21 + zendesk 153")
    await office.said("triage wants type Bug, priority High, assignee Dara Okafor for SUP-21")
    await office.idle()
    before = [text_of(message) for message in office.messages()]
    async with database.write() as tx:
        await tx.execute(text("UPDATE jobs SET state = 'pending', run_at = 1 WHERE kind IN ('chain', 'tell')"))
    await office.idle()

    assert [text_of(message) for message in office.messages()] == before
    states = sorted((len(draft.items), str(draft.state)) for draft in await office.drafts.list())
    assert states == [(0, "superseded"), (2, "pending")]


async def test_a_draft_that_somebody_decided_meanwhile_stays_and_what_follows_stands_alone(office, database):
    await same_case(database)
    async with database.write() as tx:  # the chain's job comes late
        await tx.execute(
            text(
                "CREATE TRIGGER late AFTER INSERT ON jobs WHEN NEW.kind = 'chain' BEGIN UPDATE jobs SET run_at = 9e9 WHERE id = NEW.id; END"
            )
        )
    await office.slack.drive.say(office.user("Ada"), "C1", "<@UBOT> /triage SUP-21")
    await office.press(await office.card(), "approve", "Bo")
    await office.said("written, approved by")
    async with database.write() as tx:
        await tx.execute(text("UPDATE jobs SET run_at = 1 WHERE kind = 'chain'"))

    await office.said("reply · zendesk 153")

    await office.idle()
    assert sorted((draft.workflow, str(draft.state)) for draft in await office.drafts.list()) == [
        ("reply", "pending"),
        ("triage", "written"),
    ]
