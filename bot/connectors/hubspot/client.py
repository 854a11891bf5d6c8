"""HubSpot over HTTP: read, find, past records with their outcome, guarded write, read-back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connectors.hubspot import changes, records
from bot.connectors.hubspot.records import Around
from bot.net.account import Account, clock_of
from bot.net.http import Answer, Http, Rejected
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Stale, Unknown
from handlers.models import Draft, Record

NAME = "HubSpot"
PAGE = 100
"""Objects a page, and ids a batch: what HubSpot takes of both."""
WITH_HISTORY = 50
"""Ids a batch where histories are asked for."""
MOST_PAGES = 10
"""Pages of owners that are looked through."""
NEWEST = {"contact": "-lastmodifieddate", "deal": "-hs_lastmodifieddate"}
ENDED = {
    "contact": [
        {"filters": [{"propertyName": "lifecyclestage", "operator": "IN", "values": list(records.WON)}]},
        {"filters": [{"propertyName": "hs_lead_status", "operator": "IN", "values": list(records.LOST)}]},
    ],
    "deal": [{"filters": [{"propertyName": "hs_is_closed", "operator": "EQ", "value": "true"}]}],
}
"""Filters of records whose story has ended, so that it says something."""
Row = Mapping[str, Any]


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class HubSpot:
    """The Leads and Writes ports for HubSpot (CRM API v3, private app). `score` is the property of contacts that holds a lead score."""

    def __init__(self, http: Http, *, url: str, token: str, score: str = "", clock: Callable[[], datetime] = utc_now) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._auth = f"Bearer {token}"
        self._score = score
        self._clock = clock
        self._portal = ""

    async def account(self) -> Account:
        """Whom HubSpot takes the bot for. Raises Rejected, Unavailable; Invalid where the score has no property that can be written."""
        answer = await self._details()
        if self._score:
            await self._check_score()
        return Account(f"portal {self._portal}", clock_of(answer))

    async def read(self, name: str) -> Record:
        """One contact by its number, a deal by `deal/901`, a company by `company/801`."""
        kind, number = records.spelled(name)
        asked = {"properties": ",".join(self._asked(kind))} | ({"propertiesWithHistory": "dealstage"} if kind == "deal" else {})
        try:
            answer = await self._get(f"/crm/v3/objects/{records.KINDS[kind]}/{number}", asked)
        except NotFound:
            raise NotFound(f"HubSpot has no {kind} {number}, or the bot may not see it. Check the number.") from None
        if not isinstance(answer.data, Mapping):
            raise Invalid(f"HubSpot's answer is no {kind}.")
        [found] = await self._records(kind, [answer.data])
        return found

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:
        """Contacts by an e-mail address, or by words of their name or company. What was made some seconds ago is not found yet."""
        if "@" in words:
            exactly = {"propertyName": "email", "operator": "EQ", "value": words.strip()}
            asked: dict[str, Any] = {"filterGroups": [{"filters": [exactly]}]}
        else:
            asked = {"filterGroups": [], "query": words.strip()}
        return await self._records("contact", await self._search("contact", limit, **asked))

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Contacts that became customers or never will, or deals that are closed with the stages they went through; latest first."""
        if like.kind not in ENDED:
            return ()
        found = await self._search(like.kind, limit + 1, filterGroups=ENDED[like.kind])
        if like.kind == "deal":
            told = await self._batch("deal", [str(row.get("id")) for row in found], history=("dealstage",))
            by_number = records.by_id(told, "deal")
            found = [by_number.get(str(row.get("id")), row) for row in found]
        return [record for record in await self._records(like.kind, found) if record.id != like.id][:limit]

    async def reread(self, draft: Draft) -> Record:
        """The record as it is now."""
        return await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Change the record or add a note to it. HubSpot has no lock, so it is read once more right before. Raises Stale when it moved."""
        kind, number = records.spelled(draft.record.id)
        is_note = changes.is_note(draft)
        if is_note:
            method, path = "POST", "/crm/v3/objects/notes"
            body = changes.note(draft, number, at=self._clock().isoformat(timespec="milliseconds"))
        else:
            method, path = "PATCH", f"/crm/v3/objects/{records.KINDS[kind]}/{number}"
            body = changes.properties(draft, score=self._score)
        now = await self.reread(draft)
        if now.version != draft.record.version:
            raise Stale(f"stale: {kind} {number} changed at the very moment of writing.")
        try:
            await self._http.write(NAME, method, self._url + path, auth=self._auth, body=body)
        except Rejected as refused:
            if refused.status in (401, 403):
                raise
            raise Invalid(f"HubSpot refused the change: {changes.complaint(refused.data)}") from refused
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether a note carries this draft's mark, or the history of each property shows the value of this draft.

        Raises Unknown where HubSpot does not show them: then nobody can say.
        """
        kind, number = records.spelled(draft.record.id)
        if changes.is_note(draft):
            return await self._is_noted(draft, kind, number)
        names = ",".join(changes.properties(draft, score=self._score)["properties"])
        answer = await self._get(
            f"/crm/v3/objects/{records.KINDS[kind]}/{number}", {"properties": names, "propertiesWithHistory": names}
        )
        now = answer.data if isinstance(answer.data, Mapping) else {}
        if now.get("updatedAt") == draft.record.version:
            return False
        if (done := changes.is_done(now, draft, score=self._score)) is None:
            raise Unknown(f"HubSpot does not show what was done to {kind} {number}. Look at its history there.")
        return done

    async def _is_noted(self, draft: Draft, kind: str, number: str) -> bool:
        answer = await self._get(f"/crm/v3/objects/{records.KINDS[kind]}/{number}", {"associations": "notes"})
        linked = (answer.data.get("associations") or {}).get("notes") if isinstance(answer.data, Mapping) else None
        rows = linked.get("results") if isinstance(linked, Mapping) else []
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise Unknown(f"HubSpot does not show the notes of {kind} {number}. Look at them there.")
        ids = sorted({str(row.get("id")) for row in rows}, key=len, reverse=True)
        for start in range(0, len(ids), PAGE):
            if changes.is_noted(await self._batch("note", ids[start : start + PAGE]), draft):
                return True
        if isinstance(linked, Mapping) and linked.get("paging"):
            raise Unknown(f"HubSpot shows only some of the notes of {kind} {number}. Look for: {changes.mark(draft)}")
        return False

    async def _records(self, kind: str, rows: Sequence[Row]) -> list[Record]:
        if not rows:
            return []
        ids = records.company_ids(rows) if kind == "contact" else []
        around = Around.of(records.site(self._url), await self._where(), await self._owners(), await self._batch("company", ids))
        return [records.record(kind, row, around, score=self._score) for row in rows]

    async def _search(self, kind: str, limit: int, **asked: object) -> list[Row]:
        found: list[Row] = []
        body = {"sorts": [NEWEST[kind]], "properties": list(self._asked(kind)), "limit": min(limit, PAGE), "after": "0", **asked}
        while True:
            answer = await self._post(f"/crm/v3/objects/{records.KINDS[kind]}/search", body)
            found += part(answer)
            after = following(answer)
            if not after or len(found) >= limit:
                return found[:limit]
            body["after"] = after

    async def _batch(self, kind: str, ids: Sequence[str], *, history: Iterable[str] = ()) -> list[Row]:
        past, path = list(history), {**records.KINDS, "note": "notes"}[kind]
        names = ["hs_note_body"] if kind == "note" else list(self._asked(kind))
        size, found = WITH_HISTORY if past else PAGE, list[Row]()
        for start in range(0, len(ids), size):
            inputs = [{"id": number} for number in ids[start : start + size]]
            body = {"inputs": inputs, "properties": names, "propertiesWithHistory": past}
            found += part(await self._post(f"/crm/v3/objects/{path}/batch/read", body))
        return found

    async def _owners(self) -> list[Row]:
        found: list[Row] = []
        params = {"limit": str(PAGE)}
        for _ in range(MOST_PAGES):
            answer = await self._get("/crm/v3/owners/", params)
            found += part(answer)
            if not (after := following(answer)):
                break
            params["after"] = after
        return found

    async def _where(self) -> str:
        """The number of the account, which stands in the address of every page; it never changes."""
        if not self._portal:
            await self._details()
        return self._portal

    async def _details(self) -> Answer:
        answer = await self._get("/account-info/v3/details")
        portal = answer.data.get("portalId") if isinstance(answer.data, Mapping) else None
        if not portal:
            raise Invalid("HubSpot does not say whose account this is. Check that HUBSPOT_URL is the address of its API.")
        self._portal = str(portal)
        return answer

    async def _check_score(self) -> None:
        hint = f"[crm] hubspot_score_property = {self._score!r}"
        try:
            answer = await self._get(f"/crm/v3/properties/contacts/{self._score}")
        except NotFound:
            raise Invalid(f"HubSpot has no contact property for {hint}. Make it there, or leave that empty.") from None
        about = answer.data.get("modificationMetadata") if isinstance(answer.data, Mapping) else None
        if isinstance(about, Mapping) and about.get("readOnlyValue"):
            raise Invalid(f"HubSpot lets nobody write the property of {hint}. Choose a number property of your own.")

    def _asked(self, kind: str) -> tuple[str, ...]:
        return (*records.ASKED[kind], *((self._score,) if kind == "contact" and self._score else ()))

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return await self._http.read(NAME, self._url + path, auth=self._auth, params=params)

    async def _post(self, path: str, body: object) -> Answer:
        """A question that is asked with POST."""
        return await self._http.read(NAME, self._url + path, auth=self._auth, method="POST", body=body)


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


def connect(http: Http, settings: Settings, configuration: Configuration) -> HubSpot:
    """The door of this connector."""
    url, token = settings.value("HUBSPOT_URL"), settings.value("HUBSPOT_ACCESS_TOKEN")
    return HubSpot(http, url=url, token=token, score=configuration.crm.hubspot_score_property)
