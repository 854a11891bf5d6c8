"""jobs list, show, replay, cancel: on a data directory of their own."""

import hashlib
import itertools
import json
from dataclasses import replace

import pytest

from bot.app import House
from bot.cli.ledger import as_json, jobs
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


@pytest.fixture
def letter(store):
    """A dead letter of a webhook; its id."""

    async def bury(record="SUP-1", kind="hook"):
        payload = {"connector": "jira", "events": [{"id": "e1", "record": record}], "mail": "ines@sunline.example"}
        async with store.database.write() as tx:
            await store.jobs.enqueue(tx, kind, key=f"{kind}:{record}", payload=payload)
        [name] = [job.id for job in await store.jobs.list() if job.key == f"{kind}:{record}"]
        await store.jobs.bury(await store.jobs.claim(name, lease=30), f"there is no record {record}, ask ines@sunline.example")
        return name

    return bury


async def trail(store):
    return [(row["actor"], row["action"], row["object"], row["detail"]) async for row in store.audit.export()]


async def test_what_a_job_carries_is_shown_masked_as_json_too(command, letter):
    name = await letter()
    shown, found = await command("show", name), json.loads(await command("show", name, json=True))

    assert ("SUP-1" in shown, "ines@" in shown) == (True, False)
    assert found["payload"]["events"] == [{"id": "e1", "record": "SUP-1"}]
    assert found["payload"]["mail"].startswith("[EMAIL_ADDRESS")
    assert "ines@" not in str(found)


def test_what_a_mask_has_left_without_its_grammar_is_one_text():
    assert (as_json('{"mail": "<EMAIL>"}'), as_json('{"mail": <SECRET>')) == ({"mail": "<EMAIL>"}, '{"mail": <SECRET>')


async def test_the_reason_of_a_job_is_masked_wherever_jobs_are_listed(command, letter):
    await letter()

    for said in (await command("list"), await command("replay", kind="hook", dry_run=True)):
        assert ("there is no record SUP-1" in said, "ines@" in said) == (True, False)


async def test_a_job_is_put_right_and_replayed_with_its_row_on_the_audit_trail(command, letter, store):
    name = await letter()
    said = await command("replay", name, set=["events.0.record=SUP-2", "mail=bo@sunline.example"])

    assert 'events.0.record: "SUP-1" → "SUP-2"' in said
    assert (await store.jobs.read(name)).payload["events"] == [{"id": "e1", "record": "SUP-2"}]
    assert await store.jobs.due(1) == [name]
    [(actor, action, subject, detail)] = await trail(store)
    assert (actor, action, subject) == ("operator", "fixed", f"job/{name}")
    assert detail["set"]["events.0.record"] == ['"SUP-1"', '"SUP-2"']
    assert "@sunline" not in str(detail)


async def test_the_trail_tells_changes_apart_that_look_alike_masked_and_cut(command, letter, store):
    """One value is too long and another private: the paths stand there, and the digests are those of the very bodies."""
    name, bodies, rows = await letter(), [], []
    for end, mail in (("a", "bo@sunline.example"), ("b", "cy@sunline.example"), ("c", "cy@sunline.example")):
        bodies.append((await store.jobs.read(name)).payload)
        await command("replay", name, set=[f"events.0.record={'x' * 300}{end}", f"mail={mail}"])
        rows.append((await trail(store))[-1][3])
        await store.jobs.bury(await store.jobs.claim(name, lease=30), "no")
    bodies.append((await store.jobs.read(name)).payload)

    spelled = [json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for body in bodies]
    digests = [hashlib.sha256(body.encode()).hexdigest() for body in spelled]
    assert [(row["before"], row["after"]) for row in rows] == list(itertools.pairwise(digests))
    assert len(set(digests)) == 4
    assert [list(row["set"]) for row in rows] == [["events.0.record", "mail"]] * 2 + [["events.0.record"]]
    assert [row["set"]["events.0.record"][1] for row in rows] == ['"' + "x" * 198 + "…"] * 3
    assert "@sunline" not in str(rows)


async def test_a_write_is_never_put_right_and_nothing_is_left_of_the_try(command, approved, store):
    _, write = approved
    await store.jobs.bury(await store.jobs.claim(write, lease=30), "no")
    before = await trail(store)

    with pytest.raises(Failure, match="which nobody changes"):
        await command("replay", write, set=["version=2"])
    assert (await store.jobs.read(write)).state == "dead"
    assert await trail(store) == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"set": ["record"]}, "FIELD=VALUE"),
        ({"set": ["colour=red"]}, "no field colour"),
        ({"kind": "hook"}, "not both"),
        ({"since": "a while"}, "--since: a duration is"),
    ],
)
async def test_what_was_typed_wrongly_is_told(command, letter, more, words):
    name = await letter()
    with pytest.raises(Failure, match=words):
        await command("replay", name, **more)


async def test_all_that_are_meant_are_replayed_and_a_dry_run_changes_nothing(command, letter, store):
    names = [await letter(f"SUP-{number}") for number in range(3)]
    await letter("SUP-9", kind="trigger")

    said = await command("replay", kind="hook", since="1d", reason="no RECORD", dry_run=True)
    assert [line.split()[0] for line in said.splitlines()[:-1]] == names
    assert "3 dead letters would be tried again." in said
    assert await trail(store) == []

    assert "3 of 3 dead letters are due again" in await command("replay", kind="hook", since="1d", reason="no RECORD")
    assert await store.jobs.due(10) == names
    assert [row[3] for row in await trail(store)] == [{"kind": "hook", "age": 86400.0, "reason": "no RECORD"}] * 3
    assert [job.kind for job in await store.jobs.list(state="dead")] == ["trigger"]
    with pytest.raises(Failure, match="Name a job, or say which"):
        await command("replay")
