"""The messages in which alerts are told, on one database: what is to be drawn now, what is to be said in their threads, and when to look again."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alert_rows import alert_of, message_of
from bot.store.alerts import WAKE, AlertStore
from bot.store.database import Database
from bot.store.jobs import Jobs
from bot.store.tables import alert_history, alert_messages, alerts, now
from handlers.alert import Alert, Severity, Standing
from handlers.bulletin import FOREVER, MOST_LINES, Bulletin, Member, Told, bulletin
from handlers.errors import NotFound
from handlers.models import Reply
from handlers.quoted import quotable

LATE = 1.0
"""Seconds after the end of what hushed alerts, at which a message is drawn: the database's clock may be ahead of ours."""
Hush = Callable[[Alert, datetime], datetime | None]
"""Until when an alert is not to be announced, as `bot.toml` and its snooze say; None where it may be."""


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

    def __init__(self, database: Database, jobs: Jobs, store: AlertStore, *, hush: Hush, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._jobs = jobs
        self._store = store
        self._hush = hush
        self._clock = clock

    async def plan(self, message: str) -> Plan | None:
        """What to draw now; from here on its alerts count as told, and what is to be said of them is written down. None: nothing is to be seen."""
        moment = self._clock()
        async with self._database.write() as tx:
            row = await self._locked(tx, message)
            members = await self._members(tx, message, moment)
            about = f"{row.rule}, {quotable(row.grouped)}" if row.grouped else str(row.rule)
            drawn = bulletin(members, moment, name=message, about=about)
            await self._wake(tx, message, members, moment)
            mine = update(alert_messages).where(alert_messages.c.id == message)
            if not row.is_open and not drawn.told:
                await tx.execute(mine.values(drawn=now()))
                return None
            number = row.round if row.is_open else row.round + 1
            key = key_of(message, number)
            lines = await self._tell(tx, row, members, drawn, key=key, lines=row.lines if row.is_open else 0)
            await tx.execute(mine.values(round=number, is_open=True, lines=lines, drawn=now()))
        return Plan(message, str(row.channel), key, drawn.reply, drawn.is_over)

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
            mine = (alerts.c.message == message, alerts.c.told.is_not(None))
            told = select(alerts.c.standing).where(*mine).order_by(alerts.c.id).with_for_update()
            if any(standing != Standing.RESOLVED for standing in (await tx.execute(told)).scalars()):
                return
            await tx.execute(update(alerts).where(*mine).values(told=None))
            await tx.execute(update(alert_messages).where(alert_messages.c.id == message).values(is_open=False))

    async def wake(self, message: str) -> None:
        """Something that hushed alerts of this message is over: have it drawn."""
        async with self._database.write() as tx:
            row = await self._locked(tx, message)
            await self._store.draw(tx, {(row.rule, row.channel, row.grouped)})

    async def _locked(self, tx: AsyncConnection, message: str) -> Row[Any]:
        """The row of a message, ours until the transaction ends; made again where it was forgotten while an alert was told in it."""
        mine = select(alert_messages).where(alert_messages.c.id == message).with_for_update()
        if (row := (await tx.execute(mine)).one_or_none()) is None:
            group = select(alerts.c.rule, alerts.c.channel, alerts.c.grouped).where(alerts.c.message == message).limit(1)
            if (found := (await tx.execute(group)).one_or_none()) is not None:
                await self._store.message(tx, found.rule, found.channel, found.grouped)
                row = (await tx.execute(mine)).one_or_none()
        if row is None:
            raise NotFound(f"There is no message {message} of alerts any more.")
        return row

    async def _members(self, tx: AsyncConnection, message: str, moment: datetime) -> list[Member]:
        """The alerts of a message: those that are wrong, and those that it tells of."""
        still = (alerts.c.standing != Standing.RESOLVED) | alerts.c.told.is_not(None)
        query = select(alerts).where(alerts.c.message == message, alerts.c.times > 0, still).order_by(alerts.c.id)
        found = [(alert_of(row), row.told) for row in (await tx.execute(query)).all()]
        return [Member(alert, restored(told), self._hush(alert, moment)) for alert, told in found]

    async def _tell(
        self, tx: AsyncConnection, row: Row[Any], members: Collection[Member], drawn: Bulletin, *, key: str, lines: int
    ) -> int:
        """Keep how each alert stands to be told of, and one answer for the thread; how many of these there are then."""
        changed = [(one.alert.id, drawn.told.get(one.alert.id)) for one in members if drawn.told.get(one.alert.id) != one.told]
        news = [{"name": name, "news": asdict(told)} for name, told in changed if told is not None]
        if news:  # in one statement: after a storm there are thousands
            mine = update(alerts).where(alerts.c.id == bindparam("name"), alerts.c.message == row.id)
            await tx.execute(mine.values(told=bindparam("news")), news)
        if not drawn.lines:
            return lines
        more = len(drawn.lines) - MOST_LINES
        words = "\n".join((*drawn.lines[:MOST_LINES], *([f"and {more} more"] if more > 0 else [])))
        said = {"key": f"{key}:{lines + 1}", "message": row.id, "under": key, "words": words, "said": False}
        await tx.execute(insert(alert_history).values(**said, at=now()))
        return lines + 1

    async def _wake(self, tx: AsyncConnection, message: str, members: Collection[Member], moment: datetime) -> None:
        """Look again when the first of what hushes these alerts is over, and when a snooze is."""
        ends = {one.hushed for one in members if one.hushed is not None and one.hushed != FOREVER}
        if ends:
            at = min(ends)
            about = f"{WAKE}:{message}:{at.timestamp():.0f}"
            if not await self._jobs.waits(tx, about):  # by another clock it may have come too early, so it may come again
                delay, key = (at - moment).total_seconds() + LATE, f"{about}:{secrets.token_hex(8)}"
                await self._jobs.enqueue(tx, WAKE, key=key, payload={"message": message}, record_key=about, delay=delay)


def key_of(message: str, number: int) -> str:
    """The key under which a message is said the so-manieth time."""
    return f"alerts:{message}:{number}"


def restored(told: dict[str, str] | None) -> Told | None:
    """How an alert stood, out of its row."""
    if told is None:
        return None
    return Told(Standing(told["standing"]), Severity(told["severity"]), told["by"], told["assigned"], told["snooze"])
