"""The vendors from the outside: new records, somebody else's edits, trouble on order, and what was written there."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
from chaos.oracle import Kept, Write

NAMES = {
    "jira": {"type": "type", "priority": "priority", "labels": "labels", "component": "components", "assignee": "assignee"},
    "zendesk": {
        "type": "type", "priority": "priority", "status": "status", "tags": "tags", "group": "group_id", "assignee": "assignee_id",
    },
}  # fmt: skip
"""The bot's name of a field -> the vendor's."""
BY_LABEL = {("jira", "type"), ("jira", "priority"), ("jira", "component")}
"""Fields that the stand-in keeps by name and the bot by id and name."""
ELSE = {
    "jira": ({"labels": ["seen"], "priority": "Lowest"}, {"labels": ["seen", "again"], "priority": "Highest"}),
    "zendesk": ({"group": "Technical", "priority": "urgent"}, {"group": "Success", "priority": "low"}),
}
"""What somebody else sets meanwhile, in fields that drafts are about, each time something new."""


class Desk:
    """Both stand-ins."""

    def __init__(self, http: aiohttp.ClientSession, settings: Mapping[str, str]) -> None:
        self.http = http
        self.settings = settings
        self.edits = 0

    async def open(self, vendor: str, number: int) -> str:
        """A record like those that people report, not yet dealt with; its name."""
        title = f"Renters charged twice when the card form is sent again, case {number}"
        if vendor == "jira":
            fields = {"project": {"key": "SUP"}, "issuetype": {"id": "10002"}, "summary": title}
            return str((await self._post(vendor, "/rest/api/3/issue", {"fields": fields}))["key"])
        ticket = {"subject": title, "comment": {"body": "A guest was charged twice for one kayak."}, "requester_id": 40001}
        return str((await self._post(vendor, "/api/v2/tickets", {"ticket": ticket}))["ticket"]["id"])

    async def edit(self, vendor: str, record: str) -> None:
        """Somebody else changes the record in the vendor's own pages."""
        self.edits += 1
        async with self.http.post(self._at(vendor, f"/_sandbox/records/{record}"), json=ELSE[vendor][self.edits % 2]) as answer:
            assert answer.status == 200, await answer.text()

    async def break_next(self, vendor: str, record: str, fault: Mapping[str, object]) -> None:
        """Let this happen to the next write of this record."""
        wanted = {"method": "PUT", "path": f"/{record}$", **fault}
        async with self.http.post(self._at(vendor, "/_sandbox/faults"), json=wanted) as answer:
            assert answer.status == 201, await answer.text()

    async def mend(self) -> None:
        """Nothing goes wrong from now on."""
        for vendor in NAMES:
            async with self.http.delete(self._at(vendor, "/_sandbox/faults")) as answer:
                assert answer.status == 204

    async def writes(self, drafts: Iterable[Kept]) -> list[Write]:
        """Every change that the bot's account made, each with the draft that it carries or can only come from."""
        known = list(drafts)
        found = [(vendor, entry) for vendor in NAMES for entry in await self._ledger(vendor)]
        return [write(vendor, entry, known) for vendor, entry in found if entry["effect"]]

    async def faults(self) -> Counter[str]:
        """What went wrong with how many writes."""
        entries = [entry for vendor in NAMES for entry in await self._ledger(vendor)]
        return Counter(entry["fault"] for entry in entries if entry["fault"])

    async def _ledger(self, vendor: str) -> list[dict[str, Any]]:
        async with self.http.get(self._at(vendor, "/_sandbox/ledger")) as answer:
            return [entry for entry in (await answer.json())["entries"] if entry["method"] == "PUT"]

    async def _post(self, vendor: str, path: str, body: object) -> Any:
        name = vendor.upper()
        user = self.settings[f"{name}_EMAIL"] + ("/token" if vendor == "zendesk" else "")
        login = base64.b64encode(f"{user}:{self.settings[f'{name}_API_TOKEN']}".encode()).decode()
        async with self.http.post(self._at(vendor, path), json=body, headers={"Authorization": f"Basic {login}"}) as answer:
            assert answer.status == 201, await answer.text()
            return await answer.json()

    def _at(self, vendor: str, path: str) -> str:
        return self.settings[f"{vendor.upper()}_URL"] + path


def write(vendor: str, entry: Mapping[str, Any], drafts: Iterable[Kept]) -> Write:
    """An entry of a stand-in's ledger as the oracle reads it."""
    record = f"{vendor}/{entry['record']}"
    if vendor == "jira":
        mark = entry["body"]["properties"][0]["value"]
        draft, version = mark["id"], mark["version"]
    else:
        draft, version = origin(record, entry["body"]["ticket"], drafts)
    before, after = ({name: entry[side][theirs] for name, theirs in NAMES[vendor].items()} for side in ("before", "after"))
    return Write(draft, version, record, before, after)


def origin(record: str, sent: Mapping[str, Any], drafts: Iterable[Kept]) -> tuple[str, int]:
    """Zendesk keeps no mark of ours: the draft is the one of this ticket, this version of it and these values."""
    ours = {name: sent[theirs] for name, theirs in NAMES["zendesk"].items() if theirs in sent}
    for draft in drafts:
        if (draft.record, draft.record_version, dict(draft.asked)) == (record, sent.get("updated_stamp"), ours):
            return draft.id, draft.version
    return "", 0


def plain(vendor: str, field: str, value: Any) -> object:
    """A value of a draft as the stand-in would hold it."""
    if isinstance(value, list):
        return [plain(vendor, field, item) for item in value]
    if isinstance(value, dict):
        return value["label"] if (vendor, field) in BY_LABEL else int(value["id"]) if vendor == "zendesk" else value["id"]
    return value
