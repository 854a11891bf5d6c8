"""Dead letters: each class of failure lands there with its reason, what it carries and its attempts; and what of it may be put right."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from bot.store.ledger.jobs import PATIENT, Job
from bot.store.ledger.replays import Replays, Which
from bot.store.tables import jobs
from bot.work.replaying import BOUND, Replaying, put_right
from bot.work.runner import Kind, Runner
from handlers.errors import (
    AlreadyDecided,
    Busy,
    Expired,
    Invalid,
    NoModel,
    NotAllowed,
    NotConnected,
    NotFound,
    Refused,
    Stale,
    Unavailable,
    Unknown,
)
from knowledge.errors import BrokenIndex, InUse, Unreadable

AT_ONCE = (Invalid, NotFound, NotAllowed, AlreadyDecided, Expired, Stale, Refused, NoModel)
"""What trying again does not change: one attempt, however many are left."""
PASSING = (Unavailable, NotConnected, Unknown, BrokenIndex, InUse, Unreadable)
BUGS = (ZeroDivisionError, KeyError, RecursionError, MemoryError)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("error", AT_ONCE + PASSING + BUGS, ids=lambda error: error.__name__)
async def test_every_class_of_failure_lands_there(desk, enqueue, start, ends, error):
    desk.script = [error("it does not work")] * 2
    start()
    await enqueue(attempts=5 if error in AT_ONCE else 1)

    found = await ends("dead")

    assert (found.kind, found.payload, found.attempts) == ("call", {"words": "secret k"}, 1)
    assert (error.__name__ if error in BUGS else "it does not work") in found.error
    assert len(desk.told) == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_so_do_one_that_is_busy_for_too_long_and_one_of_a_kind_that_nobody_knows(desk, enqueue, start, ends, stores):
    desk.script = [Busy("Jira is busy.", after=60)]
    await enqueue(attempts=1)
    await enqueue("strange", kind="juggle", attempts=1)
    async with stores.database.write() as tx:
        await tx.execute(update(jobs).values(created=jobs.c.created - PATIENT))
    start()

    assert (await ends("dead")).error == "Jira is busy."
    assert "KeyError" in (await ends("dead", "strange")).error


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_one_of_which_nobody_can_say_how_it_ended_is_unknown(stores, enqueue, wait_until, job):
    async def run(_payload):
        raise Unknown("no answer")

    async def undecided(_payload, _trouble):
        return True

    await enqueue(attempts=1)
    runner = Runner(stores.database, stores.jobs, {"call": Kind(run, undecided)})
    claim = (await stores.jobs.due(1))[0]
    runner.is_running = True
    await runner.take(claim)

    found = await wait_until(job)
    assert (found.state, found.error, found.attempts) == ("unknown", "no answer", 1)


@pytest.fixture
def letters(stores, enqueue):
    """Dead letters, oldest first: (key, kind, reason, seconds since it ended)."""

    async def put(*rows):
        for number, (key, kind, reason, age) in enumerate(rows):
            await enqueue(key, kind=kind)
            [made] = [job for job in await stores.jobs.list() if job.key == key]
            await stores.jobs.bury(await stores.jobs.claim(made.id, lease=30), reason)
            async with stores.database.write() as tx:
                values = {"created": jobs.c.created - 1000 + number, "updated": jobs.c.updated - age}
                await tx.execute(update(jobs).where(jobs.c.id == made.id).values(values))

    return put


@pytest.fixture
def replaying(stores):
    return Replaying(stores.jobs, stores.drafts, Replays(stores.database, stores.jobs, stores.audit))


ROWS = (
    ("a", "hook", "Jira is away", 7200), ("b", "hook", "the field issue.key is missing", 10), ("c", "alert", "Jira is AWAY", 10),
    ("d", "hook", "100% of it_", 10),
)  # fmt: skip


@pytest.mark.parametrize(
    ("which", "keys"),
    [
        (Which(kind="hook"), "abd"),
        (Which(kind="hook", age=3600), "bd"),
        (Which(reason="jira is away"), "ac"),
        (Which(reason="0% of it_"), "d"),
        (Which(reason="0%f"), ""),
        (Which(kind="alert", reason="field"), ""),
        (Which(until=1), ""),
        (Which(away="jira"), ""),
        (Which(), "abcd"),
    ],
)
async def test_those_that_are_meant_are_found_oldest_first(letters, replaying, which, keys):
    await letters(*ROWS)

    assert "".join(job.key for job in await replaying.found(which)) == keys


async def test_all_that_are_meant_are_due_in_their_order_each_on_the_audit_trail(letters, replaying, stores):
    await letters(*ROWS)
    told = []
    done, stays = await replaying.every(Which(kind="hook"), by="operator", told=lambda *how: told.append(how))

    assert (done, stays) == (3, [])
    assert told == [("replaying", number, 3) for number in (1, 2, 3)]
    due = [(await stores.jobs.read(name)).key for name in await stores.jobs.due(10)]
    assert due == ["a", "b", "d"]
    rows = [row async for row in stores.audit.export()]
    assert [(row["actor"], row["action"]) for row in rows] == [("operator", "replayed")] * 3
    assert await replaying.every(Which(kind="hook"), by="operator", told=lambda *_: None) == (0, [])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_large_bodies_are_not_all_held_while_they_are_replayed(letters, replaying, stores):
    count, size = 40, 300_000
    await letters(*((f"large {number}", "hook", "x", 1) for number in range(count)))
    async with stores.database.write() as tx:
        await tx.execute(update(jobs).values(payload={"bodies": ["x" * size]}))
    tracemalloc.start()
    try:
        assert (await replaying.every(Which(kind="hook"), by="operator", told=lambda *_: None))[0] == count
        assert tracemalloc.get_traced_memory()[1] < count * size / 2
    finally:
        tracemalloc.stop()


async def test_the_write_of_a_draft_that_has_ended_stays_and_the_others_go_on(letters, replaying, stores):
    draft = await stores.draft()
    await stores.drafts.expire(draft.id, draft.version)
    await letters(("a", "write", "x", 1), ("b", "hook", "x", 1))
    async with stores.database.write() as tx:
        await tx.execute(update(jobs).where(jobs.c.key == "a").values(payload={"draft": draft.id, "version": 1}))

    done, [stays] = await replaying.every(Which(reason="x"), by="operator", told=lambda *_: None)
    assert (done, "has ended as expired" in stays) == (1, True)


def dead(kind, payload):
    return Job("j1", "k", kind, "dead", 1, 0.0, "no", 8, "", 1, 0.0, 0.0, 0.0, "", payload)


HOOK = {
    "id": "h",
    "connector": "jira",
    "events": [{"id": "e1", "name": "jira.issue.created", "record": "SUP-1"}],
    "tries": 3,
    "late": None,
}


@pytest.mark.parametrize(
    ("field", "text", "where", "value"),
    [
        ("events.0.record", "SUP-2", lambda found: found["events"][0]["record"], "SUP-2"),
        ("tries", "4", lambda found: found["tries"], 4),
        ("late", "soon", lambda found: found["late"], "soon"),
        ("late", "true", lambda found: found["late"], True),
        ("events", "[]", lambda found: found["events"], []),
    ],
)
def test_a_field_is_put_right_and_nothing_else_changes(field, text, where, value):
    before = json.dumps(HOOK)
    found = put_right(dead("hook", HOOK), {field: text})

    assert where(found) == value
    assert json.dumps(HOOK) == before
    top = field.split(".")[0]
    assert {name: one for name, one in found.items() if name != top} == {n: one for n, one in HOOK.items() if n != top}


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("evnts", "x", "there are: id, connector"),
        ("events.1.record", "x", "there are: 0 to 0"),
        ("events.0.record.x", "x", "there are: none"),
        ("tries", "four", "not of that type"),
        ("tries", "true", "not of that type"),
        ("events", "{}", "not of that type"),
    ],
)
def test_what_does_not_fit_is_told(field, text, words):
    with pytest.raises(Invalid, match=words):
        put_right(dead("hook", HOOK), {field: text})


PAYLOADS = st.dictionaries(st.sampled_from(["text", "channel", "argument", "record", "version"]), st.text(max_size=9), min_size=1)


@given(PAYLOADS, st.sampled_from(["person", "draft", "offer"]), st.sampled_from(["call", "decision", "card", "trigger", "hook"]))
def test_nothing_that_carries_what_a_person_said_or_decided_is_changed(payload, part, kind):
    with pytest.raises(NotAllowed, match="nobody changes"):
        put_right(dead(kind, payload | {part: "x"}), {next(iter(payload)): "other"})


@given(PAYLOADS, st.sampled_from(["write", "slack", "teams"]))
def test_nor_a_write_nor_a_signed_body(payload, kind):
    with pytest.raises(NotAllowed, match="nobody changes"):
        put_right(dead(kind, payload), {next(iter(payload)): "other"})


@given(st.sampled_from(sorted(BOUND)), st.sampled_from(["", "events.0."]))
def test_nor_what_makes_the_job_what_it_is(name, at):
    with pytest.raises(NotAllowed, match="makes this job what it is"):
        put_right(dead("hook", HOOK), {f"{at}{name}": "other"})
