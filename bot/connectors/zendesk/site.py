"""One Zendesk account: its addresses, the sign-in, and what its refusals mean."""

import base64
from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.net.http import Answer, Http, Rejected
from handlers.errors import Invalid, Stale

NAME = "Zendesk"
PAGE = 100
"""Tickets, users or macros a page: the vendor's own maximum."""
CONFLICT = 409
Row = Mapping[str, Any]


class Site:
    """Zendesk's Support API v2 with the API token of an agent. `url` is the address of the account without a slash behind it."""

    def __init__(self, http: Http, *, url: str, email: str, token: str) -> None:
        self._http = http
        self.url = url.rstrip("/")
        self._auth = "Basic " + base64.b64encode(f"{email}/token:{token}".encode()).decode()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """What stands at a path. Raises NotFound, Rejected, Unavailable."""
        return await self._http.read(NAME, self._at(path), auth=self._auth, params=params)

    async def pages(
        self, path: str, name: str, *, most: int, more: Mapping[str, str] | None = None
    ) -> AsyncIterator[tuple[list[Row], bool]]:
        """A list by its cursor, or by numbers where it knows none: up to `most` pages, each with whether it is the last there is.

        `more` are parameters. Raises as `get`, and Invalid.
        """
        coming = {"page[size]": str(PAGE)}
        for number in range(2, most + 2):
            answer = await self.get(path, {**(more or {}), **coming})
            found, coming = part(answer, name), following(answer.data, number)
            yield found, not coming
            if not coming:
                return

    async def send(self, method: str, path: str, body: object, *, what: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One write to `what`. Raises Stale where Zendesk's guard held it back, Invalid with its own words, and what `Http.write` raises."""
        try:
            return await self._http.write(NAME, method, self._at(path), auth=self._auth, body=body, headers=headers)
        except Rejected as refused:
            if refused.status == CONFLICT:
                raise Stale(f"stale: {what} changed at the very moment of writing.") from refused
            if refused.status in (401, 403):
                raise
            raise Invalid(f"Zendesk refused the change: {complaint(refused.data)}") from refused

    def _at(self, path: str) -> str:
        return f"{self.url}/api/v2{path}"


def following(data: Mapping[str, Any], number: int) -> dict[str, str]:
    """The parameters of the page after this one, which is the `number`th; none after the last."""
    meta = data.get("meta")
    if isinstance(meta, Mapping):
        return {"page[size]": str(PAGE), "page[after]": str(meta.get("after_cursor") or "")} if meta.get("has_more") else {}
    return {"per_page": str(PAGE), "page": str(number)} if data.get("next_page") else {}


def part(answer: Answer, name: str) -> list[Row]:
    """A list of objects in an answer. Raises Invalid naming it when it is not there."""
    found = answer.data.get(name) if isinstance(answer.data, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise Invalid(f"Zendesk's answer has no {name}; the bot cannot go on.")
    return found


def complaint(data: object) -> str:
    """What Zendesk says is wrong, in its own words, on one line."""
    if not isinstance(data, Mapping):
        return "no reason given"
    given = data.get("details")
    details = [
        f"{name}: {item.get('description', '')}"
        for name, items in (given.items() if isinstance(given, Mapping) else ())
        for item in (items if isinstance(items, list) else ())
        if isinstance(item, Mapping)
    ]
    error = data.get("error")
    title = str(error.get("message") or "") if isinstance(error, Mapping) else str(data.get("description") or error or "")
    return "; ".join((*details, *([title] if title and not details else [])))[:500] or "no reason given"
