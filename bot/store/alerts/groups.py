"""The alerts of one message as SQL: how many there are, the few that are shown, and what of them is news.

A storm has ten thousand alerts in one message: the database counts them, and only what is shown or said is read.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, false, func, not_, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alerts.rows import alert_of, told_of
from bot.store.clock import moment
from bot.store.tables import alerts
from handlers.alert import Alert, Severity, Standing
from handlers.bulletin import MOST_SHOWN, Hush, Member, Tally

RESOLVED, OPEN, CRITICAL = str(Standing.RESOLVED), str(Standing.OPEN), str(Severity.CRITICAL)
IS_OVER, IS_CRITICAL, IS_TOLD = alerts.c.standing == RESOLVED, alerts.c.severity == CRITICAL, alerts.c.told_standing != ""
RANK = case({str(one): one.rank for one in Severity}, value=alerts.c.severity, else_=0)
PLACE = (case((IS_OVER, 1), else_=0), RANK.desc(), alerts.c.last.desc(), alerts.c.id)
"""The order of `handlers.bulletin.place_in`."""


class AlertGroup:
    """The alerts of a message at one moment, under what hushes them: those that are wrong, and those that it tells of.

    It says in SQL what `Hush.until` and `told_of` say of one alert; a property test holds the two against each other.
    """

    def __init__(self, message: str, now: datetime, hush: Hush) -> None:
        self._hush, self.now = hush, now
        self._is_snoozed = snoozed(now)
        self._hushed = or_(
            true() if hush.everything else false(),
            not_(IS_CRITICAL) if hush.minor else false(),
            and_(self._is_snoozed, not_(IS_OVER)),
        )
        self._members = and_(alerts.c.message == message, alerts.c.times > 0, or_(not_(IS_OVER), IS_TOLD))
        self._announced = or_(IS_TOLD, and_(not_(self._hushed), not_(IS_OVER)))
        self._to_tell = self._told_next()
        changed = [alerts.c[name] != value for name, value in self._to_tell.items()]
        self.news = and_(self._members, self._announced, or_(*changed))
        """Of which people are to be told that they stand in another way than they were told."""

    def _told_next(self) -> Mapping[str, ColumnElement[str]]:
        """How each alert stands for who reads the message. What was seen waits while the alert is hushed, what people did does not."""
        waits = and_(IS_TOLD, self._hushed)
        turned = and_(waits, or_(IS_OVER, alerts.c.told_standing == RESOLVED))
        by = case((alerts.c.standing == str(Standing.ACKNOWLEDGED), alerts.c.acknowledged_by), else_="")
        return {
            "told_standing": case((turned, alerts.c.told_standing), else_=alerts.c.standing),
            "told_severity": case((waits, alerts.c.told_severity), else_=alerts.c.severity),
            "told_by": case((turned, alerts.c.told_by), else_=by),
            "told_assigned": alerts.c.assigned,
            "told_snooze": case((self._is_snoozed, alerts.c.snooze_words), else_=""),
        }

    def member(self, row: Row[Any]) -> Member:
        """The alert of a row, as the message knows it."""
        alert = alert_of(row)
        return Member(alert, told_of(row), self._hush.until(alert, self.now))

    async def tally(self, tx: AsyncConnection) -> Tally:
        """Its alerts in numbers."""
        stands = and_(self._announced, not_(IS_OVER))
        row = (await tx.execute(select(
            number(self._announced).label("announced"), number(stands).label("standing"),
            number(and_(stands, alerts.c.standing == OPEN)).label("fresh"),
            number(and_(not_(self._announced), not_(IS_OVER))).label("quiet"),
            number(and_(self._announced, self._to_tell["told_standing"] != RESOLVED)).label("left"),
            func.max(case((stands, RANK), else_=0)).label("worst"),
            *self._ends(),
        ).where(self._members))).one()  # fmt: skip
        return Tally(
            row.announced, row.standing, row.fresh, row.quiet, list(Severity)[row.worst or 0], row.left == 0, self._until(row)
        )

    def _ends(self) -> Sequence[ColumnElement[Any]]:
        """What `_until` is worked out from: of critical alerts and of others, how many nobody snoozed and when the first snooze ends."""
        own = and_(self._is_snoozed, not_(IS_OVER))
        columns: list[ColumnElement[Any]] = []
        for name, mine in (("critical", IS_CRITICAL), ("minor", not_(IS_CRITICAL))):
            columns.append(number(and_(mine, not_(own))).label(f"plain_{name}"))
            columns.append(func.min(case((and_(mine, own), alerts.c.snooze_until))).label(f"snoozed_{name}"))
        return columns

    def _until(self, row: Row[Any]) -> datetime | None:
        """When the first end comes of what hushes any of them: an alert is hushed until the last of its own ends."""
        ends = []
        for plain, first, severity in (
            (row.plain_critical, row.snoozed_critical, Severity.CRITICAL), (row.plain_minor, row.snoozed_minor, Severity.WARNING),
        ):  # fmt: skip
            over = self._hush.over(severity)
            ends += [over] if plain and over is not None else []
            ends += [max(filter(None, (moment(first), over)))] if first is not None else []
        return min(ends, default=None)

    async def top(self, tx: AsyncConnection) -> Sequence[Alert]:
        """Those that the message shows, the worst first."""
        query = select(alerts).where(self._members, self._announced).order_by(*PLACE).limit(MOST_SHOWN)
        return [alert_of(row) for row in (await tx.execute(query)).all()]

    async def first_news(self, tx: AsyncConnection, most: int) -> Sequence[str]:
        """The ids of the first that are news."""
        query = select(alerts.c.id).where(self.news).order_by(*PLACE).limit(most)
        return (await tx.execute(query)).scalars().all()

    async def lock(self, tx: AsyncConnection, ids: Collection[str]) -> Sequence[Row[Any]]:
        """The rows of those of these that are news still; they are ours until the transaction ends."""
        query = select(alerts).where(alerts.c.id.in_(ids), self.news).order_by(alerts.c.id).with_for_update()
        return (await tx.execute(query)).all()

    async def tell(self, tx: AsyncConnection, ids: Collection[str]) -> int:
        """Keep that people are told of the news of these alerts, whose rows are ours; how many there were."""
        mine = update(alerts).where(self.news, alerts.c.id.in_(ids))
        return (await tx.execute(mine.values(self._to_tell))).rowcount

    async def tell_all(self, tx: AsyncConnection, *, alone: bool) -> int:
        """The same of all news but that of alerts which somebody is changing now: who waits for many rows while holding others may wait for ever.

        `alone`: there is one writer at a time, so nobody is.
        """
        free = select(alerts.c.id).where(self.news).order_by(alerts.c.id).with_for_update(skip_locked=True)
        mine = self.news if alone else alerts.c.id.in_(free)
        return (await tx.execute(update(alerts).where(mine).values(self._to_tell))).rowcount


def snoozed(now: datetime) -> ColumnElement[bool]:
    """Whether somebody wants to hear nothing of an alert now."""
    waits = or_(alerts.c.snooze_change, alerts.c.snooze_record != "")
    return or_(
        and_(alerts.c.snooze_until.is_not(None), alerts.c.snooze_until > now.timestamp()),
        and_(alerts.c.snooze_until.is_(None), waits),
    )


def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows are so."""
    return func.count().filter(condition)


async def locked(tx: AsyncConnection, condition: ColumnElement[bool]) -> int:
    """Take all alerts that are so, in the order in which everybody takes them, so that no two writers wait for each other; how many there are."""
    mine = select(alerts.c.id).where(condition).order_by(alerts.c.id).with_for_update().cte("mine")
    return (await tx.execute(select(func.count()).select_from(mine))).scalar_one()
