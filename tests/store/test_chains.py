"""What follows from a draft is a job of the same transaction, and each link is one job however often the change is tried."""

import pytest

from bot.settings import Configuration
from bot.store.drafts.drafts import DraftStore
from handlers.bundles import bundle, renewed
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State, Verb

CHAINS = [
    {"after": "triage", "when": "priority == 'High'", "then": "reply", "argument": "zendesk", "tell": "slack:T1/C2"},
    {"after": "triage", "on": "written", "tell": "slack:T1/C2"},
    {"after": "triage", "when": "priority == 'Low'", "tell": "slack:T1/C2"},
]


@pytest.fixture
def chained(stores, database):
    rules = Configuration.model_validate({"chains": CHAINS})
    return DraftStore(database, stores.jobs, stores.audit, rules.followers)


async def links(stores):
    return sorted(job.key.partition(":")[2].partition(":")[2] for job in await stores.jobs.list() if job.key.startswith("chain:"))


async def test_a_link_is_made_with_the_draft_and_once(stores, chained):
    drawn = await stores.draft("other")
    call = Call("call-9", "triage", "SUP-1", Person("p:ada", "Ada"), Place("slack", "C1"))
    assert await links(stores) == []

    for _ in range(3):
        await chained.keep(drawn.of("triage", drawn.record, drawn.changes, call=call), call=call, policy=Policy())

    assert await links(stores) == ["drafted:0", "drafted:0:tell"]


async def test_a_link_after_a_write_is_made_with_its_outcome(stores, chained):
    draft = await stores.draft()
    await chained.approve(stores.press(draft, Verb.APPROVE))
    await chained.begin(draft.id, 1)
    assert await links(stores) == []

    for _ in range(2):
        await chained.conclude(draft.id, 1, State.WRITTEN, "https://jira.example/SUP-1")

    assert await links(stores) == ["written:1:tell"]


async def test_nothing_follows_a_draft_that_is_not_written(stores, chained):
    draft = await stores.draft()
    await chained.approve(stores.press(draft, Verb.APPROVE))
    await chained.begin(draft.id, 1)

    await chained.conclude(draft.id, 1, State.FAILED, "no")

    assert await links(stores) == []


async def test_what_a_bundle_adds_has_its_own_links_and_what_it_takes_up_has_them_no_second_time(stores, database):
    rules = Configuration.model_validate(
        {"chains": [{"after": "triage", "then": "reply", "together": True}, {"after": "reply", "tell": "slack:T1/C2"}]}
    )
    chained = DraftStore(database, stores.jobs, stores.audit, rules.followers)
    ada, here = Person("p:ada", "Ada"), Place("slack", "C1")
    asked, joined = (Call(name, "triage", "SUP-1", ada, here) for name in ("call-1", "call-2"))
    record = Record("jira", "issue", "SUP-1", "v1", "t", "", {})
    first = await chained.keep(
        Draft.of("triage", record, [Change("labels", (), ("new",))], call=asked), call=asked, policy=Policy()
    )
    reply = Draft.of("reply", Record("zendesk", "ticket", "153", "v1", "t", "", {}), [Change("reply", None, "Hi")], call=joined)
    whole = bundle((renewed(first, call=joined), reply), call=joined)

    for _ in range(2):
        await chained.keep(whole, call=joined, policy=Policy(), absorbs=first)

    assert {job.key for job in await stores.jobs.list() if job.key.startswith("chain:")} == {
        f"chain:{first.id}:drafted:0",
        f"chain:{reply.id}:drafted:1:tell",
    }
