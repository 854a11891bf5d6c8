"""The running stand-in: three addresses of OpenAI's interface on loopback, and a ledger of everything that was sent to them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.faults import Fault, Faults
from bot.sandbox.models import Payload, Refusal
from bot.sandbox.openai import shapes
from bot.sandbox.openai.speech import Asked, Mood, Said, Say, spoken
from bot.sandbox.process import listen
from bot.sandbox.trouble import OUTSIDE, Trouble

KEY = "sk-sandbox-3f9a1c77d2e84b60"
MODEL, EMBEDDING_MODEL = "harbour-large", "harbour-embedding"
DIMENSIONS = 64
Lacks = Literal["json_schema", "json_object", "max_tokens", "max_completion_tokens", "stream_options"]
"""What a server may not know; old and small ones lack several."""
FAULT = web.RequestKey("fault", Fault)
"""The fault that hit a request before it was carried out."""
TOO_LONG = 100_000
"""Tokens that the model reads at most."""
NO_MONEY: Payload = shapes.problem(429, "You exceeded your current quota.", code="insufficient_quota").answer.body  # type: ignore[assignment]
BODIES: Mapping[int, object] = {
    429: {"error": {"message": "Rate limit reached.", "type": "requests", "param": None, "code": "rate_limit_exceeded"}},
    500: {"error": {"message": "The server had an error.", "type": "server_error", "param": None, "code": None}},
    503: {"error": {"message": "Overloaded.", "type": "server_error", "param": None, "code": None}},
}
"""What the server says with a status that a fault brings."""


@dataclass(frozen=True, slots=True)
class Received:
    """One request: everything that left for the model. `status` is 0 where nothing was answered; headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: object
    status: int
    fault: str = ""

    @property
    def text(self) -> str:
        """All of it as text, to look for what must not be there."""
        return f"{self.path} {dict(self.query)} {json.dumps(self.body, ensure_ascii=False)}"


@dataclass(slots=True)
class Stream:
    """How streams go: the characters of a piece, the seconds before each, and after how many pieces the line breaks or falls silent."""

    size: int = 12
    pause: float = 0.0
    breaks_after: int | None = None
    hangs_after: int | None = None
    lies: bool = False


@dataclass(slots=True)
class Ways:
    """What a test may turn: the mood, a script in its place, what the server lacks, whether it counts, and headers it adds."""

    mood: Mood = "plain"
    say: Say | None = None
    lacks: set[Lacks] = field(default_factory=set)
    counts: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    stream: Stream = field(default_factory=Stream)


