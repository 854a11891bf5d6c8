"""One stand-in on loopback: aiohttp in front, a vendor room behind, the ledger and the faults in between."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.sandbox import control, page
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.ledger import UI, Ledger, Write
from bot.sandbox.models import Answer, Call, Change, Clock, Payload, Refusal, Route, SandboxBroken, Vendor

READS = frozenset({"GET", "HEAD"})
READING_POSTS = ("/search/jql", "/search/approximate-count", "/search", "/batch/read", "/oauth2/token", "/oauth/v3/token")
FORM = "application/x-www-form-urlencoded"
HOST = "127.0.0.1"


class Standin:
    """A running stand-in of one vendor. `url`, `email` and `token` are what a connector needs to know."""

    def __init__(self, vendor: Vendor, *, folder: Path | None, clock: Clock, middlewares: Sequence[Middleware] = ()) -> None:
        self.vendor = vendor
        self.faults = Faults()
        self.ledger = Ledger(folder / vendor.name / "ledger.jsonl" if folder else None)
        for write in self.ledger.entries:
            if write.record is not None and write.after is not None and write.effect:
                vendor.records[write.record] = write.after
        self.url = ""
        self._port_file = folder / vendor.name / "port" if folder else None
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._runner = web.AppRunner(self._app(middlewares), access_log=None, shutdown_timeout=0.2, handle_signals=False)

    @property
    def email(self) -> str:
        """Who the connector signs in as; empty where a token alone says it."""
        return self.vendor.email

    @property
    def settings(self) -> Mapping[str, str]:
        """What points the bot at this stand-in."""
        return self.vendor.settings(self.url)

    @property
    def token(self) -> str:
        """The API token that goes with `email`."""
        return self.vendor.token

    async def start(self, port: int = 0) -> None:
        """Listen on loopback. Port 0: the one of the last time if it is free, so that old links go on working, else any.

        SandboxBroken when a port that was asked for is taken.
        """
        await self._runner.setup()
        try:
            await self._listen(port or await asyncio.to_thread(self._last_port))
        except OSError as error:
            if port:
                raise SandboxBroken(f"Port {port} for the {self.vendor.name} stand-in is taken: choose another one.") from error
            await self._listen(0)
        chosen = self._runner.addresses[0][1]
        self.url = f"http://{HOST}:{chosen}"
        if self._port_file is not None:
            await asyncio.to_thread(self._port_file.write_text, str(chosen))

    async def _listen(self, port: int) -> None:
        await web.TCPSite(self._runner, HOST, port).start()

    def _last_port(self) -> int:
        """The port in the folder's note; 0 when there is none that makes sense."""
        if self._port_file is None or not self._port_file.exists():
            return 0
        note = self._port_file.read_text(errors="replace").strip()
        return int(note) if note.isascii() and note.isdecimal() and 1024 <= int(note) <= 65535 else 0  # noqa: PLR2004 - free ports

    async def stop(self) -> None:
        """Close at once, hanging requests and kept-alive connections included."""
        self._stopping.set()
        await self._runner.cleanup()
        self.ledger.close()

    def record(self, record: str | int) -> Payload:
        """The record as it stands now, by key or id; KeyError when there is none."""
        found: Payload = json.loads(json.dumps(self.vendor.records[str(record)]))
        return found

    def writes(self, record: str | int) -> list[Write]:
        """The API writes that changed this record, oldest first."""
        return self.ledger.writes(str(record))

    async def edit(self, record: str | int, fields: Payload) -> Payload:
        """Somebody else changes the record in the vendor's own pages. Names of fields are those of `record()`; KeyError, ValueError."""
        async with self._one_at_a_time:
            after = self.vendor.edited(str(record), fields)
            asked = _Asked(UI, "", str(record), fields)
            await self._note(asked, Answer(200, changes=(Change(str(record), after),)), None)
        return self.record(record)

    def _app(self, middlewares: Sequence[Middleware]) -> web.Application:
        app = web.Application(middlewares=middlewares)
        for route in self.vendor.routes():
            app.router.add_route(route.method, route.path, self._serve(route))
        control.add_routes(app.router, self)
        page.add_routes(app.router, self, self.vendor.page)
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        return app

    def _serve(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            fault = self.faults.strike(request.method, request.path)
            if fault is not None and not fault.late and (cut := await self._cut_off(request, raw, fault)) is not None:
                return cut
            answer = await self._carry_out(request, raw, route, fault)
            if fault is not None and fault.kind == "duplicate":
                await self._carry_out(request, raw, route, fault)
            if fault is not None and fault.late:
                return await self._spoil(request, answer, fault)
            return _response(answer)

        return serve

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        return _response(self.vendor.trouble(404, f"There is nothing at {request.path}."))

    async def _carry_out(self, request: web.Request, raw: bytes, route: Route, fault: Fault | None) -> Answer:
        """Ask the vendor room, put the outcome into the ledger, then let it count."""
        async with self._one_at_a_time:
            body: object = None
            if not route.public and not self.vendor.authenticated(request.headers.get("Authorization", "")):
                answer = self.vendor.trouble(401, "Send the e-mail address and the API token of a known account.")
            else:
                try:
                    body = _parsed(request, raw)
                    answer = route.handle(_call(request, body))
                except (json.JSONDecodeError, UnicodeDecodeError):
                    answer = self.vendor.trouble(400, "The body is no JSON.")
                except Refusal as refusal:
                    answer = refusal.answer
            if not _reads(request):
                await self._note(_asked(request, body), answer, fault)
            return answer

    async def _note(self, asked: "_Asked", answer: Answer, fault: Fault | None) -> None:
        status = _seen(answer.status, fault)
        label = fault.label if fault else None
        for change in answer.changes or (None,):
            before = self.vendor.records.get(change.record) if change else None
            write = Write(
                self.ledger.next_seq,
                self._clock().isoformat(timespec="milliseconds"),
                asked.method,
                asked.path,
                asked.body,
                status,
                change.record if change else asked.record,
                change is not None,
                before,
                change.after if change else None,
                label,
            )
            await asyncio.to_thread(self.ledger.append, write)
            if change:
                self.vendor.records[change.record] = change.after

    async def _cut_off(self, request: web.Request, raw: bytes, fault: Fault) -> web.StreamResponse | None:
        """A fault before the write. None: it only made the caller wait, go on."""
        if fault.kind == "duplicate":
            return None
        if fault.kind == "delay":
            await self._wait(fault.seconds)
            return None
        if not _reads(request):
            async with self._one_at_a_time:
                answer = Answer(fault.status if fault.kind == "status" else 0)
                await self._note(_asked(request, _maybe_json(raw)), answer, fault)
        return await self._spoil(request, Answer(fault.status), fault)

    async def _spoil(self, request: web.Request, answer: Answer, fault: Fault) -> web.StreamResponse:
        match fault.kind:
            case "status":
                headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
                return _response(Answer(fault.status, fault.body, headers))
            case "delay":
                await self._wait(fault.seconds)
                return _response(answer)
            case "malformed":
                return web.Response(status=answer.status, text='{"half": [1, 2', content_type="application/json")
            case "half_body":
                await _half(request, answer)
            case "hang":
                await self._wait(None)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _wait(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _call(request: web.Request, body: object) -> Call:
    return Call(
        request.method,
        request.path,
        str(request.url.origin()),
        MappingProxyType(dict(request.match_info)),
        MappingProxyType(dict(request.query)),
        request.headers,
        body,
    )


def _reads(request: web.Request) -> bool:
    return request.method in READS or request.path.endswith(READING_POSTS)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the ledger keeps of a request; `record` is what the path names, if it names one."""

    method: str
    path: str
    record: str | None
    body: object


def _asked(request: web.Request, body: object) -> _Asked:
    record = request.match_info.get("issue") or request.match_info.get("id")
    return _Asked(request.method, request.path_qs, record, body)


def _seen(status: int, fault: Fault | None) -> int:
    """The status that really reached the caller."""
    if fault is None or not fault.after:
        return status
    return {"status": fault.status, "hang": 0, "reset": 0}.get(fault.kind, status)


def _parsed(request: web.Request, raw: bytes) -> object:
    """The body as JSON, or as a form where it says that it is one; ValueError for anything else."""
    if request.content_type == FORM:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return json.loads(raw) if raw else None


def _maybe_json(raw: bytes) -> object:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")


def _response(answer: Answer) -> web.Response:
    if answer.body is None:
        return web.Response(status=answer.status, headers=answer.headers)
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)


async def _half(request: web.Request, answer: Answer) -> None:
    """Promise the whole body, send half of it."""
    text = json.dumps(answer.body or {"ok": True}).encode()
    stream = web.StreamResponse(
        status=answer.status, headers={"Content-Type": "application/json", "Content-Length": str(len(text))}
    )
    await stream.prepare(request)
    await stream.write(text[: len(text) // 2])
