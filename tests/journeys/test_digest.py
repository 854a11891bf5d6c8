"""A webhook becomes an alert and the alert a digest, which is said once and remembered, whenever the process is killed."""

import hashlib
import hmac
import json
import signal
from datetime import UTC, datetime

import pytest
from programs import RULES, Bot, Process
from sqlalchemy import select, update

from bot.store.alerts.digests import DigestStore
from bot.store.database import Database
from bot.store.tables import jobs
from bot.watch.failpoint import VARIABLE

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]
OWN = """
[alerts]
"jira.issue.updated" = { channel = "playground:support", severity = "critical" }
[digests.morning]
channel = "playground:support"
at = "09:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""
SECRET = "a secret of ours"


class Newsroom:
    """The program with a digest, its webhook, and its database."""

    def __init__(self, bot, folder):
        self.bot = bot
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'data' / 'countersign.db'}")

    async def tell(self, issue):
        """Jira tells that an issue has changed."""
        raw = json.dumps({"webhookEvent": "jira:issue_updated", "timestamp": 1763629200000, "issue": {"key": issue}}).encode()
        mac = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {
            "X-Hub-Signature": f"sha256={mac}",
            "X-Atlassian-Webhook-Identifier": issue,
            "Content-Type": "application/json",
        }
        async with self.bot.http.post(f"{self.bot.url}/hooks/jira", data=raw, headers=headers) as answer:
            assert answer.status == 202, await answer.text()

    async def make_due(self):
        """Let the firing that waits be one that was missed while nobody worked."""
        query = select(jobs).where(jobs.c.key.like("schedule:digest/morning@%"), jobs.c.state == "pending")
        async with self.database.write() as tx:
            row = (await tx.execute(query)).one()
            at = row.payload["at"] - 86400
            values = {"run_at": at, "key": f"schedule:digest/morning@{at:.0f}", "payload": {**row.payload, "at": at}}
            await tx.execute(update(jobs).where(jobs.c.id == row.id).values(values))

    async def dies(self, place):
        """Start the program once more, to die at a place; how it ended."""
        process = await Process("bot", "run", environment=self.bot.environment | {VARIABLE: place}).start()
        await self.bot.wait(lambda: process.process.returncode is not None, within=90)
        await process.reader
        return process.process.returncode


@pytest.fixture
async def newsroom(http, vendors, environment, tmp_path, wait_until):
    (tmp_path / "bot.toml").write_text(RULES.read_text() + OWN)
    own = {"PLAYGROUND": "on", "CONFIG_FILE": str(tmp_path / "bot.toml"), "JIRA_WEBHOOK_SECRET": SECRET}
    bot = Bot(http, environment | vendors.settings | own, wait_until)
    await bot.start()
    room = Newsroom(bot, tmp_path)
    yield room
    await room.database.close()
    await bot.process.end(signal.SIGTERM)


@pytest.mark.parametrize("place", ["before_digest", "after_digest"])
async def test_killed_around_its_post_a_digest_is_said_once_and_remembered(newsroom, place):
    bot = newsroom.bot
    await newsroom.tell("SUP-21")
    await bot.shows("jira.issue.updated, critical")
    await bot.kill()
    await newsroom.make_due()

    assert await newsroom.dies(place) == -signal.SIGKILL
    before = await DigestStore(newsroom.database).memory("morning")
    await bot.start()
    memory = await bot.wait(lambda: remembered(newsroom))
    text = await bot.shows("Alert digest morning")

    assert before.until is None
    assert text.count("Alert digest morning") == 1
    assert "SUP-21" in text.partition("Alert digest morning")[2]
    assert len(memory.marks) == 1
    assert memory.until <= datetime.now(UTC)


async def remembered(newsroom):
    found = await DigestStore(newsroom.database).memory("morning")
    return found if found.until else None
