"""The runner: every job ends as done or as a dead letter that somebody was told of, whatever dies on the way."""

import re

import pytest
from sqlalchemy import update

from bot.store.ledger.jobs import PATIENT
from bot.store.tables import jobs
from bot.work.runner import Runner
from handlers.errors import Busy, Invalid, Unavailable, Unknown

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_due_job_is_run_once_and_done(desk, enqueue, start, ends):
    start()
    start()
    await enqueue()

    await ends("done")

    assert desk.runs == [{"words": "secret k"}]


@sqlite
async def test_a_busy_system_is_asked_at_the_time_it_named(desk, enqueue, start, dated, wait_until):
    desk.script = [Busy("Jira is busy.", after=600)]
    start()
    await enqueue()

    async def waiting():
        found, now = await dated()
        return (found, now) if found.error else None

    found, now = await wait_until(waiting)
    assert (found.state, found.error, found.attempts) == ("pending", "Jira is busy.", 0)
    assert 590 < found.run_at - now < 602


async def test_being_asked_to_wait_costs_no_attempt(desk, enqueue, start, ends):
    desk.script = [Busy("Slack is busy.", after=0.01)] * 4
    start()
    await enqueue(attempts=2)

    found = await ends("done")

    assert (len(desk.runs), found.attempts, desk.told) == (5, 1, [])


@sqlite
async def test_who_was_put_off_for_an_hour_is_told(desk, enqueue, start, ends, stores):
    desk.script = [Busy("Slack is busy.", after=0.01)] * 9
    await enqueue(attempts=2)
    async with stores.database.write() as tx:
        await tx.execute(update(jobs).values(created=jobs.c.created - PATIENT))
    start()

    await ends("dead")

    assert desk.told == [({"words": "secret k"}, "Slack is busy.")]


@sqlite
@pytest.mark.parametrize("trouble", [Unavailable("away"), Unknown("lost"), ValueError("bug")])
async def test_trouble_that_may_pass_is_tried_again(desk, enqueue, start, ends, trouble):
    desk.script = [trouble]
    start()
    await enqueue()

    await ends("done")

    assert (len(desk.runs), desk.told) == (2, [])


@sqlite
async def test_what_cannot_pass_is_told_at_once(desk, enqueue, start, ends):
    desk.script = [Invalid("no such key")]
    start()
    await enqueue()

    found = await ends("dead")

    assert (found.error, desk.told) == ("no such key", [({"words": "secret k"}, "no such key")])


@sqlite
@pytest.mark.parametrize("style", ["console", "json"])
async def test_a_bug_has_an_id_in_log_and_letter_and_shows_no_words_of_people(desk, abandoned, start_and_end, logged, style):
    seen = logged(style)
    desk.script = [ZeroDivisionError("oops")]
    await abandoned(attempts=2)

    found = await start_and_end("dead")

    number = re.search(r"error ([0-9a-f]{8})", found.error)[1]
    words = seen()
    assert "ZeroDivisionError" in found.error
    assert len(desk.told) == 1
    assert number in words
    assert "secret k" not in words


async def test_a_job_that_killed_its_process_too_often_is_told_and_dead(desk, abandoned, start, ends):
    await abandoned(attempts=1)

    start()
    found = await ends("dead")

    assert "ended again and again" in found.error
    assert (desk.runs, len(desk.told)) == ([], 1)


async def test_what_a_dead_process_held_is_run_when_its_lease_has_ended(desk, abandoned, start, ends):
    await abandoned(lease=0.5)

    start()
    found = await ends("done")

    assert (found.attempts, len(desk.runs)) == (2, 1)


@sqlite
@pytest.mark.parametrize("apology", [Invalid("nobody there"), KeyError("platform"), Unknown("perhaps")])
async def test_an_apology_that_cannot_be_made_stops_nobody(desk, abandoned, start, ends, apology):
    await abandoned("other", lease=1.0)
    await abandoned("poison", attempts=1)
    desk.apology = apology
    _, task = start()

    await ends("dead", "poison")
    await ends("done", "other")

    assert not task.done()


