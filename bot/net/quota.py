"""What is left of a system's own limit, shared by all workers: each request takes one, each answer says how many there really are.

Where room comes back all at once, answers can only lower what is left until then; where it comes back bit by bit, each counts as it is,
but for what was asked a moment ago.

Far from the limit nobody waits. In its last fifth requests go out one after the other, evenly spread over the time that is left, and
the last few are kept: for what is under way in other processes, and for what else uses the same account.
"""

import math
import time
from dataclasses import dataclass, field

from bot.net.headers import LONGEST, Quota
from bot.net.shared import Client, Shared

NEAR = 0.2
"""Share of the limit below which requests are spread."""
WIDEST = 1.0
"""Seconds between two of them at most: a quota of a day must not be spread over its hours."""
KEPT, MOST_KEPT = 0.05, 20
"""Share of the limit that is not used, and the most requests that this may be."""
SAME = 1.5
"""Seconds by which two statements about one reset may differ: they are given in whole seconds."""
UNDER_WAY = 1.0
"""Seconds for which a request may be under way before a system has counted it; those of this second and the one before count as that."""
MOST_KEYS = 1_000
"""Keys that one process remembers."""
TAKE = """
local clock = redis.call('TIME')
local now, longest = clock[1] * 1000 + math.floor(clock[2] / 1000), tonumber(ARGV[1])
local names = {'held', 'reset', 'left', 'limit', 'next', 'kept', 'second', 'asked', 'before', 'doubt', 'sure'}
local row = redis.call('HMGET', KEYS[1], unpack(names))
local held = tonumber(row[1] or 0)
if held > now then return {0, held - now} end
local reset, left, limit = tonumber(row[2] or 0), tonumber(row[3] or 0), tonumber(row[4] or 0)
if reset <= now then return {1, 0} end
local kept, sure, doubt = tonumber(row[6]), tonumber(row[11] or 0), 0
if left <= kept then return {0, reset - now} end
if now < sure then doubt = tonumber(row[10] or 0) end
local there = left - doubt
if there <= kept then return {0, math.ceil(sure - now)} end
local gap = 0
if there < limit * tonumber(ARGV[2]) then gap = math.min((reset - now) / there, tonumber(ARGV[3])) end
local wait = math.max(tonumber(row[5] or 0) - now, 0)
if wait > longest then return {0, math.ceil(wait)} end
local second, at, asked, before = clock[1] + 0, tonumber(row[7] or 0), tonumber(row[8] or 0), tonumber(row[9] or 0)
if second ~= at then asked, before = 0, second == at + 1 and asked or 0 end
redis.call('HSET', KEYS[1], 'left', left - 1, 'next', now + wait + gap, 'second', second, 'asked', asked + 1, 'before', before)
return {1, math.ceil(wait)}
"""
"""Milliseconds by Redis' own clock: whether the request may go, and after which wait; or when to ask again."""
TELL = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local limit, left, reset, kept = tonumber(ARGV[1]), tonumber(ARGV[2]), now + tonumber(ARGV[3]), tonumber(ARGV[4])
local row = redis.call('HMGET', KEYS[1], 'reset', 'left', 'second', 'asked', 'before')
local old, age, doubt = tonumber(row[1] or 0), clock[1] - tonumber(row[3] or 0), 0
if ARGV[6] == '1' then
  if age == 0 then doubt = tonumber(row[4] or 0) + tonumber(row[5] or 0) end
  if age == 1 then doubt = tonumber(row[4] or 0) end
elseif old > now and reset <= old + tonumber(ARGV[5]) then
  left, reset = math.min(left, tonumber(row[2])), math.max(reset, old)
end
local sure = now + tonumber(ARGV[7])
redis.call('HSET', KEYS[1], 'limit', limit, 'left', left, 'reset', reset, 'kept', kept, 'doubt', doubt, 'sure', sure)
if redis.call('PTTL', KEYS[1]) < reset - now then redis.call('PEXPIREAT', KEYS[1], math.ceil(reset)) end
"""
HOLD = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local held = math.max(tonumber(redis.call('HGET', KEYS[1], 'held') or 0), now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'held', held)
if redis.call('PTTL', KEYS[1]) < held - now then redis.call('PEXPIREAT', KEYS[1], math.ceil(held)) end
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a request may go once `wait` seconds have passed; if not, that is when to ask again."""

    is_taken: bool
    wait: float


