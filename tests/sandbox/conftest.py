"""A sandbox in memory, a clock that the test sets, and clients that speak plain HTTP to it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from clocks import Watch

from bot.sandbox import Sandbox


@dataclass
class Reply:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Api:
    """One vendor's API through the front door; every call on a connection of its own, so that nothing is repeated below us."""

    base: str
    session: aiohttp.ClientSession

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        given = {} if body is None else {"json": body}
        async with self.session.request(method, self.base + path, **given, **options) as answer:
            text = await answer.text()
            return Reply(answer.status, await answer.json() if text else None, dict(answer.headers))


@contextlib.asynccontextmanager
async def _speak(base: str, user: str, token: str) -> AsyncIterator[Api]:
    """With Basic sign-in, or with a bearer token where there is no user."""
    headers = {"Authorization": aiohttp.encode_basic_auth(user, token) if user else f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield Api(base, session)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def speak() -> Callable[[str, str, str], AbstractAsyncContextManager[Api]]:
    """`async with speak(base, user, token) as api:` for sandboxes that a test starts by itself."""
    return _speak


@pytest.fixture
async def sandbox(watch: Watch) -> AsyncIterator[Sandbox]:
    async with Sandbox.start(None, clock=watch) as running:
        yield running


@pytest.fixture
async def jira(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with _speak(sandbox.jira.url, sandbox.jira.email, sandbox.jira.token) as api:
        yield api


@pytest.fixture
async def zendesk(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with _speak(sandbox.zendesk.url, f"{sandbox.zendesk.email}/token", sandbox.zendesk.token) as api:
        yield api


@pytest.fixture
async def hubspot(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with _speak(sandbox.hubspot.url, "", sandbox.hubspot.token) as api:
        yield api
