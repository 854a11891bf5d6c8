"""The vendors from the outside: new records, somebody else's edits, trouble on order, and what was written there."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp
from chaos.oracle import Kept, Write
from chaos.vendors import VENDORS, write


class Desk:
    """Every stand-in."""

    def __init__(self, http: aiohttp.ClientSession, settings: Mapping[str, str]) -> None:
        self.http = http
        self.settings = settings
        self.edits = 0

    async def open(self, vendor: str, number: int, *, about: str = "") -> str:
        """A record like those that people have, not yet dealt with; its name. A ticket may be `about` an issue: it names its key."""
        path, body = VENDORS[vendor].makes(number)
        if about:
            body = {"ticket": {**body["ticket"], "comment": {"body": f"A guest was charged twice for one kayak, see {about}."}}}
        headers = {"Authorization": await self._signed(vendor)}
        async with self.http.post(self._at(vendor, path), json=body, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return VENDORS[vendor].made(await answer.json())

    async def edit(self, vendor: str, record: str) -> None:
        """Somebody else changes the record in the vendor's own pages."""
        self.edits += 1
        fields = VENDORS[vendor].edits[self.edits % 2]
        async with self.http.post(self._at(vendor, f"/_sandbox/records/{record}"), json=fields) as answer:
            assert answer.status == 200, await answer.text()

    async def break_next(self, vendor: str, record: str, fault: Mapping[str, object]) -> None:
        """Let this happen to the next write of this record, or of any where the vendor's address does not name it."""
        wanted = {"method": VENDORS[vendor].method, "path": VENDORS[vendor].path.format(record), **fault}
        async with self.http.post(self._at(vendor, "/_sandbox/faults"), json=wanted) as answer:
            assert answer.status == 201, await answer.text()

    async def refuse_all(self) -> None:
        """Every vendor takes nothing more and asks everybody to come back, until it is mended."""
        for vendor in VENDORS:
            refusal = {"kind": "status", "status": 429, "retry_after": 1, "count": None}
            async with self.http.post(self._at(vendor, "/_sandbox/faults"), json=refusal) as answer:
                assert answer.status == 201, await answer.text()

    async def mend(self) -> None:
        """Nothing goes wrong from now on."""
        for vendor in VENDORS:
            async with self.http.delete(self._at(vendor, "/_sandbox/faults")) as answer:
                assert answer.status == 204

    async def writes(self, drafts: Iterable[Kept]) -> list[Write]:
        """Every change that the bot's account made, each with the draft that it carries or can only come from."""
        known = list(drafts)
        found = [(vendor, entry) for vendor in VENDORS for entry in await self._ledger(vendor)]
        return [write(vendor, entry, known) for vendor, entry in found if entry["effect"]]

    async def faults(self) -> Counter[str]:
        """What went wrong with how many writes."""
        entries = [entry for vendor in VENDORS for entry in await self._ledger(vendor)]
        return Counter(entry["fault"] for entry in entries if entry["fault"])

    async def _ledger(self, vendor: str) -> list[dict[str, Any]]:
        async with self.http.get(self._at(vendor, "/_sandbox/ledger")) as answer:
            return [entry for entry in (await answer.json())["entries"] if VENDORS[vendor].is_write(entry)]

    async def _signed(self, vendor: str) -> str:
        """What an administrator's own script signs in with."""
        given = {name.removeprefix(f"{vendor.upper()}_"): value for name, value in self.settings.items()}
        match vendor:
            case "hubspot":
                return f"Bearer {given['ACCESS_TOKEN']}"
            case "salesforce":
                form = {
                    "grant_type": "client_credentials",
                    "client_id": given["CLIENT_ID"],
                    "client_secret": given["CLIENT_SECRET"],
                }
                async with self.http.post(self._at(vendor, "/services/oauth2/token"), data=form) as answer:
                    return f"Bearer {(await answer.json())['access_token']}"
            case _:
                user = given["EMAIL"] + ("/token" if vendor == "zendesk" else "")
                return "Basic " + base64.b64encode(f"{user}:{given['API_TOKEN']}".encode()).decode()

    def _at(self, vendor: str, path: str) -> str:
        return self.settings[f"{vendor.upper()}_URL"] + path
