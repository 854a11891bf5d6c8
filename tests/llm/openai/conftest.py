"""A provider over real HTTP, and the stand-in that it asks."""

import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from language import running

from bot.llm.openai.server import OpenAI
from bot.llm.provider import Completion, Message, Shape
from bot.net.http import Http
from bot.sandbox.faults import Fault
from bot.sandbox.openai import ModelStandin
from bot.sandbox.openai.server import EMBEDDING_MODEL, MODEL
from bot.watch.metrics import REGISTRY
from handlers.errors import Trouble

SHAPE = Shape(
    "kind",
    {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": ["bug", "task"]}, "reasons": {"type": "array", "items": {"type": "string"}}},
        "required": ["kind", "reasons"],
        "additionalProperties": False,
    },
)  # fmt: skip
QUESTION = (Message("system", "Be short."), Message("user", "How do refunds work?"))


@dataclass
class Asking:
    """The provider, and short ways of asking."""

    provider: OpenAI
    standin: ModelStandin

    async def ask(self, *, shape: Shape | None = None, longest: int = 200, within: float = 20.0) -> Completion:
        return await self.provider.complete(QUESTION, shape=shape, longest=longest, within=within)

    async def stream(self, *, within: float = 20.0) -> list[str | Completion]:
        return [piece async for piece in self.provider.stream(QUESTION, longest=200, within=within)]

    @property
    def bodies(self):
        return [request.body for request in self.standin.asked]


@pytest.fixture
async def standin() -> AsyncIterator[ModelStandin]:
    async with running() as found:
        yield found


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http() as opened:
        yield opened


@pytest.fixture
def connect(standin: ModelStandin) -> Callable[..., Asking]:
    """A provider over this way out."""

    def made(http: Http, **other: str) -> Asking:
        given = {"base_url": standin.base_url, "key": standin.key, "model": MODEL, "embedding_model": EMBEDDING_MODEL} | other
        return Asking(OpenAI(http, **given), standin)

    return made


@pytest.fixture
def model(connect: Callable[..., Asking], http: Http) -> Asking:
    return connect(http)


@pytest.fixture
def shape() -> Shape:
    return SHAPE


@pytest.fixture
def refuses(standin: ModelStandin) -> Callable[..., None]:
    """The next requests are refused with this."""

    def armed(status: int, body: object, *, count: int = 1) -> None:
        standin.faults.add(Fault("status", status=status, body=body, count=count))

    return armed


FAILED = ("unavailable", "unknown")


def counted(*words: str) -> float:
    labels = ({"dependency": "model", "outcome": word} for word in words)
    return sum(REGISTRY.get_sample_value("bot_dependency_requests_total", each) or 0.0 for each in labels)


@pytest.fixture
def count() -> Callable[..., float]:
    """How many requests to the model have ended in these words."""
    return counted


@pytest.fixture
def tried() -> Callable[..., Awaitable[tuple[Trouble | None, float, bool]]]:
    """What a question raises, after how many seconds, and whether it counts as one failure of the server."""

    async def found(ask: Callable[[], Awaitable[object]]) -> tuple[Trouble | None, float, bool]:
        before, started, told = counted(*FAILED), time.monotonic(), None
        try:
            await ask()
        except Trouble as trouble:
            told = trouble
        failures = counted(*FAILED) - before
        assert failures in (0, 1)
        return told, time.monotonic() - started, failures == 1

    return found


@pytest.fixture
def unused_port() -> int:
    """A port on loopback at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