@dataclass(slots=True)
class Budget:
    """The same rules for one process alone. Times are readings of a clock that never goes back.

    `asked` and `before` are how many were asked in the `second` at hand and in the one before it; `doubt` is how many of these the
    latest answer may not have known of, and `sure` when another one must have come that did.
    """

    held: float = 0.0
    reset: float = 0.0
    limit: int = 0
    left: int = 0
    following: float = field(default=0.0)
    second: int = 0
    asked: int = 0
    before: int = 0
    doubt: int = 0
    sure: float = 0.0

    def take(self, now: float, *, longest: float) -> Turn:
        """A turn, unless the wait for it would be longer than `longest` seconds."""
        if self.held > now:
            return Turn(is_taken=False, wait=self.held - now)
        if self.reset <= now:
            return Turn(is_taken=True, wait=0.0)
        if self.left <= kept(self.limit):
            return Turn(is_taken=False, wait=self.reset - now)
        there = self.left - (self.doubt if now < self.sure else 0)
        if there <= kept(self.limit):
            return Turn(is_taken=False, wait=self.sure - now)
        gap = min((self.reset - now) / there, WIDEST) if there < self.limit * NEAR else 0.0
        wait = max(self.following - now, 0.0)
        if wait > longest:
            return Turn(is_taken=False, wait=wait)
        self.left, self.following = self.left - 1, now + wait + gap
        self._turn_to(now)
        self.asked += 1
        return Turn(is_taken=True, wait=wait)

    def tell(self, now: float, quota: Quota) -> None:
        """What an answer said. Until all of it comes back only fewer than we think may be left: others' requests are not in it yet."""
        left, reset = quota.remaining, now + quota.reset
        self._turn_to(now)
        self.doubt, self.sure = (self.asked + self.before if quota.rolls else 0), now + 2 * UNDER_WAY
        if not quota.rolls and self.reset > now and reset <= self.reset + SAME:
            left, reset = min(left, self.left), max(reset, self.reset)
        self.limit, self.left, self.reset = quota.limit, left, reset

    def _turn_to(self, now: float) -> None:
        """Count what is asked by the second in which it is asked."""
        second = int(now / UNDER_WAY)
        if second != self.second:
            self.second, self.asked, self.before = second, 0, self.asked if second == self.second + 1 else 0


def kept(limit: int) -> int:
    """How many requests of a limit are not used."""
    return min(math.floor(limit * KEPT), MOST_KEPT)


class Quotas:
    """Budgets in Redis when there is one, in this process while there is none. `prefix` is that of the keys in Redis."""

    def __init__(self, redis: Shared, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._here: dict[str, Budget] = {}

    async def take(self, key: str, *, longest: float) -> Turn:
        """A turn under this key; of its own process' budget while Redis is away."""
        here = self._budget(key).take(time.monotonic(), longest=longest)

        async def taken(client: Client) -> Turn:
            args = (str(longest * 1000), str(NEAR), str(WIDEST * 1000))
            is_taken, wait = await client.eval(TAKE, 1, self._prefix + key, *args)
            return Turn(is_taken=bool(is_taken), wait=int(wait) / 1000)

        return await self._redis.ask(taken, otherwise=here)

    async def tell(self, key: str, quota: Quota) -> None:
        """Pass on what an answer said."""
        self._budget(key).tell(time.monotonic(), quota)

        async def told(client: Client) -> None:
            reset = str(math.ceil(quota.reset * 1000))
            args = (str(quota.limit), str(quota.remaining), reset, str(kept(quota.limit)), str(SAME * 1000))
            await client.eval(TELL, 1, self._prefix + key, *args, str(int(quota.rolls)), str(2 * UNDER_WAY * 1000))

        await self._redis.ask(told, otherwise=None)

    async def hold(self, key: str, seconds: float) -> None:
        """Let nobody go for a while: a system asked for it."""
        seconds = min(max(seconds, 0.001), LONGEST)
        budget = self._budget(key)
        budget.held = max(budget.held, time.monotonic() + seconds)

        async def held(client: Client) -> None:
            await client.eval(HOLD, 1, self._prefix + key, str(math.ceil(seconds * 1000)))

        await self._redis.ask(held, otherwise=None)

    def _budget(self, key: str) -> Budget:
        if key not in self._here and len(self._here) >= MOST_KEYS:
            self._here.clear()
        return self._here.setdefault(key, Budget())
