"""The SDK over our own session. Loaded at the first call, for the packages below take more than a second."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import aiohttp
import httpx2
import openai
from httpx_aiohttp.httpx2 import AiohttpTransport
from typing_extensions import override

from bot.llm.openai.access import Access
from bot.llm.openai.dialect import Body
from bot.llm.openai.refusals import SYSTEM, trouble_of
from bot.net.answer import MAX_ANSWER, Said
from bot.net.guest import Guest
from bot.net.http import CONNECT, proxy_for, secure
from handlers.errors import Trouble, Unknown

AMBIENT = ("Authorization", "OpenAI-Organization", "OpenAI-Project")
"""What the SDK would take from the environment; ours is in the settings, all of it."""


class Client:
    """One server. Everything is asked inside of a `Guest.call`, which has the deadline, and says how a broken line counts.

    Requests and answers pass through the SDK as plain JSON: its classes are made without looking at what a server really sent, so
    what they say of types is worth nothing (`bot.llm.openai.answers` looks).
    """

    def __init__(self, access: Access, guest: Guest) -> None:
        url = proxy_for(access.url)
        sent = AiohttpTransport(verify=secure(), client=guest.session, proxy=httpx2.Proxy(url) if url else None)
        self._headers: dict[str, str | openai.Omit] = {
            **dict.fromkeys(AMBIENT, openai.Omit()),
            "Accept-Encoding": "identity",
            **access.sign_in,
        }
        self._sdk = openai.AsyncOpenAI(
            api_key="in a header of each request",
            admin_api_key="",
            base_url=access.url,
            default_query=access.query,
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=CONNECT),
            http_client=httpx2.AsyncClient(transport=Bounded(sent, guest), trust_env=False),
        )

    async def post(self, path: str, body: Body) -> bytes:
        """The body of an answer of success. Raises what another status means, and what aiohttp meets."""
        with met():
            found = await self._sdk.post(path, cast_to=httpx2.Response, body=body, options={"headers": self._headers})
            return found.content

    async def get(self, path: str) -> bytes:
        """The same without a body."""
        with met():
            found = await self._sdk.get(path, cast_to=httpx2.Response, options={"headers": self._headers})
            return found.content

    @asynccontextmanager
    async def events(self, path: str, body: Body) -> AsyncIterator[AsyncIterator[object]]:
        """The events of a stream during the block, up to its `[DONE]`; the connection is closed with it. Raises as `post` does."""
        with met():
            kind = openai.AsyncStream[object]
            found = await self._sdk.post(
                path, cast_to=object, body=body, options={"headers": self._headers}, stream=True, stream_cls=kind
            )
            async with found:
                yield aiter(found)


class Bounded(httpx2.AsyncBaseTransport):
    """A transport that tells all workers what an answer's headers say of limits, and reads no more than MAX_ANSWER bytes of it."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, guest: Guest) -> None:
        self._inner = inner
        self._guest = guest

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request."""
        response = await self._inner.handle_async_request(request)
        await self._guest.told(response.headers)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = BoundedStream(response.stream)
        return response


class BoundedStream(httpx2.AsyncByteStream):
    """A body that ends with Unknown where it is too long."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MAX_ANSWER
        async for piece in self._inner:
            if (left := left - len(piece)) < 0:
                raise Unknown(f"{SYSTEM} answered with more than {MAX_ANSWER} bytes")
            yield piece

    @override
    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._inner.aclose()


@contextmanager
def met() -> Iterator[None]:
    """The SDK's errors made ours, without their text: a server may quote the key or the question in it."""
    try:
        yield
    except openai.APIStatusError as said:
        answer = said.response
        raise trouble_of(Said(answer.status_code, answer.content, answer.headers)) from None
    except openai.OpenAIError as lost:
        raise cause_of(lost) from None
    except (ValueError, httpx2.HTTPError):
        raise Unknown(f"{SYSTEM} answered with something that is no answer") from None


def cause_of(error: BaseException) -> BaseException:
    """What our own session met; the layers above it name it by guess (a reset line counts as a timeout there)."""
    found: BaseException | None = error
    while found is not None and not isinstance(found, aiohttp.ClientError | OSError | Trouble):
        found = found.__cause__
    return found or Unknown(f"{SYSTEM} broke off before it answered")