@sqlite
async def test_an_apology_that_must_wait_holds_nobody_up_and_is_made_later(desk, enqueue, start, ends, wait_until):
    desk.script, desk.apology = [Invalid("no")], Unavailable("the platform is away")
    start(lease=0.4)
    await enqueue("first", attempts=1)
    await wait_until(lambda: desk.told)
    await enqueue("other")
    await ends("done", "other")

    desk.apology = None

    await ends("dead", "first")


@sqlite
async def test_a_kind_that_nobody_knows_becomes_a_dead_letter(desk, enqueue, start, ends):
    start()
    await enqueue("strange", kind="dance", attempts=1)

    assert "KeyError" in (await ends("dead", "strange")).error
    assert desk.runs == []


async def test_a_long_job_is_not_taken_over_while_it_lives(desk, enqueue, start, ends, wait_until):
    desk.go.clear()
    start(lease=0.6)
    start(lease=0.6)
    await enqueue()
    await enqueue("later", delay=1.5)
    await wait_until(lambda: len(desk.runs) == 2)  # by now the lease of the first would have ended twice

    assert [run["words"] for run in desk.runs] == ["secret k", "secret later"]
    desk.go.set()
    assert (await ends("done")).attempts == 1


@sqlite
async def test_a_heartbeat_that_fails_is_not_the_last(desk, enqueue, held, away, capsys):
    wait_until, ends = await held()
    await away(gone=True)
    seen = []

    def missed():
        seen.append("".join(capsys.readouterr()))
        return "heartbeat missed" in "".join(seen)

    await wait_until(missed)
    await away(gone=False)
    await enqueue("later", delay=1)
    await wait_until(lambda: len(desk.runs) > 1)
    desk.go.set()

    assert (await ends("done")).attempts == 1


@sqlite
async def test_a_database_that_is_down_is_reported_and_survived(enqueue, start, ends, away, wait_until):
    runner, _ = start()
    await away(gone=True)
    await wait_until(lambda: runner.trouble)
    assert "database cannot be used" in runner.trouble

    await away(gone=False)
    await enqueue()
    await ends("done")

    assert runner.trouble == ""


@sqlite
async def test_an_outcome_that_could_not_be_recorded_is_made_up_for(desk, start, held, away):
    wait_until, ends = await held()
    await away(gone=True)
    desk.go.set()
    runner, _ = start()
    await wait_until(lambda: runner.trouble)
    await away(gone=False)

    await ends("done")


@sqlite
async def test_stopping_finishes_what_is_held_and_takes_nothing_new(desk, enqueue, start, job, wait_until):
    desk.go.clear()
    runner, task = start()
    await enqueue()
    await wait_until(lambda: desk.runs)
    assert runner.is_running

    runner.stop()
    await enqueue("new")
    desk.go.set()
    await task

    assert not runner.is_running
    assert [(await job()).state, (await job("new")).state] == ["done", "pending"]


@sqlite
async def test_no_more_jobs_at_a_time_than_there_are_slots(desk, enqueue, start, ends, wait_until):
    desk.go.clear()
    for n in range(5):
        await enqueue(f"k{n}")
    start(slots=2)
    await wait_until(lambda: len(desk.runs) == 2)
    await enqueue("wakes the runner")

    assert len(desk.runs) == 2
    desk.go.set()
    for n in range(5):
        await ends("done", f"k{n}")


class Broken:
    """A ledger with a bug: whatever it is asked, it falls over."""

    def __getattr__(self, name):
        async def fall(*_: object, **__: object) -> None:
            raise RuntimeError(name)

        return fall


@sqlite
async def test_a_worker_that_ended_by_a_bug_does_not_look_ready(stores):
    runner = Runner(stores.database, Broken(), {})

    with pytest.raises(RuntimeError):
        await runner.run()

    assert not runner.is_running
    assert "ended by a bug" in runner.trouble
