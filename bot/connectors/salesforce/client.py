"""Salesforce over HTTP: read by id, e-mail or name, past records, guarded and marked write, read-back, what has changed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any

from bot.connectors.event import Event
from bot.connectors.salesforce import answers, events, kinds, records
from bot.connectors.salesforce.events import Checkpoint
from bot.connectors.salesforce.kinds import KINDS, Kind
from bot.connectors.salesforce.sign_in import NAME, signed_in
from bot.connectors.salesforce.soql import All, Begins, Condition, Either, Where, select
from bot.net.account import Account, clock_of
from bot.net.http import Answer, Http, Rejected
from bot.net.oauth import OAuth
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Stale
from handlers.models import Draft, Record

VERSION = "v60.0"
"""Of the API, where SALESFORCE_API_VERSION does not name one (Spring '24)."""
CHOICES = 5
"""Records that are offered where a name fits several."""
MOST_PAGES = 50
"""Pages of changes in one look, of 2000 records each."""
USER = frozenset({"Id", "Name"})
MARKED = frozenset({"Id", "Subject", "WhoId", "WhatId"})


class Salesforce:
    """The Leads and Writes ports for Salesforce (REST API of a connected app).

    `score` is the field in which a lead score stands; empty where there is none. It counts for the objects that have it.
    """

    def __init__(self, http: Http, auth: OAuth, *, url: str, version: str = VERSION, score: str = "") -> None:
        self._http = http
        self._auth = auth
        self._site = url.rstrip("/")
        self._root = f"/services/data/{version}"
        self._score = score
        self._scored: set[str] = set()

    async def account(self) -> Account:
        """Whom Salesforce takes the bot for. Raises Rejected, Unavailable."""
        user = (await self._auth.token()).identity.rpartition("/")[2]
        query = select("User", sorted(USER), known=USER, where=Condition("Id", "=", user))
        answer = await self._query(query)
        found = next(iter(rows(answer)), {})
        if not found.get("Name"):
            raise Invalid("Salesforce does not say whom it takes the bot for. Check SALESFORCE_TOKEN_URL and the app's user.")
        return Account(str(found["Name"]), clock_of(answer))

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

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:
        """People with this e-mail address or (the beginning of) this name, leads first; a converted lead is its contact now."""
        text = words.strip()
        if not text:
            raise Invalid("Type an id, an e-mail address or a name, for example: /lead mira@kestrelboats.example")
        by_email = kinds.EMAIL.fullmatch(text) is not None
        wanted = (
            Condition("Email", "=", text)
            if by_email
            else Either((Condition("Name", "=", text), Condition("Name", "LIKE", Begins(text))))
        )
        people = [kind for kind in KINDS if kind.is_person]
        lists = await asyncio.gather(*(self._found(kind, unconverted(kind, wanted), limit=limit) for kind in people))
        hits = [record for found in lists for record in found]
        exact = [record for record in hits if str(record.fields["name"]).casefold() == text.casefold()]
        return (exact or hits)[:limit]

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Records of the same kind whose story has ended, latest first; for a contact, too, the leads, for that is where stories end."""
        kind = kinds.of_word(like.kind)
        kind = kinds.LEAD if kind.is_person else kind
        where = All((ended(kind), Condition("Id", "!=", like.id)))
        return await self._found(kind, where, limit=limit, order=("LastModifiedDate DESC", "Id"))

    async def changes(self, word: str, since: Checkpoint) -> AsyncIterator[tuple[Event, Checkpoint]]:
        """What changed in one kind of record, oldest first, each with the checkpoint to keep once it has been dealt with."""
        known, order = frozenset(events.ASKED), ("SystemModstamp", "Id")
        query = select(kinds.of_word(word).object, events.ASKED, known=known, where=since.condition, order=order)
        answer = await self._query(query)
        here = since
        for _ in range(MOST_PAGES):
            for told, reached in events.news(rows(answer), here, word):
                here = reached
                yield told, here
            following = answer.data.get("nextRecordsUrl")
            if answer.data.get("done") is not False or not isinstance(following, str):
                return
            answer = await self._read(following)

    async def reread(self, draft: Draft) -> Record:
        """The record as it is now."""
        return await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Write the changes and the mark as one transaction. Raises Stale when the record moved.

        Salesforce's own guard knows whole seconds and not what automations do, so the exact stamp is compared right before.
        """
        kind = kinds.of_word(draft.record.kind)
        query = select(kind.object, kinds.STAMPS, known=frozenset(kinds.STAMPS), where=Condition("Id", "=", draft.record.id))
        now = next(iter(rows(await self._query(query))), None)
        if now is None:
            raise NotFound(f"Salesforce has no {kind.word} {draft.record.id} any more, or the bot may not see it.")
        if records.value(now, "SystemModstamp") != draft.record.version:
            raise Stale(f"stale: {draft.record.title} changed at the very moment of writing.")
        since, score = str(records.value(now, "LastModifiedDate")), await self._score_of(kind)
        body = records.composite(draft, kind, root=self._root, since=since, score=score)
        answer = await understood(self._http.write(NAME, "POST", self._at(f"{self._root}/composite"), auth=self._auth, body=body))
        if (trouble := answers.concluded(answer.data, name=draft.record.title)) is not None:
            raise trouble
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether a task on the record carries this draft's mark: it was made in the same transaction."""
        kind = kinds.of_word(draft.record.kind)
        where = All((Condition(kind.link, "=", draft.record.id), Condition("Subject", "=", records.mark(draft))))
        return bool(rows(await self._query(select("Task", ("Id",), known=MARKED, where=where, limit=1))))

    async def _found(self, kind: Kind, where: Where, *, limit: int, order: Sequence[str] = ("Id",)) -> Sequence[Record]:
        score = await self._score_of(kind)
        answer = await self._query(selected(kind, score, where, order=order, limit=limit))
        return [records.record(row, kind, site=self._site, score=score) for row in rows(answer)]

    async def _score_of(self, kind: Kind) -> str:
        """The field of a lead score, where this object has it. Raises Invalid for one that holds no number."""
        if not self._score or not kind.is_person:
            return ""
        if kind.object not in self._scored:
            answer = await self._read(f"{self._root}/sobjects/{kind.object}/describe")
            if not records.holds_score(answer.data, self._score):
                return ""
            self._scored.add(kind.object)
        return self._score

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
        raise answers.refused(rejection) from rejection


def selected(kind: Kind, score: str, where: Where, *, order: Sequence[str] = (), limit: int | None = None) -> str:
    """The query for everything that the bot knows of a kind."""
    asked = kind.asked(score)
    return select(kind.object, asked, known=frozenset(asked), where=where, order=order, limit=limit)


def rows(answer: Answer) -> list[Mapping[str, Any]]:
    """The records of a query's answer. Raises Invalid when they are not there."""
    found = answer.data.get("records") if isinstance(answer.data, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(row, Mapping) for row in found):
        raise Invalid("Salesforce's answer has no records; the bot cannot go on.")
    return found


def unconverted(kind: Kind, where: Where) -> Where:
    """The condition without leads that have become contacts."""
    return All((where, Condition("IsConverted", "=", False))) if kind is kinds.LEAD else where


def ended(kind: Kind) -> Where:
    """What tells a record whose story has ended."""
    if kind is kinds.LEAD:
        return Either((Condition("IsConverted", "=", True), Condition("Status", "LIKE", Begins("Closed"))))
    is_customer = Condition("Type", "LIKE", Begins(kinds.CUSTOMER))
    return Condition("IsClosed", "=", True) if kind is kinds.OPPORTUNITY else is_customer


def connect(http: Http, settings: Settings, configuration: Configuration) -> Salesforce:
    """The door of this connector."""
    version, score = settings.salesforce_api_version or VERSION, configuration.crm.salesforce_score_field
    return Salesforce(http, signed_in(http, settings), url=settings.salesforce_url, version=version, score=score)
