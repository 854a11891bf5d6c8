"""Faults, installation, socket and the program of its own."""

import asyncio
import contextlib
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.faults import Fault
from bot.sandbox.models import SandboxBroken
from bot.sandbox.slack import SlackStandin

ROOT = Path(__file__).resolve().parents[3]


async def post(slack, *, within: float = 5.0) -> tuple[int, dict[str, str], str]:
    """One write on a connection of its own, so that nothing below repeats it."""
    limit = aiohttp.ClientTimeout(total=within)
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True), timeout=limit) as session,
        session.post(f"{slack.api_url}chat.postMessage", json={"channel": "C1", "text": "x"}, headers=headers) as answer,
    ):
        return answer.status, dict(answer.headers), await answer.text()


def texts(slack) -> list[str]:
    return [each["text"] for each in slack.workspace.channels["C1"].messages]


async def test_a_429_says_when_to_come_back_and_nothing_was_posted(slack):
    slack.faults.add(Fault("status", path="/api/chat.postMessage", status=429, retry_after=7))

    status, headers, body = await post(slack)

    assert (status, headers["Retry-After"], body) == (429, "7", '{"ok": false, "error": "ratelimited"}')
    assert texts(slack) == []
    assert [(call.answered, call.fault) for call in slack.calls] == [("", "status, before the write")]


@pytest.mark.parametrize(
    ("fault", "posted"),
    [
        (Fault("reset", path="/api/chat.postMessage"), 0),
        (Fault("reset", path="/api/chat.postMessage", after=True), 1),
        (Fault("hang", path="/api/chat.postMessage"), 0),
        (Fault("hang", path="/api/chat.postMessage", after=True), 1),
        (Fault("half_body", path="/api/chat.postMessage"), 1),
    ],
)
async def test_a_lost_answer_may_or_may_not_have_had_its_effect(slack, fault, posted):
    slack.faults.add(fault)

    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await post(slack, within=0.5)

    assert len(texts(slack)) == posted
    assert (await post(slack))[0] == 200


async def test_a_late_answer_and_a_repeated_request(slack):
    slack.faults.add(Fault("delay", seconds=0.05), Fault("duplicate", nth=1), Fault("status", status=500, after=True))

    statuses = [(await post(slack))[0] for _ in range(3)]

    assert (statuses, len(texts(slack))) == ([200, 200, 500], 4)


async def install(slack, **query: str) -> dict[str, list[str]]:
    given = {"client_id": slack.oauth.client_id, "scope": "chat:write,users:read", "state": "s&1", **query}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{slack.url}/oauth/v2/authorize", params=given, allow_redirects=False) as answer,
    ):
        assert answer.status == 302
        return parse_qs(urlsplit(answer.headers["Location"]).query)


async def test_an_installation_gives_a_token_that_is_renewed_once(slack):
    back = "http://127.0.0.1:1/slack/oauth_redirect"
    query = await install(slack, redirect_uri=back)
    app = {"client_id": slack.oauth.client_id, "client_secret": slack.oauth.client_secret}
    given = {**app, "code": query["code"][0], "redirect_uri": back}

    granted = await exchange(slack, given)
    refresh = {**app, "grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    renewed = await exchange(slack, refresh)

    assert query["state"] == ["s&1"]
    assert (granted["scope"], granted["team"]["id"], granted["expires_in"]) == ("chat:write,users:read", "T1", 43_200)
    assert (await AsyncWebClient(renewed["access_token"], base_url=slack.api_url).auth_test())["ok"]
    again = [given, refresh, given | {"client_secret": "x"}, given | {"code": "x"}, given | {"client_id": "x"}]
    assert [(await exchange(slack, args))["error"] for args in again] == [
        "code_already_used", "invalid_refresh_token", "bad_client_secret", "invalid_code", "invalid_client_id",
    ]  # fmt: skip
    assert all("xoxe" not in str(call.args) for call in slack.calls)


async def test_the_app_may_name_itself_in_http_basic(slack):
    code = (await install(slack, redirect_uri="http://127.0.0.1:1/"))["code"][0]
    headers = {"Authorization": aiohttp.encode_basic_auth(slack.oauth.client_id, slack.oauth.client_secret)}

    granted = await exchange(slack, {"code": code, "redirect_uri": "http://127.0.0.1:1/"}, headers=headers)

    assert granted["ok"]


async def exchange(slack, args: dict[str, str], **options: dict[str, str]) -> dict:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{slack.api_url}oauth.v2.access", data=args, **options) as answer,
    ):
        return await answer.json()


async def test_a_person_may_say_no_to_an_installation(slack):
    slack.oauth.denies = True

    assert await install(slack, redirect_uri="http://127.0.0.1:1/") == {"error": ["access_denied"], "state": ["s&1"]}


