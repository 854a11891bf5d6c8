"""HubSpot over HTTP: read, find, past records with their outcome, guarded write, read-back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connectors.hubspot import changes, records
from bot.connectors.hubspot.api import NAME, PAGE, Api, Row
from bot.connectors.hubspot.records import Around
from bot.net.account import Account, clock_of
from bot.net.auth import Auth, Bearer
from bot.net.http import Http
from bot.net.oauth import TokenEndpoint
from bot.net.rotation import Rotating
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Stale, Unknown
from handlers.models import Draft, Record

TOKENS = "/oauth/v3/token"
"""Where an app gets its tokens."""
RENEW = (
    "An operator installs the app again and sets HUBSPOT_REFRESH_TOKEN, or corrects HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET."
)
"""What helps when HubSpot refuses them."""
NEWEST = {"contact": "-lastmodifieddate", "deal": "-hs_lastmodifieddate"}
ENDED = {
    "contact": [
        {"filters": [{"propertyName": "lifecyclestage", "operator": "IN", "values": list(records.WON)}]},
        {"filters": [{"propertyName": "hs_lead_status", "operator": "IN", "values": list(records.LOST)}]},
    ],
    "deal": [{"filters": [{"propertyName": "hs_is_closed", "operator": "EQ", "value": "true"}]}],
}
"""Filters of records whose story has ended, so that it says something."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class HubSpot:
    """The Leads and Writes ports for HubSpot (CRM API v3). `score` is the property of contacts that holds a lead score."""

    def __init__(self, api: Api, *, score: str = "", clock: Callable[[], datetime] = utc_now) -> None:
        self._api = api
        self._score = score
        self._clock = clock

    async def account(self) -> Account:
        """Whom HubSpot takes the bot for. Raises Rejected, Unavailable; Invalid where the score has no property that can be written."""
        answer = await self._api.details()
        if self._score:
            await self._check_score()
        return Account(f"portal {await self._api.portal()}", clock_of(answer))

    async def read(self, name: str) -> Record:
        """One contact by its number, a deal by `deal/901`, a company by `company/801`."""
        kind, number = records.spelled(name)
        asked = {"properties": ",".join(self._asked(kind))} | ({"propertiesWithHistory": "dealstage"} if kind == "deal" else {})
        try:
            answer = await self._api.get(f"/crm/v3/objects/{records.KINDS[kind]}/{number}", asked)
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
            ids = [str(row.get("id")) for row in found]
            told = await self._api.batch("deal", ids, self._asked("deal"), history=("dealstage",))
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
        await self._api.write(method, path, body)
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether a note carries this draft's mark, or the history of each property shows the value of this draft.

        Raises Unknown where HubSpot does not show them: then nobody can say.
        """
        kind, number = records.spelled(draft.record.id)
        if changes.is_note(draft):
            return await self._is_noted(draft, kind, number)
        names = ",".join(changes.properties(draft, score=self._score)["properties"])
        answer = await self._api.get(
            f"/crm/v3/objects/{records.KINDS[kind]}/{number}", {"properties": names, "propertiesWithHistory": names}
        )
        now = answer.data if isinstance(answer.data, Mapping) else {}
        if now.get("updatedAt") == draft.record.version:
            return False
        if (done := changes.is_done(now, draft, score=self._score)) is None:
            raise Unknown(f"HubSpot does not show what was done to {kind} {number}. Look at its history there.")
        return done

    async def _is_noted(self, draft: Draft, kind: str, number: str) -> bool:
        answer = await self._api.get(f"/crm/v3/objects/{records.KINDS[kind]}/{number}", {"associations": "notes"})
        linked = (answer.data.get("associations") or {}).get("notes") if isinstance(answer.data, Mapping) else None
        rows = linked.get("results") if isinstance(linked, Mapping) else []
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise Unknown(f"HubSpot does not show the notes of {kind} {number}. Look at them there.")
        ids = sorted({str(row.get("id")) for row in rows}, key=len, reverse=True)
        for start in range(0, len(ids), PAGE):
            if changes.is_noted(await self._api.batch("note", ids[start : start + PAGE], ["hs_note_body"]), draft):
                return True
        if isinstance(linked, Mapping) and linked.get("paging"):
            raise Unknown(f"HubSpot shows only some of the notes of {kind} {number}. Look for: {changes.mark(draft)}")
        return False

    async def _records(self, kind: str, rows: Sequence[Row]) -> list[Record]:
        if not rows:
            return []
        ids = records.company_ids(rows) if kind == "contact" else []
        companies = await self._api.batch("company", ids, self._asked("company"))
        around = Around.of(records.site(self._api.url), await self._api.portal(), await self._api.owners(), companies)
        return [records.record(kind, row, around, score=self._score) for row in rows]

    async def _search(self, kind: str, limit: int, **asked: object) -> list[Row]:
        newest = {"sorts": [NEWEST[kind]], "properties": list(self._asked(kind))}
        return await self._api.search(kind, {**newest, **asked}, most=limit)

    async def _check_score(self) -> None:
        hint = f"[crm] hubspot_score_property = {self._score!r}"
        try:
            answer = await self._api.get(f"/crm/v3/properties/contacts/{self._score}")
        except NotFound:
            raise Invalid(f"HubSpot has no contact property for {hint}. Make it there, or leave that empty.") from None
        about = answer.data.get("modificationMetadata") if isinstance(answer.data, Mapping) else None
        if isinstance(about, Mapping) and about.get("readOnlyValue"):
            raise Invalid(f"HubSpot lets nobody write the property of {hint}. Choose a number property of your own.")

    def _asked(self, kind: str) -> tuple[str, ...]:
        return (*records.ASKED[kind], *((self._score,) if kind == "contact" and self._score else ()))


def connect(http: Http, settings: Settings, configuration: Configuration) -> HubSpot:
    """The door of this connector."""
    api = Api(http, settings.hubspot_url, signed_in(http, settings))
    return HubSpot(api, score=configuration.crm.hubspot_score_property)


def signed_in(http: Http, settings: Settings) -> Auth:
    """The token of a private app, or those of a public one, which all processes share."""
    refresh = settings.hubspot_refresh_token.get_secret_value()
    if not refresh:
        return Bearer(settings.hubspot_access_token.get_secret_value())
    secret = settings.hubspot_client_secret.get_secret_value().partition(",")[0].strip()
    where = settings.hubspot_url.rstrip("/") + TOKENS
    endpoint = TokenEndpoint(http, NAME, where, client=settings.hubspot_client_id, secret=secret, hint=RENEW)
    auth = Rotating(endpoint, http.tokens.of("hubspot", refresh))
    http.before_closing(auth.close)
    return auth
