"""jobs list, show, replay, cancel: on a data directory of their own."""

import json
from dataclasses import replace

import pytest

from bot.app import House
from bot.cli.ledger import jobs
from bot.cli.out import Failure
from bot.settings import Configuration, Settings
from handlers.errors import Unavailable
from handlers.models import Call, Change, Decision, Draft, Person, Place, Policy, Record, Ref, State, Verb

ADA, BO = (Person(f"playground:{name}", name.title(), f"{name}@example.com") for name in ("ada", "bo"))
HERE = Place("playground", "general", "1")
PLAIN = {"state": "", "json": False, "set": [], "kind": "", "since": "", "reason": "", "dry_run": False}


@pytest.fixture
async def house(tmp_path):
    opened = House(Settings(data_dir=tmp_path), Configuration())
    yield opened
    await opened.close()


@pytest.fixture
async def store(house):
    return await house.store()


@pytest.fixture
def command(house, ear):
    async def run(verb, job="", **more):
        assert await jobs(house, {**PLAIN, "verb": verb, "job": job} | more, ear) == 0
        said, ear.lines = "\n".join(ear.lines), []
        return said

    return run


@pytest.fixture
async def job(store):
    async with store.database.write() as tx:
        await store.jobs.enqueue(tx, "call", key="k", payload={"text": "hello\nworld"})
    [made] = await store.jobs.list()
    return made.id


@pytest.fixture
async def approved(store):
    """An approved draft, and the job that is to write it."""
    asked = Call("call-1", "triage", "SUP-1", ADA, HERE)
    record = Record("jira", "issue", "SUP-1", "v1", "Payments fail", "text", {}, "https://jira.example/browse/SUP-1")
    draft = Draft.of("triage", record, [Change("priority", Ref("3", "Medium"), Ref("2", "High"))], call=asked)
    draft = await store.drafts.keep(replace(draft, reasons=("because",)), call=asked, policy=Policy())
    await store.drafts.approve(Decision(draft.id, 1, Verb.APPROVE, BO, HERE))
    [write] = [job for job in await store.jobs.list() if job.kind == "write"]
    return draft, write.id


async def test_a_job_is_listed_and_shown(command, job):
    assert f"{job}  pending" in await command("list")
    shown = await command("show", job)

    assert ("key: k" in shown, "attempts: 0 of 8" in shown, r"hello\nworld" in shown) == (True, True, True)
    assert json.loads(await command("show", job, json=True))["payload"] == {"text": "hello\nworld"}


async def test_a_cancelled_job_can_be_replayed(command, job, store):
    assert "is cancelled" in await command("cancel", job)
    assert await store.jobs.due(1) == []

    assert "due again" in await command("replay", job)
    assert await store.jobs.due(1) == [job]


async def test_what_waits_is_not_replayed_and_what_runs_is_not_cancelled(command, job, store):
    with pytest.raises(Failure, match="is pending; only a job that is dead, cancelled or unknown"):
        await command("replay", job)
    await store.jobs.claim(job, lease=30)
    with pytest.raises(Failure, match="is running; only a job that is pending"):
        await command("cancel", job)


async def test_cancelling_a_write_ends_its_draft_and_that_stands(command, approved, store):
    draft, write = approved

    assert f"draft {draft.id} is failed: its write was cancelled by an operator" in await command("cancel", write)
    assert (await store.drafts.read(draft.id)).state is State.FAILED
    with pytest.raises(Failure, match="has ended as failed, and that stands"):
        await command("replay", write)


async def test_an_unknown_write_can_be_replayed(command, approved, store):
    draft, write = approved
    await store.drafts.begin(draft.id, 1)
    await store.drafts.conclude(draft.id, 1, State.UNKNOWN, "a person has to look")
    await store.jobs.bury(await store.jobs.claim(write, lease=30), str(Unavailable("away")), state="unknown")

    assert "due again" in await command("replay", write)
