"""A connector at its stand-in, over real HTTP: what is asked is counted, answers can lose a field, and a record can move at the worst moment."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from contract.specimen import Specimen, Written, specimen
from vendor_contract import SPECS, contract

from bot.connectors.about import About, abouts
from bot.connectors.registry import Connector, WritesBySystem, door
from bot.net.http import Http
from bot.sandbox.company import ROOM
from bot.sandbox.faults import Fault
from bot.sandbox.ledger import UI
from bot.sandbox.sandbox import VENDORS
from bot.sandbox.server import Standin
from bot.settings import Settings, read_configuration
from bot.store.drafts.drafts import DraftStore
from handlers.approvals import carry_out
from handlers.models import Call, Decision, Draft, Person, Place, Policy, Verb

READ_TOTAL, WRITE_TOTAL = 5.0, 1.0
"""Seconds."""
HURRIED = 1.0
"""Seconds of a read that is not answered at all."""
CLOSED = "http://127.0.0.1:9"
"""Where nobody listens."""
ADA, BO = Person("playground:ada", "Ada", "ada@example.com"), Person("playground:bo", "Bo", "bo@example.com")
HERE = Place("playground", "general")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Watch:
    """The stand-in's clock: it stands still, or goes on by a step whenever somebody looks."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    step: timedelta = timedelta()

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


@dataclass
class Wire:
    """Stands before the stand-in: counts, and meddles where a test wants it."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    lost: str = ""
    spoilt: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, str, Callable[[], Awaitable[object]]] | None = None
    echo: tuple[str, str, Callable[[str], object]] | None = None

    def middleware(self) -> Any:
        @web.middleware
        async def pass_on(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.asked.append((request.method, request.path))
            if self.before and request.method == self.before[0] and re.search(self.before[1], request.path):
                meddle, self.before = self.before[2], None
                await meddle()
            if self.echo and request.method == self.echo[0] and re.search(self.echo[1], request.path):
                return web.json_response(self.echo[2]("; ".join(texts(await request.json()))), status=400)
            answer = await handler(request)
            if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
                return answer
            self.answers[request.path] = answer.body.decode()
            if not self.lost and not self.spoilt:
                return answer
            try:
                data = json.loads(answer.body)
            except ValueError:
                return answer
            return web.json_response(changed(data, self.lost, self.spoilt), status=answer.status)

        return pass_on

    def count(self, method: str, path: str) -> int:
        """How many such requests came."""
        return sum(bool((not method or m == method) and re.search(path, p)) for m, p in self.asked)


KEPT = frozenset({"type", "id", "accountId", "accountType", "self", "key"})
"""Names under which a value is no text of anybody's."""


def changed(data: Any, lost: str, spoilt: Mapping[str, str], under: str = "") -> Any:
    """The data without the fields of one name, and with more words before every text in the fields of some names."""
    if isinstance(data, list):
        return [changed(item, lost, spoilt, under) for item in data]
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key != lost}
        return {
            key: value if key in KEPT else changed(value, lost, spoilt, key if key in spoilt else under)
            for key, value in kept.items()
        }
    return f"{spoilt[under]} {data}" if under and isinstance(data, str) else data


def texts(data: Any) -> list[str]:
    """Every text that stands in the data."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [text for item in data for text in texts(item)]
    return [data] if isinstance(data, str) else []


@dataclass
class Bench:
    """One connector, ready to be tried."""

    name: str
    about: About
    specimen: Specimen
    standin: Standin
    wire: Wire
    watch: Watch
    drafts: DraftStore | None
    stack: AsyncExitStack

    async def connector(self, *, read_total: float = READ_TOTAL, closed: bool = False) -> Connector:
        """A fresh connector, which has waited for nothing yet and has no breaker of its own; or one that looks where nobody listens."""
        given = {name.lower(): value for name, value in self.standin.settings.items()}
        if closed:
            given |= {name: CLOSED for name, value in given.items() if value == self.standin.url}
        http = await self.stack.enter_async_context(Http(read_total=read_total, write_total=WRITE_TOTAL))
        return door(self.name)(http, Settings.model_validate(given), read_configuration(ROOM / "bot.toml"))

    def arm(self, kind: str, method: str | None, path: str, **more: Any) -> None:
        """Let a fault strike from now on."""
        self.standin.faults.add(Fault(kind, method=method, path=path, **more))  # type: ignore[arg-type]

    async def meddle(self, written: Written) -> None:
        """Somebody else changes the record, some seconds later."""
        self.watch.now += timedelta(seconds=2)
        await self.standin.edit(written.own, dict(written.meddled))

    async def drawn(self, written: Written, connector: Connector) -> Draft:
        """A draft of what is written, against the record as it is."""
        record = await connector.read(written.record)
        changes = [replace(one, before=record.fields.get(one.field)) for one in written.changes]
        self.watch.now += timedelta(seconds=2)
        return Draft.of(written.workflow, record, changes, call=Call("c", written.workflow, record.id, ADA, HERE))

    async def approved(self, written: Written) -> Draft:
        """The same, kept and countersigned."""
        assert self.drafts is not None
        drawn = await self.drawn(written, await self.connector())
        call = Call(drawn.id, written.workflow, drawn.record.id, ADA, HERE)
        kept = await self.drafts.keep(drawn, call=call, policy=Policy())
        return await self.drafts.approve(Decision(kept.id, kept.version, Verb.APPROVE, BO, HERE))

    async def carried(self, draft: Draft, connector: Connector) -> Draft:
        """One attempt to carry a draft out."""
        assert self.drafts is not None
        return await carry_out(draft.id, draft.version, drafts=self.drafts, writes=WritesBySystem({self.name: connector}))

    def effects(self, written: Written) -> int:
        """How often the record was changed over the vendor's interface, or another one made beside it."""
        made = sum(one.effect and one.before is None and one.method != UI for one in self.standin.ledger.entries)
        return max(len(self.standin.writes(written.own)), made)


@asynccontextmanager
async def bench(name: str, drafts: DraftStore | None = None) -> AsyncIterator[Bench]:
    """The stand-in of one connector, started; every request in it keeps to the vendor's own document, where that lies at hand."""
    wire, watch, broken = Wire(), Watch(), list[str]()
    checks = [contract(name, broken)] if (SPECS / f"{name}.json").is_file() else []
    async with AsyncExitStack() as stack:
        standin = Standin(VENDORS[name](watch), folder=None, clock=watch, middlewares=[wire.middleware(), *checks])
        stack.push_async_callback(standin.stop)
        await standin.start()
        kept = specimen(name)
        yield Bench(name, abouts()[name], kept, standin, wire, watch, drafts, stack)
    assert [line for line in broken if line.startswith("request") and not any(part in line for part in kept.outside)] == []
