"""A worker that tells digests, for the tests of what they say and of when they come."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from clocks import Watch
from voices import PEOPLE, Voice

from bot.app.digests import telling
from bot.app.model import offline
from bot.settings import Configuration
from bot.store.alerts.alerts import DRAW, AlertStore
from bot.store.alerts.digests import DigestStore
from bot.work.digests import told
from bot.work.runner import Kind, Runner
from bot.work.voice import Everybody
from handlers.alert import Severity, Sighting

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""A Friday, 09:00 in Berlin."""
GENERAL = "playground:general"


def rules(**more):
    table = {"channel": GENERAL, "at": "09:00", "timezone": "Europe/Berlin", **more}
    return Configuration.model_validate({"digests": {"morning": {name: value for name, value in table.items() if value != ""}}})


async def nothing(_payload):
    """Nobody reads the messages of the alerts themselves."""


class Town:
    """A worker that tells digests of alerts, and a watch that says what time it is."""

    def __init__(self, stores, wait):
        self.stores = stores
        self.wait = wait
        self.watch = Watch(START)
        self.voice = Voice()
        self.alerts = AlertStore(stores.database, stores.jobs, stores.audit)
        self.kept = DigestStore(stores.database)
        self.number = 0

    def made(self, configuration, **more):
        voices = {"playground": self.voice}
        given = {"persons": Everybody(PEOPLE, voices), "voices": voices, "model": offline, "clock": self.watch}
        return telling(configuration, self.stores.database, self.alerts, **given, **more)

    @asynccontextmanager
    async def working(self, configuration, **more):
        work = self.made(configuration, **more).work
        runner = Runner(self.stores.database, self.stores.jobs, {**work.kinds(), DRAW: Kind(nothing)})
        task = asyncio.create_task(runner.run())
        try:
            yield
        finally:
            runner.stop()
            await task

    async def wrong(self, ticket, *, channel=GENERAL, severity=Severity.WARNING, holds=True):
        self.number += 1
        rule, record = "zendesk.ticket.updated", f"zendesk:{ticket}"
        given = (channel, record, f"Ticket {ticket}", f"https://help.example/{ticket}", severity)
        await self.alerts.sight(Sighting(f"e{self.number}", rule, *given, self.watch.now, holds))

    async def due(self, *, day=0, name="morning"):
        """Put in the job of a firing; what its message is called."""
        payload = told(name, (START + timedelta(days=day)).timestamp())
        async with self.stores.database.write() as tx:
            await self.stores.jobs.enqueue(tx, "digest", key=f"test:{payload['id']}", payload=payload)
        return payload["id"]

    async def ended(self, key):
        async def look():
            job = next(job for job in await self.stores.whole() if job.payload.get("id") == key)
            return job if job.state in ("done", "dead") else None

        return await self.wait(look)

    def said(self):
        """What was said where, in this order: place and text."""
        return [(place.key, reply.text) for place, reply, _ in self.voice.said.values()]
