"""Starting and stopping: in this process and as one of its own."""

import asyncio
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, SandboxBroken

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = [f"{vendor}_{key}" for vendor in ("JIRA", "ZENDESK") for key in ("URL", "EMAIL", "API_TOKEN")]
SETTINGS += ["HUBSPOT_URL", "HUBSPOT_ACCESS_TOKEN", *(f"SALESFORCE_{key}" for key in ("URL", "CLIENT_ID", "CLIENT_SECRET"))]


async def test_the_environment_points_at_the_stand_ins(sandbox: Sandbox) -> None:
    settings = sandbox.environment()
    assert sorted(settings) == sorted(SETTINGS)
    assert settings["JIRA_URL"].startswith("http://127.0.0.1:")
    assert settings["JIRA_URL"] != settings["ZENDESK_URL"]


async def test_a_port_can_be_chosen_and_a_taken_one_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SandboxBroken, match=f"Port {port} for the zendesk stand-in is taken"):
            async with Sandbox.start(None, ports={"zendesk": port}):
                pass
    async with Sandbox.start(None, ports={"zendesk": port}) as sandbox:
        assert sandbox.zendesk.url == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("authorization", ["", "Basic bm9wZQ==", "Bearer sandbox-jira-token", "Basic \u00e4"])
async def test_strangers_get_401(sandbox: Sandbox, authorization: str) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": authorization}) as session:
        for url in (f"{sandbox.jira.url}/rest/api/3/myself", f"{sandbox.zendesk.url}/api/v2/users/me"):
            async with session.get(url) as answer:
                assert answer.status == 401
        async with session.put(f"{sandbox.jira.url}/rest/api/3/issue/SUP-21", json={"fields": {"summary": "x"}}) as answer:
            assert answer.status == 401
    assert [(entry.status, entry.effect) for entry in sandbox.jira.ledger.entries] == [(401, False)]


async def test_an_unknown_path_and_a_broken_body_are_answered_in_the_vendors_shape(jira: Any, zendesk: Any) -> None:
    gone = await jira("GET", "/rest/api/3/search?jql=project=SUP")  # the old search was removed
    assert (gone.status, list(gone.body)) == (404, ["errorMessages", "errors"])
    assert (await zendesk("GET", "/api/v2/nothing")).body["error"] == "InvalidEndpoint"
    assert (await jira("PUT", "/rest/api/3/issue/SUP-21", data=b"{not json")).status == 400
    assert (await zendesk("PUT", "/api/v2/tickets/153", data=b"\xff\xfe")).status == 400


async def test_stopping_does_not_wait_for_kept_alive_connections() -> None:
    async with aiohttp.ClientSession() as session:
        async with Sandbox.start(None) as sandbox:
            async with session.get(f"{sandbox.jira.url}/_sandbox/ledger") as answer:
                assert answer.status == 200
            start = time.monotonic()
        assert time.monotonic() - start < 20  # aiohttp waits for a minute


async def _own_process(folder: Path) -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.sandbox", "--folder", str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    lines = [(await child.stdout.readline()).decode().strip() for _ in SETTINGS]
    return child, dict(line.partition("=")[::2] for line in lines)


async def test_it_runs_as_its_own_process_and_ends_cleanly(tmp_path: Path, speak: Any) -> None:
    child, settings = await _own_process(tmp_path)
    async with speak(settings["JIRA_URL"], settings["JIRA_EMAIL"], settings["JIRA_API_TOKEN"]) as api:
        assert (await api("GET", "/rest/api/3/myself")).status == 200
    child.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(child.communicate(), 10)
    assert (child.returncode, errors) == (0, b"")


async def test_what_was_answered_survives_a_kill(tmp_path: Path, speak: Any) -> None:
    child, settings = await _own_process(tmp_path)
    async with speak(settings["ZENDESK_URL"], f"{settings['ZENDESK_EMAIL']}/token", settings["ZENDESK_API_TOKEN"]) as api:
        answer = await api("PUT", "/api/v2/tickets/153", {"ticket": {"comment": {"body": "Refunded.", "public": True}}})
    child.kill()
    await asyncio.wait_for(child.communicate(), 10)
    async with Sandbox.start(tmp_path) as again:
        (write,) = again.zendesk.writes(153)
        assert write.body["ticket"]["comment"]["public"] is True
        assert again.zendesk.record(153)["updated_at"] == answer.body["ticket"]["updated_at"]


async def test_a_taken_port_ends_the_process_with_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        arguments = ("-m", "bot.sandbox", "--jira-port", str(taken.getsockname()[1]))
        child = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
        _, errors = await asyncio.wait_for(child.communicate(), 20)
    assert child.returncode == 1
    assert errors.decode().endswith("is taken: choose another one.\n")
    assert errors.count(b"\n") == 1
