"""HubSpot's API as the connector asks it: signed, page by page, and what is the same for every object kept for a while."""

import math
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.connectors.hubspot.events import sighting
from bot.connectors.hubspot.properties import Property, definitions
from bot.connectors.hubspot.records import KINDS, modified
from bot.net.auth import Auth
from bot.net.http import Answer, Http, Rejected
from bot.watch import log
from handlers.errors import Invalid, NotFound

NAME = "HubSpot"
PAGE = 100
"""Objects a page of a list, and ids a batch: what HubSpot takes of both."""
SEARCHED = 200
"""Objects a page of a search."""
DEEPEST = 10_000
"""Results of one search that can be reached (CRM search, limits)."""
MILLISECOND = timedelta(milliseconds=1)
WITH_HISTORY = 50
"""Ids a batch where histories are asked for."""
OWNERS_HOLD = 300.0
"""Seconds for which it is known who can own objects: people come seldom, and every record that is read needs them."""
MOST_PAGES = 10
"""Pages of owners that are looked through."""
Row = Mapping[str, Any]
logger = log.get("hubspot")


class Api:
    """One account."""

    def __init__(
        self, http: Http, url: str, auth: Auth, *, deepest: int = DEEPEST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.url = url.rstrip("/")
        self._deepest = deepest
        self._http = http
        self._auth = auth
        self._portal, self._is_told = "", False
        self._clock = clock
        self._known: tuple[float, list[Row]] = (-math.inf, [])

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Raises NotFound, Rejected, Unavailable."""
        return await self._http.read(NAME, self.url + path, auth=self._auth, params=params)

    async def ask(self, path: str, body: object) -> Answer:
        """A question that is asked with POST. Raises Rejected, Unavailable."""
        return await self._http.read(NAME, self.url + path, auth=self._auth, method="POST", body=body)

    async def write(self, method: str, path: str, body: object) -> Answer:
        """Something that changes the account, sent once. Raises Invalid in HubSpot's words, NotFound, Unavailable, Unknown."""
        try:
            return await self._http.write(NAME, method, self.url + path, auth=self._auth, body=body)
        except Rejected as refused:
            if refused.status in (401, 403):
                raise
            raise Invalid(f"HubSpot refused the change: {complaint(refused.data)}") from refused

    async def search(self, kind: str, asked: Mapping[str, object], *, most: int) -> list[Row]:
        """Up to `most` objects that a search finds; it may lag behind what was written some seconds ago. Raises Invalid, Unavailable."""
        found: list[Row] = []
        async for rows in self.pages(kind, {**asked, "limit": min(most, PAGE)}):
            found += rows
            if len(found) >= most:
                break
        return found[:most]

    async def pages(self, kind: str, asked: Mapping[str, object]) -> AsyncIterator[list[Row]]:
        """What a search finds, page by page, as far as one search can be followed."""
        size = int(str(asked.get("limit", SEARCHED)))
        body = {"limit": size, "after": "0", **asked}
        while True:
            answer = await self.ask(f"/crm/v3/objects/{KINDS[kind]}/search", body)
            yield part(answer)
            after = following(answer)
            if not after or (after.isdecimal() and int(after) + size > self._deepest):
                return
            body = {**body, "after": after}

    async def changed(self, kind: str, since: datetime) -> AsyncIterator[list[Row]]:
        """Objects that were changed then or later, by the time of their last change, however many there are.

        One search ends after 10,000 of them, so the next begins where it ended. Raises Invalid naming what a row lacks, Unavailable.
        """
        name = modified(kind)
        while True:
            asked = {"filterGroups": [only(name, "GTE", since)], "sorts": [name], "properties": [name]}
            size, last = 0, None
            async for rows in self.pages(kind, asked):
                size, last = size + len(rows), rows[-1] if rows else last
                yield rows
            if last is None or size + SEARCHED <= self._deepest:
                return
            reached = sighting(kind, last).at
            if reached <= since:
                async for rows in self._at(kind, since):
                    yield rows
                reached = since + MILLISECOND
            since = reached

    async def _at(self, kind: str, moment: datetime) -> AsyncIterator[list[Row]]:
        """Objects that were changed in one and the same millisecond, as an import does, by their ids."""
        name, last = modified(kind), "0"
        while True:
            there = {
                "filters": [
                    *only(name, "EQ", moment)["filters"],
                    {"propertyName": "hs_object_id", "operator": "GT", "value": last},
                ]
            }
            asked = {"filterGroups": [there], "sorts": ["hs_object_id"], "properties": [name], "limit": SEARCHED, "after": "0"}
            rows = part(await self.ask(f"/crm/v3/objects/{KINDS[kind]}/search", asked))
            yield rows
            if len(rows) < SEARCHED:
                return
            last = str(rows[-1].get("id"))

    async def archived(self, kind: str, after: str = "") -> tuple[list[Row], str]:
        """One page of what was deleted in the last ninety days, and where the next one begins; empty behind the last one.

        Raises Invalid, Unavailable.
        """
        params = {"archived": "true", "limit": str(PAGE), "properties": "hs_object_id", **({"after": after} if after else {})}
        answer = await self.get(f"/crm/v3/objects/{KINDS[kind]}", params)
        return part(answer), following(answer)

    async def properties(self, kind: str) -> Mapping[str, Property] | None:
        """The properties that a kind of object has in this account; None where it does not describe them. Raises Invalid, Unavailable."""
        try:
            answer = await self.get(f"/crm/v3/properties/{KINDS[kind]}")
        except NotFound:
            return None
        return definitions(part(answer))

    async def batch(self, kind: str, ids: Sequence[str], names: Sequence[str], *, history: Iterable[str] = ()) -> list[Row]:
        """Objects by their ids; what is not there is left out. Raises Invalid, Unavailable."""
        past, found = list(history), list[Row]()
        size = WITH_HISTORY if past else PAGE
        for start in range(0, len(ids), size):
            inputs = [{"id": number} for number in ids[start : start + size]]
            body = {"inputs": inputs, "properties": list(names), "propertiesWithHistory": past}
            found += part(await self.ask(f"/crm/v3/objects/{KINDS[kind]}/batch/read", body))
        return found

    async def linked(self, of: str, number: str, kind: str) -> tuple[list[str], bool] | None:
        """Ids of the objects of a kind that belong to another one, and whether these are all; None where HubSpot does not show them."""
        many = KINDS[kind]
        answer = await self.get(f"/crm/v3/objects/{KINDS[of]}/{number}", {"associations": many})
        linked = (answer.data.get("associations") or {}).get(many) if isinstance(answer.data, Mapping) else None
        rows = linked.get("results") if isinstance(linked, Mapping) else []
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            return None
        return list({str(row.get("id")) for row in rows}), not (isinstance(linked, Mapping) and linked.get("paging"))

    async def everybody(self) -> list[Row]:
        """Who can own objects, as it was within OWNERS_HOLD; nobody where the account does not let the bot see them. Raises Invalid, Unavailable."""
        at, found = self._known
        if self._clock() - at > OWNERS_HOLD:
            try:
                found = await self.owners()
            except (NotFound, Rejected) as refused:
                if not is_closed(refused):
                    raise
                logger.info("owners are shown by their numbers", reason=str(refused))
                found = []
            self._known = (self._clock(), found)
        return found

    async def owners(self, email: str = "") -> list[Row]:
        """Who can own objects now; with an e-mail address only whom it belongs to. Raises Invalid, Unavailable."""
        found: list[Row] = []
        params = {"limit": str(PAGE), **({"email": email} if email else {})}
        for _ in range(MOST_PAGES):
            answer = await self.get("/crm/v3/owners/", params)
            found += part(answer)
            if not (after := following(answer)):
                break
            params["after"] = after
        return found

    async def portal(self) -> str:
        """The number of the account, which stands in the address of every page; it never changes.

        Empty where HubSpot does not tell it: a record can be read without it. Raises Invalid, Unavailable.
        """
        if not self._is_told:
            try:
                await self.details()
            except (NotFound, Rejected) as refused:
                if not is_closed(refused):
                    raise
                logger.info("records are linked without the number of the account", reason=str(refused))
            self._is_told = True
        return self._portal

    async def details(self) -> Answer:
        """What HubSpot says of the account. Raises NotFound where it says nothing, Invalid where it is none of HubSpot's."""
        answer = await self.get("/account-info/v3/details")
        portal = answer.data.get("portalId") if isinstance(answer.data, Mapping) else None
        if not portal:
            raise Invalid("HubSpot does not say whose account this is. Check that HUBSPOT_URL is the address of its API.")
        self._portal = str(portal)
        return answer


def is_closed(refused: Exception) -> bool:
    """Whether it is one thing that the account does not let the bot see: without credentials nothing is seen, and a bad question is ours."""
    return isinstance(refused, NotFound) or (isinstance(refused, Rejected) and refused.status == 403)  # noqa: PLR2004 - HTTP's own number


def only(name: str, operator: str, moment: datetime) -> dict[str, Any]:
    """A group of a search with one condition on a moment, in milliseconds since 1970."""
    return {"filters": [{"propertyName": name, "operator": operator, "value": str(math.floor(moment.timestamp() * 1000))}]}


def part(answer: Answer) -> list[Row]:
    """The results in an answer. Raises Invalid when they are not there."""
    found = answer.data.get("results") if isinstance(answer.data, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise Invalid("HubSpot's answer has no results; the bot cannot go on.")
    return found


def following(answer: Answer) -> str:
    """Where the next page begins; empty after the last one."""
    paging = answer.data.get("paging") if isinstance(answer.data, Mapping) else None
    coming = paging.get("next") if isinstance(paging, Mapping) else None
    return str(coming.get("after") or "") if isinstance(coming, Mapping) else ""


def complaint(data: object) -> str:
    """What HubSpot says is wrong, in its own words, on one line."""
    if not isinstance(data, Mapping):
        return "no reason given"
    rows = data.get("errors")
    details = [str(row.get("message") or "") for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)]
    return "; ".join(filter(None, details))[:500] or str(data.get("message") or "")[:500] or "no reason given"
