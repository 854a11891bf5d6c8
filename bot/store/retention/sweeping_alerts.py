"""What may be deleted of alerts: those that are resolved for long, what was said of them, and the rows of messages that tell of none any more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alerts.alerts import DRAW, WAKE
from bot.store.retention.sweeping import BATCH, UNFINISHED, Key
from bot.store.tables import alert_history, alert_messages, alert_sightings, alerts, audit, jobs
from handlers.alert import Standing

MESSAGE = jobs.c.payload["message"].as_string()


@dataclass(frozen=True, slots=True)
class OldAlerts:
    """Alerts that are resolved since before a time, with all that was seen of their records.

    One that somebody did something about stays: the audit trail refers to it. `waited` are those that an unfinished job is about.
    """

    before: float
    waited: Collection[str] = ()
    table: str = "alerts"

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """See Sweep."""
        query = select(alerts.c.id).where(alerts.c.id > after[1], *self._over()).order_by(alerts.c.id).limit(BATCH)
        return named((await tx.execute(query)).scalars().all())

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """See Sweep."""
        names = [name for _, name in found if name not in self.waited]
        wanted = select(alerts.c.id).where(alerts.c.id.in_(names), *self._over())
        ids = (await tx.execute(wanted.with_for_update(skip_locked=True))).scalars().all()
        seen = await tx.execute(delete(alert_sightings).where(alert_sightings.c.alert.in_(ids)))
        gone = await tx.execute(delete(alerts).where(alerts.c.id.in_(ids)))
        return {"alerts": gone.rowcount, "alert_sightings": seen.rowcount}

    def _over(self) -> Sequence[ColumnElement[bool]]:
        resolved = (alerts.c.standing == Standing.RESOLVED, alerts.c.told_standing == "", alerts.c.updated < self.before)
        untouched = (alerts.c.acknowledged_by == "", alerts.c.assigned == "", alerts.c.snoozed_at.is_(None))
        audited = exists().where(audit.c.object == literal("alert/") + alerts.c.id)
        return (*resolved, *untouched, ~audited)


@dataclass(frozen=True, slots=True)
class OldWords:
    """What was said in the threads of messages before a time."""

    before: float
    table: str = "alert_history"

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """See Sweep."""
        over = (alert_history.c.said.is_(True), alert_history.c.at < self.before, alert_history.c.key > after[1])
        query = select(alert_history.c.key).where(*over).order_by(alert_history.c.key).limit(BATCH)
        return named((await tx.execute(query)).scalars().all())

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """See Sweep. What was said stays so."""
        mine = alert_history.c.key.in_([name for _, name in found])
        return {self.table: (await tx.execute(delete(alert_history).where(mine))).rowcount}


@dataclass(frozen=True, slots=True)
class OldMessages:
    """Messages that are closed, were drawn before a time, and that no alert is told in any more."""

    before: float
    table: str = "alert_messages"

    async def find(self, tx: AsyncConnection, after: Key) -> Sequence[Key]:
        """See Sweep."""
        over = (alert_messages.c.is_open.is_(False), alert_messages.c.drawn < self.before, alert_messages.c.id > after[1])
        free = (~exists().where(alerts.c.message == alert_messages.c.id), ~unsaid())
        query = select(alert_messages.c.id).where(*over, *free).order_by(alert_messages.c.id).limit(BATCH)
        return named((await tx.execute(query)).scalars().all())

    async def drop(self, tx: AsyncConnection, found: Sequence[Key]) -> Mapping[str, int]:
        """See Sweep. Those that are about to be drawn stay; one of which an alert is told at this moment is made again when it is drawn."""
        names = [name for _, name in found]
        mine = select(alert_messages.c.id).where(alert_messages.c.id.in_(names), alert_messages.c.drawn < self.before)
        held = (await tx.execute(mine.with_for_update(skip_locked=True))).scalars().all()
        open_ = select(MESSAGE).where(jobs.c.kind.in_((DRAW, WAKE)), jobs.c.state.in_(UNFINISHED), MESSAGE.in_(held))
        told = select(alerts.c.message).where(alerts.c.message.in_(held))
        busy = {*(await tx.execute(open_)).scalars(), *(await tx.execute(told)).scalars()}
        ids = [name for name in held if name not in busy]
        gone = delete(alert_messages).where(alert_messages.c.id.in_(ids), alert_messages.c.is_open.is_(False))
        return {self.table: (await tx.execute(gone)).rowcount}


def unsaid() -> ColumnElement[bool]:
    """Whether something is still to be said in the thread of a message."""
    return exists().where(alert_history.c.message == alert_messages.c.id, alert_history.c.said.is_(False))


def named(names: Sequence[str]) -> Sequence[Key]:
    """Rows that are gone through by their names."""
    return [(0.0, name) for name in names]
