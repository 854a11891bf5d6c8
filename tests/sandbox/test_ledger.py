"""The ledger survives: every write is on disk before its answer, a torn last line is forgotten, a restart shows the same state."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Sandbox, SandboxBroken

EDIT = {"fields": {"priority": {"id": "2"}, "labels": ["payments"]}}
ISSUE = "/rest/api/3/issue/SUP-21"


async def test_every_write_is_recorded_with_before_and_after(sandbox: Sandbox, jira: Any) -> None:
    await jira("PUT", ISSUE, EDIT)
    (write,) = sandbox.jira.writes("SUP-21")
    assert (write.method, write.path, write.status, write.effect) == ("PUT", ISSUE, 204, True)
    assert write.body == EDIT
    assert (write.before["priority"], write.after["priority"]) == ("Medium", "High")
    assert write.time == "2026-11-20T09:00:00.000+00:00"


async def test_a_refused_write_is_recorded_without_effect(sandbox: Sandbox, jira: Any) -> None:
    await jira("PUT", ISSUE, {"fields": {"priority": {"id": "77"}}})
    assert sandbox.jira.writes("SUP-21") == []
    (entry,) = sandbox.jira.ledger.entries
    assert (entry.record, entry.status, entry.effect, entry.after) == ("SUP-21", 400, False, None)


async def test_reading_leaves_no_trace(sandbox: Sandbox, jira: Any) -> None:
    await jira("GET", ISSUE)
    await jira("POST", "/rest/api/3/search/jql", {"jql": "project = SUP"})
    assert sandbox.jira.ledger.entries == []


async def test_the_ledger_is_handed_out_by_the_control_route(jira: Any) -> None:
    await jira("PUT", ISSUE, EDIT)
    entries = (await jira("GET", "/_sandbox/ledger")).body["entries"]
    assert [(entry["seq"], entry["record"], entry["effect"]) for entry in entries] == [(1, "SUP-21", True)]


async def _write(folder: Path, speak: Any, times: int = 1) -> dict[str, Any]:
    async with Sandbox.start(folder) as sandbox, speak(sandbox.jira.url, sandbox.jira.email, sandbox.jira.token) as api:
        for number in range(times):
            await api("PUT", ISSUE, {"fields": {"summary": f"Round {number}"}})
        return sandbox.jira.record("SUP-21")


async def test_a_restart_shows_the_same_records_and_ledger(tmp_path: Path, speak: Any) -> None:
    before = await _write(tmp_path, speak, times=3)
    async with Sandbox.start(tmp_path) as again:
        assert again.jira.record("SUP-21") == before
        assert [write.seq for write in again.jira.writes("SUP-21")] == [1, 2, 3]


async def test_a_new_ticket_survives_and_ids_go_on(tmp_path: Path, speak: Any) -> None:
    ticket = {"ticket": {"subject": "New", "comment": {"body": "Hello"}}}
    numbers = []
    for _ in range(2):
        async with Sandbox.start(tmp_path) as sandbox:
            user = f"{sandbox.zendesk.email}/token"
            async with speak(sandbox.zendesk.url, user, sandbox.zendesk.token) as api:
                numbers.append((await api("POST", "/api/v2/tickets", ticket)).body["ticket"]["id"])
    assert numbers == [161, 162]


async def test_a_torn_last_line_is_cut_off_and_writing_goes_on(tmp_path: Path, speak: Any) -> None:
    await _write(tmp_path, speak, times=2)
    path = tmp_path / "jira" / "ledger.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    await _write(tmp_path, speak)
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(entry["seq"], entry["after"]["summary"]) for entry in entries] == [(1, "Round 0"), (2, "Round 0")]


async def test_a_damaged_line_in_the_middle_stops_the_start_with_a_sentence(tmp_path: Path, speak: Any) -> None:
    await _write(tmp_path, speak, times=2)
    path = tmp_path / "jira" / "ledger.jsonl"
    path.write_bytes(b"{broken\n" + path.read_bytes())
    with pytest.raises(SandboxBroken, match=r"Line 1 of .* is damaged: delete that folder"):
        async with Sandbox.start(tmp_path):
            pass


async def test_a_folder_has_one_sandbox_at_a_time(tmp_path: Path) -> None:
    async with Sandbox.start(tmp_path):
        with pytest.raises(SandboxBroken, match="Another sandbox uses"):
            async with Sandbox.start(tmp_path):
                pass
    async with Sandbox.start(tmp_path):
        pass
