"""What is wrong, on one database: sightings are folded into alerts, people act on them, and whatever changes has its message drawn again."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alerts.lists import AlertLists
from bot.store.alerts.rows import acted, acts_of, columns, message_of, newest_of, refold
from bot.store.audit.trail import Audit
from bot.store.clock import clock, moment
from bot.store.database import Database
from bot.store.ledger.jobs import Jobs
from bot.store.tables import alert_messages, alert_sightings, alerts, now
from handlers.alert import UNTOUCHED, Acts, Alert, Sighting, Snooze, Standing, folded
from handlers.models import Person

DRAW, WAKE, LOOK, PROPOSE = "alert-draw", "alert-wake", "alert-look", "alert-propose"
"""Kinds of the jobs that draw a message, that do so at a later time, that look whether the record of a snooze is done, and that propose
what an acknowledgement is to write."""
MOST_PROPOSED = 10
"""Writes that one acknowledgement proposes: nobody reads more cards at once."""
MOST_AT_ONCE = 100
"""Alerts that one transaction of an act changes: the button below a storm is about thousands, and others wait for the database meanwhile."""
PAUSE = 3.0
"""Seconds between two drawings of one message, so that a storm of events costs few calls of a platform."""
ROUND = 2 * PAUSE
"""Seconds that a message takes at least from its beginning to its end. Rounds are counted from the time at which the row of a message was
made, in this: one that was forgotten begins beyond every round that it ever had, and so changes no message of long ago."""
LOOKS_EVERY = 15 * 60.0
"""Seconds between two looks at the record that a snooze waits for; an event about it is faster."""
BEHIND = 120.0
"""Seconds after which a system shows what it has told; two minutes is what Zendesk's own lists lag."""
Act = Callable[[Acts, Sighting, datetime], Acts]


class Follows(Protocol):
    """Whether `bot.toml` has a write that the acknowledgement of an alert proposes."""

    def __call__(self, alert: Alert) -> bool:
        """Whether this one does."""
        ...


def nothing_follows(alert: Alert) -> bool:  # noqa: ARG001 - the protocol's signature
    """Where no rule has `on_ack`."""
    return False


