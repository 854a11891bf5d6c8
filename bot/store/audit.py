"""The audit trail: append-only, each row bound to the one before it by a keyed hash."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import audit, audit_head
from handlers.models import canonical

START = "0" * 64
"""What the first row is bound to."""


class Audit:
    """Appends rows inside the transaction of the change they witness."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    async def append(
        self, tx: AsyncConnection, *, actor: str, action: str, subject: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """One row. Updating the head first makes concurrent writers queue, so the chain never forks."""
        head = update(audit_head).where(audit_head.c.id == 1).values(seq=audit_head.c.seq + 1)
        seq, prev = (await tx.execute(head.returning(audit_head.c.seq, audit_head.c.hash))).one()
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
        await tx.execute(insert(audit).values(**row, hash=sealed))
        await tx.execute(update(audit_head).where(audit_head.c.id == 1).values(hash=sealed))

    async def verify(self) -> int:
        """The number of rows, every one of them in its place. Raises Broken with the first one that is not."""
        prev, count = START, 0
        async with self._database.read() as tx:
            async for found in await tx.stream(select(audit).order_by(audit.c.seq)):
                row = dict(found._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
                sealed = row.pop("hash")
                count += 1
                if row["seq"] != count or row["prev"] != prev or not hmac.compare_digest(sealed, seal(self._key, row)):
                    raise Broken(f"The audit trail is broken at row {count}: it was edited, removed or moved.")
                prev = sealed
            head = (await tx.execute(select(audit_head.c.seq, audit_head.c.hash))).one()
        if tuple(head) != (count, prev):
            raise Broken(f"The audit trail is cut off: it ends at row {count}, its head says {head.seq}.")
        return count


class Broken(Exception):
    """The chain does not hold."""


def seal(key: bytes, row: Mapping[str, object]) -> str:
    """HMAC-SHA-256 over the canonical JSON of a row, which names the hash before it."""
    return hmac.new(key, canonical(row), "sha256").hexdigest()