class ModelStandin:
    """A server of language models, as far as the bot can tell. `received` is every request; `ways` is how it answers."""

    def __init__(self, *, key: str = KEY, middlewares: Sequence[Middleware] = ()) -> None:
        self.key = key
        self.faults = Faults()
        self.ways = Ways()
        self.received: list[Received] = []
        self.sent: list[Payload] = []
        self.open_streams = 0
        self.url = ""
        self._stopping = asyncio.Event()
        trouble = Trouble(self.faults, self._stopping, self._missed, bodies=BODIES)
        app = web.Application(middlewares=[self._noted, trouble.middleware(), *middlewares], client_max_size=32 * 1024**2)
        for prefix in ("/v1", "/openai/deployments/{deployment}"):
            app.router.add_post(f"{prefix}/chat/completions", self._serve(self._chat))
            app.router.add_post(f"{prefix}/embeddings", self._serve(self._embeddings))
        app.router.add_get("/v1/models", self._serve(self._models))
        app.router.add_get(f"{OUTSIDE[0]}received", self._shown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handle_signals=False)

    @property
    def base_url(self) -> str:
        """OPENAI_BASE_URL."""
        return f"{self.url}/v1"

    @property
    def asked(self) -> list[Received]:
        """The requests that were meant for a model, wherever they ended."""
        return [each for each in self.received if each.method == "POST"]

    def environment(self) -> dict[str, str]:
        """The settings that point the bot at this stand-in."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.key, "OPENAI_MODEL": MODEL}

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; port 0 is any free one. Raises SandboxBroken when the port is taken."""
        self.url = await listen(self._runner, port, what="the stand-in of a model")

    async def stop(self) -> None:
        """Close at once, hanging requests included."""
        self._stopping.set()
        await self._runner.cleanup()

    def _serve(
        self, handle: Callable[[web.Request, object], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            try:
                self._let_in(request)
                return await handle(request, await body_of(request))
            except Refusal as no:
                return web.json_response(no.answer.body, status=no.answer.status, headers=self.ways.headers)

        return serve

    def _let_in(self, request: web.Request) -> None:
        """By a bearer, or by Azure's own header. A server without a key lets everybody in."""
        given = request.headers.get("api-key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.key and given != self.key:
            raise shapes.problem(401, f"Incorrect API key provided: {given}.", code="invalid_api_key")

    async def _chat(self, request: web.Request, body: object) -> web.StreamResponse:
        self._know(body)
        asked = shapes.asked_of(body)
        self._know_model(request, asked.model, MODEL)
        if shapes.tokens(asked.text) > TOO_LONG:
            raise shapes.problem(400, "This model's maximum context length is exceeded.", code="context_length_exceeded")
        said = shapes.cut(self._said(asked), asked.longest)
        if asked.stream:
            return await self._streamed(request, shapes.chunks(len(self.received), asked, said, self.ways.stream.size))
        answer = shapes.completion(len(self.received), asked, said)
        if not self.ways.counts:
            del answer["usage"]
        return self._json(answer)

    def _said(self, asked: Asked) -> Said:
        if self.ways.say is None:
            return spoken(asked, self.ways.mood)
        said = self.ways.say(asked)
        return Said(said) if isinstance(said, str) else said

    def _know(self, body: object) -> None:
        """Refuse a parameter that this server lacks, as those do."""
        given = dict(body) if isinstance(body, dict) else {}
        form = given.get("response_format")
        kind = form.get("type") if isinstance(form, dict) else None
        if kind in self.ways.lacks:
            words = f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model."
            raise shapes.problem(400, words, param="response_format")
        for name in sorted(self.ways.lacks & given.keys()):
            raise shapes.problem(400, f"Unrecognized request argument supplied: {name}", code="unsupported_parameter", param=name)

    def _know_model(self, request: web.Request, model: str, known: str) -> None:
        if "deployment" not in request.match_info and model != known:
            raise shapes.problem(404, f"The model '{model}' does not exist.", code="model_not_found")

    async def _streamed(self, request: web.Request, events: Sequence[Payload]) -> web.StreamResponse:
        ways = self.ways.stream
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", **self.ways.headers})
        await answer.prepare(request)
        self.open_streams += 1
        try:
            for number, event in enumerate(events):
                await self._wait(ways.pause)
                if number == ways.hangs_after:
                    await self._wait(None)
                if number == ways.breaks_after and request.transport is not None:
                    request.transport.abort()
                    return answer
                self.sent.append(event)
                text = '{"half": [1, 2' if ways.lies else json.dumps(event)
                await answer.write(f"data: {text}\n\n".encode())
            await answer.write(b"data: [DONE]\n\n")
        finally:
            self.open_streams -= 1
        return answer

    async def _embeddings(self, request: web.Request, body: object) -> web.StreamResponse:
        texts = shapes.texts_of(body)
        model = str(body.get("model", "")) if isinstance(body, dict) else ""
        self._know_model(request, model, EMBEDDING_MODEL)
        return self._json(shapes.embeddings(model, texts, DIMENSIONS))

    async def _models(self, _request: web.Request, _body: object) -> web.StreamResponse:
        return self._json(shapes.models((MODEL, EMBEDDING_MODEL)))

    async def _shown(self, _request: web.Request) -> web.StreamResponse:
        seen = [{"method": each.method, "path": each.path, "body": each.body, "status": each.status} for each in self.received]
        return web.json_response(seen)

    def _json(self, answer: Payload) -> web.Response:
        return web.json_response(answer, headers=self.ways.headers)

    @web.middleware
    async def _noted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Write down what has arrived, whatever comes of it, and then how it was answered."""
        if request.path.startswith(OUTSIDE):
            return await handler(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        place, body = len(self.received), await body_of(request)
        self.received.append(Received(request.method, request.path, dict(request.query), headers, body, 0))
        answer = await handler(request)
        fault = request.get(FAULT)
        status = answer.status if fault is None else fault.status if fault.kind == "status" else 0
        self.received[place] = replace(self.received[place], status=status, fault=fault.label if fault else "")
        return answer

    async def _missed(self, request: web.Request, fault: Fault) -> None:
        request[FAULT] = fault

    async def _wait(self, seconds: float | None) -> None:
        if seconds == 0:
            return
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


async def body_of(request: web.Request) -> object:
    """The body as JSON; as text where it is none."""
    raw = await request.read()
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")
