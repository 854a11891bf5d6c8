"""Somebody else works in the vendor's own pages: the record moves, and it is nobody's API write."""

from typing import Any

import pytest

from bot.sandbox import Sandbox


async def test_an_issue_edited_by_hand_moves_on(sandbox: Sandbox, jira: Any) -> None:
    before = sandbox.jira.record("SUP-21")
    fields = {"priority": "High", "assignee": "dara", "labels": ["payments"], "components": ["Payments"], "status": "Done"}
    answer = await jira("POST", "/_sandbox/records/SUP-21", {**fields, "comment": "Refunded.", "author": "hana"})
    assert answer.status == 200
    after = (await jira("GET", "/rest/api/3/issue/SUP-21?expand=changelog")).body
    assert after["fields"]["updated"] > before["updated"]
    assert after["fields"]["status"]["name"] == "Done"
    assert after["fields"]["resolution"]["name"] == "Won't Do"  # it never was in progress
    assert after["fields"]["comment"]["comments"][0]["author"]["displayName"] == "Hana Weiss"
    changed = {item["field"] for entry in after["changelog"]["histories"] for item in entry["items"]}
    assert changed == {"priority", "assignee", "labels", "Component", "status", "resolution"}
    assert sandbox.jira.writes("SUP-21") == []


async def test_a_ticket_edited_by_hand_makes_an_old_stamp_stale(sandbox: Sandbox, zendesk: Any) -> None:
    stamp = sandbox.zendesk.record(153)["updated_at"]
    await sandbox.zendesk.edit(153, {"group": "Billing", "assignee": "hana", "note": "Mine.", "author": "hana"})
    answer = await zendesk(
        "PUT", "/api/v2/tickets/153", {"ticket": {"priority": "low", "safe_update": True, "updated_stamp": stamp}}
    )
    assert answer.status == 409
    ticket = sandbox.zendesk.record(153)
    assert (ticket["status"], ticket["assignee_id"], ticket["comments"][-1]["public"]) == ("open", 30008, False)
    assert sandbox.zendesk.writes(153) == []


async def test_an_edit_by_hand_survives_a_restart(tmp_path: Any) -> None:
    async with Sandbox.start(tmp_path) as sandbox:
        await sandbox.jira.edit("SUP-22", {"priority": "Highest"})
    async with Sandbox.start(tmp_path) as again:
        assert again.jira.record("SUP-22")["priority"] == "Highest"
        assert again.jira.writes("SUP-22") == []


async def test_a_record_is_shown_whole(sandbox: Sandbox, jira: Any) -> None:
    assert (await jira("GET", "/_sandbox/records/SUP-5")).body == sandbox.jira.record("SUP-5")
    assert (await jira("GET", "/_sandbox/records/SUP-999")).status == 404


async def test_what_record_returns_is_a_copy(sandbox: Sandbox) -> None:
    sandbox.jira.record("SUP-5")["labels"].clear()
    assert sandbox.jira.record("SUP-5")["labels"] == ["sso", "login"]


@pytest.mark.parametrize(
    ("vendor", "record", "fields", "status"),
    [
        ("jira", "SUP-999", {"priority": "High"}, 404),
        ("jira", "SUP-21", {"priority": "Sky-high"}, 400),
        ("jira", "SUP-21", {"mood": "bad"}, 400),
        ("jira", "SUP-21", {"assignee": "zoe"}, 400),
        ("jira", "SUP-21", {"status": "Limbo"}, 400),
        ("jira", "SUP-21", [], 400),
        ("zendesk", "999", {"priority": "low"}, 404),
        ("zendesk", "153", {"priority": "sky-high"}, 400),
        ("zendesk", "153", {"mood": "bad"}, 400),
        ("zendesk", "153", {"assignee": "zoe"}, 400),
        ("zendesk", "153", {"group": "Navy"}, 400),
    ],
)
async def test_an_impossible_edit_is_refused(
    *,
    sandbox: Sandbox,
    jira: Any,
    zendesk: Any,
    vendor: str,
    record: str,
    fields: Any,
    status: int,
) -> None:
    answer = await {"jira": jira, "zendesk": zendesk}[vendor]("POST", f"/_sandbox/records/{record}", fields)
    assert (answer.status, list(answer.body)) == (status, ["error"])
    assert getattr(sandbox, vendor).ledger.entries == []
