"""What Teams sends: token checked, body read, recorded with the job that follows, then answered. Presses are answered from what we know."""

from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from bot.http.gate import Delivery, Record, Recording, refuse
from bot.platforms.teams.receive import NAME, Letter, letter
from bot.platforms.teams.signature import Signature
from bot.watch import log
from handlers.errors import Invalid, Unavailable

ACTIVITY = "teams"
"""Kind of the job that replays what was recorded."""
HEARD = frozenset({"message", "messageReaction", "conversationUpdate", "installationUpdate"})
"""Activities that the bot does something about; the others are acknowledged."""
Body = Mapping[str, object]
logger = log.get("teams")


class Presses(Protocol):
    """What Teams waits for an answer to."""

    async def __call__(self, letter: Letter, record: Record) -> Body:
        """What Teams shows now. Raises Invalid for what is none of ours, Unavailable when nothing could be recorded."""
        ...


class Intake:
    """The front door. `hosts` and `tenant` are TEAMS_ALLOWED_HOSTS and TEAMS_TENANT_ID."""

    def __init__(self, signature: Signature, record: Record, presses: Presses, *, hosts: str, tenant: str) -> None:
        self._signature = signature
        self._recording = Recording(record)
        self._presses = presses
        self._hosts = hosts
        self._tenant = tenant

    async def __call__(self, request: web.Request) -> web.Response:
        """200 once recorded (also for a copy), 401, 400, 413 or 503; an invoke gets what Teams shows. No body is ever logged."""
        raw = await request.read()
        caller = await self._signature.check(request.headers.get("Authorization", ""))
        if caller is None:
            return refuse(401, "This request does not carry a valid token.")
        try:
            found = letter(raw)
        except Invalid as wrong:
            return refuse(400, str(wrong))
        if not caller.may_say(found, hosts=self._hosts, tenant=self._tenant):
            return refuse(401, "This token is not for this activity.")
        try:
            return await self._take(found)
        except Invalid as wrong:
            return refuse(400, str(wrong))
        except Unavailable as down:
            logger.warning("delivery not recorded", source=NAME, reason=str(down))
            return refuse(503, "This could not be recorded. Send it again.")

    async def _take(self, found: Letter) -> web.Response:
        if found.kind == "invoke":
            return web.json_response(dict(await self._presses(found, self._recording)))
        if found.kind in HEARD:
            await self._recording(delivery(found))
        return web.json_response({})


def delivery(found: Letter) -> Delivery:
    """An activity as the job that replays it."""
    return Delivery(NAME, found.key, ACTIVITY, {"body": dict(found.body)})
