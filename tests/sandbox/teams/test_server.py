"""The running stand-in: faults on every path, what each call came to, and another process that looks and acts."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from sandbox.teams.callers import said

from bot.sandbox.faults import Fault
from bot.sandbox.models import SandboxBroken
from bot.sandbox.teams import TeamsStandin
from bot.sandbox.teams.state import APP, GENERAL, TENANT

ROOT = Path(__file__).resolve().parents[3]
PATH = "/activities$"


@pytest.mark.parametrize(
    ("fault", "status", "kept"),
    [
        (Fault("status", path=PATH, status=429, retry_after=2), 429, 0),
        (Fault("status", path=PATH, status=412), 412, 0),
        (Fault("status", path=PATH, status=502, after=True), 502, 1),
        (Fault("delay", path=PATH, seconds=0.01), 201, 1),
        (Fault("duplicate", path=PATH), 201, 2),
    ],
    ids=lambda each: f"{each.kind} {each.status}" if isinstance(each, Fault) else "",
)
async def test_a_fault_strikes_before_or_after_the_effect(teams, client, fault, status, kept):
    teams.faults.add(fault)

    answered, _ = await client.send(GENERAL, said())

    assert (answered, len(teams.tenant.conversation(GENERAL).messages)) == (status, kept)
    assert [call.fault for call in teams.calls] == ["status, before the write"] * (not kept) + [""] * kept


async def test_throttling_says_how_long_and_in_teams_words(teams, client):
    teams.faults.add(Fault("status", path=PATH, status=429, retry_after=2))
    async with client.session.post(f"{teams.service_url}v3/conversations/{GENERAL}/activities") as answer:
        assert (answer.headers["Retry-After"], (await answer.json())["error"]["code"]) == ("2", "Throttled")


@pytest.mark.parametrize(("kind", "kept"), [("reset", 0), ("half_body", 1)])
async def test_connections_break(teams, client, kind, kept):
    teams.faults.add(Fault(kind, path=PATH))

    with pytest.raises(aiohttp.ClientError):
        await client.send(GENERAL, said())
    assert len(teams.tenant.conversation(GENERAL).messages) == kept


async def test_a_hanging_call_ends_with_the_stand_in(teams, client, wait_until):
    teams.faults.add(Fault("hang", path=PATH))
    waiting = asyncio.create_task(client.send(GENERAL, said()))
    await wait_until(lambda: teams.calls)
    await teams.stop()

    with pytest.raises(aiohttp.ClientError):
        await waiting


async def test_calls_are_written_down_without_their_secrets(teams, client):
    await client.post(GENERAL, said())
    await client.call("GET", "nowhere", "members", "x")

    first, second = teams.calls
    assert (first.method, first.path, first.status, first.body) == (
        "POST", f"/connector/v3/conversations/{GENERAL}/activities", 201, said(),
    )  # fmt: skip
    assert (first.headers["Authorization"], second.status) == ("***", 404)
    assert client.token not in str(teams.written)


async def test_the_environment_points_at_it(teams):
    found = teams.environment()

    assert (found["TEAMS_APP_ID"], found["TEAMS_TENANT_ID"]) == (APP, TENANT)
    assert f"http://{found['TEAMS_ALLOWED_HOSTS']}/connector/" == teams.service_url
    assert {found["TEAMS_OPENID_URL"], found["TEAMS_TOKEN_URL"]} == {
        f"{teams.url}/issuer/.well-known/openidconfiguration", f"{teams.url}/token",
    }  # fmt: skip


async def test_a_taken_port_is_said_plainly(teams):
    with pytest.raises(SandboxBroken, match="taken"):
        await TeamsStandin().start(int(teams.url.rpartition(":")[2]))


async def test_another_process_can_look_and_act(teams, bot, client):
    name = await client.post(GENERAL, said())
    async with aiohttp.ClientSession(f"{teams.url}/_sandbox/") as session:
        aimed = await session.post("messages-url", json={"url": teams.courier.messages_url})
        deed = {"do": "say", "user": "ada", "conversation": GENERAL, "text": "hi", "copies": 2}
        told = await (await session.post("drive", json=deed)).json()
        bad = [
            (await session.post("drive", json=body)).status
            for body in ({"do": "fly"}, {"do": "say"}, {**deed, "conversation": "19:x"}, [], {**deed, "loud": True})
        ]
        armed = await session.post("faults", json=[{"kind": "status", "status": 500}])
        mended = await session.delete("faults")
        state = await (await session.get("state")).json()
        messages = await (await session.get("messages", params={"conversation": GENERAL, "since": told["id"]})).json()
        sent = await (await session.get("deliveries")).json()
        calls = await (await session.get("calls")).json()
        odd = await session.post("messages-url", json={"url": 5})

    assert (aimed.status, told["answers"], bad, odd.status) == (200, [[200, ""], [200, ""]], [400, 400, 404, 400, 400], 400)
    assert (armed.status, mended.status, told["conversation"]) == (201, 204, f"{GENERAL};messageid={told['id']}")
    assert [each["id"] for each in state["conversations"][GENERAL]["messages"]] == [name, told["id"]]
    assert [each["id"] for each in messages["messages"]] == [told["id"]]
    assert (sent["deliveries"][0]["answers"], [call["status"] for call in calls["calls"] if call["method"] == "POST"]) == (
        [200, 200],
        [201],
    )
    assert len(bot.heard) == 2


async def test_it_runs_as_a_program_of_its_own():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox.teams", "--channels", "1", cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(6)]
    told = dict(line.split("=", 1) for line in lines)
    async with aiohttp.ClientSession() as session:
        metadata = await (await session.get(told["TEAMS_OPENID_URL"])).json()
        state = await (await session.get(f"http://{told['TEAMS_ALLOWED_HOSTS']}/_sandbox/state")).json()
    process.terminate()
    _, errors = await process.communicate()

    assert (metadata["issuer"], process.returncode, errors) == ("https://api.botframework.com", 0, b"")
    assert "19:team101@thread.tacv2" in state["conversations"]