@contextlib.asynccontextmanager
async def listening(slack, listen):
    """Slack's own socket client, closed whatever happens."""
    web = AsyncWebClient(slack.app_token, base_url=slack.api_url)
    client = SocketModeClient(slack.app_token, web_client=web)
    client.socket_mode_request_listeners.append(listen)
    await client.connect()
    try:
        yield client
    finally:
        await client.close()


async def test_the_socket_sends_again_what_was_not_acknowledged(slack, wait_until):
    slack.courier.over_socket, slack.socket.ack_within = True, 0.3
    heard: list = []

    async def listen(there, request) -> None:
        heard.append(request)
        if len(heard) > 1:
            payload = {"text": "hi"} if request.type == "slash_commands" else None
            await there.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    async with listening(slack, listen):
        await wait_until(lambda: slack.socket.connections)
        told = await slack.drive.say("U1", "C2", "hello")
        answered = await slack.drive.command("U1", "C2", "/ask", "why?")

    assert (told, answered) == ([(200, "")], [(200, {"text": "hi"})])
    assert [(request.type, request.retry_attempt) for request in heard[:2]] == [("events_api", 0), ("events_api", 1)]
    assert len({request.envelope_id for request in heard}) == 2
    assert [each["text"] for each in slack.workspace.ephemerals] == ["hi"]
    with pytest.raises(ValueError, match="Nothing is signed"):
        await slack.drive.say("U1", "C2", "hello", stale=True)


async def test_a_socket_that_slack_ends_is_opened_anew(slack, wait_until):
    async def listen(there, request) -> None:
        await there.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    slack.courier.over_socket = True
    async with listening(slack, listen):
        await wait_until(lambda: slack.socket.connections)
        await slack.socket.disconnect()
        await wait_until(lambda: len(slack.calls) > 1 and slack.socket.connections)
        assert await slack.drive.say("U1", "C2", "hello") == [(200, "")]


async def test_without_a_socket_nothing_arrives_and_a_bot_token_opens_none(slack):
    slack.courier.over_socket, slack.socket.ack_within = True, 0.01

    assert await slack.drive.say("U1", "C2", "hello") == [(0, "not acknowledged")]
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.bot_token)


async def test_a_taken_port_is_said_plainly(slack):
    with pytest.raises(SandboxBroken, match="taken"):
        await SlackStandin().start(int(slack.url.rpartition(":")[2]))


async def test_the_environment_names_what_is_asked_for(slack):
    assert slack.environment() == {
        "SLACK_API_URL": slack.api_url, "SLACK_SIGNING_SECRET": slack.signing_secret, "SLACK_BOT_TOKEN": slack.bot_token,
    }  # fmt: skip
    assert slack.environment(socket=True)["SLACK_APP_TOKEN"] == slack.app_token
    assert "SLACK_BOT_TOKEN" not in slack.environment(oauth=True)


async def test_another_process_can_look_and_act(slack, bot):
    async with aiohttp.ClientSession(f"{slack.url}/_sandbox/") as session:
        aimed = await session.post("events-url", json={"url": bot.url})
        said = await (
            await session.post("drive", json={"do": "say", "user": "U1", "channel": "C2", "text": "hi", "copies": 2})
        ).json()
        bad = [
            (await session.post("drive", json=body)).status
            for body in ({"do": "fly"}, {"do": "say"}, {"do": "say", "user": "U1", "channel": "C9", "text": "x"}, [])
        ]
        strange = await session.post("drive", json={"do": "open_home", "user": "U1", "loud": True})
        armed = await session.post("faults", json={"kind": "status", "status": 500})
        mended = await session.delete("faults")
        state = await (await session.get("state")).json()
        messages = await (await session.get("messages", params={"channel": "C2", "since": said["ts"]})).json()
        sent = await (await session.get("deliveries")).json()
        calls = await (await session.get("calls")).json()

    assert (aimed.status, said["answers"], bad, strange.status) == (200, [[200, ""], [200, ""]], [400, 400, 404, 400], 400)
    assert (armed.status, mended.status, calls) == (201, 204, {"calls": []})
    assert state["channels"]["C2"]["messages"][0]["ts"] == said["ts"]
    assert [each["text"] for each in messages["messages"]] == ["hi"]
    assert [(each["kind"], each["answers"]) for each in sent["deliveries"]] == [("events_api", [200, 200])]


async def test_it_runs_as_a_program_of_its_own():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox.slack", cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
    told = dict(line.split("=", 1) for line in lines)
    me = await AsyncWebClient(told["SLACK_BOT_TOKEN"], base_url=told["SLACK_API_URL"]).auth_test()
    process.terminate()
    _, errors = await process.communicate()

    assert (me["team"], process.returncode, errors) == ("Harbourlight", 0, b"")
