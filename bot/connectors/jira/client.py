"""Jira over HTTP: read, past issues, guarded and marked edit, read-back."""

import base64
from collections.abc import Sequence
from urllib.parse import quote

from bot.connectors.jira import records
from bot.net.account import Account, clock_of
from bot.net.http import Http, Rejected
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Unavailable
from handlers.models import Draft, Record

NAME = "Jira"
PAGE = 100
"""Issues a page of a search: the vendor's own maximum with fields."""

MOST_PAGES = 10
"""Pages that are looked through for issues somebody has dealt with: a project that nobody triaged must not be read whole."""


class Jira:
    """The Records and Writes ports for Jira Cloud (REST API v3, API token of a service account)."""

    def __init__(self, http: Http, *, url: str, email: str, token: str) -> None:
        self._http = http
        self._site = url.rstrip("/")
        self._auth = "Basic " + base64.b64encode(f"{email}:{token}".encode()).decode()

    async def account(self) -> Account:
        """Whom Jira takes the bot for. Raises Rejected, Unavailable."""
        answer = await self._http.read(NAME, self._at("/myself"), auth=self._auth)
        name = answer.data.get("displayName") if isinstance(answer.data, dict) else None
        if not name:
            raise Invalid("Jira does not say whom it takes the bot for. Check that JIRA_URL is the address of the site.")
        return Account(str(name), clock_of(answer))

    async def read(self, name: str) -> Record:
        """One issue by its key."""
        wanted = records.key(name)
        return records.issue(await self._issue(wanted), site=self._site)

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Issues of the same project that people have dealt with, latest first."""
        project = like.id.partition("-")[0]
        query = f'project = "{project}" AND key != "{like.id}" ORDER BY updated DESC'
        found: list[Record] = []
        token = ""
        for _ in range(MOST_PAGES):
            body = {"jql": query, "fields": list(records.ASKED), "maxResults": PAGE}
            body |= {"nextPageToken": token} if token else {}
            answer = await self._http.read(NAME, self._at("/search/jql"), auth=self._auth, method="POST", body=body)
            issues = answer.data.get("issues") if isinstance(answer.data, dict) else None
            if not isinstance(issues, list) or not all(isinstance(each, dict) for each in issues):
                raise Invalid("Jira's search answer has no issues; the bot cannot compare.")
            found += [records.issue(each, site=self._site) for each in issues if records.dealt_with(each)]
            token = answer.data.get("nextPageToken") or ""
            if not token or not issues or answer.data.get("isLast") is True or len(found) >= limit:
                break
        return [record for record in found if record.id != like.id][:limit]

    async def reread(self, draft: Draft) -> Record:
        """The issue as it is now."""
        return await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Edit the issue. Jira has no lock: the caller compared `updated` right before; a 409 is another edit under way."""
        body = records.edit(draft.changes, draft=draft)
        try:
            await self._http.write(NAME, "PUT", self._at(f"/issue/{quote(draft.record.id)}"), auth=self._auth, body=body)
        except Rejected as refused:
            if refused.status == 409:  # noqa: PLR2004 - the vendor's status for a concurrent edit
                raise Unavailable("Jira is changing this issue right now.") from refused
            if refused.status in (401, 403):
                raise
            raise Invalid(f"Jira refused the change: {records.complaint(refused.data)}") from refused
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether the issue carries this draft's mark."""
        try:
            address = self._at(f"/issue/{quote(draft.record.id)}/properties/{records.MARK}")
            answer = await self._http.read(NAME, address, auth=self._auth)
        except NotFound:
            return False
        value = answer.data.get("value") if isinstance(answer.data, dict) else None
        return value == {"id": draft.id, "version": draft.version}

    async def _issue(self, key: str) -> dict[str, object]:
        params = {"fields": ",".join(records.ASKED)}
        try:
            answer = await self._http.read(NAME, self._at(f"/issue/{quote(key)}"), auth=self._auth, params=params)
        except NotFound:
            raise NotFound(f"Jira has no issue {key}, or the bot may not see it. Check the key.") from None
        if not isinstance(answer.data, dict):
            raise Invalid("Jira's answer is no issue.")
        return answer.data

    def _at(self, path: str) -> str:
        return f"{self._site}/rest/api/3{path}"


def connect(http: Http, settings: Settings, _configuration: Configuration) -> Jira:
    """The door of this connector."""
    url, email, token = (settings.value(name) for name in ("JIRA_URL", "JIRA_EMAIL", "JIRA_API_TOKEN"))
    return Jira(http, url=url, email=email, token=token)
