"""A scripted server in Slack's place: it answers what a test says, in order, and writes down what it was asked."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from aiohttp import web

from bot.net.pace import Pace
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.line import Line
from bot.platforms.slack.members import Directory
from bot.platforms.slack.tokens import BotIdentity
from bot.settings import Configuration
from bot.settings.people import People
from handlers.models import EVERYONE

TEAM = "T1"


@dataclass
class Asked:
    """One request, its arguments in one shape whatever way they travelled."""

    method: str
    verb: str
    args: dict
    token: str


Answer = Callable[[Asked], web.StreamResponse | dict]


@dataclass
class Script:
    """`says(method, ...)`: each call is answered by the next of these, the last one stays."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, list] = field(default_factory=dict)

    def says(self, method: str, *answers: object) -> "Script":
        self.answers[method] = list(answers)
        return self

    def of(self, method: str) -> list[Asked]:
        return [each for each in self.asked if each.method == method]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        args = dict(request.query)
        if request.content_type == "application/json":
            args |= await request.json()
        elif request.method == "POST":
            args |= dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = Asked(request.match_info["method"], request.method, args, token)
        self.asked.append(asked)
        waiting = self.answers.get(asked.method)
        if not waiting:
            return web.json_response({"ok": False, "error": "unknown_method"})
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        found = answer(asked) if callable(answer) else answer
        if asyncio.iscoroutine(found):
            found = await found
        if found == "reset":
            request.transport.abort()
            return web.Response()
        if found == "hang":
            await asyncio.sleep(30)
        if isinstance(found, tuple):
            status, body, headers = found
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            return web.Response(status=status, body=raw, headers=headers, content_type="application/json")
        return web.json_response({"ok": True, **found})


@pytest.fixture
async def slack() -> AsyncIterator[Script]:
    script = Script()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", script.serve)
    app.router.add_route("*", "/response/{method}", script.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    script.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield script
    await runner.cleanup()


@pytest.fixture
async def line(slack) -> AsyncIterator[Line]:
    async with Line(slack.url, total=1.0) as opened:
        yield opened


class Fixed:
    """Tokens of one workspace that need no Slack."""

    async def bot(self, team: str) -> BotIdentity:
        return BotIdentity(f"xoxb-{team}", team, "UBOT", "BBOT", frozenset())


@pytest.fixture
def api(line) -> SlackApi:
    return SlackApi(line, Fixed(), Pace(longest=0.2), read_total=3.0)


@pytest.fixture
def unused_port() -> int:
    """A port on loopback at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Workspace:
    """Slack's answers about one workspace, and a `bot.toml` about its people; a test changes it as it goes."""

    FILE: ClassVar = {
        "people": {
            "ada@example.com": {"name": "Ada", "slack": "T1/U1", "jira": "5b", "groups": ["support", "leads"]},
            "bo@example.com": {"groups": ["support"]},
            "cy@example.com": {"slack": "T1/U99", "groups": ["support"]},
        },
        "channels": {"slack:T1/C1": {"audience": [EVERYONE, "support", "leads", "@payments"]}},
    }

    def __init__(self, slack):
        self.users = {
            "U1": self.user("U1", "other@example.com"),
            "U2": self.user("U2", "Bo@Example.com"),
            "UBOT": self.user("UBOT", is_bot=True),
        }
        self.groups = [{"handle": "Payments", "users": ["U1", "U2"]}]
        self.channels = {"C1": {"id": "C1"}, "D1": {"id": "D1", "is_im": True, "user": "U1"}}
        self.members = {"C1": ["U1", "U2", "UBOT"]}
        slack.says("users.info", lambda asked: {"user": self.users[asked.args["user"]]})
        slack.says("users.list", lambda _: {"members": list(self.users.values())})
        slack.says("usergroups.list", lambda _: {"usergroups": self.groups})
        slack.says("conversations.info", lambda asked: {"channel": self.channels[asked.args["channel"]]})
        slack.says("conversations.members", self.page)

    @staticmethod
    def user(name, email="", **flags):
        return {"id": name, "team_id": "T1", "profile": {"real_name": f"Name of {name}", "email": email}, **flags}

    def page(self, asked):
        """Two at a time, as Slack pages."""
        start = int(asked.args.get("cursor", 0))
        found = self.members[asked.args["channel"]]
        size = 2 if len(found) < 100 else 1000
        more = str(start + size) if start + size < len(found) else ""
        return {"members": found[start : start + size], "response_metadata": {"next_cursor": more}}


@pytest.fixture
def world(slack):
    return Workspace(slack)


@pytest.fixture
async def directory(api, world):
    made = []

    def make(file=None, *, is_ours=lambda _: True, **more):
        file = Configuration.model_validate(world.FILE if file is None else file)
        made.append(Directory(api, People(file), file, is_ours=is_ours, **more))
        return made[-1]

    yield make
    for each in made:
        await each.close()
