"""The program deletes what is over; killed in the middle of that it goes on at what is left."""

import pytest
from sqlalchemy import func, insert, select

from bot.store.database import Database
from bot.store.ledger.jobs import Jobs
from bot.store.retention.sweeping import BATCH
from bot.store.tables import inbound, jobs, now

pytestmark = [pytest.mark.timeout(120), pytest.mark.chaos]
OLD = 40 * 86400.0


@pytest.fixture
async def ledger(environment):
    """The bot's own database, seen from beside it."""
    database = Database(f"sqlite+aiosqlite:///{environment['DATA_DIR']}/countersign.db")
    yield database
    await database.close()


async def test_killed_in_the_middle_it_deletes_the_rest_after_the_next_start(bot, ledger, http):
    async with ledger.write() as tx:
        rows = [{"source": "hooks:jira", "event_id": str(number), "owner": ""} for number in range(4 * BATCH)]
        await tx.execute(insert(inbound).values(at=now() - OLD), rows)
    await bot.kill()
    bot.environment["CHAOS_FAILPOINTS"] = "after_sweep:2"
    await bot.start()
    async with ledger.write() as tx:
        await Jobs(ledger).enqueue(tx, "retention", key="test", payload={})
    await bot.wait(lambda: bot.process.process.returncode is not None, within=30)
    assert 0 < await counted(ledger) < 4 * BATCH

    bot.environment.pop("CHAOS_FAILPOINTS")
    await bot.start()

    async def over():
        async with ledger.read() as tx:
            return (await tx.execute(select(jobs.c.state).where(jobs.c.key == "test"))).scalar_one() == "done"

    await bot.wait(over, within=60)
    assert await counted(ledger) == 0
    async with http.get(f"{bot.url}/metrics") as answer:
        text = await answer.text()
    assert f'bot_rows_deleted_total{{table="inbound"}} {4.0 * BATCH}' in text
    assert 'bot_rows{table="inbound"} 0.0' in text


async def counted(ledger):
    async with ledger.read() as tx:
        return (await tx.execute(select(func.count()).select_from(inbound))).scalar_one()
