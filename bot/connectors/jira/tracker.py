"""The issues of whole projects, read for how a project stands."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.connectors.jira import progress
from bot.connectors.jira.jql import Where
from bot.connectors.jira.site import Site
from bot.net.http import Rejected
from handlers.errors import Invalid, NotFound
from handlers.models import Record

BAD_QUERY = 400
"""Jira's answer to a query that names a project which is not there."""
KEPT = timedelta(hours=1)
"""For which the flag's field is known: a site gets one with its first board, and whoever administers it may make another."""


class ProjectIssues:
    """The Tracker port over one site, without what is said there."""

    def __init__(self, site: Site, clock: Callable[[], datetime]) -> None:
        self._site = site
        self._clock = clock
        self._flags: tuple[str, ...] = ()
        self._until: datetime | None = None

    async def unfinished(self, project: str, *, limit: int) -> Sequence[Record]:
        """See the port."""
        return await self._read(project, progress.still_open(project), progress.MOST_URGENT_FIRST, limit)

    async def finished(self, project: str, *, days: int, limit: int) -> Sequence[Record]:
        """See the port."""
        return await self._read(project, progress.done_lately(project, days), progress.LATEST_FIRST, limit)

    async def _read(self, project: str, where: Where, order: Sequence[str], limit: int) -> Sequence[Record]:
        found: list[Record] = []
        flags = await self._flagged()
        try:
            async for page in self._site.search(where, order=order, fields=(*progress.ASKED, *flags)):
                found += [progress.issue(each, site=self._site.url, flags=flags) for each in page]
                if len(found) >= limit:
                    break
        except Rejected as refused:
            if refused.status != BAD_QUERY:
                raise
            raise NotFound(f"Jira has no project {project.upper()}, or the bot may not see it. Check the key.") from refused
        return found[:limit]

    async def _flagged(self) -> tuple[str, ...]:
        """The ids of the flag's field, as they were within KEPT; none where no board has made one yet."""
        if self._until is None or self._clock() >= self._until:
            listed = (await self._site.get("/field")).data
            if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
                raise Invalid("Jira's answer has no fields; the bot cannot go on.")
            self._flags, self._until = progress.flags(listed), self._clock() + KEPT
        return self._flags
