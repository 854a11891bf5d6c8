"""One Jira Cloud site: its addresses, the sign-in, and what its refusals mean."""

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.connectors.jira.jql import Where, query
from bot.net.http import Answer, Http, Rejected
from handlers.errors import Invalid, NotFound, Unavailable

NAME = "Jira"
PAGE = 100
"""Issues or comments a page: the vendor's own maximum with fields."""
CONFLICT = 409
Row = Mapping[str, Any]


class Site:
    """Jira's REST API v3 with the API token of a service account. `url` is the address of the site without a slash behind it."""

    def __init__(self, http: Http, *, url: str, email: str, token: str) -> None:
        self._http = http
        self.url = url.rstrip("/")
        self._auth = "Basic " + base64.b64encode(f"{email}:{token}".encode()).decode()

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """What stands at a path. Raises NotFound, Rejected, Unavailable."""
        return await self._http.read(NAME, self._at(path), auth=self._auth, params=params)

    async def issue(self, key: str, path: str, params: Mapping[str, str]) -> Answer:
        """What stands at a path of an issue. Raises NotFound naming the issue, Rejected, Unavailable."""
        try:
            return await self.get(path, params)
        except NotFound:
            raise NotFound(f"Jira has no issue {key}, or the bot may not see it. Check the key.") from None

    async def send(self, method: str, path: str, body: object) -> Answer:
        """One write. Raises Invalid with Jira's own words, Unavailable where another write is under way, and what `Http.write` raises."""
        try:
            return await self._http.write(NAME, method, self._at(path), auth=self._auth, body=body)
        except Rejected as refused:
            if refused.status == CONFLICT:
                raise Unavailable("Jira is changing this issue right now.") from refused
            if refused.status in (401, 403):
                raise
            raise Invalid(f"Jira refused the change: {complaint(refused.data)}") from refused

    async def search(
        self, where: Where, *, order: Sequence[str], fields: Sequence[str], properties: Sequence[str] = (), size: int = PAGE
    ) -> AsyncIterator[list[Row]]:
        """The issues that fit, page after page. What was changed some seconds ago may not be found yet.

        Raises Invalid for what cannot be asked or an answer without issues, Rejected, Unavailable.
        """
        body: dict[str, object] = {"jql": query(where, order=order), "fields": list(fields), "maxResults": size}
        body |= {"properties": list(properties)} if properties else {}
        while True:
            answer = await self._http.read(NAME, self._at("/search/jql"), auth=self._auth, method="POST", body=body)
            issues = rows(answer, "issues", what="search answer")
            yield issues
            token = answer.data.get("nextPageToken")
            if not token or not issues or answer.data.get("isLast") is True:
                return
            body["nextPageToken"] = token

    def _at(self, path: str) -> str:
        return f"{self.url}/rest/api/3{path}"


def of_issue(identity: str, rest: str = "") -> str:
    """The path of an issue, or of something under it."""
    return f"/issue/{quote(identity, safe='')}{rest}"


def rows(answer: Answer, name: str, *, what: str = "answer") -> list[Row]:
    """A list of objects in an answer. Raises Invalid naming it when it is not there."""
    found = answer.data.get(name) if isinstance(answer.data, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise Invalid(f"Jira's {what} has no {name}; the bot cannot go on.")
    return found


def complaint(data: object) -> str:
    """What Jira says is wrong, in its own words, on one line."""
    if not isinstance(data, Mapping):
        return "no reason given"
    messages, errors = data.get("errorMessages"), data.get("errors")
    parts = [str(message) for message in (messages if isinstance(messages, list) else ())]
    parts += [f"{name}: {message}" for name, message in (errors.items() if isinstance(errors, Mapping) else ())]
    return "; ".join(parts)[:500] or "no reason given"
