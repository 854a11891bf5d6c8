"""Salesforce over HTTP: read by id, e-mail or name, past records, guarded and marked write, read-back, what has changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.connectors.checkpoint import Checkpoint, news
from bot.connectors.event import Event
from bot.connectors.salesforce import answers, creation, events, kinds, records
from bot.connectors.salesforce.kinds import KINDS, Kind
from bot.connectors.salesforce.sign_in import NAME, signed_in
from bot.connectors.salesforce.soql import All, Begins, Condition, Either, Where, select
from bot.net.account import Account, clock_of
from bot.net.http import Answer, Http, Rejected
from bot.net.oauth import OAuth
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Stale
from handlers.models import Draft, Record, shown

VERSION = "v60.0"
"""Of the API, where SALESFORCE_API_VERSION does not name one (Spring '24)."""
CHOICES = 5
"""Records that are offered where a name fits several."""
MOST_PAGES = 50
"""Pages in one look, of 2000 records each, that hold a change which was not told yet."""
MOST_LOOKS = 500
"""Pages in one look, those of the overlap included: a million records."""
USER = frozenset({"Id", "Name"})
MARKED = frozenset({"Id", "Subject", "WhoId", "WhatId", "Description"})
NAMELESS = "an account without a name"


class Salesforce:
    """The Crm and Writes ports for Salesforce (REST API of a connected app).

    `score` is the field in which a lead score stands, `external` the one that holds which draft made a record; each is empty where there is
    none, and counts for the objects that have it.
    """

    watched = tuple(kind.word for kind in kinds.KINDS)
    checkpoint = Checkpoint

    def __init__(self, http: Http, auth: OAuth, *, url: str, version: str = VERSION, score: str = "", external: str = "") -> None:
        self._http = http
        self._auth = auth
        self._site = url.rstrip("/")
        self._root = f"/services/data/{version}"
        self._score = score
        self._external = external
        self._has: dict[tuple[str, str], bool] = {}

    async def account(self) -> Account:
        """Whom Salesforce takes the bot for: nobody by name where it does not tell, and takes its sign-in all the same. Raises Rejected, Unavailable."""
        user = (await self._auth.token()).identity.rpartition("/")[2]
        if not user:
            return Account(NAMELESS, clock_of(await self._read(f"{self._root}/limits")))
        query = select("User", sorted(USER), known=USER, where=Condition("Id", "=", user))
        answer = await self._query(query)
        found = next(iter(rows(answer)), {})
        return Account(str(found.get("Name") or NAMELESS), clock_of(answer))

    async def read(self, name: str) -> Record:
        """One record by its id, the address of its page, an e-mail address or a name; Invalid where several fit."""
        known = kinds.of_id(name)
        if known is None:
            found = await self.find(name, limit=CHOICES + 1)
        else:
            found = await self._found(known[0], Condition("Id", "=", known[1]), limit=1)
        if not found:
            raise NotFound(f"Salesforce has no {name.strip()[:80]}, or the bot may not see it. Check the id or the spelling.")
        if len(found) > 1:
            choice = ", ".join(f"{one.id} ({one.kind} {one.title})" for one in found[:CHOICES])
            raise Invalid(f"Several records are called {name.strip()[:80]}. Take one by its id: {choice}.")
        return found[0]

    async def find(self, words: str, *, limit: int, kind: str = "") -> Sequence[Record]:
        """People with this e-mail address or (the beginning of) this name, leads first; a converted lead is its contact now.

        With a kind, records of that kind only.
        """
        text = words.strip()
        if not text:
            raise Invalid("Type an id, an e-mail address or a name, for example: /lead mira@kestrelboats.example")
        asked = [kinds.of_word(kind)] if kind else [one for one in KINDS if one.is_person]
        lists = await asyncio.gather(*(self._found(one, unconverted(one, called(one, text)), limit=limit) for one in asked))
        hits = [record for found in lists for record in found]
        exact = [record for record in hits if str(record.fields["name"]).casefold() == text.casefold()]
        return (exact or hits)[:limit]

    async def companies(self, words: str, *, limit: int) -> Sequence[Record]:
        """Accounts by (the beginning of) their name."""
        return await self.find(words, limit=limit, kind=kinds.ACCOUNT.word)

    async def deals(self, words: str, *, limit: int) -> Sequence[Record]:
        """Opportunities by (the beginning of) their name."""
        return await self.find(words, limit=limit, kind=kinds.OPPORTUNITY.word)

    async def people(self, of: Record, *, limit: int) -> Sequence[Record]:
        """The contacts of an account, or of the account that an opportunity belongs to."""
        account = of.id if of.kind == kinds.ACCOUNT.word else shown(of.fields.get("account"))
        return await self._found(kinds.CONTACT, Condition(kinds.ABOVE, "=", account), limit=limit) if account else ()

    async def thread(self, of: Record, *, limit: int) -> Sequence[Record]:
        """E-mails that were logged on a record, latest first."""
        link = kinds.of_word(of.kind).link
        where = All((Condition(link, "=", of.id), Condition("Subject", "LIKE", Begins(kinds.LOGGED))))
        return await self._found(kinds.TASK, where, limit=limit, order=("LastModifiedDate DESC", "Id"))

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Records of the same kind whose story has ended, latest first; for a contact, too, the leads, for that is where stories end."""
        kind = kinds.of_word(like.kind)
        kind = kinds.LEAD if kind.is_person else kind
        where = All((ended(kind), Condition("Id", "!=", like.id)))
        return await self._found(kind, where, limit=limit, order=("LastModifiedDate DESC", "Id"))

    async def changes(self, word: str, since: Checkpoint) -> AsyncIterator[tuple[Event, Checkpoint]]:
        """What changed in one kind of record, oldest first, each with the checkpoint to keep once it has been dealt with.

        What lies in the recycle bin is among it, as far as the bot's user may see that.
        """
        known, order = frozenset(events.ASKED), ("SystemModstamp", "Id")
        query = select(
            kinds.of_word(word).object,
            events.ASKED,
            known=known,
            where=Condition("SystemModstamp", ">=", since.since),
            order=order,
        )
        answer = await self._read(f"{self._root}/queryAll", {"q": query})
        here, pages = since, 0
        for _ in range(MOST_LOOKS):
            before = here
            for told, reached in news(map(events.sighting, rows(answer)), here, f"salesforce.{word}"):
                here = reached
                yield told, here
            pages += here is not before
            following = answer.data.get("nextRecordsUrl")
            if pages == MOST_PAGES or answer.data.get("done") is not False or not isinstance(following, str):
                return
            answer = await self._read(following)

    async def reread(self, draft: Draft) -> Record:
        """The record as it is now; one that is still to be made is as the draft has it."""
        return draft.record if draft.record.is_new else await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Write the changes and the mark as one transaction. Raises Stale when the record moved.

        Salesforce's own guard knows whole seconds and not what automations do, so the exact stamp is compared right before.
        """
        if draft.record.is_new:
            return await self._make(draft)
        kind = kinds.of_word(draft.record.kind)
        query = select(kind.object, kinds.STAMPS, known=frozenset(kinds.STAMPS), where=Condition("Id", "=", draft.record.id))
        now = next(iter(rows(await self._query(query))), None)
        if now is None:
            raise NotFound(f"Salesforce has no {kind.word} {draft.record.id} any more, or the bot may not see it.")
        if records.needed(now, "SystemModstamp") != draft.record.version:
            raise Stale(f"stale: {draft.record.title} changed at the very moment of writing.")
        since, score = records.needed(now, "LastModifiedDate"), await self._score_of(kind)
        body = records.composite(draft, kind, root=self._root, since=since, score=score)
        await self._compose(body, draft.record.title)
        return draft.record.url

    async def _make(self, draft: Draft) -> str:
        """The address of a new record."""
        kind = kinds.of_word(draft.record.kind)
        score, external = await self._score_of(kind), await self._external_of(kind)
        body = creation.composite(draft, kind, root=self._root, score=score, external=external)
        made = answers.made(await self._compose(body, draft.record.name))
        return records.page(self._site, kind, made)

    async def _compose(self, body: Mapping[str, Any], name: str) -> object:
        """Send several parts as one; all of them took effect, or what became of them is raised."""
        sent = self._http.write(NAME, "POST", self._at(f"{self._root}/composite"), auth=self._auth, body=body)
        answer = await understood(sent)
        if (trouble := answers.concluded(answer.data, name=name)) is not None:
            raise trouble
        return answer.data

    async def landed(self, draft: Draft) -> bool:
        """Whether a task on the record carries this draft's mark: it was made in the same transaction.

        A task carries it itself, and so does a new record where it has a field for that.
        """
        kind = kinds.of_word(draft.record.kind)
        if draft.record.is_new:
            external = await self._external_of(kind)
            source, where = creation.found_by(draft, kind, external=external)
            known = MARKED | {external or "Id"}
            return bool(rows(await self._query(select(source, ("Id",), known=known, where=where, limit=1))))
        if kind is kinds.TASK:
            where = Condition("Id", "=", draft.record.id)
            found = rows(await self._query(select("Task", ("Description",), known=MARKED, where=where, limit=1)))
            return any(records.mark(draft) in str(records.value(row, "Description")) for row in found)
        where = All((Condition(kind.link, "=", draft.record.id), Condition("Subject", "=", records.mark(draft))))
        return bool(rows(await self._query(select("Task", ("Id",), known=MARKED, where=where, limit=1))))

    async def _found(self, kind: Kind, where: Where, *, limit: int, order: Sequence[str] = ("Id",)) -> Sequence[Record]:
        score = await self._score_of(kind)
        answer = await self._query(selected(kind, score, where, order=order, limit=limit))
        return [records.record(row, kind, site=self._site, score=score) for row in rows(answer)]

    async def _score_of(self, kind: Kind) -> str:
        """The field of a lead score, where this object has it. Raises Invalid for one that holds no number."""
        return self._score if kind.is_person and await self._with(kind, self._score, records.holds_score) else ""

    async def _external_of(self, kind: Kind) -> str:
        """The field of a draft, where this object has it. Raises Invalid for one that is no external id."""
        return self._external if await self._with(kind, self._external, records.holds_key) else ""

    async def _with(self, kind: Kind, field: str, holds: Callable[[object, str], bool]) -> bool:
        """Whether an object has a field, which is asked until it has."""
        if field and not self._has.get((kind.object, field)):
            answer = await self._read(f"{self._root}/sobjects/{kind.object}/describe")
            self._has[kind.object, field] = holds(answer.data, field)
        return bool(field) and self._has[kind.object, field]

    async def _query(self, soql: str) -> Answer:
        return await self._read(f"{self._root}/query", {"q": soql})

    async def _read(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return await understood(self._http.read(NAME, self._at(path), auth=self._auth, params=params))

    def _at(self, path: str) -> str:
        """An address on the organisation's own site. Raises Invalid for a path that leads elsewhere."""
        if not path.startswith("/services/data/"):
            raise Invalid("Salesforce's answer leads to an address that is not its own; the bot does not follow.")
        return f"{self._site}{path}"


async def understood(sent: Awaitable[Answer]) -> Answer:
    """An answer, or what a refusal means in Salesforce's words."""
    try:
        return await sent
    except Rejected as rejection:
        if (meant := answers.refused(rejection)) is rejection:
            raise
        raise meant from rejection


def selected(kind: Kind, score: str, where: Where, *, order: Sequence[str] = (), limit: int | None = None) -> str:
    """The query for everything that the bot knows of a kind."""
    asked = kind.asked(score)
    return select(kind.object, asked, known=frozenset((*asked, kinds.ABOVE)), where=where, order=order, limit=limit)


def rows(answer: Answer) -> list[Mapping[str, Any]]:
    """The records of a query's answer. Raises Invalid when they are not there."""
    found = answer.data.get("records") if isinstance(answer.data, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise Invalid("Salesforce's answer has no records; the bot cannot go on.")
    return found


def called(kind: Kind, text: str) -> Where:
    """The condition for people of an e-mail address, or for records with (the beginning of) a name."""
    if kind.is_person and kinds.EMAIL.fullmatch(text) is not None:
        return Condition("Email", "=", text)
    name = kind.fields["name"]
    return Either((Condition(name, "=", text), Condition(name, "LIKE", Begins(text))))


def unconverted(kind: Kind, where: Where) -> Where:
    """The condition without leads that have become contacts."""
    return All((where, Condition("IsConverted", "=", False))) if kind is kinds.LEAD else where


def ended(kind: Kind) -> Where:
    """What tells a record whose story has ended."""
    if kind is kinds.LEAD:
        return Either((Condition("IsConverted", "=", True), Condition("Status", "LIKE", Begins("Closed"))))
    is_customer = Condition("Type", "LIKE", Begins(kinds.CUSTOMER))
    return Condition("IsClosed", "=", True) if kind in (kinds.OPPORTUNITY, kinds.TASK) else is_customer


def connect(http: Http, settings: Settings, configuration: Configuration) -> Salesforce:
    """The door of this connector."""
    version, crm = settings.value("SALESFORCE_API_VERSION") or VERSION, configuration.crm
    fields = {"score": crm.salesforce_score_field, "external": crm.salesforce_draft_field}
    return Salesforce(http, signed_in(http, settings), url=settings.value("SALESFORCE_URL"), version=version, **fields)
