"""The line to Slack: its own client on one session of ours, with deadlines, a bounded answer and no retries of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from typing_extensions import override

from bot.net.download import download
from bot.net.http import CONNECT, PER_HOST, WRITE_TOTAL, bounded, once, proxy_for, secure, sending, whole
from bot.net.outcome import request_to
from bot.platforms.slack.refusals import SlackRefused, busy, trouble_of
from bot.settings.addresses import is_local
from handlers.errors import Invalid, NotAllowed, NotFound, Unknown

SYSTEM = "Slack"
KEEP_ALIVE = 10.0
"""Seconds for which an idle connection is used again: well before Slack's end closes it, so that no write meets a dead one."""
FILES_HOST = "files.slack.com"
"""Where files are that people sent."""
RESPONSE_HOST = "hooks.slack.com"
"""Where the response_url of a command or a button points (docs.slack.dev/interactivity/handling-user-interaction)."""
NO_SCOPE = (
    "not allowed: the bot may not read files in this workspace. An administrator installs it again, with the right files:read."
)
Form = Literal["query", "json", "form"]
"""How arguments travel: reads in the query, writes as JSON, the OAuth exchange as a form (it takes nothing else)."""
VERBS: Mapping[Form, tuple[str, str]] = {"query": ("GET", "params"), "json": ("POST", "json"), "form": ("POST", "data")}
"""HTTP's verb, and the argument of Slack's client."""


@dataclass(frozen=True, slots=True)
class Said:
    """What Slack answered to a call that went well."""

    data: Mapping[str, Any]
    headers: Mapping[str, str]


class Wire(AsyncWebClient):
    """Slack's client, with the request itself replaced: no redirects, no retries, an answer of bounded size, errors of our tree."""

    @override
    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        method = api_url.removeprefix(self.base_url)
        if self.session is None:
            raise RuntimeError("a Wire needs a session")
        with request_to(SYSTEM), sending(SYSTEM):
            async with self.session.request(http_verb, api_url, **req_args, allow_redirects=False) as answer:
                raw = await bounded(SYSTEM, answer)
                data = understood(method, answer.status, raw, answer.headers)
                return {"data": data, "headers": answer.headers, "status_code": answer.status}


class Line:
    """One session for everything that goes to Slack. `api_url` is SLACK_API_URL."""

    def __init__(self, api_url: str, *, total: float = WRITE_TOTAL) -> None:
        self.api_url = api_url.rstrip("/") + "/"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=secure(), limit_per_host=PER_HOST, keepalive_timeout=KEEP_ALIVE),
            timeout=aiohttp.ClientTimeout(total=total, sock_connect=CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(once,),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None) -> None:
        await self._session.close()

    def client(self, token: str = "") -> AsyncWebClient:
        """Slack's own client on this line, for Bolt and Socket Mode. Its calls are neither paced nor retried."""
        client = Wire(token or None, base_url=self.api_url, session=self._session, retry_handlers=[], proxy="none")
        client.proxy = proxy_for(self.api_url)  # its constructor would take the environment's, for this machine too
        return client

    async def call(self, method: str, *, token: str, form: Form, **args: object) -> Said:
        """One request. Raises SlackRefused, Busy or Unavailable when it certainly had no effect, Unknown when nobody can say."""
        given = {name: value for name, value in args.items() if value is not None}
        client = self.client(token)
        verb, carried = VERBS[form]
        answer = await client.api_call(method, http_verb=verb, **{carried: given})
        if not isinstance(answer.data, dict):
            raise Unknown(f"{SYSTEM} answered {method} with something that is no JSON")
        return Said(answer.data, answer.headers)

    async def file(self, url: str, *, token: str) -> bytes:
        """A file that somebody sent. The token goes to Slack's own host and nowhere else.

        Raises Invalid, NotFound, NotAllowed, Unavailable.
        """
        if not is_response_url(url, self.api_url, own=FILES_HOST):
            raise Invalid("This file does not lie in Slack. Send the file itself.")
        kind, data = await download(self._session, SYSTEM, url, headers={"Authorization": f"Bearer {token}"})
        if kind == "text/html" and not urlsplit(url).path.lower().endswith((".html", ".htm")):
            raise NotAllowed(NO_SCOPE)  # Slack shows its page of signing in
        return data

    async def upload(self, url: str, data: bytes) -> None:
        """Bring the bytes of a file. No token goes along, and the address has to be Slack's own.

        Raises Invalid for another address and where Slack does not take them, and Unavailable or Unknown like `call`.
        """
        if not is_response_url(url, self.api_url, own=FILES_HOST):
            raise Invalid("This is no address of Slack's to bring a file to.")
        with request_to(SYSTEM), sending(SYSTEM):
            async with self._session.post(url, data=data, allow_redirects=False, proxy=proxy_for(url)) as answer:
                raw = await bounded(SYSTEM, answer)
                if answer.status != 200:  # noqa: PLR2004 - HTTP's own number; the body is words, or JSON
                    understood("a file", answer.status, raw, answer.headers)

    async def respond(self, url: str, body: Mapping[str, object]) -> None:
        """Say something through the response_url of a command or a button (5 uses, 30 minutes). No token goes along.

        Raises Invalid for an address that is not Slack's, NotFound when it is used up, and what `call` raises.
        """
        if not is_response_url(url, self.api_url):
            raise Invalid("This is no address of Slack's to answer to.")
        with request_to(SYSTEM), sending(SYSTEM):
            async with self._session.post(url, json=body, allow_redirects=False, proxy=proxy_for(url)) as answer:
                raw = await bounded(SYSTEM, answer)
                if answer.status in (403, 404, 410):
                    raise NotFound("Slack takes no more answers to this. Give the command again.")
                if answer.status != 200:  # noqa: PLR2004 - HTTP's own number; the body is the word "ok", or JSON
                    understood("response_url", answer.status, raw, answer.headers)


def understood(method: str, status: int, raw: bytes, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """The answer's JSON where it says ok; else raises what it means."""
    if status == 429:  # noqa: PLR2004 - HTTP's own number
        raise busy(headers)
    if status >= 500 or 300 <= status < 400:  # noqa: PLR2004 - as above
        raise Unknown(f"{SYSTEM} answered {method} with status {status}")
    try:
        data = whole(json.loads(raw))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        if status >= 400:  # noqa: PLR2004 - as above
            raise SlackRefused(f"{SYSTEM} refused {method} (status {status}).", method=method, code=f"http_{status}")
        raise Unknown(f"{SYSTEM} answered {method} with something that is no JSON")
    if data.get("ok") is not True or status != 200:  # noqa: PLR2004 - as above
        raise trouble_of(method, data, headers)
    return data


def is_response_url(url: str, api_url: str, *, own: str = RESPONSE_HOST) -> bool:
    """Whether an address is Slack's `own` for answers, or that of the stand-in that is configured in Slack's place."""
    try:
        parts, stand_in = urlsplit(url), urlsplit(api_url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if parts.scheme == "https" and parts.hostname == own and port in (None, 443):
        return True
    same = (parts.scheme, parts.hostname, port) == (stand_in.scheme, stand_in.hostname, stand_in.port)
    return same and is_local(stand_in.hostname or "", private=False)
