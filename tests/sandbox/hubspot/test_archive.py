"""What was deleted: out of sight everywhere but for those who ask for what is archived."""

from typing import Any

from bot.sandbox import Sandbox

ROOT = "/crm/v3/objects/contacts"


async def test_an_archived_object_is_seen_by_those_only_who_ask_for_it(hubspot: Any, sandbox: Sandbox) -> None:
    await sandbox.hubspot.edit("721", {"archived": True})
    query = {"filterGroups": [{"filters": [{"propertyName": "hs_object_id", "operator": "EQ", "value": "721"}]}]}
    many = await hubspot("POST", f"{ROOT}/batch/read", {"inputs": [{"id": "721"}, {"id": "702"}], "properties": []})
    listed = await hubspot("GET", f"{ROOT}?archived=true")
    alone = await hubspot("GET", f"{ROOT}/721?archived=true")

    assert (await hubspot("GET", f"{ROOT}/721")).status == 404
    assert (await hubspot("PATCH", f"{ROOT}/721", {"properties": {"phone": "1"}})).status == 404
    assert (await hubspot("POST", f"{ROOT}/search", query)).body["total"] == 0
    assert (many.status, [one["id"] for one in many.body["results"]]) == (207, ["702"])
    assert "721" not in [one["id"] for one in (await hubspot("GET", f"{ROOT}?limit=100")).body["results"]]
    assert [(one["id"], one["archived"]) for one in listed.body["results"]] == [("721", True)]
    assert alone.body["archivedAt"] == listed.body["results"][0]["archivedAt"]
