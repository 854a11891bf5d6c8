"""Claims jobs that are due, runs them, and writes down how each ended."""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.net.answer import LONGEST_WAIT
from bot.net.away import Away, noting
from bot.net.budget import JOB, within
from bot.store.database import Database
from bot.store.ledger.jobs import PATIENT, Claim, Jobs
from bot.watch import log
from bot.watch.failpoint import failpoint
from bot.work.hold import AT_HAND, Hold, LeaseLostError, now
from handlers.errors import Busy, Trouble, Unavailable, Unknown
from knowledge.errors import KnowledgeError

LEASE = 30.0
"""Seconds without a heartbeat after which somebody else may take a job over; longer than any deadline of a write."""
POLL = 0.5
"""Seconds between two looks at the ledger when nothing wakes the runner."""
POLL_BESIDE_QUEUE = 5.0
"""The same, while a queue tells what is due."""
SLOTS = 8
"""Jobs at a time."""
A_DAY = 24 * 3600.0 + LONGEST_WAIT
"""Seconds after which a limit of requests a day is over, wherever its midnight is."""
SHORTEST_WAIT = 0.5
"""Seconds; a system that is busy and names no wait worth the name is not asked again at once."""
AHEAD = 4
"""Rounds of jobs that are looked up at once; whether one is still due is decided when it is claimed."""

Payload = Mapping[str, object]
logger = log.get("work")


@dataclass(frozen=True, slots=True)
class Kind:
    """What to do with jobs of one kind, and what to do when the attempts have run out.

    `give_up` says whether the end is undecided: True when nobody can tell whether the job took effect. For `patience` seconds after
    its making a job keeps its attempts while a system is away; an attempt that ends with the process, or in a bug, always counts.
    `budget` is the seconds that an attempt has for all it asks of other systems together; None is no hurry.
    """

    run: Callable[[Payload], Awaitable[None]]
    give_up: Callable[[Payload, Trouble], Awaitable[bool]] | None = None
    patience: float = 0.0
    budget: float | None = JOB


