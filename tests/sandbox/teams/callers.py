"""A caller of the connector, and a small server in the bot's place that checks each token and writes down what it is sent."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import jwt
from aiohttp import web
from yarl import URL

from bot.sandbox.teams import TeamsStandin
from bot.sandbox.teams.state import APP

CARD = "application/vnd.microsoft.card.adaptive"
ISSUER = "https://api.botframework.com"


def card(*, version="1.5", **more) -> dict[str, Any]:
    """A draft's card, as small as it gets."""
    return {
        "type": "AdaptiveCard", "version": version, "body": [{"type": "TextBlock", "text": "Priority: Medium to High"}],
        "actions": [
            {"type": "Action.Execute", "title": title, "verb": title.lower(), "data": {"draft": "abcd", "version": 1}}
            for title in ("Approve", "Reject")
        ],
        **more,
    }  # fmt: skip


def said(content=None, **more) -> dict[str, Any]:
    """A message of the bot's, with a card when there is one."""
    cards = {} if content is None else {"attachments": [{"contentType": CARD, "content": content}]}
    return {"type": "message", **cards, **({} if content or "text" in more else {"text": "hello"}), **more}


def shown(content) -> dict[str, Any]:
    """The answer of an invoke that shows a card."""
    return {"statusCode": 200, "type": CARD, "value": content}


@dataclass
class Heard:
    body: dict[str, Any]
    raw: bytes
    token: str


@dataclass
class Bot:
    """Answers what a test says, by the type of what came. A token that is none gets 401, as the keys say at that moment."""

    teams: TeamsStandin
    heard: list[Heard] = field(default_factory=list)
    answers: dict[str, tuple[int, object]] = field(default_factory=dict)

    async def serve(self, request: web.Request) -> web.Response:
        raw = await request.read()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = await verified(self.teams, token)
        except jwt.PyJWTError:
            return web.Response(status=401)
        body = json.loads(raw)
        assert claims["serviceurl"] == body["serviceUrl"]
        self.heard.append(Heard(body, raw, token))
        status, answer = self.answers.get(body["type"], (200, None))
        return web.Response(status=status) if answer is None else web.json_response(answer, status=status)


async def verified(teams: TeamsStandin, token: str) -> dict[str, Any]:
    """The claims of a token, checked the way that the Bot Connector's documentation says."""
    async with aiohttp.ClientSession() as session:
        metadata = await (await session.get(teams.environment()["TEAMS_OPENID_URL"])).json()
        keys = (await (await session.get(metadata["jwks_uri"])).json())["keys"]
    kid = jwt.get_unverified_header(token)["kid"]
    key = next((each for each in keys if each["kid"] == kid and "msteams" in each["endorsements"]), None)
    if key is None:
        raise jwt.InvalidKeyError(kid)
    return jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"], audience=APP, issuer=metadata["issuer"])


@dataclass
class Caller:
    """Calls the connector with a token; answers are status and body."""

    teams: TeamsStandin
    session: aiohttp.ClientSession
    token: str

    async def call(self, method: str, *path: str, body: object = None, token: str | None = None, **query: str) -> tuple[int, Any]:
        address = "/".join(quote(part, safe="") for part in path)
        url = URL(f"{self.teams.service_url}v3/conversations{'/' * bool(path)}{address}", encoded=True).with_query(query)
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def send(self, conversation: str, activity: object, **query: str) -> tuple[int, Any]:
        return await self.call("POST", conversation, "activities", body=activity, **query)

    async def post(self, conversation: str, activity: object, **query: str) -> str:
        status, body = await self.send(conversation, activity, **query)
        assert status == 201, body
        return body["id"]
