"""The stand-in, Slack's own client on it, and a small server in the bot's place that writes down what it is sent."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import SlackStandin

BUTTONS = [
    {"type": "section", "block_id": "draft.a1", "text": {"type": "plain_text", "text": "Priority: Medium to High"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}, "value": "abcd.1"},
            {"type": "button", "action_id": "reject", "text": {"type": "plain_text", "text": "Reject"}, "value": "abcd.1"},
        ],
    },
]
FORM = {
    "type": "modal",
    "callback_id": "edit",
    "private_metadata": "abcd.1 C2 1.000001",
    "title": {"type": "plain_text", "text": "Edit"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "field.priority.0",
            "label": {"type": "plain_text", "text": "priority"},
            "element": {
                "type": "static_select",
                "action_id": "value",
                "options": [{"text": {"type": "plain_text", "text": name}, "value": value} for name, value in (("High", "2"), ("Low", "4"))],
            },
        },
        {
            "type": "input",
            "block_id": "field.summary.0",
            "optional": True,
            "label": {"type": "plain_text", "text": "summary"},
            "element": {"type": "plain_text_input", "action_id": "value", "max_length": 20, "initial_value": "as it was"},
        },
    ],
}  # fmt: skip


@dataclass
class Heard:
    body: dict[str, Any]
    raw: bytes
    headers: dict[str, str]
    is_valid: bool


@dataclass
class Bot:
    """Answers what a test says, by the type of what came."""

    secret: str
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: dict[str, tuple[int, object]] = field(default_factory=dict)

    async def serve(self, request: web.Request) -> web.Response:
        raw = await request.read()
        text = raw.decode()
        form = dict(parse_qsl(text, keep_blank_values=True)) if not text.startswith("{") else {}
        body = json.loads(form["payload"]) if "payload" in form else form or json.loads(text)
        is_valid = SignatureVerifier(self.secret).is_valid_request(raw, dict(request.headers))
        self.heard.append(Heard(body, raw, dict(request.headers), is_valid))
        if not is_valid:
            return web.Response(status=401)
        status, answer = self.answers.get(body.get("type", "command"), (200, None))
        return web.Response(status=status) if answer is None else web.json_response(answer, status=status)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandin]:
    standin = SlackStandin()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def bot(slack: SlackStandin) -> AsyncIterator[Bot]:
    found = Bot(slack.signing_secret)
    app = web.Application()
    app.router.add_post("/slack/events", found.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    slack.courier.events_url = found.url
    yield found
    await runner.cleanup()


@pytest.fixture
def client(slack: SlackStandin) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def blocks() -> list[dict[str, Any]]:
    return json.loads(json.dumps(BUTTONS))


@pytest.fixture
def form() -> dict[str, Any]:
    return json.loads(json.dumps(FORM))
