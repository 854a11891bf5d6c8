"""A file from one of a chat platform's own addresses: no redirect, a bounded size, errors of our tree."""

from collections.abc import Mapping

import aiohttp
from yarl import URL

from bot.net.budget import clipped
from bot.net.http import proxy_for
from bot.net.outcome import request_to
from handlers.errors import Invalid, NotAllowed, NotFound, Unavailable

MOST = 20 * 1024 * 1024
"""Bytes; what the reader of files takes at most (knowledge.extraction.contract)."""
TOTAL = 30.0
"""Seconds for the whole file."""
TOO_LARGE = f"This file is larger than {MOST // 2**20} MiB. Send a smaller one, or a part of it."


async def download(session: aiohttp.ClientSession, system: str, url: str, *, headers: Mapping[str, str]) -> tuple[str, bytes]:
    """The media type and the bytes. The caller has judged the address.

    Raises Invalid for a file that is too large, NotFound, NotAllowed, Unavailable.
    """
    timeout = aiohttp.ClientTimeout(total=clipped(system, TOTAL))
    with request_to(system):
        try:
            async with session.get(
                URL(url, encoded=True), headers=dict(headers), allow_redirects=False, proxy=proxy_for(url), timeout=timeout
            ) as answer:
                return answer.content_type, await read(system, answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as lost:
            raise Unavailable(f"{system} did not hand out the file. Try again in a minute.") from lost


async def read(system: str, answer: aiohttp.ClientResponse) -> bytes:
    """The body of an answer that is a file."""
    if answer.status in (404, 410):
        raise NotFound("This file is gone. Send it again.")
    if answer.status in (401, 403):
        raise NotAllowed(f"not allowed: {system} does not let the bot read this file. Send it to the bot directly.")
    if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
        raise Unavailable(f"{system} did not hand out the file (status {answer.status}). Try again in a minute.")
    raw = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        raw += piece
        if len(raw) > MOST:
            raise Invalid(TOO_LARGE)
    return bytes(raw)
