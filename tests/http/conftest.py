"""The application on a real port, in front of a real database."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.http.gate import Delivery, Gate
from bot.http.routes import application
from bot.store.ledger.inbound import Inbound
from bot.store.talk.posts import Posts
from bot.watch.health import Health
from handlers.errors import Invalid

KEY = "let me in"


class Deliveries:
    """What reached which part of the gate."""

    def __init__(self, inbound: Inbound) -> None:
        self.inbound = inbound
        self.parsed: list[bytes] = []

    def verify(self, headers, raw):
        return headers.get("X-Key", "").encode("latin-1").decode("ascii") == KEY and b"forged" not in raw

    def parse(self, raw):
        self.parsed.append(raw)
        try:
            found = json.loads(raw)
            return Delivery("test", found["id"], "call", {"text": found["text"]})
        except (ValueError, KeyError, TypeError):
            raise Invalid("The body has no id and text.") from None

    async def taken(self, delivery):
        """What a test put in the place of `record` counts."""
        return await self.record(delivery)

    async def record(self, delivery):
        return await self.inbound.record(delivery.source, delivery.event_id, delivery.kind, delivery.payload)


@pytest.fixture
def deliveries(stores):
    return Deliveries(Inbound(stores.database, stores.jobs, Posts(stores.database)))


@pytest.fixture
def probes():
    async def well():
        return ""

    return {"database": well, "worker": well}


@pytest.fixture
async def url(deliveries, probes) -> AsyncIterator[str]:
    gate = Gate(deliveries.verify, deliveries.parse, deliveries.taken, deadline=0.3)

    async def moved(_request):
        raise web.HTTPFound("/healthz")

    app = application(Health(probes), [web.post("/in", gate.__call__), web.get("/moved", moved)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def ask(url):
    """(status, JSON or text, headers) of a request."""
    async with aiohttp.ClientSession() as session:

        async def asked(path, *, method="GET", **more):
            async with session.request(method, url + path, allow_redirects=False, **more) as answer:
                is_json = answer.content_type == "application/json"
                return answer.status, await (answer.json() if is_json else answer.text()), answer.headers

        yield asked


@pytest.fixture
def deliver(ask):
    """POST to the gate, with the right key unless another one is given."""

    async def sent(body, *, key=KEY):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await ask("/in", method="POST", data=raw, headers={"X-Key": key} if key is not None else {})

    return sent
