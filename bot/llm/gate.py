"""The one way to a language model: mask, cache, allowance, provider, schema, addresses, unmask, meter. It fails closed everywhere.

Every caller gets a checked answer or NoModel, in words; nothing half-made comes out. A call has what is left of its job's time
(`bot.net.budget`): 8 seconds where a person waits, the repair included, else 60.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.llm.allowance import Allowance
from bot.llm.cache import Cache
from bot.llm.masking.vault import TOKEN
from bot.llm.meter import Cost, Meter, Reading
from bot.llm.paying import SYSTEM, Till
from bot.llm.prompts import prompt as prompt_named
from bot.llm.provider import Completion, Embedded, Message, Provider
from bot.llm.request import Request, Secrecy
from bot.llm.schema import Form, Misfit, form
from bot.llm.sentences import Sentences
from bot.net.budget import JOB, LEAST, clipped
from handlers.errors import NoModel, Refused, Unavailable
from handlers.material import Material

T = TypeVar("T")
ROUNDS = 2
"""A first answer and one repair."""
LONG = 20_000
"""Characters from which masking takes long enough to be done beside the event loop."""
LATE = f"there was no time left to ask {SYSTEM}."
UNFIT = f"{SYSTEM} gave no answer that can be used."
REPAIR = "That does not fit what was asked for: {wrong}. Answer again, with nothing but JSON of the form that was asked for."


class Gate:
    """The Model port. Also streams, and embeds, under the same rules."""

    def __init__(self, provider: Provider, *, secrecy: Secrecy, cache: Cache, allowance: Allowance, cost: Cost) -> None:
        self._provider = provider
        self._secrecy = secrecy
        self._cache = cache
        self._allowance = allowance
        self._meter = Meter(cost)
        self._till = Till(allowance, self._meter)

    async def load(self) -> None:
        """Make ready whatever the first question would wait for; nobody is asked anything."""
        await self._provider.load()

    async def close(self) -> None:
        """Write down what is still to be settled, and let go of Redis."""
        await self._allowance.close()
        await self._cache.close()

    async def __call__(
        self,
        prompt: str,
        kind: type[T],
        *,
        material: Sequence[Material],
        people: Sequence[str] = (),
        audience: AbstractSet[str],
    ) -> T:
        """See `handlers.ports.Model`. An answer for the same audience from the same material is paid for once."""
        told, asked = prompt_named(prompt), form(kind)
        with self._meter.reading("chat", told.id, self._provider.model) as call:
            request = await self._request(prompt, material, people, call)
            version = (told.id, self._provider.model, repr(asked.shape), self._secrecy.mark)
            key = self._cache.key(*version, material=material, people=people, audience=audience)
            if kept := await self._cache.get(key):
                call.outcome = "cached"
                return read(request.taken_up(kept), request, asked)
            text, answer = await self._answer(request, asked, call)
            await self._cache.put(key, request.lasting(text))
            call.outcome = "answered"
            return answer

    async def stream(self, prompt: str, *, material: Sequence[Material], people: Sequence[str] = ()) -> AsyncGenerator[str, None]:
        """The answer in plain words, a whole checked sentence at a time as they come. Not cached, not repaired.

        Raises NoModel, also after the first sentences: then what was said so far is no answer. Close it to stop early.
        """
        with self._meter.reading("chat", prompt_named(prompt).id, self._provider.model) as call:
            request, held = await self._request(prompt, material, people, call), Sentences()
            longest, within, whole = request.prompt.longest, left(ending()), ""
            async with (
                self._till.round(call, texts(request.messages), longest) as pay,
                closing(self._provider.stream(request.messages, longest=longest, within=within)) as pieces,
            ):
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        pay(piece.usage)
                        whole = "" if piece.end == "length" else finished(piece, call)
                        continue
                    for sentence in held.add(piece):
                        yield request.shown(sentence)
            if not whole:
                raise NoModel(f"{SYSTEM} broke off.")
            if rest := held.rest():
                yield request.shown(rest)
            call.outcome = "answered"

    async def embed(self, given: Sequence[str]) -> Embedded:
        """Vectors of a provider's embedding model. What is private is named by its kind only, so the same text has the same vector."""
        with self._meter.reading("embeddings", "embed", self._provider.embedding_model) as call:
            masked = await beside(sum(map(len, given)), lambda: [self._faceless(text) for text in given])
            within = left(ending())
            async with self._till.round(call, masked, 0) as pay:
                found = await self._provider.embed(masked, within=within)
                pay(found.usage)
            call.outcome = "answered"
            return found

    async def _request(self, prompt: str, material: Sequence[Material], people: Sequence[str], call: Reading) -> Request:
        told, size = prompt_named(prompt), sum(len(one.text) for one in material)
        request = await beside(size, lambda: Request(self._secrecy, told, material, people))
        call.masked = request.masked
        return request

    async def _answer(self, request: Request, asked: Form[T], call: Reading) -> tuple[str, T]:
        """An answer that fits, as the model wrote it and as it may be shown. Raises NoModel."""
        messages, end = request.messages, ending()
        for _ in range(ROUNDS):
            said = await self._round(messages, request, asked, end, call)
            try:
                return said, asked.read(said, each=request.shown)
            except Misfit as misfit:
                repair = Message("user", REPAIR.format(wrong=misfit))
                messages = (*request.messages, Message("assistant", said), repair)
        call.outcome = "misfit"
        raise NoModel(UNFIT)

    async def _round(self, messages: Sequence[Message], request: Request, asked: Form[T], end: float, call: Reading) -> str:
        within, longest = left(end), request.prompt.longest
        async with self._till.round(call, texts(messages), longest) as pay:
            completion = await self._provider.complete(messages, shape=asked.shape, longest=longest, within=within)
            pay(completion.usage)
            return finished(completion, call)

    def _faceless(self, text: str) -> str:
        try:
            return TOKEN.sub(lambda token: f"[{token[0][1:].rsplit('_', 2)[0]}]", self._secrecy.vault().mask(text))
        except Refused:
            raise NoModel("a text could not be masked, so it was not embedded.") from None


def read(said: str, request: Request, asked: Form[T]) -> T:
    """An answer that fitted before. Raises NoModel should it not fit any more."""
    try:
        return asked.read(said, each=request.shown)
    except Misfit:
        raise NoModel(UNFIT) from None


@asynccontextmanager
async def closing(stream: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """The stream, and its request ended whatever happens: nobody pays for words that nobody reads."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


def finished(completion: Completion, call: Reading) -> str:
    """The whole of an answer. Raises NoModel for one that was kept back, or that the model refused to give."""
    if completion.end in ("filtered", "refused"):
        call.outcome = completion.end
        raise NoModel(f"{SYSTEM} refused to answer.")
    return completion.text


def texts(messages: Sequence[Message]) -> list[str]:
    """What is paid for."""
    return [message.text for message in messages]


def ending() -> float:
    """When a call has to be over, by the clock that never goes back. Raises NoModel when that is about now."""
    try:
        return time.monotonic() + clipped(SYSTEM, JOB)
    except Unavailable:
        raise NoModel(LATE) from None


def left(end: float) -> float:
    """The seconds until then. Raises NoModel when they are too few to ask anybody."""
    if (seconds := end - time.monotonic()) < LEAST:
        raise NoModel(LATE)
    return seconds


async def beside(size: int, work: Callable[[], T]) -> T:
    """Do something at once, or in a thread where it is long."""
    return await asyncio.to_thread(work) if size > LONG else work()
