"""The running stand-in: the Bot Connector and its identity provider on loopback, over one tenant."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.models import Clock, Payload, utc_now
from bot.sandbox.process import listen
from bot.sandbox.teams import control
from bot.sandbox.teams.connector import Connector
from bot.sandbox.teams.deliver import Courier
from bot.sandbox.teams.drive import Driver
from bot.sandbox.teams.gate import problems
from bot.sandbox.teams.issuer import METADATA, Issuer
from bot.sandbox.teams.state import APP, TENANT, Tenant
from bot.sandbox.teams.tokens import Tokens
from bot.sandbox.teams.world import Check, World
from bot.sandbox.trouble import OUTSIDE, Trouble

SAID: Mapping[int, object] = {
    status: {"error": {"code": code, "message": message}}
    for status, code, message in (
        (412, "PreconditionFailed", "Precondition failed, please try again."),
        (429, "Throttled", "Too many requests."),
        (500, "ServiceError", "Internal server error."),
        (503, "ServiceUnavailable", "Service unavailable."),
    )
}
"""What the connector says with a status that a fault brings."""
SECRET = frozenset({"client_secret"})


@dataclass(frozen=True, slots=True)
class Called:
    """One request of the bot. `path` is decoded; `status` is 0 when a fault kept it from being carried out, and `fault` says which.

    Secrets in `body` and `headers` are left out. `time` is that of the clock.
    """

    method: str
    path: str
    body: object
    status: int
    headers: Mapping[str, str]
    time: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def as_json(self) -> Payload:
        """For the control route."""
        return asdict(self) | {"time": self.time.isoformat()}


class TeamsStandin:
    """Teams, as far as the bot can tell. `courier.messages_url` is where the bot takes requests; `drive` is the people who use it.

    `check` says what is wrong with an activity: such a call is refused, and kept in `refused`. Unless told otherwise, the gate does.
    """

    def __init__(self, *, clock: Clock = utc_now, check: Check = problems, messages_url: str = "") -> None:
        self.tenant = Tenant(clock)
        self.issuer = Issuer(clock)
        self.tokens = Tokens(clock)
        self.faults = Faults()
        self.calls: list[Called] = []
        self.url = ""
        self._world = World(self.tenant, check)
        self.courier = Courier(self.issuer, messages_url)
        self.drive = Driver(self._world, self.courier)
        self._stopping = asyncio.Event()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.2, handle_signals=False)

    @property
    def service_url(self) -> str:
        """Where the connector is, as activities say it."""
        return f"{self.url}/connector/"

    @property
    def refused(self) -> list[Payload]:
        """What Teams would not have taken: `conversation`, `activity`, `problems`."""
        return self._world.refused

    @property
    def written(self) -> list[Payload]:
        """`calls`, as JSON."""
        return [call.as_json for call in self.calls]

    @property
    def typing(self) -> list[Payload]:
        """Where and when the bot showed that it types."""
        return self._world.typing

    @property
    def token_requests(self) -> int:
        """How often the bot asked for a token."""
        return self.tokens.requests

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 is any free one. Raises SandboxBroken when the port is taken."""
        self.url = self.issuer.url = await listen(self._runner, port, what="the Teams stand-in")
        self.issuer.service_url = self.drive.service_url = self.service_url

    async def stop(self) -> None:
        """Close at once, hanging requests included."""
        self._stopping.set()
        await self.courier.close()
        await self._runner.cleanup()

    def environment(self) -> dict[str, str]:
        """The settings that point the bot at this stand-in."""
        return {
            "TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": self.tokens.password, "TEAMS_TENANT_ID": TENANT,
            "TEAMS_OPENID_URL": f"{self.url}{METADATA}", "TEAMS_TOKEN_URL": f"{self.url}/token",
            "TEAMS_ALLOWED_HOSTS": URL(self.url).authority,
        }  # fmt: skip

    def _app(self) -> web.Application:
        trouble = Trouble(self.faults, self._stopping, self._missed, bodies=SAID)
        app = web.Application(middlewares=[trouble.middleware(), self._noted])
        self.issuer.add_routes(app.router)
        self.tokens.add_routes(app.router)
        Connector(self._world, self.tokens).add_routes(app.router)
        app.router.add_get("/files/{name}", self._file)
        control.add_routes(app.router, self)
        return app

    async def _file(self, request: web.Request) -> web.Response:
        """A file that somebody sent, for whoever has its signed address."""
        name = request.match_info["name"]
        if request.query.get("tempauth") != f"v1.{name}":
            raise web.HTTPForbidden
        if name not in self.tenant.files:
            raise web.HTTPNotFound
        return web.Response(body=self.tenant.files[name], content_type="application/octet-stream")

    @web.middleware
    async def _noted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Write down what a request came to."""
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            await self._note(request, error.status)
            raise
        await self._note(request, answer.status)
        return answer

    async def _missed(self, request: web.Request, fault: Fault) -> None:
        await self._note(request, 0, fault.label)

    async def _note(self, request: web.Request, status: int, fault: str = "") -> None:
        if request.path.startswith(OUTSIDE):
            return
        headers = {name: "***" if name.lower() == "authorization" else value for name, value in request.headers.items()}
        body = _body(request.content_type, await request.read())
        now = self.tenant.clock()
        self.calls.append(Called(request.method, request.path, body, status, headers, now, dict(request.query), fault))


def _body(content_type: str, raw: bytes) -> object:
    """The body, read, without its secrets."""
    text = raw.decode(errors="replace")
    if content_type == "application/x-www-form-urlencoded":
        return {name: "***" if name in SECRET else value for name, value in parse_qsl(text)}
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
