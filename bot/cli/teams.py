"""What the doctor says of Teams: whether the bot can sign in, and whether it can check who writes to it."""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.cli.clock import ahead
from bot.net.http import CONNECT, READ_TOTAL, bounded, proxy_for, secure, sending, whole
from bot.net.outcome import request_to
from bot.platforms.teams.manifest import GUID
from bot.settings import Settings
from bot.settings.addresses import address_problem, is_local
from bot.settings.environment import reveal
from bot.settings.review import Finding
from handlers.errors import Trouble, Unknown

PART, KEYS = "teams", "teams keys"
SCOPE = "https://api.botframework.com/.default"
"""What the bot's token is for (Bot Connector authentication, step 1)."""
CHANNEL = "msteams"
"""What a key has to be endorsed for."""
REASONS = {
    "AADSTS7000215": "TEAMS_APP_PASSWORD is not a secret of this application. Take the secret's value, not its id.",
    "AADSTS7000222": "TEAMS_APP_PASSWORD has expired. Make a new secret and set it.",
    "AADSTS700016": "TEAMS_TENANT_ID has no application TEAMS_APP_ID. Take both from the same page of the registration.",
    "AADSTS90002": "TEAMS_TENANT_ID is no tenant.",
}
"""Microsoft's code for a refusal -> what to do (Entra error codes)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, whatever its status."""

    status: int
    data: Mapping[str, Any]
    headers: Mapping[str, str]


async def teams(settings: Settings) -> tuple[Sequence[Finding], float | None]:
    """What there is to say, and how many seconds Microsoft's clock is ahead of ours where it told."""
    if not settings.teams_app_id:
        return [Finding("ok", PART, "not connected")], None
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=secure()),
        timeout=aiohttp.ClientTimeout(total=READ_TOTAL, sock_connect=CONNECT),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        (door, skew), keys = await asyncio.gather(sign_in(settings, session), signing_keys(settings, session))
    return [*shape(settings), door, keys], skew


def shape(settings: Settings) -> Iterator[Finding]:
    """What can be said of the settings without asking Microsoft."""
    for name, what in (("teams_app_id", "application (client) id"), ("teams_tenant_id", "directory (tenant) id")):
        if not GUID.fullmatch(getattr(settings, name)):
            yield Finding("warn", name.upper(), f"is no GUID, so it may be something else than the {what} of the registration.")
    parts = urlsplit(settings.public_url)
    stand_in = is_local(urlsplit(settings.teams_openid_url).hostname or "", private=False)
    if parts.scheme != "https" and not (stand_in and is_local(parts.hostname or "", private=False)):
        hint = "Teams sends to an https address only. Set it to the one of the messaging endpoint."
        yield Finding("warn", "PUBLIC_URL", f"is {settings.public_url or 'empty'}: {hint}")


async def sign_in(settings: Settings, session: aiohttp.ClientSession) -> tuple[Finding, float | None]:
    """Whether the bot is given a token of its own, and the clock of who gives it."""
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.teams_app_id,
        "client_secret": reveal(settings.teams_app_password),
        "scope": SCOPE,
    }
    before = time.time()
    try:
        heard = await ask(session, settings.teams_tokens, form)
    except Trouble as trouble:
        return Finding("fail", PART, str(trouble)), None
    skew = ahead(heard.headers, before)
    if heard.status == 200 and isinstance(heard.data.get("access_token"), str):  # noqa: PLR2004 - HTTP's own number
        return Finding("ok", PART, f"the bot can sign in as {settings.teams_app_id}"), skew
    return Finding("fail", PART, refusal(heard)), skew


def refusal(heard: Heard) -> str:
    """Why no token was given. Of Microsoft's words only its code is told."""
    code = re.match(r"AADSTS[0-9]{1,9}", str(heard.data.get("error_description", "")))
    if code is not None and code[0] in REASONS:
        return f"Microsoft does not let the bot in ({code[0]}): {REASONS[code[0]]}"
    what = code[0] if code is not None else f"status {heard.status}"
    return (
        f"Microsoft does not let the bot in ({what}). Look at TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID, TEAMS_TOKEN_URL."
    )


async def signing_keys(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    """Whether there are keys by which what Teams sends can be checked."""
    hint = "Without them everything that Teams sends is turned away. Look at TEAMS_OPENID_URL."
    try:
        metadata = await ask(session, settings.teams_openid_url)
        uri = metadata.data.get("jwks_uri")
        if not isinstance(uri, str) or not uri or address_problem("jwks_uri", uri, private=False):
            return Finding("fail", KEYS, f"TEAMS_OPENID_URL names no jwks_uri that can be used. {hint}")
        found = (await ask(session, uri)).data.get("keys")
    except Trouble as trouble:
        return Finding("fail", KEYS, f"{str(trouble).rstrip('.')}. {hint}")
    keys = [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []
    usable = [key for key in keys if isinstance(named := key.get("endorsements"), list) and CHANNEL in named]
    if not usable:
        return Finding("fail", KEYS, f"none of {len(keys)} may sign for Teams. {hint}")
    return Finding("ok", KEYS, f"{len(usable)} of {len(keys)} may sign for Teams")


async def ask(session: aiohttp.ClientSession, url: str, form: Mapping[str, str] | None = None) -> Heard:
    """One question, with a form where something is handed in. Raises Unavailable or Unknown; a refusal is an answer."""
    system = "Microsoft"
    with request_to(PART), sending(system):
        async with session.request(
            "POST" if form else "GET",
            url,
            data=form,
            headers={"Accept": "application/json"},
            allow_redirects=False,
            proxy=proxy_for(url),
        ) as answer:
            raw = await bounded(system, answer)
            status, headers = answer.status, answer.headers
    try:
        data = whole(json.loads(raw))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Unknown(f"{system} answered {urlsplit(url).hostname} with status {status} and no JSON.")
    return Heard(status, data, headers)
