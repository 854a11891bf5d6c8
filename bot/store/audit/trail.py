"""The audit trail: append-only, each row bound to the one before it by a keyed hash, its end published to a file."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.audit.heads import Head, HeadFile
from bot.store.database import Database
from bot.store.tables import audit, audit_head
from handlers.errors import Trouble
from handlers.models import canonical

START = "0" * 64
"""What the first row is bound to."""
BATCH = 2000
"""Rows read at a time: a whole trail neither fills the memory nor keeps a transaction open."""

Row = Mapping[str, object]


class Broken(Trouble):
    """The chain does not hold."""


ONLY = audit_head.c.id == 1
NEXT = update(audit_head).where(ONLY).values(seq=audit_head.c.seq + 1).returning(audit_head.c.seq, audit_head.c.hash)
ADD = insert(audit)
END = update(audit_head).where(ONLY).values(hash=bindparam("sealed"))


class Audit:
    """Appends rows inside the transaction of the change they witness. Without `heads` nothing is published."""

    def __init__(self, database: Database, key: bytes, heads: HeadFile | None = None) -> None:
        self._database = database
        self._key = key
        self._heads = heads
        self._publishing = asyncio.Lock()

    async def append(
        self, tx: AsyncConnection, *, actor: str, action: str, subject: str, detail: Mapping[str, object] | None = None
    ) -> int:
        """One row; its number. Updating the head first makes concurrent writers queue, so the chain never forks."""
        seq, prev = (await tx.execute(NEXT)).one()
        row = {
            "seq": seq,
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "actor": actor,
            "action": action,
            "object": subject,
            "detail": dict(detail or {}),
            "prev": prev,
        }
        sealed = seal(self._key, row)
        await tx.execute(ADD, {**row, "hash": sealed})
        await tx.execute(END, {"sealed": sealed})
        return int(seq)

    async def export(self) -> AsyncIterator[Row]:
        """Every row, oldest first, with its hash: enough to check the chain elsewhere. Rows appended meanwhile come too."""
        async for batch in self._batches():
            for row in batch:
                yield row

    async def verify(self) -> int:
        """The number of rows, every one of them in its place and no published head without its row.

        Raises Broken with the first one that is not, Invalid for a file of heads that cannot be read.
        """
        published = await asyncio.to_thread(self._heads.read) if self._heads else ()
        expected = [await self._head(), *published]  # read before the rows: what is appended meanwhile is no mistake
        prev, count = START, 0
        ends = {**dict.fromkeys((head.seq for head in expected), ""), 0: START}
        async for batch in self._batches():
            for row in batch:
                count += 1
                sealed = str(row["hash"])
                if row["seq"] != count or row["prev"] != prev or not hmac.compare_digest(sealed, seal(self._key, row)):
                    raise Broken(f"The audit trail is broken at row {count}: it was edited, removed or moved.")
                prev = sealed
                if count in ends:
                    ends[count] = sealed
        compare(expected, ends, count)
        if (end := await self._head()).seq < count:
            raise Broken(f"The audit trail has {count} rows, its head says {end.seq}: the head was changed.")
        return count

    async def publish(self) -> Head | None:
        """Append the end of the trail to the file of heads when it has moved; that end. Raises Broken when it moved back."""
        if self._heads is None:
            return None
        async with self._publishing:
            now, last = await self._head(), await asyncio.to_thread(self._heads.last) or Head(0, START, "")
            if now.seq < last.seq or (now.seq == last.seq and now.hash != last.hash):
                raise Broken(f"The audit trail ends at row {now.seq}, but row {last.seq} was published on {last.at}.")
            if now.seq > last.seq:
                await asyncio.to_thread(self._heads.add, now)
            return now

    async def _head(self) -> Head:
        async with self._database.read() as tx:
            seq, sealed = (await tx.execute(select(audit_head.c.seq, audit_head.c.hash))).one()
        return Head(seq, sealed, datetime.now(UTC).isoformat(timespec="seconds"))

    async def _batches(self) -> AsyncIterator[Sequence[Row]]:
        last = None
        while True:
            query = select(audit).order_by(audit.c.seq).limit(BATCH)
            async with self._database.read() as tx:
                rows = (await tx.execute(query if last is None else query.where(audit.c.seq > last))).mappings().all()
            if not rows:
                return
            last = rows[-1]["seq"]
            yield [{str(name): value for name, value in row.items()} for row in rows]


def compare(expected: Iterable[Head], ends: Mapping[int, str], count: int) -> None:
    """Raise Broken for a head whose row is gone or another one; `ends` has the hash of each row that a head names."""
    for head in expected:
        if head.seq > count:
            raise Broken(f"The audit trail is cut off: it ends at row {count}, its head of {head.at} says {head.seq}.")
        if ends[head.seq] != head.hash:
            raise Broken(f"The audit trail was made anew: row {head.seq} is not the one that its head of {head.at} names.")


def seal(key: bytes, row: Row) -> str:
    """HMAC-SHA-256 over the canonical JSON of a row, which names the hash before it; a hash that is in it does not count."""
    return hmac.digest(key, canonical({name: value for name, value in row.items() if name != "hash"}), "sha256").hex()
