"""The door for what systems tell, with a state of record that is away or slow."""

import asyncio

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.http.hooks import Door
from bot.http.routes import application
from bot.watch.health import Health
from handlers.errors import Unavailable


class Signed:
    """A system whose every request is signed."""

    def verify(self, headers, raw):  # noqa: ARG002 - the port's signature
        return headers.get("X-Key") == "ours"

    def told(self, headers, raw):  # noqa: ARG002 - the port's signature
        return {"connector": "acme", "body": raw.decode("latin-1")}


async def away(_delivery):
    raise Unavailable("the database is away")


async def slow(_delivery):
    await asyncio.Event().wait()


@pytest.mark.parametrize("record", [away, slow])
async def test_what_could_not_be_recorded_is_to_be_sent_again(record):
    server = TestServer(application(Health({}), Door({"acme": Signed()}, record).routes("/hooks/{connector}")), host="127.0.0.1")
    await server.start_server()
    async with aiohttp.ClientSession() as session:
        answers = []
        for key in ("ours", "another's"):
            async with session.post(server.make_url("/hooks/acme"), data=b"{}", headers={"X-Key": key}) as answer:
                answers.append((answer.status, await answer.json()))
    await server.close()

    assert answers[0] == (503, {"error": "This could not be recorded. Send it again."})
    assert answers[1][0] == 401
