"""The messages in which alerts are told, on one database: what is to be drawn now, what is to be said in their threads, and when to look again."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alerts.alerts import WAKE, AlertStore
from bot.store.alerts.groups import AlertGroup, locked
from bot.store.alerts.rows import UNTOLD, message_of
from bot.store.database import Database
from bot.store.ledger.jobs import Jobs
from bot.store.tables import alert_history, alert_messages, alerts, now
from handlers.alert import Alert, Standing
from handlers.bulletin import MOST_LINES, Hush, bulletin, line, place_in
from handlers.errors import NotFound
from handlers.models import Reply
from handlers.quoted import quotable

LATE = 1.0
"""Seconds after the end of what hushed alerts, at which a message is drawn: the database's clock may be ahead of ours."""
Hushes = Callable[[str, str, datetime], Hush]
"""Until when alerts of a rule are not to be announced in a channel, as `bot.toml` says."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A message as it is to be drawn now, under its key. `is_over`: after that it is closed."""

    message: str
    channel: str
    key: str
    reply: Reply
    is_over: bool


class AlertBoard:
    """What is told where. Each method is one transaction."""

    def __init__(self, database: Database, jobs: Jobs, store: AlertStore, *, hush: Hushes, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._jobs = jobs
        self._store = store
        self._hush = hush
        self._clock = clock

    async def plan(self, message: str) -> Plan | None:
        """What to draw now; from here on its alerts count as told, and what is to be said of them is written down. None: nothing is to be seen.

        All is counted and read before the transaction that writes: whatever changes in between has the message drawn again.
        """
        moment = self._clock()
        async with self._database.read() as tx:
            rule, channel = await self._place(tx, message)
            group = AlertGroup(message, moment, self._hush(rule, channel, moment))
            tally, top = await group.tally(tx), await group.top(tx)
            news = await group.first_news(tx, MOST_LINES + 1)
        async with self._database.write() as tx:
            row = await self._locked(tx, message)
            await self._wake(tx, message, tally.until, moment)
            mine = update(alert_messages).where(alert_messages.c.id == message)
            if not row.is_open and not tally.announced:
                await tx.execute(mine.values(drawn=now()))
                return None
            number = row.round if row.is_open else row.round + 1
            key, lines = key_of(message, number), row.lines if row.is_open else 0
            if news and (words := await self._tell(tx, row, group, news)):
                lines += 1
                said = {"key": f"{key}:{lines}", "message": message, "under": key, "words": words, "said": False}
                await tx.execute(insert(alert_history).values(**said, at=now()))
            await tx.execute(mine.values(round=number, is_open=True, lines=lines, drawn=now()))
        about = f"{row.rule}, {quotable(row.grouped)}" if row.grouped else str(row.rule)
        return Plan(message, str(row.channel), key, bulletin(top, tally, moment, name=message, about=about), tally.is_over)

    async def unsaid(self, message: str) -> Sequence[tuple[str, str, str]]:
        """What is still to be said in the threads of a message, oldest first: its key, the key of what it is said under, the words."""
        told = alert_history.c
        query = select(told.key, told.under, told.words).where(told.message == message, told.said.is_(False))
        async with self._database.read() as tx:
            return [(row.key, row.under, row.words) for row in (await tx.execute(query.order_by(told.at, told.key))).all()]

    async def said(self, key: str) -> None:
        """It was said."""
        async with self._database.write() as tx:
            await tx.execute(update(alert_history).where(alert_history.c.key == key).values(said=True))

    async def key(self, alert: Alert) -> str:
        """The key of the message in which an alert is told, or was last."""
        name = message_of(alert.rule, alert.channel, alert.group)
        async with self._database.read() as tx:
            number = (await tx.execute(select(alert_messages.c.round).where(alert_messages.c.id == name))).scalar_one_or_none()
        return key_of(name, number or 0)

    async def close(self, message: str) -> None:
        """All of its alerts are resolved and it says so: the next one begins another message. Nothing where one was raised meanwhile."""
        async with self._database.write() as tx:
            await self._locked(tx, message)
            mine = and_(alerts.c.message == message, alerts.c.told_standing != "")
            await locked(tx, mine)
            left = select(alerts.c.id).where(mine, alerts.c.standing != Standing.RESOLVED).limit(1)
            if (await tx.execute(left)).first() is not None:
                return
            await tx.execute(update(alerts).where(mine).values(UNTOLD))
            await tx.execute(update(alert_messages).where(alert_messages.c.id == message).values(is_open=False))

    async def wake(self, message: str) -> None:
        """Something that hushed alerts of this message is over: have it drawn."""
        async with self._database.write() as tx:
            row = await self._locked(tx, message)
            await self._store.draw(tx, {(row.rule, row.channel, row.grouped)})

    async def _place(self, tx: AsyncConnection, message: str) -> tuple[str, str]:
        """The rule of a message and its channel; by its alerts where it was forgotten while one of them was told in it."""
        for table, mine in ((alert_messages, alert_messages.c.id == message), (alerts, alerts.c.message == message)):
            row = (await tx.execute(select(table.c.rule, table.c.channel).where(mine).limit(1))).one_or_none()
            if row is not None:
                return str(row.rule), str(row.channel)
        raise gone(message)

    async def _locked(self, tx: AsyncConnection, message: str) -> Row[Any]:
        """The row of a message, ours until the transaction ends; made again where it was forgotten while an alert was told in it."""
        mine = select(alert_messages).where(alert_messages.c.id == message).with_for_update()
        if (row := (await tx.execute(mine)).one_or_none()) is None:
            group = select(alerts.c.rule, alerts.c.channel, alerts.c.grouped).where(alerts.c.message == message).limit(1)
            if (found := (await tx.execute(group)).one_or_none()) is not None:
                await self._store.message(tx, found.rule, found.channel, found.grouped)
                row = (await tx.execute(mine)).one_or_none()
        if row is None:
            raise gone(message)
        return row

    async def _tell(self, tx: AsyncConnection, row: Row[Any], group: AlertGroup, news: Sequence[str]) -> str:
        """Keep how each alert stands to be told of; the one answer for the thread, empty where there is none. `news` is the beginning of it."""
        found = await group.lock(tx, news[:MOST_LINES])
        if len(news) <= MOST_LINES:
            many = await group.tell(tx, news)
        else:
            many = await group.tell_all(tx, alone=self._database.is_sqlite)
            if await group.first_news(tx, 1):
                await self._store.draw(tx, {(row.rule, row.channel, row.grouped)})
        members = [group.member(one) for one in found]
        lines = [words for one in sorted(members, key=lambda one: place_in(one.alert)) if (words := line(one, group.now))]
        more = many - len(found)
        return "\n".join((*lines, *([f"and {more} more"] if more > 0 else [])))

    async def _wake(self, tx: AsyncConnection, message: str, at: datetime | None, moment: datetime) -> None:
        """Look again when the first of what hushes these alerts is over, and when a snooze is."""
        if at is None:
            return
        about = f"{WAKE}:{message}:{at.timestamp():.0f}"
        if not await self._jobs.waits(tx, about):  # by another clock it may have come too early, so it may come again
            delay, key = (at - moment).total_seconds() + LATE, f"{about}:{secrets.token_hex(8)}"
            await self._jobs.enqueue(tx, WAKE, key=key, payload={"message": message}, record_key=about, delay=delay)


def key_of(message: str, number: int) -> str:
    """The key under which a message is said the so-manieth time."""
    return f"alerts:{message}:{number}"


def gone(message: str) -> NotFound:
    """A message of alerts that nobody knows."""
    return NotFound(f"There is no message {message} of alerts any more.")
