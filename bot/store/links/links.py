"""Persistent links between systems: what was read is remembered by its marks, what a person says is kept, and both are forgotten on demand."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from zlib import crc32

from sqlalchemy import Row, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database, once
from bot.store.links.linking import MOST_TOGETHER, Known, Link, Mark, address, known, ties, together
from bot.store.tables import link_marks, linked, links, now
from handlers.errors import Invalid, NotFound
from handlers.models import Record, canonical
from handlers.ports import Tie

ROUNDS = 3
"""How far a group is followed: a ticket leads to a contact, that to a lead, that to another ticket."""
SURE = 1.0
"""The confidence of what a person says."""
NEIGHBOURS = 4 * MOST_TOGETHER
"""Records that are looked at around a group, those read last first."""
LOCKED, LOCKS = 7107, 16
"""The number of these advisory locks of PostgreSQL, arbitrary and ours, and how many there are."""


class LinkStore:
    """The links on one database. Every method raises Unavailable when the database is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def learn(self, records: Iterable[Record]) -> int:
        """Remember what was read, as far as it can belong to something; how many of them were new or had changed."""
        found = {one.key: one for one in map(known, records)}
        async with self._database.read() as tx:
            rows = (
                (await tx.execute(select(linked.c.key, linked.c.imprint).where(linked.c.key.in_(found)))).all() if found else ()
            )
        kept = {row.key: row.imprint for row in rows}
        news = [found[key] for key in sorted(found) if (found[key].marks or key in kept) and kept.get(key) != imprint(found[key])]
        if news:
            async with self._database.write() as tx:
                await self._keep(tx, news, kept)
        return len(news)

    async def about(self, key: str, what: Tie) -> Sequence[tuple[Known, Link]]:
        """What belongs together with a record, each with the link that leads there, the surest first; those of its own system left out.

        That is its group, and besides it whatever a person tied to it by hand; what a person took apart from it is left out, whoever
        stands between them.
        """
        async with self._database.read() as tx:
            records, known_links = await self._around(tx, key, what)
        if key not in records:
            return ()
        found = [link for link in known_links if link.confidence]
        apart = {other(link, key) for link in known_links if not link.confidence and key in (link.one, link.other)}
        group = next(group for group in together(records.values(), found) if key in group)
        direct = {
            other(link, key): link for link in sorted(found, key=lambda link: link.confidence) if key in (link.one, link.other)
        }
        chosen = {*group, *(name for name, link in direct.items() if link.by)} - apart - {key}
        pairs = [(records[name], direct.get(name) or through(records[name], key, what)) for name in chosen if name in records]
        mine = records[key].system
        return sorted(
            (pair for pair in pairs if pair[0].system != mine), key=lambda pair: (-pair[1].confidence, -pair[0].at, pair[0].key)
        )

    async def join(self, one: str, another: str, what: Tie, *, by: str) -> Link:
        """A person says that two records belong together. Raises NotFound for one that was never read, Invalid for a record and itself."""
        return await self._say(one, another, what, by=by, confidence=SURE, reason=f"linked by {by}")

    async def part(self, one: str, another: str, what: Tie, *, by: str) -> Link:
        """A person says that they do not, whatever marks they share. Raises as `join`."""
        return await self._say(one, another, what, by=by, confidence=0.0, reason=f"taken apart by {by}")

    async def forget(self, text: str) -> int:
        """Delete what is known of the person with this e-mail address; how many records were forgotten.

        What is read later is learned anew: whoever has to be forgotten for good is deleted in the systems first. Raises Invalid.
        """
        if not (email := address(text)):
            raise Invalid(f"{text[:80]!r} is no e-mail address. Type it like ines@sunline.example.")
        mine = select(link_marks.c.record).where(link_marks.c.what == "person", link_marks.c.value == email)
        async with self._database.write() as tx:
            keys = (await tx.execute(mine)).scalars().all()
            await hold(tx, keys, is_sqlite=self._database.is_sqlite)
            await tx.execute(delete(links).where(or_(links.c.one.in_(keys), links.c.other.in_(keys))))
            await tx.execute(delete(link_marks).where(link_marks.c.record.in_(keys)))
            await tx.execute(delete(linked).where(linked.c.key.in_(keys)))
        return len(keys)

    async def of(self, text: str) -> Sequence[Known]:
        """The records of the person with this e-mail address, those read last first."""
        mine = select(link_marks.c.record).where(link_marks.c.what == "person", link_marks.c.value == address(text))
        async with self._database.read() as tx:
            keys = (await tx.execute(mine)).scalars().all()
            return sorted(await read(tx, keys), key=lambda one: (-one.at, one.key))

    async def _keep(self, tx: AsyncConnection, news: Sequence[Known], kept: Collection[str]) -> None:
        """Write records down. They are locked before anything else, so that no two processes wait for each other."""
        is_sqlite = self._database.is_sqlite
        await hold(tx, [one.key for one in news], is_sqlite=is_sqlite)
        await tx.execute(delete(link_marks).where(link_marks.c.record.in_([one.key for one in news])))
        await tx.execute(delete(linked).where(linked.c.key.in_([one.key for one in news if not one.marks])))
        rows = [columns(one) for one in news if one.marks]
        if rows:
            await tx.execute(once(linked, {"at": now()}, is_sqlite=is_sqlite), rows)
            for row in (row for row in rows if row["key"] in kept):
                await tx.execute(update(linked).where(linked.c.key == row["key"]).values(at=now(), **row))
            marked = [{"record": one.key, "what": mark.what, "value": mark.value} for one in news for mark in sorted(one.marks)]
            await tx.execute(once(link_marks, {}, is_sqlite=is_sqlite), marked)

    async def _around(self, tx: AsyncConnection, key: str, what: Tie) -> tuple[dict[str, Known], list[Link]]:
        """The records that may belong to one, itself included, and the links among them; of no confidence where a person took two apart."""
        records = {one.key: one for one in await read(tx, [key])}
        edge = set(records)
        for _ in range(ROUNDS):
            near = [name for name in await neighbours(tx, edge, what) if name not in records][: NEIGHBOURS - len(records)]
            if not near:
                break
            fresh = await read(tx, near)
            records |= {one.key: one for one in fresh}
            edge = {one.key for one in fresh}
        said = {(link.one, link.other): link for link in await made(tx, records, what)}
        ruled = [link for pair in pairs(records.values()) for link in ties(*pair) if link.what == what]
        return records, [*(link for link in ruled if (link.one, link.other) not in said), *said.values()]

    async def _say(self, one: str, another: str, what: Tie, *, by: str, confidence: float, reason: str) -> Link:
        first, second = sorted((one, another))
        if first == second:
            raise Invalid("A record belongs to itself already. Name two.")
        held = {"reason": reason[:255], "confidence": confidence, "by": by[:255]}
        async with self._database.write() as tx:
            there = {known.key for known in await read(tx, (first, second))}
            if missing := [name for name in (first, second) if name not in there]:
                raise NotFound(f"Nothing is known of {missing[0]}. Let the bot read it first, with /triage, /reply or /lead.")
            if not await self._database.insert_once(tx, links, one=first, other=second, what=what, at=now(), **held):
                here = (links.c.one == first, links.c.other == second, links.c.what == what)
                await tx.execute(update(links).where(*here).values(at=now(), **held))
            [kept] = [link for link in await made(tx, (first, second), what) if (link.one, link.other) == (first, second)]
        return kept


