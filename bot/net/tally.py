"""How many of the latest calls to a system failed: counted in Redis for all workers, and here for when it is away."""

import time
from collections import deque
from dataclasses import dataclass

from bot.net.shared import Client, Shared

SLICES = 10
"""Parts of a window; what was counted leaves it a part at a time, so a window of 30 s holds the latest 27 to 30."""
ADD = """
local clock = redis.call('TIME')
local slices, span, kind = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local slice = math.floor((clock[1] + clock[2] / 1000000) * slices / span)
redis.call('HINCRBY', KEYS[1], slice .. kind, 1)
redis.call('PEXPIRE', KEYS[1], math.ceil(span * 1000))
local calls, failures = 0, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at, what = string.match(all[i], '^(%d+)(%a)$')
  if tonumber(at) <= slice - slices then
    redis.call('HDEL', KEYS[1], all[i])
  else
    calls = calls + all[i + 1]
    if what == 'f' then failures = failures + all[i + 1] end
  end
end
return {calls, failures}
"""
"""By Redis' own clock, in one step."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of a window, and how many of them failed."""

    calls: int
    failures: int


class Window:
    """The latest `span` seconds of one system, as one process saw them."""

    def __init__(self, span: float) -> None:
        self._span = span
        self._slices: deque[tuple[int, Tally]] = deque()

    def add(self, at: float, *, failed: bool) -> Tally:
        """Count a call that ended at this reading of a clock that never goes back; what stands in the window then."""
        slice_ = int(at * SLICES / self._span)
        while self._slices and self._slices[0][0] <= slice_ - SLICES:
            self._slices.popleft()
        before = self._slices.pop()[1] if self._slices and self._slices[-1][0] == slice_ else Tally(0, 0)
        self._slices.append((slice_, Tally(before.calls + 1, before.failures + failed)))
        tallies = [tally for _, tally in self._slices]
        return Tally(sum(each.calls for each in tallies), sum(each.failures for each in tallies))


class Tallies:
    """The windows of every system, `span` seconds each. `prefix` is that of their keys in Redis."""

    def __init__(self, redis: Shared, *, prefix: str, span: float) -> None:
        self._redis = redis
        self._prefix = prefix
        self._span = span
        self._here: dict[str, Window] = {}

    async def add(self, system: str, *, failed: bool) -> Tally:
        """Count a call; the window of all workers then, of this process while Redis is away."""
        here = self._here.setdefault(system, Window(self._span)).add(time.monotonic(), failed=failed)

        async def counted(client: Client) -> Tally:
            kind = "f" if failed else "w"
            calls, failures = await client.eval(ADD, 1, self._prefix + system, str(SLICES), str(self._span), kind)
            return Tally(int(calls), int(failures))

        return await self._redis.ask(counted, otherwise=here)

    async def clear(self, system: str) -> None:
        """Start again: what was counted before a recovery says nothing about what comes after."""
        self._here.pop(system, None)

        async def cleared(client: Client) -> None:
            await client.delete(self._prefix + system)

        await self._redis.ask(cleared, otherwise=None)
