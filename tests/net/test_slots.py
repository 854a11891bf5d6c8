"""One system that hangs leaves room for the others."""

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.net.http import READ_TOTAL, Http
from bot.net.slots import Crowded, Slots
from bot.store.ledger.jobs import Jobs
from bot.work.runner import Kind, Runner


async def hold(slots, system, go, inside):
    async with slots.one(system):
        inside.append(system)
        await go.wait()


async def test_whoever_waits_for_a_system_that_does_not_move_is_sent_away(wait_until):
    slots, go, inside = Slots(2, still=1.0), asyncio.Event(), []
    tasks = [asyncio.create_task(hold(slots, "Jira", go, inside)) for _ in range(2)]
    await wait_until(lambda: len(inside) == 2)
    started = time.monotonic()

    with pytest.raises(Crowded, match="Jira is slow right now"):
        await hold(slots, "Jira", go, inside)
    waited = time.monotonic() - started
    with pytest.raises(Crowded):
        await hold(slots, "jira", go, inside)

    assert waited > 0.5
    assert time.monotonic() - started - waited < 0.9  # it has stood still for long enough: nobody waits again
    async with slots.one("Zendesk"):
        go.set()
    await asyncio.gather(*tasks)
    async with slots.one("Jira"):
        assert len(inside) == 2


async def test_a_crowd_at_a_system_that_moves_is_served_in_order():
    slots, order = Slots(1, still=0.2), []

    async def one(number):
        async with slots.one("Jira"):
            order.append(number)
            await asyncio.sleep(0.05)

    await asyncio.gather(*(one(number) for number in range(10)))

    assert order == list(range(10))


async def test_nobody_waits_longer_than_a_person_would():
    slots, turns = Slots(1, longest=0.3), []

    async def one():
        async with slots.one("Jira"):
            turns.append(1)
            await asyncio.sleep(0.1)

    ended = await asyncio.gather(*(one() for _ in range(8)), return_exceptions=True)

    assert 2 <= len(turns) < 8
    assert {type(each) for each in ended} == {type(None), Crowded}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=25), st.integers(1, 3))
def test_slots_are_neither_lost_nor_doubled_whoever_is_cancelled(steps, most):
    async def story():
        slots, now, peak = Slots(most, still=60, longest=60), 0, 0

        async def one(rounds):
            nonlocal now, peak
            async with slots.one("Jira"):
                now += 1
                peak = max(peak, now)
                try:
                    for _ in range(rounds):
                        await asyncio.sleep(0)
                finally:
                    now -= 1

        tasks = [asyncio.create_task(one(rounds)) for rounds, _ in steps]
        for task, (_, cancelled) in zip(tasks, steps, strict=True):
            await asyncio.sleep(0)
            if cancelled:
                task.cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert peak <= most
        async with asyncio.timeout(1):  # every slot is free again
            await asyncio.gather(*(one(2) for _ in range(most)))

    asyncio.run(story())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_twenty_calls_to_a_system_that_hangs_leave_room_for_a_question_to_another(database, server, acts, wait_until):
    """Eight slots of a worker; the breaker has seen too little to open."""
    answered, other = [], []

    async def zendesk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await acts.says(200, {"ok": True}, Connection="close")(writer)
        writer.close()

    listening = await asyncio.start_server(zendesk, "127.0.0.1", 0)
    urls = {"Jira": server.does(acts.hangs).url, "Zendesk": f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"}
    async with Http() as http:

        async def ask(payload):
            system = str(payload["system"])
            await http.read(system, urls[system], auth="x")
            answered.append(system)

        jobs = Jobs(database)
        runner = Runner(database, jobs, {"call": Kind(ask)})
        for number in range(20):
            async with database.write() as tx:
                await jobs.enqueue(tx, "call", key=f"t{number}", payload={"system": "Jira"})
        task = asyncio.create_task(runner.run())
        await wait_until(lambda: len(server.requests) == 4)
        started = time.monotonic()
        async with database.write() as tx:
            await jobs.enqueue(tx, "call", key="question", payload={"system": "Zendesk"})
        await wait_until(lambda: answered == ["Zendesk"])
        other.append(time.monotonic() - started)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    listening.close()

    assert other[0] < READ_TOTAL
