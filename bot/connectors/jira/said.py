"""What was said under the issues of a site."""

from collections.abc import AsyncIterator, Sequence

from bot.connectors.jira import comments, records
from bot.connectors.jira.site import PAGE, Row, Site, of_issue, rows
from handlers.models import Draft
from handlers.tickets import Comment

MOST_ROWS = 1000
"""Comments that are read at most, however small a page is."""
OLDEST_FIRST, LATEST_FIRST = "created", "-created"


class Said:
    """The comments of one site's issues."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def all(self, name: str) -> list[Comment]:
        """Oldest first: a thousand at most. Raises NotFound, Invalid, Unavailable."""
        found: list[Comment] = []
        async for page in self._pages(records.key(name), OLDEST_FIRST):
            found += [comments.comment(payload) for payload in page]
        return found

    async def latest(self, name: str, *, limit: int) -> list[Comment]:
        """Up to `limit` of the last ones, latest first: one request for a hundred. Raises NotFound, Invalid, Unavailable."""
        found: list[Comment] = []
        async for page in self._pages(records.key(name), LATEST_FIRST, size=min(limit, PAGE)):
            found += [comments.comment(payload) for payload in page]
            if len(found) >= limit:
                break
        return found[:limit]

    async def has(self, draft: Draft) -> bool:
        """Whether a comment carries this draft's mark. Raises NotFound, Invalid, Unavailable."""
        async for page in self._pages(draft.record.id, LATEST_FIRST):
            if comments.is_marked(page, draft):
                return True
            if any(comments.is_older(payload, draft) for payload in page):
                return False
        return False

    async def _pages(self, key: str, order: str, *, size: int = PAGE) -> AsyncIterator[Sequence[Row]]:
        start = 0
        while start < MOST_ROWS:
            params = {**comments.ASKED, "maxResults": str(size), "orderBy": order, "startAt": str(start)}
            answer = await self._site.issue(key, of_issue(key, "/comment"), params)
            page = rows(answer, "comments")
            yield page
            start, total = start + len(page), answer.data.get("total")
            if not page or (isinstance(total, int) and start >= total):
                return