async def hold(tx: AsyncConnection, keys: Collection[str], *, is_sqlite: bool) -> None:
    """Lock these records until the end of the transaction, also those that are not there yet: what is written of them is written by one.

    SQLite has one writer anyway. A lock stands for every LOCKSth record, so that a large read does not take more than PostgreSQL has.
    """
    if is_sqlite:
        return
    for lock in sorted({crc32(key.encode()) % LOCKS for key in keys}):
        await tx.execute(select(func.pg_advisory_xact_lock(LOCKED, lock)))


async def read(tx: AsyncConnection, keys: Collection[str]) -> list[Known]:
    """What is kept of these records."""
    rows = (await tx.execute(select(linked).where(linked.c.key.in_(keys)))).all()
    found: dict[str, set[Mark]] = {row.key: set() for row in rows}
    for row in (await tx.execute(select(link_marks).where(link_marks.c.record.in_(found)))).all():
        found[row.record].add(Mark(row.what, row.value))
    return [Known(row.system, row.kind, row.id, row.title, row.url, frozenset(found[row.key]), row.at) for row in rows]


async def neighbours(tx: AsyncConnection, keys: Collection[str], what: Tie) -> list[str]:
    """Records that a person tied to one of these, and then those that share a mark with one; the ones read last, where there are too many."""
    mine = select(link_marks.c.value).where(link_marks.c.record.in_(keys), link_marks.c.what == what)
    marked = select(linked.c.key).join(link_marks, link_marks.c.record == linked.c.key)
    marked = marked.where(link_marks.c.what == what, link_marks.c.value.in_(mine)).order_by(linked.c.at.desc(), linked.c.key)
    shared = (await tx.execute(marked.limit(NEIGHBOURS))).scalars()
    told = sorted({name for link in await made(tx, keys, what) for name in (link.one, link.other)})
    return list(dict.fromkeys((*told, *shared)))


async def made(tx: AsyncConnection, keys: Collection[str], what: Tie) -> list[Link]:
    """What people said of these records."""
    query = select(links).where(links.c.what == what, or_(links.c.one.in_(keys), links.c.other.in_(keys)))
    return [said(row) for row in (await tx.execute(query)).all()]


def said(row: Row[tuple[object, ...]]) -> Link:
    """A row as a Link."""
    return Link(row.one, row.other, row.what, row.reason, row.confidence, row.at, row.by)


def pairs(records: Iterable[Known]) -> list[tuple[Known, Known]]:
    """Every two of them."""
    listed = list(records)
    return [(one, another) for place, one in enumerate(listed) for another in listed[place + 1 :]]


def other(link: Link, key: str) -> str:
    """The far end of a link."""
    return link.other if link.one == key else link.one


def through(record: Known, key: str, what: Tie) -> Link:
    """How a record belongs to another one that it shares nothing with but a third."""
    first, second = sorted((record.key, key))
    return Link(first, second, what, "through another record of the same group", 0.5, record.at)


def columns(one: Known) -> dict[str, str]:
    """A record as a row, but for its time."""
    told = {"key": one.key, "system": one.system, "kind": one.kind, "id": one.id, "title": one.title, "url": one.url}
    return told | {"imprint": imprint(one)}


def imprint(one: Known) -> str:
    """A short name for everything that is kept of a record."""
    told = [one.key, one.title, one.url, [[mark.what, mark.value] for mark in sorted(one.marks)]]
    return hashlib.sha256(canonical(told)).hexdigest()