class AlertStore(AlertLists):
    """The Alerts port; what only reads is in `AlertLists`. Each method is one transaction, an act of a person one for each MOST_AT_ONCE, with its row on the audit trail in it."""

    def __init__(
        self, database: Database, jobs: Jobs, audit: Audit, *, follows: Follows = nothing_follows, pause: float = PAUSE
    ) -> None:
        super().__init__(database)
        self._jobs = jobs
        self._audit = audit
        self._follows = follows
        self._pause = pause

    async def sight(self, sighting: Sighting) -> None:
        """Fold what was seen into its alert, and have the message drawn that tells of it. A copy changes nothing."""
        async with self._database.write() as tx:
            row = await self._locked(tx, sighting)
            if not await self._is_news(tx, sighting):
                return
            newest = max((newest_of(row), sighting), key=lambda one: one.look)
            alert = await refold(tx, row, newest, acts_of(row))
            if alert.count:  # what never was wrong is no news
                groups = {(row.rule, row.channel, row.grouped), (alert.rule, alert.channel, alert.group)}
                await self.draw(tx, groups)

    async def acknowledge(self, ids: Collection[str], person: Person) -> Sequence[Alert]:
        """Somebody looks after these. Those that are resolved, or acknowledged already, stay as they are and are not returned."""

        def act(acts: Acts, newest: Sighting, when: datetime) -> Acts:
            return replace(acts, by=person.name, acknowledged=newest.look, when=when)

        return await self._act(ids, person, "acknowledged", act, among=(Standing.OPEN,))

    async def snooze(self, ids: Collection[str], snooze: Snooze, person: Person) -> Sequence[Alert]:
        """Say nothing more of these until then. Those that are resolved are not returned."""

        def act(acts: Acts, newest: Sighting, _when: datetime) -> Acts:
            return replace(acts, snooze=snooze, snoozed=newest.look)

        return await self._act(ids, person, "snoozed", act, detail={"until": snooze.words}, look=snooze.record)

    async def assign(self, ids: Collection[str], to: str, person: Person) -> Sequence[Alert]:
        """These are somebody's now, by name. Those that are resolved are not returned."""

        def act(acts: Acts, _newest: Sighting, _when: datetime) -> Acts:
            return replace(acts, assigned=to)

        return await self._act(ids, person, "assigned", act, detail={"to": to})

    async def waited_for(self, record: str) -> bool:
        """Whether a snooze waits for a record (`jira:APP-1`) to be done."""
        async with self._database.read() as tx:
            return (await tx.execute(select(alerts.c.id).where(alerts.c.snooze_record == record).limit(1))).first() is not None

    async def done(self, record: str) -> None:
        """A record is done: every snooze that waited for it is over."""
        async with self._database.write() as tx:
            query = select(alerts).where(alerts.c.snooze_record == record).order_by(alerts.c.id).with_for_update()
            for row in (await tx.execute(query)).all():
                await refold(tx, row, newest_of(row), replace(acts_of(row), snooze=None, snoozed=None))
                await self.draw(tx, {(row.rule, row.channel, row.grouped)})

    async def look_again(self, tx: AsyncConnection, record: str, *, delay: float = 0.0) -> None:
        """Have somebody look whether a record is done, unless that is to be done already. In the caller's transaction."""
        if not await self._jobs.waits(tx, f"look:{record}"):
            key = f"{LOOK}:{secrets.token_hex(8)}"
            payload = {"record": record}
            await self._jobs.enqueue(tx, LOOK, key=key, payload=payload, record_key=f"look:{record}", delay=delay)

    async def look_twice(self, payload: Mapping[str, object]) -> None:
        """Have what is said to be deleted and can be read looked into once more: a system may be a moment behind what it tells."""
        about, key = f"alert:{payload['connector']}:{payload['record']}", f"{payload['id']}:again"
        async with self._database.write() as tx:
            await self._jobs.enqueue(tx, "alert", key=key, payload={**payload, "again": True}, record_key=about, delay=BEHIND)

    async def look_later(self, record: str) -> None:
        """Have somebody look again in a while."""
        async with self._database.write() as tx:
            await self.look_again(tx, record, delay=LOOKS_EVERY)

    async def draw(self, tx: AsyncConnection, groups: Collection[tuple[str, str, str]]) -> None:
        """Have the messages of some groups (rule, channel, group) drawn again, in the caller's transaction: one job a message, however much changes."""
        for rule, channel, group in sorted(groups):
            name = message_of(rule, channel, group)
            drawn = await self.message(tx, rule, channel, group)
            if await self._jobs.waits(tx, f"alerts:{name}"):
                continue
            delay = max(0.0, drawn + self._pause - await clock(tx))
            key = f"{DRAW}:{name}:{secrets.token_hex(8)}"
            await self._jobs.enqueue(tx, DRAW, key=key, payload={"message": name}, record_key=f"alerts:{name}", delay=delay)

    async def message(self, tx: AsyncConnection, rule: str, channel: str, group: str) -> float:
        """When the message of a group was drawn last, in seconds since 1970; its row is made where there is none."""
        name = message_of(rule, channel, group)
        drawn = select(alert_messages.c.drawn).where(alert_messages.c.id == name)
        if (found := (await tx.execute(drawn)).scalar_one_or_none()) is not None:
            return float(found)
        fresh = {"round": int(await clock(tx) / ROUND), "is_open": False, "lines": 0, "drawn": 0.0}
        await self._database.insert_once(tx, alert_messages, id=name, rule=rule, channel=channel, grouped=group, **fresh)
        return 0.0

    async def _locked(self, tx: AsyncConnection, sighting: Sighting) -> Row[Any]:
        """The row of a sighting's alert, which is ours until the transaction ends; made where there is none."""
        alert = folded(sighting, [sighting.look])
        await self._database.insert_once(tx, alerts, id=alert.id, **columns(sighting, alert), **acted(UNTOUCHED), updated=now())
        return (await tx.execute(select(alerts).where(alerts.c.id == alert.id).with_for_update())).one()

    async def _is_news(self, tx: AsyncConnection, sighting: Sighting) -> bool:
        """Whether it was not seen before. What is told twice, at two times, is one sight: of the later time."""
        seen, at = alert_sightings.c, sighting.at.timestamp()
        values = {"alert": sighting.alert, "id": sighting.id, "at": at, "holds": sighting.holds}
        if await self._database.insert_once(tx, alert_sightings, **values):
            return True
        mine = (seen.alert == sighting.alert, seen.id == sighting.id, seen.at < at)
        return (await tx.execute(update(alert_sightings).where(*mine).values(at=at))).rowcount == 1

    async def _act(
        self, ids: Collection[str], person: Person, action: str, act: Act, *,
        detail: Mapping[str, object] | None = None, among: Collection[Standing] = (Standing.OPEN, Standing.ACKNOWLEDGED),
        look: str = "",
    ) -> Sequence[Alert]:  # fmt: skip
        changed: list[Alert] = []
        names = sorted(set(ids))
        for some in (names[first : first + MOST_AT_ONCE] for first in range(0, len(names), MOST_AT_ONCE)):
            async with self._database.write() as tx:
                found = await self._acted(tx, some, act, among)
                if not found:
                    continue
                await self.draw(tx, {(alert.rule, alert.channel, alert.group) for alert in found})
                if look:
                    await self.look_again(tx, look)
                if action == "acknowledged":
                    await self._propose(tx, [alert for alert in found if self._follows(alert)], person, before=changed)
                told = {"alerts": [alert.id for alert in found], **(detail or {})}
                await self._audit.append(tx, actor=person.id, action=action, subject=f"alert/{found[0].id}", detail=told)
            changed += found
        return tuple(changed)

    async def _acted(self, tx: AsyncConnection, ids: Collection[str], act: Act, among: Collection[Standing]) -> list[Alert]:
        """Those of these alerts that stand so, after somebody did something about them."""
        when = moment(await clock(tx))
        query = select(alerts).where(alerts.c.id.in_(ids), alerts.c.standing.in_(among))
        rows = (await tx.execute(query.order_by(alerts.c.id).with_for_update())).all()
        return [await refold(tx, row, newest_of(row), act(acts_of(row), newest_of(row), when)) for row in rows]

    async def _propose(self, tx: AsyncConnection, changed: Sequence[Alert], person: Person, *, before: Sequence[Alert]) -> None:
        """Have drafts drawn up of what is to be written, for who acknowledged these and those `before`."""
        room = MOST_PROPOSED - sum(1 for alert in before if self._follows(alert))
        for alert in changed[: max(room, 0)]:
            key = f"{PROPOSE}:{alert.id}:{alert.changed.timestamp():.6f}"
            payload = {"id": key, "alert": alert.id, "person": person.id, "name": person.name}
            await self._jobs.enqueue(tx, PROPOSE, key=key, payload=payload)
