"""Jira over HTTP: read, search, past issues, what has changed, guarded and marked writes, read-back."""

import math
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.connectors.checkpoint import OVERLAP, Checkpoint
from bot.connectors.event import Event
from bot.connectors.jira import comments, creation, events, records, transitions
from bot.connectors.jira.adf import embeds
from bot.connectors.jira.jql import Ago, All, Condition, Where, Words
from bot.connectors.jira.likeness import wording
from bot.connectors.jira.lookups import Lookups
from bot.connectors.jira.said import Said
from bot.connectors.jira.site import PAGE, Site, of_issue, rows
from bot.connectors.jira.tracker import ProjectIssues
from bot.connectors.jira.transitions import Step
from bot.net.account import Account, clock_of
from bot.net.http import Http, Rejected
from bot.settings import Configuration, Settings
from handlers.errors import Invalid, NotFound, Unknown
from handlers.models import Draft, Record, Ref
from handlers.tickets import Comment

MOST_ROWS = 1000
"""Issues or comments that are looked through for what people have dealt with, or for our own mark: nothing must be read whole."""
MOST_NEWS = 50
"""Pages in one look that hold a change which was not told yet."""
MOST_LOOKS = 1000
"""Pages in one look, those of the overlap included: as many as a hundred thousand issues fill."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Jira:
    """The Issues, Tracker and Writes ports for Jira Cloud (REST API v3, API token of a service account).

    What one draft may hold is what Jira does in one call: fields and a comment, one of them or both; a status and what stands on
    the screen of the step to it; or a whole new issue (`Record.new("jira", "issue", <project key>)`).
    """

    watched = ("issue",)
    checkpoint = Checkpoint

    def __init__(self, http: Http, *, url: str, email: str, token: str, clock: Callable[[], datetime] = utc_now) -> None:
        self._site = Site(http, url=url, email=email, token=token)
        self._clock = clock
        self._account = ""
        self._tracker = ProjectIssues(self._site, clock)
        self._said = Said(self._site)
        self.lookups = Lookups(self._site)

    async def account(self) -> Account:
        """Whom Jira takes the bot for. Raises Rejected, Unavailable."""
        answer = await self._site.get("/myself")
        name = answer.data.get("displayName") if isinstance(answer.data, dict) else None
        if not name:
            raise Invalid("Jira does not say whom it takes the bot for. Check that JIRA_URL is the address of the site.")
        return Account(str(name), clock_of(answer))

    async def read(self, name: str) -> Record:
        """One issue by its key."""
        return records.issue(await self._issue(name, {"fields": ",".join(records.ASKED)}), site=self._site.url)

    async def search(self, asked: Where | str, *, limit: int, order: Sequence[str] = ("updated DESC",)) -> Sequence[Record]:
        """Up to `limit` issues that fit a condition, or that hold these words. Raises Invalid for what cannot be asked."""
        where = Condition("text", "~", Words(asked)) if isinstance(asked, str) else asked
        found: list[Record] = []
        async for page in self._site.search(where, order=order, fields=records.ASKED, size=min(limit, PAGE)):
            found += [records.issue(each, site=self._site.url) for each in page]
            if len(found) >= limit:
                break
        return found[:limit]

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Issues of the same project that people have dealt with, latest first."""
        where = Condition("project", "=", records.project_of(like))
        found: list[Record] = []
        looked = 0
        async for page in self._site.search(where, order=("updated DESC",), fields=records.ASKED):
            found += [records.issue(each, site=self._site.url) for each in page if records.dealt_with(each)]
            found = [record for record in found if record.id != like.id]
            looked += len(page)
            if len(found) >= limit or looked >= MOST_ROWS:
                break
        return found[:limit]

    async def alike(self, like: Record, *, limit: int) -> Sequence[Record]:
        """Issues of the same project that share telling words with one, latest first."""
        if (worded := wording(like)) is None:
            return ()
        found = await self.search(All((Condition("project", "=", records.project_of(like)), worded)), limit=limit + 1)
        return [record for record in found if record.id != like.id][:limit]

    async def values(self, project: str) -> Mapping[str, Sequence[Ref]]:
        """What may stand in the fields of a project's issues."""
        return await self.lookups.values(project)

    async def projects(self) -> Sequence[str]:
        """The keys of the projects that the account may see."""
        return await self.lookups.projects()

    async def unfinished(self, project: str, *, limit: int) -> Sequence[Record]:
        """See the port Tracker."""
        return await self._tracker.unfinished(project, limit=limit)

    async def finished(self, project: str, *, days: int, limit: int) -> Sequence[Record]:
        """See the port Tracker."""
        return await self._tracker.finished(project, days=days, limit=limit)

    async def changes(self, word: str, since: Checkpoint) -> AsyncIterator[tuple[Event, Checkpoint]]:
        """What changed in issues, oldest first, each with the checkpoint to keep once it has been dealt with; deletions are not found."""
        if word != "issue":
            raise Invalid(f"The bot does not look for changes of {word[:40]} in Jira.")
        back = max(self._clock() - since.since, OVERLAP)  # our clock may have been set back since
        minutes = math.ceil(back.total_seconds() / 60) + 1  # JQL knows whole minutes
        where = Condition("updated", ">=", Ago(minutes))
        here, pages, looks = since, 0, 0
        async for page in self._site.search(where, order=("updated", "key"), fields=events.ASKED):
            before = here
            for told, reached in events.found(page, here):
                here = reached
                yield told, here
            pages, looks = pages + (here is not before), looks + 1
            if pages == MOST_NEWS or looks == MOST_LOOKS:
                return

    async def children(self, names: Sequence[str], *, limit: int) -> Sequence[Record]:
        """See the port Issues."""
        parents = tuple(records.key(name) for name in names)
        return await self.search(Condition("parent", "in", parents), limit=limit, order=("created", "key"))

    async def comments(self, name: str) -> Sequence[Comment]:
        """What was said under an issue, oldest first: a thousand at most."""
        return await self._said.all(name)

    async def latest(self, name: str, *, limit: int) -> Sequence[Comment]:
        """See the port Tracker."""
        return await self._said.latest(name, limit=limit)

    async def steps(self, name: str) -> Sequence[Step]:
        """The steps of the workflow that are open to an issue right now."""
        key = records.key(name)
        answer = await self._site.issue(key, of_issue(key, "/transitions"), transitions.ASKED)
        return [transitions.step(payload) for payload in rows(answer, "transitions")]

    async def statuses(self, name: str) -> Sequence[Ref]:
        """Where an issue can go from here: what may stand in a change of its status."""
        return list(dict.fromkeys(step.status for step in await self.steps(name)))

    async def reread(self, draft: Draft) -> Record:
        """The issue as it is now; a new one as it was drawn up."""
        return draft.record if draft.record.is_new else await self.read(draft.record.id)

    async def write(self, draft: Draft) -> str:
        """Make the change. Jira has no lock: the caller compared `updated` right before; a 409 is another write under way."""
        fields, key = {change.field for change in draft.changes}, draft.record.id
        if draft.record.is_new:
            return await self._create(draft)
        if "status" in fields:
            step = transitions.chosen(await self.steps(key), draft)
            await self._site.send("POST", of_issue(key, "/transitions"), transitions.body(step, draft))
        elif fields == {"comment"}:
            await self._site.send("POST", of_issue(key, "/comment"), comments.body(draft))
        else:
            if "description" in fields:
                await self._keep_embedded(key)
            await self._site.send("PUT", of_issue(key), records.edit(draft))
        return draft.record.url

    async def landed(self, draft: Draft) -> bool:
        """Whether the issue carries this draft's mark, or a comment of it does; for a new issue, whether it is there.

        Raises Unknown where Jira does not show that.
        """
        if draft.record.is_new:
            return await self._is_made(draft)
        if {change.field for change in draft.changes} == {"comment"}:
            return await self._said.has(draft)
        try:
            answer = await self._site.get(of_issue(draft.record.id, f"/properties/{records.MARK}"))
        except NotFound:
            return await self._is_moved(draft)
        value = answer.data.get("value") if isinstance(answer.data, dict) else None
        if value != records.mark(draft) and await self._is_moved(draft):
            raise Unknown(
                f"The bot has moved {draft.record.id}, but Jira does not show for which of its drafts. Look at its history there."
            )
        return bool(value == records.mark(draft))

    async def _keep_embedded(self, key: str) -> None:
        """Raises Invalid where a text would take the place of pictures or files that nobody saw on the card."""
        fields = (await self._issue(key, {"fields": "description"})).get("fields")
        if isinstance(fields, Mapping) and embeds(fields.get("description")):
            raise Invalid(
                f"The description of {key} holds pictures, files or what an app shows; a text would drop them. Edit it in Jira."
            )

    async def _create(self, draft: Draft) -> str:
        answer = await self._site.send("POST", "/issue", creation.body(draft))
        if (key := creation.key_of(answer.data)) is None:
            raise Unknown("Jira did not say what became of the new issue")
        return f"{self._site.url}/browse/{key}"

    async def _is_made(self, draft: Draft) -> bool:
        """Looks through what this account made, then through the keys after the latest that the search knows."""
        try:
            looked = 0
            async for page in self._site.search(
                creation.mine(draft, self._clock()), order=creation.LATEST_FIRST, fields=("created",), properties=(records.MARK,)
            ):
                looked += len(page)
                if creation.is_marked(page, draft):
                    return True
                if looked >= MOST_ROWS:
                    break
            else:
                return await self._is_among_the_latest(draft)
        except (NotFound, Rejected) as refused:
            raise Unknown(
                f"Jira does not show the new issues of {records.project(draft.record.where)}. Look for it there."
            ) from refused
        raise Unknown(
            f"The bot made too many issues in {records.project(draft.record.where)} to find this one. Look for it there."
        )

    async def _is_among_the_latest(self, draft: Draft) -> bool:
        project = records.project(draft.record.where)
        where = Condition("project", "=", project)
        latest = await anext(self._site.search(where, order=creation.LATEST_FIRST, fields=("created",), size=1))
        last = creation.number(latest[0]) if latest else 0
        missed = 0
        for after in range(1, creation.MOST_KEYS + 1):
            try:
                params = {"fields": "created", "properties": records.MARK}
                if creation.is_marked([await self._issue(f"{project}-{last + after}", params)], draft):
                    return True
                missed = 0
            except NotFound:
                missed += 1
            if missed == creation.GAP:
                return False
        raise Unknown(f"Too many new issues came up in {project} to find this one. Look for it there.")

    async def _is_moved(self, draft: Draft) -> bool:
        """By the history of an issue on which our mark does not stand: Jira may have taken the step and not the mark."""
        if all(change.field != "status" for change in draft.changes):
            return False
        data = await self._issue(draft.record.id, {"fields": "status", "expand": "changelog"})
        history = data.get("changelog")
        entries = history.get("histories") if isinstance(history, Mapping) else None
        if not isinstance(entries, list):
            raise Unknown(f"Jira does not show what was done to {draft.record.id}. Look at its history there.")
        return transitions.is_taken(entries, draft, await self._me())

    async def _me(self) -> str:
        """The bot's own account, which never changes."""
        if not self._account:
            answer = await self._site.get("/myself")
            self._account = str(answer.data.get("accountId") or "") if isinstance(answer.data, dict) else ""
        return self._account

    async def _issue(self, name: str, params: Mapping[str, str]) -> Mapping[str, object]:
        key = records.key(name)
        answer = await self._site.issue(key, of_issue(key), params)
        if not isinstance(answer.data, dict):
            raise Invalid("Jira's answer is no issue.")
        return answer.data


def connect(http: Http, settings: Settings, _configuration: Configuration) -> Jira:
    """The door of this connector."""
    url, email, token = (settings.value(name) for name in ("JIRA_URL", "JIRA_EMAIL", "JIRA_API_TOKEN"))
    return Jira(http, url=url, email=email, token=token)
