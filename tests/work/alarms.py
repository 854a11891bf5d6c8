"""A bot that is told of events, with a clock of its own, for the tests of alerts."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bound import bound
from sqlalchemy import update
from voices import Voice

from bot.app.alerting import Manners
from bot.connectors.event import Event
from bot.connectors.reading import NOBODY, Observed
from bot.dispatch import Dispatch
from bot.settings import Configuration
from bot.store.alerts.alerts import AlertStore
from bot.store.alerts.board import AlertBoard
from bot.store.ledger.inbound import Inbound
from bot.store.tables import jobs
from bot.store.talk.offers import Offers
from bot.store.talk.posts import Posts
from bot.work.alerts import AlertWork
from bot.work.events import Events
from bot.work.runner import Runner
from handlers.models import Person

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HIGH = {"when": "priority in ['High', 'Highest']", "channel": "playground:general"}
BO = Person("playground:bo", "Bo")
SOON = 60.0
"""Seconds within which a job counts as due: those that wait for the end of something wait longer."""


@dataclass
class Alarms:
    """The bot. `now` is its clock."""

    stores: Any
    events: Events
    alerts: AlertStore
    voice: Voice
    sandbox: Any
    wait: Any
    now: datetime = NOON
    made: int = 0

    async def edited(self, key, fields, *, name="updated"):
        """Somebody changes an issue, and Jira tells it."""
        await self.sandbox.jira.edit(key, fields)
        await self.told(key, name)

    async def told(self, key="SUP-21", name="updated", *, system="jira", kind="issue"):
        self.made += 1
        at = NOON + timedelta(seconds=self.made)
        await self.events.take(system, [Event(f"e{self.made}", f"{system}.{kind}.{name}", key, at)])
        await self.idle()

    async def later(self, **length):
        """Time passes, and whatever waits is due."""
        self.now += timedelta(**length)
        async with self.stores.database.write() as tx:
            await tx.execute(update(jobs).where(jobs.c.state == "pending").values(run_at=1.0))
        await self.idle()

    async def idle(self):
        async def nothing():
            found = [job for job in await self.stores.jobs.list(limit=500) if job.state in ("pending", "running")]
            return not [job for job in found if job.run_at - job.created < SOON]

        await self.wait(nothing)

    def messages(self):
        """The messages, oldest first, without what is said in their threads."""
        return [reply for key, (_, reply, _) in self.voice.said.items() if not self.voice.under.get(key)]

    def thread(self):
        """What is said in threads, without the id in front of it."""
        said = [reply.text for key, (_, reply, _) in self.voice.said.items() if self.voice.under.get(key)]
        return [line.partition(": ")[2] for words in said for line in words.split("\n")]


@asynccontextmanager
async def alarmed(rules, stores, connectors, sandbox, wait, *, voice=None):
    """The bot at work under these rules."""
    configuration, voice = Configuration.model_validate(rules), voice or Voice()
    alerts = AlertStore(stores.database, stores.jobs, stores.audit, follows=configuration.proposes, pause=0.0)
    events = Events(configuration, Inbound(stores.database, stores.jobs, Posts(stores.database)))
    town = Alarms(stores, events, alerts, voice, sandbox, wait)
    ports, policies = bound(connectors, stores.drafts, configuration), configuration.policy_of
    work = AlertWork(
        configuration=configuration, alerts=alerts, voices={"playground": voice}, offers=Offers(stores.database),
        board=AlertBoard(stores.database, stores.jobs, alerts, hush=Manners(configuration), clock=lambda: town.now),
        records={name: Observed(one, NOBODY) for name, one in connectors.items()}, drafts=stores.drafts,
        dispatch=Dispatch(ports, configuration=configuration, drafts=stores.drafts, policies=policies),
    )  # fmt: skip
    runner = Runner(stores.database, stores.jobs, work.kinds())
    task = asyncio.create_task(runner.run())
    yield town
    runner.stop()
    await task
