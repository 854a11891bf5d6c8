"""The whole program asks a system what has changed, and is killed in the middle of it: nothing is lost and nothing is seen twice."""

import signal

import pytest
from programs import Bot
from sqlalchemy import select

from bot.store.database import Database
from bot.store.tables import alerts

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
RULES = """
[reconcile]
every = "1s"
[alerts]
"jira.issue.updated" = { channel = "playground:general" }
"""
ISSUES = [f"SUP-{number}" for number in range(1, 21)]


class Asked(Bot):
    """Nobody looks at its page: it may be gone as soon as it is ready."""

    has_page = False


@pytest.fixture
async def asking(http, environment, vendors, tmp_path, wait_until):
    """A bot that has begun to look for changes of issues, and is not running now."""
    rules = tmp_path / "bot.toml"
    rules.write_text(RULES)
    running = Asked(http, environment | vendors.settings | {"PLAYGROUND": "on", "CONFIG_FILE": str(rules)}, wait_until)
    await running.start()
    await running.kill()
    yield running
    await running.process.end(signal.SIGTERM)


@pytest.fixture
async def seen(environment):
    """How often each issue was seen to be wrong."""
    database = Database(f"sqlite+aiosqlite:///{environment['DATA_DIR']}/countersign.db")

    async def look():
        async with database.read() as tx:
            return {row.record: row.times for row in (await tx.execute(select(alerts.c.record, alerts.c.times))).all()}

    yield look
    await database.close()


async def test_what_changed_while_nobody_worked_is_found_once_over_two_kills(asking, vendors, seen, wait_until):
    for issue in ISSUES:
        await vendors.edit("JIRA", issue, {"labels": ["changed"]})
    own = asking.environment
    for place in ("after_begin:1", "after_claim:5"):
        asking.environment = own | {"CHAOS_FAILPOINTS": place}
        await asking.start()
        await asking.process.process.wait()
    asking.environment = own
    await asking.start()
    wanted = {f"jira:{issue}": 1 for issue in ISSUES}

    async def all_of_them():
        return set(await seen()) == set(wanted)

    await wait_until(all_of_them, within=90)
    await vendors.edit("JIRA", "SUP-21", {"labels": ["changed"]})  # a look that begins after all this, and goes through

    async def one_more():
        return "jira:SUP-21" in await seen()

    await wait_until(one_more, within=90)
    assert await seen() == wanted | {"jira:SUP-21": 1}
