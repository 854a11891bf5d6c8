"""Salesforce's stand-in by itself, and a client that has signed in to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.sandbox.salesforce.vendor import Salesforce
from bot.sandbox.server import Standin

DATA = "/services/data/v60.0"


@dataclass
class Reply:
    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str:
        """The first error's code."""
        return self.body[0]["errorCode"]


@dataclass
class Force:
    """The API through the front door."""

    standin: Standin
    session: aiohttp.ClientSession
    token: str = ""

    async def sign_in(self, **other: str) -> Reply:
        form = {"grant_type": "client_credentials", "client_id": self.standin.email, "client_secret": self.standin.token, **other}
        async with self.session.post(f"{self.standin.url}/services/oauth2/token", data=form) as answer:
            return Reply(answer.status, await answer.json(), answer.headers)

    async def __call__(self, method: str, path: str, body: Any = None, *, headers: Any = None, **params: str) -> Reply:
        given = {} if body is None else {"json": body}
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        where = self.standin.url + (path if path.startswith("/services") else DATA + path)
        async with self.session.request(method, where, headers=sent, params=params, **given) as answer:
            return Reply(answer.status, await answer.json() if await answer.text() else None, answer.headers)

    async def find(self, soql: str) -> list[Any]:
        """The records of a query without their heads."""
        reply = await self("GET", "/query", q=soql)
        assert reply.status == 200, reply.body
        return [{name: value for name, value in one.items() if name != "attributes"} for one in reply.body["records"]]

    async def id_of(self, name: str, source: str = "Lead") -> str:
        """The id of a record by its name."""
        (hit,) = await self.find(f"SELECT Id FROM {source} WHERE Name = '{name}'")  # noqa: S608 - SOQL of a test
        return hit["Id"]


@pytest.fixture
async def force(watch: Any) -> AsyncIterator[Force]:
    standin = Standin(Salesforce(watch), folder=None, clock=watch)
    await standin.start()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        client = Force(standin, session)
        client.token = (await client.sign_in()).body["access_token"]
        yield client
    await standin.stop()
