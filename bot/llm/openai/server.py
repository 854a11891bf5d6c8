"""A server of language models as the gate wants it: the Provider port over chat completions and embeddings."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from bot.llm.openai.access import access
from bot.llm.openai.answers import Gathered, completion, embedded, model_names, usage_of
from bot.llm.openai.dialect import FORMS, Body, Dialect
from bot.llm.openai.refusals import SYSTEM, ModelRefused
from bot.llm.provider import Completion, Embedded, Message, Shape
from bot.net.guest import Guest
from bot.net.http import Http
from bot.settings import Settings
from bot.watch import log

if TYPE_CHECKING:
    from bot.llm.openai.client import Client

CHAT, EMBEDDINGS, MODELS = "/chat/completions", "/embeddings", "/models"
logger = log.get("model")


class OpenAI:
    """Provider. `base_url` may carry a query (Azure); without a key none is sent."""

    def __init__(self, http: Http, *, base_url: str = "", key: str = "", model: str = "", embedding_model: str = "") -> None:
        self._access = access(base_url, key)
        self._guest = Guest(http, SYSTEM)
        self._model, self._embedding_model = model, embedding_model
        self._dialect = Dialect("max_completion_tokens" if self._access.is_openai else "max_tokens")
        self._made: Client | None = None
        self._loading = asyncio.Lock()

    @property
    def model(self) -> str:
        """The model that completes."""
        return self._model

    @property
    def embedding_model(self) -> str:
        """The model that embeds."""
        return self._embedding_model

    @property
    def form(self) -> str:
        """How shapes are asked for, as far as has been found out: `json_schema`, `json_object`, or empty where by words alone."""
        return FORMS[self._dialect.form]

    async def complete(
        self, messages: Sequence[Message], *, shape: Shape | None = None, longest: int, within: float
    ) -> Completion:
        """One answer. A server that refuses the way of asking is asked in another one at once, and from then on."""
        end, asked = time.monotonic() + within, [message.text for message in messages]
        client, first = await self._client(), self._dialect
        dialect = first
        while True:
            body = dialect.body(self._model, messages, shape=shape, longest=longest)
            try:
                async with self._guest.call(end - time.monotonic()):
                    found = completion(await client.post(CHAT, body), self._model, asked)
            except ModelRefused as refused:
                if refused.is_filtered:
                    return self._kept_back(asked)
                dialect = other(first, dialect, refused, shaped=shape is not None, streamed=False)
            else:
                self._keep(dialect)
                return found

    async def stream(self, messages: Sequence[Message], *, longest: int, within: float) -> AsyncIterator[str | Completion]:
        """The pieces of an answer, then the whole. A task of its own reads: a deadline cannot reach over a generator's `yield`."""
        heard: asyncio.Queue[str | Completion | None] = asyncio.Queue()
        reading = asyncio.create_task(self._read(messages, heard, longest=longest, within=within), name="stream of the model")
        try:
            while (item := await heard.get()) is not None:
                yield item
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)  # the connection is closed by now

    async def embed(self, texts: Sequence[str], *, within: float) -> Embedded:
        """Unit vectors of the embedding model, in the order of the texts."""
        body: Body = {"model": self._embedding_model, "input": list(texts), "encoding_format": "float"}
        client = await self._client()
        async with self._guest.call(within):
            return embedded(await client.post(EMBEDDINGS, body), self._embedding_model, texts)

    async def models(self, *, within: float) -> frozenset[str]:
        """The models that the server lists. Raises ModelRefused where it lists none (Azure's deployments do not)."""
        client = await self._client()
        async with self._guest.call(within):
            return model_names(await client.get(MODELS))

    async def _read(
        self, messages: Sequence[Message], heard: "asyncio.Queue[str | Completion | None]", *, longest: int, within: float
    ) -> None:
        end, asked, first = time.monotonic() + within, [message.text for message in messages], self._dialect
        dialect, found = first, None
        try:
            while found is None:
                body = dialect.body(self._model, messages, shape=None, longest=longest, stream=True)
                try:
                    found = await self._streamed(body, asked, heard, within=end - time.monotonic())
                except ModelRefused as refused:
                    if refused.is_filtered:
                        found = self._kept_back(asked)
                    else:
                        dialect = other(first, dialect, refused, shaped=False, streamed=True)
                else:
                    self._keep(dialect)
            heard.put_nowait(found)
        finally:
            heard.put_nowait(None)

    async def _streamed(
        self, body: Body, asked: Sequence[str], heard: "asyncio.Queue[str | Completion | None]", *, within: float
    ) -> Completion:
        client, gathered = await self._client(), Gathered(self._model, asked)
        async with self._guest.call(within):
            async with client.events(CHAT, body) as events:
                async for event in events:
                    if piece := gathered.add(event):
                        heard.put_nowait(piece)
            return gathered.whole()

    async def load(self) -> None:
        """Load the SDK, in a thread: it takes more than a second, for which nobody else should have to wait. Once, whoever comes first."""
        await self._client()

    async def _client(self) -> "Client":
        if self._made is None:
            async with self._loading:
                if self._made is None:
                    self._made = (await asyncio.to_thread(loaded))(self._access, self._guest)
        return self._made

    def _keep(self, dialect: Dialect) -> None:
        """Remember a way that was taken."""
        if dialect != self._dialect:
            self._dialect = dialect
            logger.info("the model's server is asked in another way from now on", form=self.form, limit=dialect.limit)

    def _kept_back(self, asked: Sequence[str]) -> Completion:
        """A question that the server's filter did not let through. Nobody says whether it is paid, so it is counted."""
        return Completion("", usage_of(None, self._model, asked, ""), "filtered")


def other(first: Dialect, now: Dialect, refused: ModelRefused, *, shaped: bool, streamed: bool) -> Dialect:
    """The next way of asking for a question that was asked the `first` way. Raises the refusal where there is none, or it was tried."""
    found = now.other(refused, shaped=shaped, streamed=streamed)
    if found is None or found.limit == first.limit != now.limit:
        raise refused
    return found


def configured(settings: Settings, http: Http) -> OpenAI:
    """The server that the settings name, over this way out. Only where they `has_model`."""
    return OpenAI(
        http,
        base_url=settings.openai_base_url,
        key=settings.openai_api_key.get_secret_value(),
        model=settings.language_model,
        embedding_model=settings.openai_embedding_model,
    )


def loaded() -> "type[Client]":
    """The client over the SDK."""
    from bot.llm.openai.client import Client  # noqa: PLC0415 - offline nobody needs it

    return Client
