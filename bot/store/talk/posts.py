"""What was said in the playground, and where drafts were posted."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import cards, now, posts

PAGE = 200
"""Posts that a page shows of a channel."""


@dataclass(frozen=True, slots=True)
class NewPost:
    """Something to be said. `key` makes it once, however often it is tried; `thread` is the post it answers, 0 for none."""

    key: str
    channel: str
    author: str
    name: str
    body: Mapping[str, object]
    thread: int = 0
    private_to: str = ""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Something that was said. `revision` grows with every change anywhere, so a page can ask for what it missed."""

    id: int
    revision: int
    channel: str
    thread: int
    author: str
    name: str
    private_to: str
    draft: str
    at: float
    body: Mapping[str, object] = field(default_factory=dict)


class Posts:
    """The playground's log on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Wake every page that waits: something was committed."""
        self._bell.set()
        self._bell = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Until something is committed here, or `seconds` have passed (another process may have said something)."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), seconds)

    async def insert(self, tx: AsyncConnection, post: NewPost) -> int:
        """Say it once per key, in the caller's transaction; the id of the post."""
        revision = select(func.coalesce(func.max(posts.c.revision), 0) + 1).scalar_subquery()
        values = {name: getattr(post, name) for name in ("key", "channel", "thread", "author", "name", "private_to", "draft")}
        await self._database.insert_once(tx, posts, **values, body=dict(post.body), revision=revision, at=now())
        return int((await tx.execute(select(posts.c.id).where(posts.c.key == post.key))).scalar_one())

    async def say(self, post: NewPost) -> int:
        """Say it once per key and remember where a draft stands."""
        async with self._database.write() as tx:
            saved = await self.insert(tx, post)
            if post.draft:
                card = {"draft": post.draft, "platform": "playground", "channel": post.channel, "post": str(saved)}
                await self._database.insert_once(tx, cards, **card)
        self.ring()
        return saved

    async def touch(self, draft: str) -> None:
        """Give every card of a draft a new revision, so that pages draw it again."""
        newest = select(func.max(posts.c.revision) + 1).scalar_subquery()
        async with self._database.write() as tx:
            await tx.execute(update(posts).where(posts.c.draft == draft).values(revision=newest))
        self.ring()

    async def revise(self, post: NewPost) -> None:
        """Replace what was said under the key, so that pages draw it again; say it where it is not there."""
        newest = select(func.max(posts.c.revision) + 1).scalar_subquery()
        async with self._database.write() as tx:
            found = await tx.execute(update(posts).where(posts.c.key == post.key).values(body=dict(post.body), revision=newest))
            if not found.rowcount:
                await self.insert(tx, post)
        self.ring()

    async def named(self, key: str) -> Post | None:
        """What was said under a key."""
        return next(iter(await self._rows(select(posts).where(posts.c.key == key))), None)

    async def since(self, revision: int, *, viewer: str) -> Sequence[Post]:
        """What was said or changed after `revision` and `viewer` may see, in the order of its revisions."""
        query = select(posts).where(posts.c.revision > revision, visible(viewer)).order_by(posts.c.revision, posts.c.id)
        return await self._rows(query.limit(PAGE))

    async def channel(self, channel: str, *, viewer: str) -> Sequence[Post]:
        """The latest posts of a channel, oldest first."""
        query = select(posts).where(posts.c.channel == channel, visible(viewer)).order_by(posts.c.id.desc()).limit(PAGE)
        return list(reversed(await self._rows(query)))

    async def thread(self, root: int, *, viewer: str) -> Sequence[Post]:
        """A post and what answers it, oldest first."""
        found = select(posts).where(or_(posts.c.id == root, posts.c.thread == root), visible(viewer))
        return await self._rows(found.order_by(posts.c.id).limit(PAGE))

    async def newest(self) -> int:
        """The highest revision there is."""
        async with self._database.read() as tx:
            return int((await tx.execute(select(func.coalesce(func.max(posts.c.revision), 0)))).scalar_one())

    async def _rows(self, query: Select[Any]) -> Sequence[Post]:
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return [Post(r.id, r.revision, r.channel, r.thread, r.author, r.name, r.private_to, r.draft, r.at, r.body) for r in rows]


def visible(viewer: str) -> ColumnElement[bool]:
    """What is said to everybody, and what is said to this person alone."""
    return or_(posts.c.private_to == "", posts.c.private_to == viewer)
