"""Calls to the Bot Connector: paced, reads and updates tried again, a message sent once and honest about how it ended."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from bot.net.http import READ_TOTAL, tried_again
from bot.net.pace import Pace, Rate
from bot.platforms.teams.line import SYSTEM, Line, Said
from bot.platforms.teams.receive import LONGEST_ID, NAME, text
from bot.platforms.teams.refusals import understood
from bot.platforms.teams.token import OutboundToken
from bot.settings.hosts import allowed
from handlers.errors import Busy, Invalid, Unavailable

APP_RATE = Rate(30, 1)
"""Requests of one app in one company (learn.microsoft.com, "Rate limiting for bots")."""
SEND_RATES = (Rate(8, 2), Rate(60, 30))
"""Messages into one conversation (same page)."""
ROSTER_RATE = Rate(60, 30)
"""Lists of members of one conversation; half of what the same page gives."""
TOTAL = 20.0
"""Seconds for an update with all its attempts."""
TRIES = 3
LONGEST_PAUSE = 4.0
"""Seconds that a send waits by itself when Teams asks it to; for longer the ledger comes back."""
SPREAD = (1.0, 1.2)
"""Factors between which a pause is spread, so that those who wait do not all come at once; never before Teams said."""
PAGE = 500
"""Members a page, the most that Teams gives."""
MOST_PAGES = 50


class TeamsApi:
    """The Bot Connector, at whichever address a conversation was met. `hosts` is TEAMS_ALLOWED_HOSTS."""

    def __init__(self, line: Line, token: OutboundToken, pace: Pace, *, hosts: str, total: float = TOTAL) -> None:
        self._line = line
        self._token = token
        self._pace = pace
        self._hosts = hosts
        self._total = total

    async def post(
        self, service: str, conversation: str, activity: Mapping[str, object], *, params: Mapping[str, str] | None = None
    ) -> str:
        """Send a message; its id. Tried again only where Teams says that it took nothing (429, 412), for there is no key by which
        it would know a second one. Raises TeamsRefused, Busy, Unavailable when nothing was posted, Unknown when nobody can say.
        """
        path = f"v3/conversations/{quote(conversation, safe='')}/activities"

        async def once() -> Said:
            await self._turn(conversation, SEND_RATES)
            return await self._call("POST", service, path, what="a message", body=activity, params=params)

        return given_id(await patiently(once))

    async def put(self, service: str, conversation: str, post: str, activity: Mapping[str, object]) -> None:
        """Change a message: the same however often it is done. Raises TeamsRefused, Busy, Unavailable."""
        path = f"v3/conversations/{quote(conversation, safe='')}/activities/{quote(post, safe='')}"

        async def again() -> Said:
            await self._turn(conversation, SEND_RATES)
            return await self._call("PUT", service, path, what="a change of a message", body=activity)

        await tried_again(SYSTEM, again, total=self._total)

    async def open(self, service: str, *, person: str, tenant: str, bot: str) -> str:
        """The direct conversation with a person; for one person it is always the same. Raises TeamsRefused, Busy, Unavailable."""
        body = {
            "isGroup": False, "bot": {"id": bot}, "members": [{"id": person}], "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }  # fmt: skip

        async def again() -> Said:
            await self._turn(f"open:{person}", SEND_RATES)
            return await self._call("POST", service, "v3/conversations", what="a direct conversation", body=body)

        said = await tried_again(SYSTEM, again, total=self._total)
        if not (found := given_id(said)):
            raise Unavailable("Teams opened no direct conversation. Try again in a minute.")
        return found

    async def member(self, service: str, conversation: str, person: str) -> Mapping[str, Any]:
        """Somebody in a conversation. Raises TeamsRefused, Busy, Unavailable."""
        return data(await self._read(service, conversation, f"members/{quote(person, safe='')}"))

    async def members(self, service: str, conversation: str) -> AsyncIterator[Mapping[str, Any]]:
        """Everybody in a conversation. Raises what `member` raises, and Unavailable for a list that does not end."""
        token = ""
        for _ in range(MOST_PAGES):
            params = {"pageSize": str(PAGE), **({"continuationToken": token} if token else {})}
            page = data(await self._read(service, conversation, "pagedmembers", params))
            listed = page.get("members")
            for each in listed if isinstance(listed, list) else ():
                if isinstance(each, Mapping):
                    yield each
            if not (token := text(page, "continuationToken")):
                return
        raise Unavailable("The list of members that Teams gives does not end. Try again in a minute.")

    async def _read(self, service: str, conversation: str, what: str, params: Mapping[str, str] | None = None) -> Said:
        async def again() -> Said:
            await self._turn(f"roster:{conversation}", (ROSTER_RATE,))
            path = f"v3/conversations/{quote(conversation, safe='')}/{what}"
            return await self._call("GET", service, path, what="a list of members", params=params)

        return await tried_again(SYSTEM, again, total=min(self._total, READ_TOTAL))

    async def _turn(self, key: str, rates: Sequence[Rate]) -> None:
        await self._pace.enter(f"{NAME}:app", APP_RATE)
        for rate in rates:
            await self._pace.enter(f"{NAME}:{key}:{rate.seconds}", rate)

    async def _call(
        self,
        method: str,
        service: str,
        path: str,
        *,
        what: str,
        body: object = None,
        params: Mapping[str, str] | None = None,
    ) -> Said:
        """One request. A token that is refused is replaced once: a request that was not let in had no effect."""
        if not allowed(service, self._hosts):
            raise Invalid(
                "This address is not one that the bot may answer to. Add its host to TEAMS_ALLOWED_HOSTS if it should be."
            )
        url = f"{service.rstrip('/')}/{path}{f'?{urlencode(params)}' if params else ''}"
        for last in (False, True):
            token = await self._token.get()
            said = await self._line.send(method, url, auth=f"Bearer {token}", body=body)
            if said.status != 401 or last:  # noqa: PLR2004 - HTTP's own number
                return understood(what, said)
            self._token.drop(token)
        raise AssertionError("unreachable: the second answer is returned")


async def patiently(send: Callable[[], Awaitable[Said]]) -> Said:
    """A send that Teams may put off: made again after the pause it asks for, while that is short. Raises what it raised last."""
    for _ in range(TRIES - 1):
        try:
            return await send()
        except Busy as busy:
            pause = busy.after * random.uniform(*SPREAD)  # noqa: S311 - spread, not secrecy
            if pause > LONGEST_PAUSE:
                raise
            await asyncio.sleep(pause)
    return await send()


def data(said: Said) -> Mapping[str, Any]:
    """The answer's object; an empty one for anything else."""
    return said.data if isinstance(said.data, Mapping) else {}


def given_id(said: Said) -> str:
    """The id that an answer gives to something new; empty where it gives none that can be kept."""
    found = text(data(said), "id")
    return found if len(found) <= LONGEST_ID else ""
