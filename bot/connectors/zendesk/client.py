"""Zendesk over HTTP: read, past tickets, guarded update, read-back."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.connectors.zendesk import records
from bot.connectors.zendesk.records import Names
from bot.net.account import Account, clock_of
from bot.net.http import Answer, Http, Rejected
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Stale, Unknown
from handlers.models import Draft, Record

NAME = "Zendesk"
PAGE = 100
"""Tickets and users a page: the vendor's own maximum."""
MOST_PAGES = 10
"""Pages of a ticket's history that are read to find our own update."""
CONFLICT = 409


class Zendesk:
    """The Records and Writes ports for Zendesk Support (API v2, API token of an agent)."""

    def __init__(self, http: Http, *, url: str, email: str, token: str) -> None:
        self._http = http
        self._site = url.rstrip("/")
        self._auth = "Basic " + base64.b64encode(f"{email}/token:{token}".encode()).decode()

    async def account(self) -> Account:
        """Whom Zendesk takes the bot for. Raises Rejected, Unavailable; Invalid where it knows nobody, which it says with a 200."""
        answer = await self._get("/users/me")
        user = answer.data.get("user") if isinstance(answer.data, Mapping) else None
        if not isinstance(user, Mapping) or not user.get("id"):
            raise Invalid("Zendesk does not know the bot's account. Renew ZENDESK_EMAIL and ZENDESK_API_TOKEN.")
        return Account(str(user.get("name") or user["id"]), clock_of(answer))

    async def read(self, name: str) -> Record:
        """One ticket by its number, with what the customer has added since."""
        identity = records.number(name)
        try:
            answer = await self._get(f"/tickets/{identity}")
            comments = await self._comments(identity)
        except NotFound:
            raise NotFound(f"Zendesk has no ticket {identity}, or the bot may not see it. Check the number.") from None
        payload = answer.data.get("ticket") if isinstance(answer.data, Mapping) else None
        if not isinstance(payload, Mapping):
            raise Invalid("Zendesk's answer has no ticket; the bot cannot go on.")
        return records.ticket(payload, names=await self._names([payload]), site=self._site, comments=comments)

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Tickets that were solved, latest first."""
        found: list[Mapping[str, Any]] = []
        for page in range(1, -(-limit // PAGE) + 1):
            params = {
                "query": "type:ticket status>=solved",
                "sort_by": "updated_at",
                "sort_order": "desc",
                "page": str(page),
                "per_page": str(PAGE),
            }
            results = part(await self._get("/search", params), "results")
            found += [each for each in results if str(each.get("id")) != like.id]
            if len(results) < PAGE:
                break
        names = await self._names(found[:limit])
        return [records.ticket(each, names=names, site=self._site) for each in found[:limit]]

    async def reread(self, draft: Draft) -> Record:
        """The ticket as it is now."""
        return await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Update the ticket under Zendesk's own guard. Raises Stale when it moved."""
        address = self._at(f"/tickets/{draft.record.id}")
        try:
            await self._http.write(NAME, "PUT", address, auth=self._auth, body=records.update(draft))
        except Rejected as refused:
            if refused.status == CONFLICT:
                raise Stale(f"stale: ticket {draft.record.id} changed at the very moment of writing.") from refused
            if refused.status in (401, 403):
                raise
            raise Invalid(f"Zendesk refused the change: {records.complaint(refused.data)}") from refused
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether an audit of the ticket carries this draft's mark, or its words or values stand there.

        Raises Unknown where the audits cannot be read and nothing else proves it: then nobody can say.
        """
        now = await self.reread(draft)
        has_moved = now.version != draft.record.version  # a version is a second: ours may have been written in the very same one
        audits = await self._audits(draft.record.id)
        if audits is not None and (records.is_marked(audits, draft) or (has_moved and records.is_done_by(audits, draft))):
            return True
        newest = await self._comments(draft.record.id, order="desc")  # a page holds 100: ours is among the last
        if records.is_said(newest, draft) or (has_moved and records.is_as_asked(now, draft)):
            return True
        if audits is None and has_moved:
            raise Unknown(f"Zendesk does not show what was done to ticket {draft.record.id}. Look at its history there.")
        return False

    async def _audits(self, identity: str) -> Sequence[Mapping[str, Any]] | None:
        """Every update of the ticket, oldest first; None where they cannot be read to the end."""
        found: list[Mapping[str, Any]] = []
        params = {"page[size]": str(PAGE)}
        for _ in range(MOST_PAGES):
            try:
                answer = await self._get(f"/tickets/{identity}/audits", params)
            except (NotFound, Rejected):
                return None
            found += part(answer, "audits")
            meta = answer.data.get("meta")
            if not isinstance(meta, Mapping) or not meta.get("has_more"):
                return found
            params |= {"page[after]": str(meta.get("after_cursor") or "")}
        return None

    async def _comments(self, identity: str, *, order: str = "asc") -> Sequence[Mapping[str, Any]]:
        answer = await self._get(f"/tickets/{identity}/comments", {"sort_order": order})
        return part(answer, "comments")

    async def _names(self, tickets: Iterable[Mapping[str, Any]]) -> Names:
        people = {str(t[who]) for t in tickets for who in ("requester_id", "assignee_id") if t.get(who)}
        wanted = sorted(people)
        users: list[Mapping[str, Any]] = []
        for start in range(0, len(wanted), PAGE):
            chosen = {"ids": ",".join(wanted[start : start + PAGE])}
            users += part(await self._get("/users/show_many", chosen), "users")
        return Names(users, part(await self._get("/groups"), "groups"))

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return await self._http.read(NAME, self._at(path), auth=self._auth, params=params)

    def _at(self, path: str) -> str:
        return f"{self._site}/api/v2{path}"


def part(answer: Answer, name: str) -> list[Mapping[str, Any]]:
    """A list of objects in an answer. Raises Invalid naming it when it is not there."""
    found = answer.data.get(name) if isinstance(answer.data, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise Invalid(f"Zendesk's answer has no {name}; the bot cannot go on.")
    return found


def connect(http: Http, settings: Settings, _configuration: Configuration) -> Zendesk:
    """The door of this connector."""
    url, email, token = (settings.value(name) for name in ("ZENDESK_URL", "ZENDESK_EMAIL", "ZENDESK_API_TOKEN"))
    return Zendesk(http, url=url, email=email, token=token)
