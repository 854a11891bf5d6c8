"""The door for what systems tell, and the workflows that the bot starts by itself: over real HTTP, on both databases."""

import asyncio

import pytest
from hooked import ADA, SECRETS, by_jira, by_zendesk, told
from voices import PEOPLE

from bot.sandbox.faults import Fault
from bot.settings import Configuration
from bot.work.triggers import BOT
from bot.work.voice import Everybody
from handlers.models import EVERYONE, Verb
from handlers.policy import refusal

RULES = Configuration.model_validate(
    {
        "approvals": {"default": {"requester_may_approve": False}},
        "triggers": {
            "jira.issue.created": {"workflow": "triage", "channel": "playground:general"},
            "jira.issue.deleted": {"workflow": "triage", "channel": "playground:general"},
            "zendesk.ticket.created": {"workflow": "reply", "channel": "nowhere:general"},
        },
    }
)
ISSUE = {"webhookEvent": "jira:issue_created", "timestamp": 1763629200000, "issue": {"key": "SUP-21"}}


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until):
    given = {"secrets": SECRETS | {"hubspot_client_secret": ""}}
    async with told(RULES, stores, connectors, sandbox, wait_until, **given) as running:
        yield running


async def test_an_event_starts_its_workflow_as_the_bot_itself(town):
    status, _ = await town.tell("jira", *by_jira(ISSUE))
    await town.ended("trigger")
    [draft] = await town.stores.drafts.waiting()

    assert (status, draft.workflow, draft.record.id, draft.asked_by.id) == (202, "triage", "SUP-21", BOT.id)
    assert [place.key for place, reply, _ in town.voice.said.values() if reply.draft] == ["playground:general"]
    assert refusal(draft, ADA, RULES.policy_of(draft)) == ""


async def test_the_author_of_the_text_may_not_approve_what_the_bot_asked_for(town):
    await town.tell("jira", *by_jira(ISSUE))
    await town.ended("trigger")
    [draft] = await town.stores.drafts.waiting()
    author = PEOPLE.find(next(iter(draft.record.author)))

    assert "your own words" in refusal(draft, author, RULES.policy_of(draft))


async def test_a_copy_and_a_second_event_about_the_same_have_no_second_effect(town):
    first = await town.tell("jira", *by_jira(ISSUE))
    copy = await town.tell("jira", *by_jira(ISSUE, by="old", name="w-2"))
    other = await town.tell("jira", *by_jira(ISSUE | {"timestamp": 1763629200001}, name="w-3"))
    again = await town.tell("jira", *by_jira(ISSUE | {"timestamp": 1763629200002}, name="w-3"))
    await town.ended("hook")
    jobs = await town.ended("trigger")

    assert [(status, answer["new"]) for status, answer in (first, copy, other, again)] == [
        (202, True), (202, False), (202, True), (202, True),
    ]  # fmt: skip
    assert (len(jobs), len(await town.stores.drafts.waiting())) == (2, 1)
    assert len(town.voice.said) == 1


@pytest.mark.parametrize(
    ("system", "request_", "status"),
    [
        ("jira", by_jira(ISSUE, by="another"), 401),
        ("jira", (b"{}", {}), 401),
        ("jira", (b"{}", {"X-Hub-Signature": "sha256=\xff"}), 401),
        ("zendesk", by_zendesk({}, stamp="2026-01-01T00:00:00Z"), 401),
        ("hubspot", (b"[]", {}), 404),
        ("salesforce", (b"{}", {}), 404),
        ("..", (b"{}", {}), 404),
        ("jira", by_jira(b"x" * (1024 * 1024 + 1)), 413),
    ],
)
async def test_what_is_not_the_systems_own_is_turned_away(town, system, request_, status):
    assert (await town.tell(system, *request_))[0] == status
    assert await town.stores.jobs.list() == []


