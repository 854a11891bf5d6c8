"""HubSpot's limits for a private app: requests in ten seconds, searches in one, requests a day."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.sandbox.hubspot.refusals import too_many
from bot.sandbox.models import Answer, Call, Clock

WINDOW, SECOND = timedelta(seconds=10), timedelta(seconds=1)
Handle = Callable[[Call], Answer]


class Pace:
    """Counts requests. `most` in ten seconds, `searches` in one, `daily` for good: nobody runs a sandbox for longer than a day."""

    def __init__(self, clock: Clock, *, most: int = 190, searches: int = 5, daily: int = 625_000) -> None:
        self.most, self.searches, self.daily = most, searches, daily
        self._clock = clock
        self._seen: deque[datetime] = deque()
        self._searched: deque[datetime] = deque()
        self._total = 0

    def kept(self, handle: Handle) -> Handle:
        """The handler behind the limit; its answers tell how much of it is left."""

        def serve(call: Call) -> Answer:
            self._total += 1
            if self._total > self.daily:
                raise too_many("DAILY")
            self._count(self._seen, WINDOW, self.most, "TEN_SECONDLY_ROLLING")
            answer = handle(call)
            return replace(answer, headers={**answer.headers, **self._headers()})

        return serve

    def searched(self, handle: Handle) -> Handle:
        """The same for a search, which has a limit of its own and says nothing of it."""

        def serve(call: Call) -> Answer:
            self._count(self._searched, SECOND, self.searches, "SECONDLY")
            return handle(call)

        return serve

    def _count(self, seen: deque[datetime], window: timedelta, most: int, policy: str) -> None:
        now = self._clock()
        while seen and seen[0] <= now - window:
            seen.popleft()
        if len(seen) >= most:
            raise too_many(policy)
        seen.append(now)

    def _headers(self) -> dict[str, str]:
        return {
            "X-HubSpot-RateLimit-Daily": str(self.daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(self.daily - self._total),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Max": str(self.most),
            "X-HubSpot-RateLimit-Remaining": str(self.most - len(self._seen)),
        }
