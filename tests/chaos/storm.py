"""A whole run: lanes of changes, blows against the processes, calm at the end, judgement."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from chaos.books import Books, Seen
from chaos.desk import Desk
from chaos.drive import Lane, Log
from chaos.oracle import Violation, table, violations
from chaos.program import Fleet
from chaos.script import Blow, Click, Round, rounds
from chaos.vendors import VENDORS

SETTLE = 300.0
"""Seconds that the bot gets after the last event; full jitter may add up to some minutes."""


class Redis(Protocol):
    """A Redis server that may be taken away."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def flush(self) -> None: ...


class Countersign:
    """The bot as a target: its page over HTTP, its command line, its database for looking only."""

    def __init__(self, fleet: Fleet, books: Books) -> None:
        self.fleet, self.books = fleet, books
        self.offer = fleet.offer
        self.draft_of, self.look = books.draft_of, books.look

    async def approve_by_command(self, person: str, draft: Seen) -> None:
        await self.fleet.command("drafts", "approve", draft.id, "--as", f"{person}@harbourlight.example")


@dataclass(frozen=True)
class Result:
    """What a run came to."""

    seed: int
    events: int
    kills: int
    blows: Counter[str]
    ends: Counter[str]
    writes: int
    faults: Counter[str]
    seconds: float
    found: Sequence[Violation]
    unshown: Sequence[str]

    @property
    def summary(self) -> str:
        """One paragraph for people; the table of violations with it."""
        told = {"events": self.events, "kills": self.kills, **self.blows, "writes": self.writes, "seconds": round(self.seconds)}
        parts = (told, dict(self.ends), dict(self.faults), table(list(self.found)))
        return f"CHAOS_SEED={self.seed} " + " | ".join(json.dumps(part) for part in parts)


class Run:
    """One run of the bot."""

    def __init__(self, fleet: Fleet, books: Books, desk: Desk, log: Log, *, seed: int, redis: Redis | None = None) -> None:
        self.fleet, self.books, self.desk, self.log, self.seed, self.redis = fleet, books, desk, log, seed, redis
        self.target = Countersign(fleet, books)
        self.struck: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.began = time.monotonic()

    def lanes(self, count: int, vendors: Sequence[str] = tuple(VENDORS)) -> list[Lane]:
        """Lanes over the vendors in turn."""
        return [Lane(self.target, self.desk, self.log, vendor=vendors[n % len(vendors)], number=n) for n in range(count)]

    async def play(
        self, *, events: int, lanes: int, blows: Iterable[Blow], freeze: float = 0.0, vendors: Sequence[str] = tuple(VENDORS),
        **chances: float,
    ) -> None:  # fmt: skip
        """Until so many events were acknowledged."""
        plans = [rounds(self.seed, lane, **chances) for lane in range(lanes)]
        await self.follow(zip(self.lanes(lanes, vendors), plans, strict=True), events=events, blows=blows, freeze=freeze)

    async def follow(
        self, lanes: Iterable[tuple[Lane, Iterator[Any]]], *, events: int, blows: Iterable[Blow], freeze: float = 0.0
    ) -> None:
        """Let each lane follow its plan until so many events were acknowledged, while blows fall."""
        striking = asyncio.create_task(self.strike(blows, freeze))
        async with asyncio.TaskGroup() as group:
            for lane, plan in lanes:
                group.create_task(lane.play(plan, lambda: len(self.log.events) < events))
        await striking

    async def strike(self, blows: Iterable[Blow], freeze: float) -> None:
        """Each blow when its time has come."""
        for blow in blows:
            while len(self.log.events) < blow.after:  # noqa: ASYNC110 - events are counted from outside
                await asyncio.sleep(0.05)
            self.log.note("blow", kind=blow.kind, whom=blow.whom, where=blow.where)
            self.struck[blow.kind] += 1
            await self._blow(blow, freeze)

    async def _blow(self, blow: Blow, freeze: float) -> None:
        members, workers = self.fleet.members, self.fleet.workers
        match blow.kind:
            case "kill":
                await self.fleet.kill(members[blow.whom % len(members)], *filter(None, [blow.where]))
            case "stop":
                await self.fleet.pause(workers[blow.whom % len(workers)], freeze)
            case "flush" if self.redis is not None:
                await self.redis.flush()
            case "restart" if self.redis is not None:
                await self.redis.stop()
                await self.redis.start()
            case strange:
                raise ValueError(f"There is no blow {strange} here.")

    async def calm(self) -> None:
        """Nothing breaks any more; whoever waits for a decision is refused, and what is under way comes to its end."""
        await self.desk.mend()
        lane = Lane(self.target, self.desk, self.log, vendor="jira", number=0)
        end = time.monotonic() + SETTLE
        while await self.books.unfinished() and time.monotonic() < end:
            refuse = Round(clicks=(Click("bo", "reject"),))
            await asyncio.gather(*(lane.click(draft, refuse) for draft in await self.books.pending()))
            await asyncio.sleep(0.2)

    async def judged(self) -> Result:
        """The oracle's word on everything up to now."""
        await self.calm()
        code, output = await self.fleet.command("audit", "verify")
        evidence = await self.books.evidence(self.log.events.values(), self.desk, trail="" if code == 0 else output)
        ends = Counter(draft.state for draft in evidence.drafts)
        unknown = [draft.id for draft in evidence.drafts if draft.state == "unknown"]
        unshown = [draft for draft in unknown if "unknown" not in (await self.fleet.command("drafts", "show", draft))[1]]
        seconds, faults = time.monotonic() - self.began, await self.desk.faults()
        return Result(
            self.seed, len(evidence.events), self.fleet.kills, self.struck, ends, len(evidence.writes), faults, seconds,
            violations(evidence), unshown,
        )  # fmt: skip


def verdict(result: Result, log: Path) -> str:
    """What a failed run says: how to repeat it and where its events are."""
    lines = [f"{violation.kind}: {violation.what}" for violation in result.found[:20]]
    return "\n".join((result.summary, *lines, *(f"unknown, and not shown so: {d}" for d in result.unshown), f"events: {log}"))