async def test_what_is_signed_and_cannot_be_read_is_a_dead_letter(town):
    status, _ = await town.tell("jira", *by_jira(b'{"webhookEvent": "jira:issue_created", \xff'))
    [job] = await town.ended("hook")

    assert (status, job.state, job.error) == (202, "dead", "Jira sent something that is no JSON.")


async def test_a_channel_that_is_nowhere_is_a_dead_letter(town):
    ticket = {"id": "e", "subject": "zen:ticket:153", "type": "zen:event-type:ticket.created", "time": "2026-11-20T09:00:00Z"}
    await town.tell("zendesk", *by_zendesk(ticket | {"detail": {"id": "153"}}))
    [job] = await town.ended("trigger")

    assert (job.state, "on no connected platform" in job.error) == ("dead", True)


async def test_what_was_deleted_is_told_once_where_somebody_waits_for_it(town):
    for number in range(2):
        told = {"webhookEvent": "jira:issue_deleted", "timestamp": 1763629200000 + number, "issue": {"key": "SUP-9999"}}
        await town.tell("jira", *by_jira(ISSUE | told, name=f"w-{number}"))

    async def both():
        return [job.state for job in await town.jobs("trigger")] == ["done", "done"]

    await town.wait(both)
    [reply] = town.voice.said.values()
    assert "The issue SUP-9999 was deleted in jira. There is nothing left that /triage could work on." in str(reply)
    assert await town.stores.drafts.waiting() == []


async def test_an_event_that_nothing_waits_for_and_a_record_that_is_gone_are_quiet(town):
    await town.tell("jira", *by_jira(ISSUE | {"webhookEvent": "jira:issue_updated"}))
    await town.tell("jira", *by_jira(ISSUE | {"issue": {"key": "SUP-9999"}}, name="w-2"))
    [job] = await town.ended("trigger")

    assert (job.state, town.voice.said) == ("done", {})


async def test_a_system_that_is_away_is_waited_for(town, sandbox):
    sandbox.jira.faults.add(Fault("status", method="GET", path="SUP-21", status=503, count=20))
    await town.tell("jira", *by_jira(ISSUE))

    async def put_off():
        return [job for job in await town.stores.jobs.list() if job.kind == "trigger" and job.error]

    await town.wait(put_off)
    sandbox.jira.faults.clear()

    assert [job.state for job in await town.ended("trigger")] == ["done"]
    assert len(town.voice.said) == 1


async def test_a_command_and_an_event_at_the_same_moment_make_one_draft(town):
    asked = [town.ask("/triage SUP-21", call=f"c{number}") for number in range(6)]
    *replies, _ = await asyncio.gather(*asked, town.tell("jira", *by_jira(ISSUE)))
    await town.ended("trigger")
    waiting = await town.stores.drafts.waiting()

    assert {reply.draft.id for reply in replies} == {draft.id for draft in waiting}
    assert len(waiting) == 1


async def test_a_second_request_is_answered_with_the_live_card_and_a_decided_one_is_not_in_the_way(town):
    first, second = await town.ask("/triage SUP-21"), await town.ask("/triage SUP-21", call="c2")
    kept = await town.stores.drafts.of("c2")
    await town.stores.drafts.reject(town.stores.press(first.draft, Verb.REJECT))
    third = await town.ask("/triage SUP-21", call="c3")

    assert (second.draft.id, second.again, kept.id) == (first.draft.id, True, first.draft.id)
    assert (third.again, third.draft.id == first.draft.id) == (False, False)


async def test_a_card_made_where_more_may_be_read_is_not_shown_elsewhere(town):
    made = await town.ask("/triage SUP-21", audience=frozenset({EVERYONE, "finance"}))
    met = await town.ask("/triage SUP-21", call="c2")

    assert (met.draft, met.private, made.draft.id in met.text) == (None, True, True)


async def test_people_of_everybody_know_the_bot_by_no_account():
    assert (await Everybody(PEOPLE, {})(BOT.id)).names == {"bot"}
