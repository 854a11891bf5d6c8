"""The database's clock, by which everything is timed."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import now


def moment(seconds: float) -> datetime:
    """The database's seconds as a time."""
    return datetime.fromtimestamp(seconds, UTC)


async def clock(tx: AsyncConnection) -> float:
    """The database's clock."""
    return float((await tx.execute(select(now()))).scalar_one())
