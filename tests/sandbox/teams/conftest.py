"""The stand-in, a caller of its connector, and something in the bot's place."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from sandbox.teams.callers import Bot, Caller

from bot.sandbox.teams import TeamsStandin


@pytest.fixture
async def teams() -> AsyncIterator[TeamsStandin]:
    standin = TeamsStandin()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def bot(teams: TeamsStandin) -> AsyncIterator[Bot]:
    found = Bot(teams)
    app = web.Application()
    app.router.add_post("/api/messages", found.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.courier.messages_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    yield found
    await runner.cleanup()


@pytest.fixture
async def client(teams: TeamsStandin) -> AsyncIterator[Caller]:
    async with aiohttp.ClientSession() as session:
        yield Caller(teams, session, teams.tokens.issue())
