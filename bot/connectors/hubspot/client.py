"""HubSpot over HTTP: read, find, past records with their outcome, guarded write, read-back, what has changed."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.connectors.checkpoint import news
from bot.connectors.event import Event
from bot.connectors.hubspot import archive, changes, events, properties, records
from bot.connectors.hubspot.api import NAME, Api, Row
from bot.connectors.hubspot.archive import Checkpoint
from bot.connectors.hubspot.creation import mark
from bot.connectors.hubspot.making import Maker, is_marked
from bot.connectors.hubspot.records import Around
from bot.connectors.hubspot.several import each
from bot.connectors.hubspot.stages import Stages
from bot.net.account import Account, clock_of
from bot.net.auth import Auth, Bearer
from bot.net.http import Http
from bot.net.oauth import TokenEndpoint
from bot.net.rotation import Rotating
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Stale, Trouble, Unknown
from handlers.models import Draft, Record, Ref

TOKENS = "/oauth/v3/token"
"""Where an app gets its tokens."""
RENEW = (
    "An operator installs the app again and sets HUBSPOT_REFRESH_TOKEN, or corrects HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET."
)
"""What helps when HubSpot refuses them."""
ENDED = {
    "contact": [
        {"filters": [{"propertyName": "lifecyclestage", "operator": "IN", "values": list(records.WON)}]},
        {"filters": [{"propertyName": "hs_lead_status", "operator": "IN", "values": list(records.LOST)}]},
    ],
    "company": [{"filters": [{"propertyName": "lifecyclestage", "operator": "IN", "values": list(records.WON)}]}],
    "deal": [{"filters": [{"propertyName": "hs_is_closed", "operator": "EQ", "value": "true"}]}],
}
"""Filters of records whose story has ended, so that it says something."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class HubSpot:
    """The Crm and Writes ports for HubSpot (CRM API v3). `score` is the property of contacts that holds a lead score, `unique` the one
    of contacts, companies and deals that holds which draft made them; empty where there is none.
    """

    watched = tuple(records.KINDS)
    checkpoint = Checkpoint

    def __init__(self, api: Api, *, score: str = "", unique: str = "", clock: Callable[[], datetime] = utc_now) -> None:
        self._api = api
        self._score = score
        self._unique = unique
        self._clock = clock
        self._stages = Stages(api, clock)
        self._maker = Maker(api, unique=unique, clock=clock)

    async def account(self) -> Account:
        """Whom HubSpot takes the bot for. Raises Rejected, Unavailable; Invalid where a property of `bot.toml` cannot serve."""
        try:
            answer = await self._api.details()
        except NotFound:  # what it says of itself is no part of the CRM: who owns things proves the sign-in as well
            answer = await self._api.get("/crm/v3/owners/", {"limit": "1"})
        if self._score and (known := await self._api.properties("contact")) is not None:
            properties.check_score(known, self._score)
        for kind in properties.UNIQUE if self._unique else ():
            if (known := await self._api.properties(kind)) is not None:
                properties.check_unique(known, self._unique, kind)
        portal = await self._api.portal()
        return Account(f"portal {portal}" if portal else "an account without a number", clock_of(answer))

    async def read(self, name: str) -> Record:
        """One contact by its number, a deal by `deal/901`, a company by `company/801`."""
        kind, number = records.spelled(name)
        asked = {"properties": ",".join(self._asked(kind))} | (
            {"propertiesWithHistory": ",".join(records.PAST)} if kind == "deal" else {}
        )
        try:
            answer = await self._api.get(f"/crm/v3/objects/{records.KINDS[kind]}/{number}", asked)
        except NotFound:
            raise NotFound(f"HubSpot has no {kind} {number}, or the bot may not see it. Check the number.") from None
        if not isinstance(answer.data, Mapping):
            raise Invalid(f"HubSpot's answer is no {kind}.")
        [found] = await self._records(kind, [answer.data])
        return found

    async def several(self, names: Sequence[str]) -> Mapping[str, Record | Trouble]:
        """Many at once, each as `read` gives it or with what that would raise: a hundred of a kind are one request."""
        return await each(names, alone=self.read, batch=self._batch)

    async def find(self, words: str, *, limit: int, kind: str = "contact") -> Sequence[Record]:
        """Contacts by an e-mail address, companies by a domain, and everything that has a name by words of it.

        What was made some seconds ago is not found yet.
        """
        text = words.strip()
        exactly = {"contact": ("email", "@"), "company": ("domain", ".")}.get(kind)
        if exactly and exactly[1] in text and " " not in text:
            by = {"propertyName": exactly[0], "operator": "EQ", "value": text}
            return await self._records(kind, await self._search(kind, limit, filterGroups=[{"filters": [by]}]))
        return await self._records(kind, await self._search(kind, limit, filterGroups=[], query=text))

    async def companies(self, words: str, *, limit: int) -> Sequence[Record]:
        """Companies by their domain or their name."""
        return await self.find(words, limit=limit, kind="company")

    async def deals(self, words: str, *, limit: int) -> Sequence[Record]:
        """Deals by their name."""
        return await self.find(words, limit=limit, kind="deal")

    async def people(self, of: Record, *, limit: int) -> Sequence[Record]:
        """The contacts of a deal or a company, in the order of their numbers."""
        kind, number = records.spelled(of.id)
        ids, _ = await self._api.linked(kind, number, "contact") or ([], True)
        chosen = sorted(ids, key=lambda one: (len(one), one))[:limit]
        rows = await self._api.batch("contact", chosen, self._asked("contact")) if chosen else []
        return sorted(await self._records("contact", rows), key=lambda one: chosen.index(one.id))

    async def thread(self, of: Record, *, limit: int) -> Sequence[Record]:
        """E-mails that hang on a contact, a company or a deal, latest first."""
        kind, number = records.spelled(of.id)
        ids, _ = await self._api.linked(kind, number, "email") or ([], True)
        newest = sorted(ids, key=lambda one: (len(one), one), reverse=True)[:limit]
        rows = await self._api.batch("email", newest, self._asked("email")) if newest else []
        return sorted(await self._records("email", rows), key=lambda one: str(one.fields["at"]), reverse=True)

    async def owner(self, email: str) -> Ref | None:
        """Who owns things under this e-mail address; None where nobody does. Raises Unavailable."""
        wanted = email.strip().casefold()
        for row in await self._api.owners(wanted):
            if str(row.get("email")).casefold() == wanted:
                return Around.of("", "", [row]).owner(row["id"])
        return None

    async def changes(self, kind: str, since: Checkpoint) -> AsyncIterator[tuple[Event | None, Checkpoint]]:
        """What changed in one kind of object, oldest first, each with the checkpoint to keep once it has been dealt with; then what of it
        is gone, as far as a few pages of the archive tell.

        Changes are found by search, which lags some seconds behind; the next look goes back far enough to see what this one missed.
        """
        here = since
        async for rows in self._api.changed(kind, since.changes.since):
            for told, reached in news([events.sighting(kind, row) for row in rows], here.changes, f"hubspot.{kind}"):
                here = replace(here, changes=reached)
                yield told, here
        if here.is_due(now := self._clock()):
            async for gone, place in self._gone(kind, replace(here, sweep=here.sweep.begun(now)), now):
                yield gone, place

    async def _gone(self, kind: str, here: Checkpoint, now: datetime) -> AsyncIterator[tuple[Event | None, Checkpoint]]:
        """The news of some pages of the archive; behind each page a checkpoint alone."""
        for _ in range(archive.PAGES):
            rows, after = await self._api.archived(kind, here.sweep.after)
            for event in events.gone(kind, rows):
                if here.is_news(event.at):
                    yield event, here
            here = replace(here, sweep=here.sweep.to(after, now))
            yield None, here
            if not after:
                return

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Contacts that became customers or never will, companies that buy, or deals that are closed with the stages they went through;
        latest first.
        """
        if like.kind not in ENDED:
            return ()
        found = await self._search(like.kind, limit + 1, filterGroups=ENDED[like.kind])
        if like.kind == "deal":
            ids = [str(row.get("id")) for row in found]
            told = await self._api.batch("deal", ids, self._asked("deal"), history=records.PAST)
            by_number = records.by_id(told, "deal")
            found = [by_number.get(str(row.get("id")), row) for row in found]
        return [record for record in await self._records(like.kind, found) if record.id != like.id][:limit]

    async def reread(self, draft: Draft) -> Record:
        """The record as it is now; one that is still to be made is as the draft has it."""
        return draft.record if draft.record.is_new else await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Change the record, add a note to it, or make it. HubSpot has no lock, so it is read once more right before.

        Raises Stale when it moved.
        """
        if draft.record.is_new:
            return await self._maker.write(draft)
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
        if draft.record.is_new:
            return await self._maker.landed(draft)
        kind, number = records.spelled(draft.record.id)
        if changes.is_note(draft):
            return await is_marked(self._api, "note", (kind, number), mark(draft))
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

    async def _batch(self, kind: str, numbers: Sequence[str]) -> list[Record]:
        past = records.PAST if kind == "deal" else ()
        return await self._records(kind, await self._api.batch(kind, numbers, self._asked(kind), history=past))

    async def _records(self, kind: str, rows: Sequence[Row]) -> list[Record]:
        if not rows:
            return []
        ids = records.company_ids(rows) if kind == "contact" else []
        companies = await self._api.batch("company", ids, self._asked("company"))
        around = Around.of(records.site(self._api.url), await self._api.portal(), await self._api.everybody(), companies)
        if kind == "deal":
            around = replace(around, stages=await self._stages.labels())
        return [records.record(kind, row, around, score=self._score) for row in rows]

    async def _search(self, kind: str, limit: int, **asked: object) -> list[Row]:
        newest = {"sorts": [f"-{records.modified(kind)}"], "properties": list(self._asked(kind))}
        return await self._api.search(kind, {**newest, **asked}, most=limit)

    def _asked(self, kind: str) -> tuple[str, ...]:
        return (*records.ASKED[kind], *((self._score,) if kind == "contact" and self._score else ()))


def connect(http: Http, settings: Settings, configuration: Configuration) -> HubSpot:
    """The door of this connector."""
    api = Api(http, settings.value("HUBSPOT_URL"), signed_in(http, settings))
    crm = configuration.crm
    return HubSpot(api, score=crm.hubspot_score_property, unique=crm.hubspot_draft_property)


def signed_in(http: Http, settings: Settings) -> Auth:
    """The token of a private app, or those of a public one, which all processes share."""
    if not (refresh := settings.value("HUBSPOT_REFRESH_TOKEN")):
        return Bearer(settings.value("HUBSPOT_ACCESS_TOKEN"))
    where, secret = settings.value("HUBSPOT_URL").rstrip("/") + TOKENS, settings.value("HUBSPOT_CLIENT_SECRET")
    newest = secret.partition(",")[0].strip()
    endpoint = TokenEndpoint(http, NAME, where, client=settings.value("HUBSPOT_CLIENT_ID"), secret=newest, hint=RENEW)
    auth = Rotating(endpoint, http.tokens.of("hubspot", refresh))
    http.before_closing(auth.close)
    return auth
