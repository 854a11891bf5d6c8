"""The lease of the job at hand: every task of a job can ask whether the job is still its own."""

import time
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from bot.net.http import WRITE_TOTAL
from bot.store.ledger.jobs import Claim, Jobs

MARGIN = WRITE_TOTAL + 2.0
"""Seconds of lease that have to be left before a write is sent: its deadline, and some for the way."""
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the process is stopped and, where the kernel has such a clock, while the machine sleeps."""


class LeaseLostError(Exception):
    """Somebody else may have taken the job over; whoever is told this stops and records nothing."""


class Hold:
    """One claim and how long it is certainly ours. `since` is a reading of `now` from before the claim was asked for."""

    def __init__(self, jobs: Jobs, claim: Claim, *, lease: float, since: float) -> None:
        self.claim = claim
        self.lost = False
        self._jobs = jobs
        self._lease = lease
        self._ends = since + lease

    async def renew(self) -> bool:
        """Ask the ledger for another lease. False: the job is somebody else's, and stays so. Raises Unavailable."""
        before = now()
        if self.lost or not await self._jobs.extend(self.claim, lease=self._lease):
            self.lost = True
            return False
        self._ends = before + self._lease
        return True

    async def check(self, seconds: float) -> None:
        """Return when the job is ours for so long; the ledger is asked only when that is not certain. Raises LeaseLostError."""
        if self.lost or (now() + seconds > self._ends and not await self.renew()):
            raise LeaseLostError(f"job {self.claim.id}, fence {self.claim.fence}")


AT_HAND: ContextVar[Hold | None] = ContextVar("at_hand", default=None)


async def before_write() -> None:
    """Called before anything is sent that changes a vendor's record: a process that slept past its lease must not send it."""
    if (hold := AT_HAND.get()) is not None:
        await hold.check(MARGIN)


def made() -> datetime:
    """When the job at hand was put into the ledger, as near as this machine's clock tells; now where there is none."""
    hold = AT_HAND.get()
    return datetime.now(UTC) - timedelta(seconds=hold.claim.age if hold is not None else 0.0)


def now() -> float:
    """Seconds on this machine, for differences only; whether a lease has ended is decided by the database."""
    return time.clock_gettime(CLOCK)
