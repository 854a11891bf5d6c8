"""Zendesk over HTTP: read, search, past tickets, macros, what has changed, guarded update, new tickets made once, read-back."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from bot.connectors.event import Event
from bot.connectors.zendesk import comments, creation, events, macros, records
from bot.connectors.zendesk.events import Checkpoint
from bot.connectors.zendesk.records import Names
from bot.connectors.zendesk.search import MOST, Wanted, query
from bot.connectors.zendesk.site import PAGE, Row, Site, part
from bot.net.account import Account, clock_of
from bot.net.http import Http, Rejected
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Unknown
from handlers.models import Change, Draft, Record, Ref
from handlers.tickets import Comment

MOST_PAGES = 10
"""Pages of a ticket's history that are read to find our own update, and of comments and macros."""
MOST_NEWS = 50
"""Pages of changes in one look."""
NEWEST = {"sort_by": "updated_at", "sort_order": "desc"}


class Zendesk:
    """The Records and Writes ports for Zendesk Support (API v2, API token of an agent).

    One draft is one update of a ticket, its words included: for colleagues, unless `visibility` was chosen to be public; or a whole
    new ticket (`Record.new("zendesk", "ticket")`).
    """

    watched = ("ticket",)
    checkpoint = events.Checkpoint

    def __init__(self, http: Http, *, url: str, email: str, token: str) -> None:
        self._site = Site(http, url=url, email=email, token=token)

    async def account(self) -> Account:
        """Whom Zendesk takes the bot for. Raises Rejected, Unavailable; Invalid where it knows nobody, which it says with a 200."""
        answer = await self._site.get("/users/me")
        user = answer.data.get("user") if isinstance(answer.data, Mapping) else None
        if not isinstance(user, Mapping) or not user.get("id"):
            raise Invalid("Zendesk does not know the bot's account. Renew ZENDESK_EMAIL and ZENDESK_API_TOKEN.")
        return Account(str(user.get("name") or user["id"]), clock_of(answer))

    async def read(self, name: str) -> Record:
        """One ticket by its number, with what the customer has added since.

        What was said is read after the ticket: its words may be newer than its version, never older, and what is drawn up from them is
        stale then, and not wrong.
        """
        identity = records.number(name)
        try:
            answer = await self._site.get(f"/tickets/{identity}")
            payload = answer.data.get("ticket") if isinstance(answer.data, Mapping) else None
            if not isinstance(payload, Mapping):
                raise Invalid("Zendesk's answer has no ticket; the bot cannot go on.")
            thread, names = await asyncio.gather(self._said(identity), self._names([payload]))
        except NotFound:
            raise NotFound(f"Zendesk has no ticket {identity}, or the bot may not see it. Check the number.") from None
        return records.ticket(payload, names=names, site=self._site.url, comments=thread)

    async def search(self, wanted: Wanted, *, limit: int) -> Sequence[Record]:
        """Up to `limit` tickets that hold what is wanted, the last changed first. Raises Invalid for what cannot be asked."""
        return await self._records(query(wanted), limit=limit)

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Tickets that were solved, latest first."""
        return await self._records("type:ticket status>=solved", limit=limit, without=like.id)

    async def comments(self, name: str) -> Sequence[Comment]:
        """What was said on a ticket, oldest first: a thousand at most, private notes among them."""
        number = records.number(name)
        try:
            found = await self._said(number)
        except NotFound:
            raise NotFound(f"Zendesk has no ticket {number}, or the bot may not see it. Check the number.") from None
        names = await self._names([{"requester_id": one.get("author_id")} for one in found])
        return [comments.comment(one, names) for one in found]

    async def macro(self, name: str, ticket: Record) -> tuple[Change, ...]:
        """What the macro with this name would make of a ticket, as changes to propose. It changes nothing by itself.

        Raises NotFound for a name that there is not, Invalid for one that several have or for words that are not ready to be signed.
        """
        number = macros.chosen(await self._macros(), name)
        return await self._filled(number, ticket)

    async def macros(self) -> Sequence[Record]:
        """The macros that the bot may use, a thousand at most, each with how often it was used lately where Zendesk says so."""
        return [macros.record(one) for one in await self._macros()]

    async def filled(self, macro: Record, ticket: Record) -> Sequence[Change]:
        """What this macro would make of a ticket; see `macro`."""
        return await self._filled(macro.id, ticket)

    async def users(self, words: str) -> Sequence[Ref]:
        """Agents and customers by a name or an e-mail address, a hundred at most: whom a new ticket may be of."""
        if not words.strip():
            raise Invalid("Type a name or an e-mail address to look for in Zendesk.")
        found = Names(part(await self._site.get("/users/search", {"query": words.strip()}), "users"))
        return [ref for number in found.users if (ref := found.user(number)) is not None]

    async def groups(self) -> Sequence[Ref]:
        """The groups that a ticket may be given to."""
        found = Names((), await self._all("/groups", "groups"))
        return [ref for number in found.groups if (ref := found.group(number)) is not None]

    async def changes(self, word: str, since: Checkpoint) -> AsyncIterator[tuple[Event, Checkpoint]]:
        """What changed in tickets, oldest first, each with the checkpoint to keep once it has been dealt with.

        Within a page that is the one before the page: who stops there is told some of them again, under the same ids.
        """
        if word != "ticket":
            raise Invalid(f"The bot does not look for changes of {word[:40]} in Zendesk.")
        here = since
        for _ in range(MOST_NEWS):
            answer = await self._site.get("/incremental/tickets/cursor", here.params)
            found, reached, is_last = events.exported(answer.data, here)
            for place, event in enumerate(found, 1):
                yield event, reached if place == len(found) else here
            if is_last or reached.cursor == here.cursor:
                return
            here = reached

    async def reread(self, draft: Draft) -> Record:
        """The ticket as it is now; a new one as it was drawn up."""
        return draft.record if draft.record.is_new else await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Update the ticket under Zendesk's own guard, or make it. Raises Stale when it moved."""
        if draft.record.is_new:
            return await self._create(draft)
        number = draft.record.id
        await self._site.send("PUT", f"/tickets/{number}", records.update(draft), what=f"ticket {number}")
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether an audit of the ticket carries this draft's mark, or its words or values stand there; for a new one, whether it is there.

        Raises Unknown where the audits cannot be read, or do not tell whose update it was, and nothing else proves it: then nobody
        can say.
        """
        if draft.record.is_new:
            return bool(part(await self._site.get("/tickets", {"external_id": creation.name(draft)}), "tickets"))
        now = await self.reread(draft)
        has_moved = now.version != draft.record.version  # a version is a second: ours may have been written in the very same one
        audits = await self._audits(draft.record.id)
        if audits is not None and (records.is_marked(audits, draft) or (has_moved and await self._is_mine(audits, draft))):
            return True
        newest = await self._newest(draft.record.id)  # a page holds 100: ours is among the last
        if records.is_said(newest, draft):
            return True
        if audits is None and has_moved:
            if records.is_as_asked(now, draft):
                return True
            raise Unknown(f"Zendesk does not show what was done to ticket {draft.record.id}. Look at its history there.")
        return False

    async def _is_mine(self, audits: Sequence[Mapping[str, Any]], draft: Draft) -> bool:
        """Whether the bot's own account made an unmarked update that did what the draft asked for; a person may have done the same."""
        authors = records.doers(audits, draft)
        if not authors:
            return False
        me = await self._me()
        if me and None not in authors:
            return me in authors
        raise Unknown(f"Zendesk does not say who changed ticket {draft.record.id}. Look at its history there.")

    async def _me(self) -> str:
        """The id of the bot's account; empty where Zendesk does not say."""
        answer = await self._site.get("/users/me")
        user = answer.data.get("user") if isinstance(answer.data, Mapping) else None
        return str(user.get("id") or "") if isinstance(user, Mapping) else ""

    async def _macros(self) -> list[Row]:
        return await self._all("/macros/active", "macros", more={"include": macros.USAGE})

    async def _said(self, number: str) -> list[Row]:
        """What was said on a ticket, oldest first: a thousand comments at most."""
        return await self._all(f"/tickets/{number}/comments", "comments")

    async def _all(self, path: str, name: str, *, more: Mapping[str, str] | None = None) -> list[Row]:
        """A whole list, as far as MOST_PAGES reach."""
        found: list[Row] = []
        async for page, _ in self._site.pages(path, name, most=MOST_PAGES, more=more):
            found += page
        return found

    async def _filled(self, number: str, ticket: Record) -> tuple[Change, ...]:
        path = f"/tickets/{records.number(ticket.id)}/macros/{records.number(number)}/apply"
        answer = await self._site.get(path)
        return macros.changes(answer.data, ticket, await self._names([macros.becomes(answer.data)]))

    async def _create(self, draft: Draft) -> str:
        sent = await self._site.send("POST", "/tickets", creation.body(draft), what="the ticket", headers=creation.headers(draft))
        if (number := creation.number_of(sent.data)) is None:
            raise Unknown("Zendesk did not say what became of the new ticket")
        return f"{self._site.url}/agent/tickets/{number}"

    async def _audits(self, identity: str) -> Sequence[Row] | None:
        """Every update of the ticket, oldest first; None where they cannot be read to the end."""
        found: list[Row] = []
        try:
            async for page, is_last in self._site.pages(f"/tickets/{identity}/audits", "audits", most=MOST_PAGES):
                found += page
                if is_last:
                    return found
        except (NotFound, Rejected):
            return None
        return None

    async def _newest(self, identity: str) -> Sequence[Row]:
        return part(await self._site.get(f"/tickets/{identity}/comments", {"sort_order": "desc"}), "comments")

    async def _records(self, asked: str, *, limit: int, without: str = "") -> Sequence[Record]:
        found: list[Row] = []
        for page in range(1, MOST // PAGE + 1):
            params = {"query": asked, **NEWEST, "page": str(page), "per_page": str(PAGE)}
            answer = await self._site.get("/search", params)
            found += [each for each in part(answer, "results") if str(each.get("id")) != without]
            if len(found) >= limit or not answer.data.get("next_page"):
                break
        names = await self._names(found[:limit])
        return [records.ticket(each, names=names, site=self._site.url) for each in found[:limit]]

    async def _names(self, tickets: Iterable[Mapping[str, Any]]) -> Names:
        wanted = sorted({str(t[who]) for t in tickets for who in ("requester_id", "assignee_id") if t.get(who)})
        asked = ({"ids": ",".join(wanted[start : start + PAGE])} for start in range(0, len(wanted), PAGE))
        groups, users = await asyncio.gather(
            self._all("/groups", "groups"), asyncio.gather(*(self._site.get("/users/show_many", some) for some in asked))
        )
        return Names([row for answer in users for row in part(answer, "users")], groups)


def connect(http: Http, settings: Settings, _configuration: Configuration) -> Zendesk:
    """The door of this connector."""
    url, email, token = (settings.value(name) for name in ("ZENDESK_URL", "ZENDESK_EMAIL", "ZENDESK_API_TOKEN"))
    return Zendesk(http, url=url, email=email, token=token)