class Runner:
    """One worker. Stop it and it finishes what it holds; kill it and the leases run out."""

    def __init__(
        self, database: Database, jobs: Jobs, kinds: Mapping[str, Kind], *, slots: int = SLOTS, lease: float = LEASE
    ) -> None:
        self.poll: Callable[[], float] = lambda: POLL
        self._database = database
        self._jobs = jobs
        self.kinds = kinds
        self._slots = slots
        self._lease = lease
        self._running: set[asyncio.Task[None]] = set()
        self._held: set[str] = set()
        self._due: deque[str] = deque()
        self._stopping = False
        self._next_look = 0.0
        self.is_running = False
        self.trouble = ""

    async def run(self) -> None:
        """Work until stopped. A database that is down is reported by health and tried again."""
        self.is_running = True
        try:
            await self._loop()
        except Exception as bug:
            self.trouble = f"The worker ended by a bug ({type(bug).__name__}): restart the bot."
            logger.exception("the worker ended")
            raise
        finally:
            self.is_running = self._stopping = False

    async def _loop(self) -> None:
        while not self._stopping:
            self._database.woken.clear()
            try:
                busy = await self._start_due()
                self.trouble = ""
            except Unavailable as down:
                self.trouble, busy = str(down), False
                logger.warning("ledger unreachable", reason=str(down))
            if not busy:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._database.woken.wait(), self.poll())
        if self._running:
            await asyncio.wait(self._running)

    def stop(self) -> None:
        """Take no new job; `run` returns when the held ones are done."""
        self._stopping = True
        self._database.woken.set()

    async def take(self, job: str) -> None:
        """Run one job that somebody pointed at, to its end; nothing when it is not due or there is no room."""
        if self.is_running and not self._stopping and job not in self._held and len(self._running) < self._slots:
            since = now()
            if (claim := await self._jobs.claim(job, lease=self._lease)) is not None:
                await asyncio.wait([self._start(self._hold(claim, since), self._one)])

    async def _start_due(self) -> bool:
        await self._start_spent()
        started = False
        if len(self._running) < self._slots and not self._due:
            self._due.extend(await self._jobs.due(self._slots * AHEAD + len(self._held)))
        while self._due and len(self._running) < self._slots and not self._stopping:
            job, since = self._due.popleft(), now()
            if job in self._held:
                continue
            if (claim := await self._jobs.claim(job, lease=self._lease)) is not None:
                started = True
                self._start(self._hold(claim, since), self._one)
        return started

    async def _start_spent(self) -> None:
        """Looked for now and then only: this runs after every commit of the process, and a lease ends by the clock."""
        if (since := now()) < self._next_look:
            return
        self._next_look = since + POLL
        for ended in await self._jobs.spent():
            if ended.id in self._held:
                continue
            if (claim := await self._jobs.conclude(ended, lease=self._lease)) is not None:
                self._start(self._hold(claim, since), self._conclude)

    def _hold(self, claim: Claim, since: float) -> Hold:
        return Hold(self._jobs, claim, lease=self._lease, since=since)

    def _start(self, hold: Hold, work: Callable[[Hold], Coroutine[Any, Any, None]]) -> asyncio.Task[None]:
        claim = hold.claim
        self._held.add(claim.id)
        task = asyncio.create_task(self._guarded(hold, work), name=f"job {claim.kind} {claim.id}")
        self._running.add(task)
        task.add_done_callback(partial(self._forget, claim.id))
        return task

    def _forget(self, job: str, task: asyncio.Task[None]) -> None:
        self._held.discard(job)
        self._running.discard(task)
        self._database.woken.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("a job's outcome could not be recorded; its lease will run out", reason=str(error))

    async def _guarded(self, hold: Hold, work: Callable[[Hold], Coroutine[Any, Any, None]]) -> None:
        """The work for as long as the lease is ours."""
        AT_HAND.set(hold)
        task = asyncio.create_task(work(hold))
        beat = asyncio.create_task(self._heartbeat(hold, task))
        try:
            await task
        except (LeaseLostError, asyncio.CancelledError):
            if not hold.lost:
                raise
            logger.warning("lease lost: somebody else does this job", kind=hold.claim.kind, job=hold.claim.id)
        finally:
            beat.cancel()
            task.cancel()

    async def _one(self, hold: Hold) -> None:
        claim, away = hold.claim, Away()
        failpoint("after_claim")
        try:
            kind = self.kinds[claim.kind]
            with within(kind.budget), noting() as away:
                await kind.run(claim.payload)
            await self._jobs.finish(claim)
        except (Unavailable, Unknown) as passing:
            await self._again(hold, passing, away=away.system)
        except KnowledgeError as broken:
            await self._again(hold, Unavailable(str(broken)))
        except Trouble as final:
            await self._give_up(hold, final)
        except LeaseLostError:
            raise
        except Exception as bug:
            number = secrets.token_hex(4)
            logger.exception("bug", error_id=number, kind=claim.kind, job=claim.id)
            trouble = Unavailable(f"Something went wrong inside the bot (error {number}): {type(bug).__name__}")
            await self._again(hold, trouble, is_bug=True)

    async def _conclude(self, hold: Hold) -> None:
        await self._give_up(hold, Unknown("its process ended again and again"))

    async def _again(self, hold: Hold, trouble: Unavailable | Unknown, *, is_bug: bool = False, away: str = "") -> None:
        claim = hold.claim
        after = trouble.after if isinstance(trouble, Busy) else None
        kind = self.kinds.get(claim.kind)
        patience = max(kind.patience if kind else 0.0, put_off_for(after))
        counts = is_bug or claim.age >= patience
        if claim.last and counts:
            await self._give_up(hold, trouble, away=away)
            return
        if after is not None:
            after = max(after, SHORTEST_WAIT)
        await self._jobs.retry(claim, str(trouble), after=after, counts=counts)
        logger.info("job comes back later", kind=claim.kind, job=claim.id, attempt=claim.attempts, reason=str(trouble))

    async def _give_up(self, hold: Hold, trouble: Trouble, *, away: str = "") -> None:
        """The last word about a job is its owner's only. `away` is the system whose absence ended it."""
        claim = hold.claim
        await hold.check(self._lease)
        kind, undecided = self.kinds.get(claim.kind), False
        if kind is not None and kind.give_up is not None:
            try:
                undecided = await kind.give_up(claim.payload, trouble)
            except Unavailable:
                raise  # the lease runs out, then it is tried again
            except Exception:
                logger.exception("nobody could be told of a dead letter", kind=claim.kind, job=claim.id)
        await self._jobs.bury(claim, str(trouble), state="unknown" if undecided else "dead", away=away)
        logger.warning("dead letter", kind=claim.kind, job=claim.id, attempts=claim.attempts, reason=str(trouble))

    async def _heartbeat(self, hold: Hold, task: asyncio.Task[None]) -> None:
        claim = hold.claim
        while True:
            await asyncio.sleep(self._lease / 3)
            try:
                if not await hold.renew():
                    task.cancel()
                    return
            except Unavailable as down:
                logger.warning("heartbeat missed", kind=claim.kind, job=claim.id, reason=str(down))


def put_off_for(after: float | None) -> float:
    """For how long after its making a job keeps its attempts when a system names a wait: one that names an hour may do so all day."""
    return 0.0 if after is None else A_DAY if after >= LONGEST_WAIT else PATIENT
