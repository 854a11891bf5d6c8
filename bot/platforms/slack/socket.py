"""Socket Mode: the same envelopes over a connection that we open, for networks that Slack cannot reach."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.intake import Intake
from bot.platforms.slack.receive import envelope
from bot.watch import log
from handlers.errors import Invalid, Unavailable

PAUSE = 5.0
"""Seconds between two attempts to connect at first; once connected, Slack's client reconnects by itself."""
logger = log.get("slack")


@asynccontextmanager
async def listening(app_token: str, api_url: str, intake: Intake) -> AsyncIterator[None]:
    """Take in what comes over the socket during the block. An envelope that was not recorded is not acknowledged: Slack sends it again."""
    quiet = logging.getLogger("slack_sdk.socket_mode")
    quiet.setLevel(logging.CRITICAL)  # it logs what people say
    web = AsyncWebClient(token=app_token, base_url=api_url.rstrip("/") + "/", logger=quiet)
    client = SocketModeClient(app_token=app_token, web_client=web, logger=quiet, trace_enabled=False)

    async def heard(there: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer: dict[str, object] | None = None
        try:
            found = await intake.take(envelope(json.dumps(request.payload).encode()))
            answer = dict(found.body) if found.body is not None else None
        except Unavailable as down:
            logger.warning("delivery not recorded", source="slack socket", reason=str(down))
            return
        except Invalid as wrong:
            logger.warning("envelope not understood", source="slack socket", reason=str(wrong))
        await there.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=answer))

    client.socket_mode_request_listeners.append(heard)
    connecting = asyncio.create_task(connect(client), name="slack socket")
    try:
        yield
    finally:
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        await client.close()  # type: ignore[no-untyped-call]  # the library left it untyped


async def connect(client: SocketModeClient) -> None:
    """Connect for the first time, however long Slack is away."""
    said = ""
    while True:
        try:
            await client.connect()  # type: ignore[no-untyped-call]  # as above
        except Exception as down:  # noqa: BLE001 - whatever the library meets, the rest of the bot works on; it is said once
            reason = type(down).__name__
            if reason != said:
                logger.warning("Slack's socket cannot be opened; tried again until it can", reason=reason)
            said = reason
            await asyncio.sleep(PAUSE)
        else:
            logger.info("Slack's socket is open")
            return
