"""When a system answers again, its dead letters are tried again by themselves: once for each time its breaker closes, one after the other.

Left to people is what a person said or decided, for they were told of its end and may have asked again; but for writes of which nobody can
say whether they took effect, which are read back first. A letter that fails again is dead again, and waits for the next time; after some times for a person.
"""

from collections.abc import Mapping

from bot.store.clock import clock
from bot.store.database import Database
from bot.store.ledger.jobs import Job, Jobs
from bot.store.ledger.replays import Which
from bot.watch import log
from bot.work.kinds import text
from bot.work.replaying import Replaying, is_somebodys
from bot.work.runner import Kind, Payload
from handlers.errors import Invalid, NotFound, Unavailable

KIND = "revive"
SPACING = 0.25
"""Seconds between two letters: a system that has just come back is not asked for everything at once."""
GRACE = 1.0
"""Seconds that are waited for letters of which the last attempt was turned away before the breaker closed, and is written down after it."""
DRAWN = ("card", "amend")
"""Kinds that show a draft as it is by then: they name one, and say and decide nothing."""
BOT = "countersign"
"""Who replays, on the audit trail."""
logger = log.get("revival")


class Bell:
    """What a breaker rings when it closes."""

    def __init__(self, database: Database, jobs: Jobs, *, grace: float = GRACE) -> None:
        self._database = database
        self._jobs = jobs
        self._grace = grace

    async def __call__(self, system: str) -> None:
        """Put in the job that looks for the system's dead letters. Whoever asked the system gets its answer also when this cannot be."""
        try:
            async with self._database.write() as tx:
                now = await clock(tx)
                payload = {"system": system, "until": now + self._grace}
                await self._jobs.enqueue(tx, KIND, key=f"{KIND}:{system}@{now:.3f}", payload=payload, delay=self._grace)
        except Unavailable as down:
            logger.warning("dead letters are not looked for", system=system, reason=str(down))


class Revival:
    """The job behind the bell."""

    def __init__(self, replaying: Replaying, *, spacing: float = SPACING) -> None:
        self._replaying = replaying
        self._spacing = spacing

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {KIND: Kind(self._revive, budget=None)}

    async def _revive(self, payload: Payload) -> None:
        system, until = text(payload, "system"), float(text(payload, "until"))
        found = [job for job in await self._replaying.found(Which(until=until, away=system)) if is_ours(job)]
        done, why = 0, {"because": f"{system} answers again"}
        for job in found:
            try:
                await self._replaying.one(job.id, by=BOT, detail=why, delay=done * self._spacing, alone=True)
                done += 1
            except (Invalid, NotFound) as stays:
                logger.info("dead letter stays", job=job.id, reason=str(stays))
        if found:
            logger.warning("dead letters are tried again", system=system, letters=done, left=len(found) - done)


def is_ours(job: Job) -> bool:
    """Whether nobody has to be asked: no person's words, a card to be drawn, or a write whose end is not known."""
    return not is_somebodys(job) or job.kind in DRAWN or (job.kind == "write" and job.state == "unknown")
