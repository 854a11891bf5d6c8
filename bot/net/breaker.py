"""A system that fails too often is left alone for a while, by all workers; then one call goes first.

purgatory keeps the state (closed, opened, half-opened) and knows which may follow which. It counts failures in a row, without a
window, and lets every call through that waits when it half opens; so the counting (`bot.net.tally`) and the one probe are ours.
"""

import math
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from purgatory import AsyncAbstractUnitOfWork, AsyncCircuitBreakerFactory
from purgatory.domain.model import CLOSED, HALF_OPENED, OPENED, Context
from purgatory.service._async.repository import AsyncAbstractRepository  # its plug for other stores; hence the exact version
from typing_extensions import override

from bot.net.outcome import NotAsked
from bot.net.shared import AWAY, Client, Shared
from bot.net.tally import Tallies, Tally
from bot.watch import log, metrics
from handlers.errors import Busy, Trouble, Unavailable, Unknown

PREFIX = "countersign:breaker:"
FORGOTTEN = 3600.0
"""Seconds after which an open breaker that nobody asks about counts as closed."""
LEFT = 30 * 24 * 3600.0
"""Seconds for which it is known that a system was left alone and has not answered since."""
SPREAD = 0.25
"""Share of the rest that is added by chance, so that those who wait do not all come back at once."""
PROBING = 2.0
"""Seconds after which to come back while somebody else finds out whether a system is well again."""
FIGURES: dict[str, int] = {CLOSED: 0, HALF_OPENED: 1, OPENED: 2}
"""What `bot_breaker_state` says."""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
"""The mark of a probe that took too long may be another one's by now."""

logger = log.get("breaker")


@dataclass(frozen=True, slots=True)
class Rule:
    """Opens when `share` of at least `calls` calls within `window` seconds failed, and rests for `rest` seconds.

    `probe` is in seconds, longer than any call: after that the one who went first counts as lost. `forgotten` is in seconds: an open breaker
    that nobody asks about for so long counts as closed.
    """

    share: float = 0.5
    calls: int = 10
    window: float = 30.0
    rest: float = 15.0
    probe: float = 15.0
    forgotten: float = FORGOTTEN

    def trips(self, tally: Tally) -> bool:
        """Whether these are too many failures."""
        return tally.calls >= self.calls and tally.failures >= self.share * tally.calls


class CircuitOpen(NotAsked):
    """The system failed too often and is left alone right now."""


