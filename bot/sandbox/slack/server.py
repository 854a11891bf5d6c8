"""The running stand-in: Slack's own addresses on loopback, over one workspace."""

import asyncio
import secrets

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.models import Clock, Payload, utc_now
from bot.sandbox.process import listen
from bot.sandbox.slack import control, files, uploads
from bot.sandbox.slack.access import Access
from bot.sandbox.slack.api import METHODS, Api, Called
from bot.sandbox.slack.asked import Check, World
from bot.sandbox.slack.deliver import Courier
from bot.sandbox.slack.drive import Driver
from bot.sandbox.slack.gate import problems, view_problems
from bot.sandbox.slack.oauth import OAuth
from bot.sandbox.slack.socket import Hub
from bot.sandbox.slack.state import Workspace
from bot.sandbox.trouble import OUTSIDE, Trouble

UNTROUBLED = (*OUTSIDE, "/link/")
"""The socket has troubles of its own."""
THROTTLED = {429: {"ok": False, "error": "ratelimited"}}


class SlackStandin:
    """Slack, as far as the bot can tell. `events_url` is where the bot takes requests; `drive` is the people who use it.

    `check_message` and `check_view` say what is wrong with a message or a view: such a call is refused, and kept in `refused`.
    Unless told otherwise, the gate does.
    """

    def __init__(
        self,
        *,
        clock: Clock = utc_now,
        check_message: Check = problems,
        check_view: Check = view_problems,
        events_url: str = "",
        over_socket: bool = False,
    ) -> None:
        self.workspace = Workspace(clock)
        self.access = Access()
        self.oauth = OAuth()
        self.faults = Faults()
        self.socket = Hub()
        self.signing_secret = secrets.token_hex(16)
        self.bot_token = self.access.issue("bot").value
        self.app_token = self.access.issue("app").value
        self.url = ""
        self._world = World(self.workspace, self.access, check_message, check_view)
        methods = {**METHODS, "apps.connections.open": self.socket.open, "oauth.v2.access": self.oauth.access}
        self._api = Api(self._world, self.oauth, methods)
        self.courier = Courier(self.signing_secret, self.socket, clock, events_url=events_url, over_socket=over_socket)
        self.drive = Driver(self._world, self.courier)
        self._stopping = asyncio.Event()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.2, handle_signals=False)

    @property
    def api_url(self) -> str:
        """SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def calls(self) -> list[Called]:
        """Every call so far, oldest first."""
        return self._api.calls

    @property
    def refused(self) -> list[Payload]:
        """The payloads that a check refused: `method`, `payload`, `problems`."""
        return self._world.refused

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 is any free one. Raises SandboxBroken when the port is taken."""
        self.url = self._world.url = await listen(self._runner, port, what="the Slack stand-in")

    async def stop(self) -> None:
        """Close at once, hanging requests and sockets included."""
        self._stopping.set()
        await self.socket.close()
        await self.courier.close()
        await self._runner.cleanup()

    def environment(self, *, socket: bool = False, oauth: bool = False) -> dict[str, str]:
        """The settings that point the bot at this stand-in: with its token, its socket, or as an app that is installed first."""
        found = {"SLACK_API_URL": self.api_url, "SLACK_SIGNING_SECRET": self.signing_secret}
        if oauth:
            found |= {"SLACK_CLIENT_ID": self.oauth.client_id, "SLACK_CLIENT_SECRET": self.oauth.client_secret}
        else:
            found |= {"SLACK_BOT_TOKEN": self.bot_token}
        return found | ({"SLACK_APP_TOKEN": self.app_token} if socket else {})

    def _app(self) -> web.Application:
        trouble = Trouble(self.faults, self._stopping, self._api.missed, UNTROUBLED, THROTTLED)
        app = web.Application(middlewares=[trouble.middleware()])
        app.router.add_route("*", "/api/{method}", self._api.serve)
        app.router.add_post("/response/{team}/{name}", self._api.respond)
        app.router.add_get("/oauth/v2/authorize", self._api.authorize)
        app.router.add_get("/link/", self.socket.serve)
        files.add_routes(app.router, self._world)
        uploads.add_routes(app.router, self._world)
        control.add_routes(app.router, self)
        return app
