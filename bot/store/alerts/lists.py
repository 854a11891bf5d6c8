"""What is read of alerts: lists that SQL bounds, counts and orders. A storm has ten thousand of them, and a reply shows twenty."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.store.alerts.rows import alert_of
from bot.store.clock import moment
from bot.store.database import Database
from bot.store.tables import alerts
from handlers.alert import Alert, Look, Standing
from handlers.alerting import Listed

WORST = (alerts.c.severity == "critical", alerts.c.severity == "warning", alerts.c.last)
ORDER = (*(column.desc() for column in WORST), alerts.c.id)
"""The worst first, then the newest."""
STANDS = and_(alerts.c.standing.in_((str(Standing.OPEN), str(Standing.ACKNOWLEDGED))), alerts.c.times > 0)
MOST_READ = 100
"""Alerts on one page, where all are gone through."""


class AlertLists:
    """The reading half of the Alerts port. Nothing here waits for a writer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, channel: str = "") -> Sequence[Alert]:
        """The alerts of a channel, or of all, that are not resolved: the worst first, then the newest."""
        return await self._alerts(STANDS, *within(channel))

    async def listed(self, channels: Collection[str], *, most: int | None = None, without: str = "") -> Listed:
        """See the port."""
        mine = and_(STANDS, alerts.c.channel.in_(channels), *besides(without))
        async with self._database.read() as tx:
            count = (await tx.execute(select(func.count()).where(mine))).scalar_one()
            rows = (await tx.execute(select(alerts).where(mine).order_by(*ORDER).limit(most))).all() if count else []
        return Listed(count, [alert_of(row) for row in rows])

    async def told_in(self) -> Sequence[tuple[str, str]]:
        """The rules that have alerts which are not resolved, each with the channel in which they are told."""
        query = select(alerts.c.rule, alerts.c.channel).where(STANDS).distinct().order_by(alerts.c.rule, alerts.c.channel)
        async with self._database.read() as tx:
            return [(row.rule, row.channel) for row in (await tx.execute(query)).all()]

    async def channels(self, *, without: str = "") -> Sequence[str]:
        """See the port."""
        query = select(alerts.c.channel).where(STANDS, *besides(without)).distinct().order_by(alerts.c.channel)
        async with self._database.read() as tx:
            return (await tx.execute(query)).scalars().all()

    async def of_rules(self, prefix: str) -> Sequence[Alert]:
        """The alerts of rules whose names begin so, that are not resolved."""
        return await self._alerts(STANDS, alerts.c.rule.startswith(prefix, autoescape=True))

    async def page(self, rule: str, channel: str, *, after: str = "") -> Sequence[Alert]:
        """The next MOST_READ alerts of a rule in a channel that are not resolved, by their ids, behind the one of this id."""
        mine = and_(STANDS, alerts.c.rule == rule, alerts.c.channel == channel, alerts.c.id > after)
        async with self._database.read() as tx:
            rows = (await tx.execute(select(alerts).where(mine).order_by(alerts.c.id).limit(MOST_READ))).all()
        return [alert_of(row) for row in rows]

    async def since(self, channel: str, moment: datetime) -> Sequence[Alert]:
        """The alerts of which something was seen or done after a time of ours, resolved ones among them; ordered as the others."""
        return await self._alerts(alerts.c.times > 0, alerts.c.updated > moment.timestamp(), *within(channel))

    async def named(self, name: str) -> Sequence[Alert]:
        """The alert with this id, or those of the message with this id that it tells of and that are not resolved."""
        told = and_(alerts.c.message == name, alerts.c.told_standing != "", STANDS)
        return await self._alerts(alerts.c.times > 0, or_(alerts.c.id == name, told))

    async def newest(self, alert: str) -> Look | None:
        """The newest look at the record of the alert with this id; None where there was none."""
        columns = (alerts.c.seen_at, alerts.c.seen_id, alerts.c.holds)
        async with self._database.read() as tx:
            row = (await tx.execute(select(*columns).where(alerts.c.id == alert))).one_or_none()
        return None if row is None else Look(moment(row.seen_at), row.seen_id, row.holds)

    async def _alerts(self, *conditions: ColumnElement[bool]) -> Sequence[Alert]:
        async with self._database.read() as tx:
            return [alert_of(row) for row in (await tx.execute(select(alerts).where(*conditions).order_by(*ORDER))).all()]


def within(channel: str) -> tuple[ColumnElement[bool], ...]:
    """The alerts of one channel; of all without one."""
    return (alerts.c.channel == channel,) if channel else ()


def besides(prefix: str) -> tuple[ColumnElement[bool], ...]:
    """All but the alerts of rules whose names begin so; all without a beginning."""
    return (~alerts.c.rule.startswith(prefix, autoescape=True),) if prefix else ()
