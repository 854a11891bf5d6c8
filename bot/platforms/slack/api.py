"""Calls to Slack in a workspace's name: paced, reads tried again, a write sent once and honest about how it ended."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal, Protocol

from bot.net.http import tried_again
from bot.net.pace import Pace
from bot.platforms.slack.line import SYSTEM, Line
from bot.platforms.slack.methods import METHODS
from bot.platforms.slack.tokens import Tokens
from handlers.errors import Busy, Unavailable

READ_TOTAL = 10.0
"""Seconds for a read with all its attempts."""
MOST_PAGES = 50
"""Pages of one list; Slack's lists of what the bot asks for are shorter, and a cursor that runs in circles ends."""


class Calls(Protocol):
    """What other rooms of Slack's need of this one."""

    async def read(self, team: str, method: str, **args: object) -> Mapping[str, Any]:
        """See SlackApi."""
        ...


class SlackApi:
    """Slack's Web API for every workspace that the bot is in."""

    def __init__(self, line: Line, tokens: Tokens, pace: Pace, *, read_total: float = READ_TOTAL) -> None:
        self._line = line
        self._tokens = tokens
        self._pace = pace
        self._read_total = read_total

    async def read(self, team: str, method: str, **args: object) -> Mapping[str, Any]:
        """A call that changes nothing, tried again when that may help. Raises SlackRefused, NotFound, Busy, Unavailable."""

        async def once_more() -> Mapping[str, Any]:
            return await self._call(team, method, channel="", form="query", args=args)

        return await tried_again(SYSTEM, once_more, total=self._read_total)

    async def pages(self, team: str, method: str, **args: object) -> AsyncIterator[Mapping[str, Any]]:
        """Every page of a list. Raises what `read` raises, and Unavailable for a list that does not end."""
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await self.read(team, method, **args, cursor=cursor or None)
            yield page
            about = page.get("response_metadata")
            following = about.get("next_cursor") if isinstance(about, Mapping) else ""
            if not following or not isinstance(following, str):
                return
            cursor = following
        raise Unavailable(f"Slack's list for {method} does not end. Try again in a minute.")

    async def write(self, team: str, method: str, *, channel: str = "", **args: object) -> Mapping[str, Any]:
        """A call that changes something, sent at most once.

        Raises SlackRefused, NotFound, Busy or Unavailable when it certainly had no effect, Unknown when nobody can say.
        """
        return await self._call(team, method, channel=channel, form="form" if METHODS[method].takes_form else "json", args=args)

    async def file(self, team: str, url: str) -> bytes:
        """A file that somebody sent. Raises Invalid, NotFound, NotAllowed, Unavailable."""
        return await self._line.file(url, token=(await self._tokens.bot(team)).token)

    async def upload(self, url: str, data: bytes) -> None:
        """Bring the bytes of a file to the address that Slack named for them. Raises as `Line.upload` says."""
        await self._line.upload(url, data)

    async def respond(self, url: str, body: Mapping[str, object]) -> None:
        """Say something through the response_url of a command or a button. Raises as `Line.respond` says."""
        await self._line.respond(url, body)

    async def _call(
        self, team: str, method: str, *, channel: str, form: Literal["query", "json", "form"], args: Mapping[str, object]
    ) -> Mapping[str, Any]:
        row, key = METHODS[method], f"slack:{team}:{method}"
        token = (await self._tokens.bot(team)).token
        narrowest = key
        await self._pace.enter(key, row.rate)
        if channel and row.in_channel is not None:
            narrowest = f"{key}:{channel}"
            await self._pace.enter(narrowest, row.in_channel)
        given = {"channel": channel, **args} if channel else args
        try:
            return (await self._line.call(method, token=token, form=form, **given)).data
        except Busy as busy:
            await self._pace.hold(narrowest, busy.after)
            raise