class Breakers:
    """A breaker for each system. State and counts are in Redis when there is one, in this process while there is none.

    `closed` is awaited with the name of a system that answers again, in the process that has found it out.
    """

    def __init__(
        self,
        redis_url: str = "memory://",
        *,
        rule: Rule | None = None,
        away: float = AWAY,
        closed: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._rule = rule or Rule()
        self._redis = Shared(redis_url, what="breakers", away=away)
        self._tallies = Tallies(self._redis, prefix=f"{PREFIX}calls:", span=self._rule.window)
        self._states = States(self._redis, self._tallies, self._rule, closed)
        self._factory = AsyncCircuitBreakerFactory(uow=Unit(self._states))
        self._probing: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        await self._redis.close()

    async def open(self) -> frozenset[str]:
        """Systems that are left alone, or being tried: those that failed too often and have not answered since, as all workers know it."""
        return await self._states.open()

    @asynccontextmanager
    async def guard(self, system: str, *, first: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[None]:
        """One call to a system. Raises CircuitOpen instead of calling when it failed too often.

        `first` is awaited when the call may be made; what it raises says nothing about the system.
        """
        name = system.lower()
        mark = await self._admit(system, name)
        counts = False
        try:
            breaker = await self._factory.get_breaker(name, exclude=[(BaseException, lambda _error: not counts)])
            self._refuse_open(system, breaker.context)  # somebody else's probe may have ended meanwhile
            if first is not None:
                await first()
            async with breaker:
                show(name, breaker.context.state)
                try:
                    yield
                except BaseException as error:
                    counts = is_probe = breaker.context.state == HALF_OPENED
                    counts = await self._counts(name, error, is_probe=is_probe)
                    raise
                await self._tallies.add(name, failed=False)
            await self._states.remembered(name)
        finally:
            await self._release(name, mark)

    async def _admit(self, system: str, name: str) -> str:
        """Nothing for a closed breaker, the mark of the one probe for one that has rested. Raises CircuitOpen."""
        context = await self._states.get(name)
        if context.state == CLOSED:
            return ""
        self._refuse_open(system, context)
        if mark := await self._take(name):
            return mark
        show(name, HALF_OPENED)
        raise CircuitOpen(f"{system} failed too often and is being tried again right now. Ask again in a minute.", after=PROBING)

    def _refuse_open(self, system: str, context: Context) -> None:
        left = (context.opened_at or 0.0) + self._rule.rest - time.time()
        if context.state == OPENED and left > 0:
            show(context.name, OPENED)
            words = f"{system} failed too often, so it is left alone; it is tried again in {math.ceil(left)} s."
            raise CircuitOpen(words, after=left + random.uniform(0, SPREAD * self._rule.rest))  # noqa: S311 - spread, not secrecy

    async def _counts(self, name: str, error: BaseException, *, is_probe: bool) -> bool:
        """Whether purgatory is to see this failure: any of a probe, of others the one that is too many."""
        if not isinstance(error, Trouble):
            return is_probe  # cancelled, or a bug of ours: it has found out nothing
        failed = isinstance(error, Unavailable | Unknown) and not isinstance(error, Busy)
        tally = await self._tallies.add(name, failed=failed)
        if is_probe or not failed:
            return failed
        return self._rule.trips(tally) and (await self._states.get(name)).state == CLOSED  # a late one prolongs no rest

    async def _take(self, name: str) -> str:
        """The right to go first, as a mark; nothing when somebody has it."""
        if self._probing.get(name, 0.0) > time.monotonic():
            return ""
        self._probing[name] = time.monotonic() + self._rule.probe
        mark = secrets.token_hex(8)

        async def taken(client: Client) -> bool:
            return bool(await client.set(f"{PREFIX}probe:{name}", mark, nx=True, px=int(self._rule.probe * 1000)))

        if await self._redis.ask(taken, otherwise=True):
            return mark
        del self._probing[name]
        return ""

    async def _release(self, name: str, mark: str) -> None:
        if not mark:
            return

        async def released(client: Client) -> None:
            await client.eval(RELEASE, 1, f"{PREFIX}probe:{name}", mark)

        self._probing.pop(name, None)
        await self._redis.ask(released, otherwise=None)


class States(AsyncAbstractRepository):
    """Where purgatory's states are kept. Each call gets a Context of its own, so that a late end changes nothing for others.

    Only an open breaker is written down; its age is what Redis says, for clocks of machines differ.
    """

    def __init__(
        self, redis: Shared, tallies: Tallies, rule: Rule, closed: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        self._closed = closed
        self.messages = []
        self._redis = redis
        self._tallies = tallies
        self._rule = rule
        self._here: dict[str, float] = {}

    @override
    async def get(self, name: str) -> Context:
        """The breaker of a system, closed unless it is known to be open."""

        async def opened(client: Client) -> float | None:
            left = int(await client.pttl(f"{PREFIX}open:{name}"))
            if left <= 0 and not self._is_forgotten(name):
                self._here.pop(name, None)  # another worker has closed it
            return self._rule.forgotten - left / 1000 if left > 0 else None

        here = time.monotonic() - self._here[name] if name in self._here else None
        age = await self._redis.ask(opened, otherwise=here)
        if age is None or age > self._rule.forgotten:
            return Context(name, 1, self._rule.rest)
        return Context(name, 1, self._rule.rest, OPENED, opened_at=time.time() - age)

    async def open(self) -> frozenset[str]:
        """The names of open breakers."""

        async def opened(client: Client) -> frozenset[str]:
            start = f"{PREFIX}open:"
            return frozenset([key.decode().removeprefix(start) async for key in client.scan_iter(f"{start}*")])

        here = frozenset(name for name, since in self._here.items() if time.monotonic() - since <= self._rule.forgotten)
        return await self._redis.ask(opened, otherwise=here)

    @override
    async def register(self, context: Context) -> None:
        """There is nothing to do: `get` knows every system."""

    @override
    async def update_state(self, name: str, state: str, opened_at: float | None) -> None:
        """Write down what purgatory decided. A half-opened breaker is one whose probe is under way: its mark says so."""
        if state == HALF_OPENED:
            return
        logger.warning("breaker", system=name, state=state)
        show(name, state)

        async def written(client: Client) -> None:
            if state == OPENED:
                await client.set(f"{PREFIX}left:{name}", "1", px=int(LEFT * 1000))
                await client.set(f"{PREFIX}open:{name}", "1", px=int(self._rule.forgotten * 1000))
            else:
                await client.delete(f"{PREFIX}open:{name}", f"{PREFIX}left:{name}")

        await self._redis.ask(written, otherwise=None)
        if state == OPENED:
            self._here[name] = time.monotonic()
        else:
            self._here.pop(name, None)
        if state == CLOSED and self._closed is not None:
            await self._closed(name)

    async def remembered(self, name: str) -> None:
        """The system has answered. Where its breaker had been open for so long that it counted as closed, it closes now, for the first
        worker that finds it out; nothing closes where another one has seen it answer already.
        """
        if not self._is_forgotten(name):
            return
        self._here.pop(name)

        async def first(client: Client) -> bool:
            return bool(await client.delete(f"{PREFIX}left:{name}"))

        if await self._redis.ask(first, otherwise=True):
            await self.update_state(name, CLOSED, None)

    def _is_forgotten(self, name: str) -> bool:
        """Whether this process has seen the breaker open, so long ago that it counts as closed."""
        return name in self._here and time.monotonic() - self._here[name] > self._rule.forgotten

    @override
    async def inc_failures(self, name: str, failure_count: int) -> None:
        """There is nothing to do: failures are counted in a window, with the calls that went well."""

    @override
    async def reset_failure(self, name: str) -> None:
        """The system has recovered."""
        await self._tallies.clear(name)


class Unit(AsyncAbstractUnitOfWork):
    """What purgatory wants around a repository. Each step is written by itself, so there is nothing to commit."""

    def __init__(self, states: States) -> None:
        self.contexts = states

    @override
    async def commit(self) -> None:
        """There is nothing to do."""

    @override
    async def rollback(self) -> None:
        """There is nothing to do."""


def show(name: str, state: str) -> None:
    """Set the figure of one system, as this process last saw it."""
    metrics.BREAKER_STATE.labels(dependency=name).set(FIGURES[state])
