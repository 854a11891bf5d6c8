"""The queue on Redis: hints about jobs that are due. The ledger is the truth; a hint that is lost, late or double costs time only.

What travels is the id of a job and its fence, never what the job carries.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store.ledger.jobs import Jobs
from bot.watch import log
from bot.work.runner import LEASE, POLL, POLL_BESIDE_QUEUE, SLOTS, Runner
from handlers.errors import Unavailable

if TYPE_CHECKING:
    from docket import Docket

NAME = "countersign"
EVERY = 1.0
"""Seconds between two looks of the relay at what is due."""
PATIENCE = 5.0
"""Seconds for one look; a Redis that takes longer counts as down."""
PAUSE_BASE, PAUSE_CAP = 0.5, 30.0
"""Seconds between two attempts to reach Redis: uniform below the base doubled each time, up to the cap."""
BATCH = 100
"""Hints a look; one after the other, so that one connection is enough."""
CHECK = timedelta(milliseconds=20)
"""How often a full worker looks for a free slot; the library's own quarter of a second would cap it at 32 jobs a second."""

Take = Callable[[str], Awaitable[None]]
logger = log.get("queue")


class Queue:
    """Sends hints about due jobs and, where `take` is given, receives them."""

    def __init__(self, url: str, jobs: Jobs, *, take: Take | None, bell: asyncio.Event | None = None) -> None:
        self._url = url
        self._jobs = jobs
        self._take = take
        self._bell = bell or asyncio.Event()
        self._receiving: asyncio.Task[None] | None = None
        self.trouble = "Redis has not answered yet."

    async def run(self) -> None:
        """Work until cancelled. While Redis is away the ledger is polled, here it is tried again with growing pauses."""
        logging.getLogger("docket").setLevel(
            logging.CRITICAL
        )  # it prints a traceback a second while Redis is away; we say it once
        failures = 0
        while True:
            try:
                async with self._open() as docket:
                    failures = 0
                    await self._relay(docket)
            except Exception as down:  # noqa: BLE001 - whatever the library meets, the bot goes on without it and says why
                self._down(down)
            failures += 1
            await asyncio.sleep(random.uniform(0, min(PAUSE_CAP, PAUSE_BASE * 2**failures)))  # noqa: S311 - spread, not secrecy

    def _down(self, down: Exception) -> None:
        reason = f"Redis cannot be reached ({type(down).__name__}); jobs are found by polling until it is back."
        if reason != self.trouble:
            logger.warning("queue unreachable", reason=reason)
        self.trouble = reason

    @asynccontextmanager
    async def _open(self) -> "AsyncIterator[Docket]":
        from docket import Docket, Worker  # noqa: PLC0415 - with its telemetry half a second, and only with a Redis

        async with asyncio.timeout(PATIENCE) as opening, Docket(name=NAME, url=self._url) as docket:
            await self._ping(docket)
            docket.register(self._hinted, names=["take"])
            opening.reschedule(None)
            if self._take is None:
                yield docket
                return
            worker = Worker(
                docket,
                concurrency=SLOTS,
                redelivery_timeout=timedelta(seconds=LEASE),
                reconnection_delay=timedelta(seconds=EVERY),
                minimum_check_interval=CHECK,
                schedule_automatic_tasks=False,
            )
            async with worker:
                self._receiving = asyncio.create_task(worker.run_forever(), name="queue receiver")
                try:
                    yield docket
                finally:
                    self._receiving.cancel()
                    await asyncio.gather(self._receiving, return_exceptions=True)

    async def _hinted(self, job: str, fence: int) -> None:
        """A hint arrived. The fence has made its key one of its own; the claim decides whether there is something to do."""
        if self._take is not None:
            try:
                await self._take(job)
            except Unavailable as down:
                logger.info("hint not followed, the relay repeats it", job=job, fence=fence, reason=str(down))

    async def _relay(self, docket: "Docket") -> None:
        """Send a hint for each job that is due, at once after a commit and again until it is claimed."""
        while self._receiving is None or not self._receiving.done():
            self._bell.clear()
            async with asyncio.timeout(PATIENCE):
                await self._ping(docket)
                await self._send(docket)
            if self.trouble:
                logger.info("queue reachable")
                self.trouble = ""
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), EVERY)
        raise ConnectionError("the receiver of hints has ended")

    async def _send(self, docket: "Docket") -> None:
        try:
            hints = await self._jobs.hints(BATCH)
        except Unavailable as down:  # health says it already: the worker or the gate has met it too
            logger.warning("ledger unreachable", reason=str(down))
            return
        for job, fence in hints:
            await docket.add("take", key=f"{job}.{fence}")(job, fence)

    async def _ping(self, docket: "Docket") -> None:
        async with docket.redis() as redis:
            await redis.exists(NAME)


def queue_for(role: str, url: str, jobs: Jobs, *, take: Take, bell: asyncio.Event) -> Queue | None:
    """The queue of a process: `web` sends as soon as it has committed, the others receive, too. None without a Redis."""
    if url.startswith("memory://"):
        return None
    return Queue(url, jobs, take=None, bell=bell) if role == "web" else Queue(url, jobs, take=take)


@asynccontextmanager
async def beside(queue: Queue | None, runner: Runner) -> AsyncIterator[None]:
    """Keep a queue running during the block; its runner polls less while the queue is there."""
    if queue is None:
        yield
        return
    runner.poll = lambda: POLL if queue.trouble else POLL_BESIDE_QUEUE
    task = asyncio.create_task(queue.run(), name="queue")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=PATIENCE)
