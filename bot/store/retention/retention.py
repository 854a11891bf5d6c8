"""What is over for long is deleted, a few rows a transaction; what anything refers to stays. Drafts, dead letters and the audit trail are not touched."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Integer, Table, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings.retention import RetentionTable
from bot.store.alerts.alerts import PROPOSE
from bot.store.clock import clock
from bot.store.database import Database
from bot.store.ledger.inbound import STATE, id_of, owner_of
from bot.store.retention.sweeping import BATCH, BY_PLATFORMS, DAY, SKEW, UNFINISHED, Key, OldDeliveries, OldJobs, OldStates, Sweep
from bot.store.retention.sweeping_alerts import OldAlerts, OldMessages, OldWords
from bot.store.tables import (
    alert_history,
    alert_messages,
    alert_sightings,
    alerts,
    digests,
    inbound,
    job_steps,
    jobs,
    looks,
    now,
    retained,
)

SHORT: Sequence[Table] = (inbound, jobs, job_steps, alerts, alert_sightings, alert_history, alert_messages)
"""The tables that are kept short."""
UNTIL = digests.c.body["until"].as_string()


class Retention:
    """The one room that deletes by age. `asked` are the kinds of records that systems are asked for, `digests` the names of those in use.

    Each method raises Unavailable.
    """

    def __init__(
        self, database: Database, table: RetentionTable, *, asked: Collection[str] = (), digests: Collection[str] = ()
    ) -> None:
        self._database = database
        self._table = table
        self._asked = asked
        self._digests = digests

    async def sweeps(self) -> Sequence[Sweep]:
        """What may go now, in the order in which it has to: what refers to something goes before that."""
        async with self._database.read() as tx:
            moment = await clock(tx)
            of_jobs = [OldJobs(moment - self._table.jobs * DAY)] if self._table.jobs else []
            of_deliveries = await self._of_deliveries(tx, moment - self._table.deliveries * DAY) if self._table.deliveries else []
            of_alerts = await self._of_alerts(tx, moment - self._table.alerts * DAY) if self._table.alerts else []
        return [*of_jobs, *of_deliveries, *of_alerts]

    async def step(self, sweep: Sweep, after: Key) -> Key | None:
        """Delete some rows behind a key, in one transaction; where to go on, or None where there is nothing more."""
        async with self._database.read() as tx:
            found = await sweep.find(tx, after)
        if not found:
            return None
        async with self._database.write() as tx:
            for name, number in (await sweep.drop(tx, found)).items():
                await self._note(tx, name, deleted=number)
        return found[-1]

    async def count(self) -> Mapping[str, int]:
        """How many rows stand in each table, which is kept for the figures."""
        standing = dict[str, int]()
        for table in SHORT:
            async with self._database.read() as tx:
                standing[table.name] = int((await tx.execute(select(func.count()).select_from(table))).scalar_one())
            async with self._database.write() as tx:
                await self._note(tx, table.name, standing=standing[table.name])
        return standing

    async def _note(self, tx: AsyncConnection, name: str, *, deleted: int = 0, standing: int | None = None) -> None:
        await self._database.insert_once(tx, retained, name=name, deleted=0, standing=0, at=now())
        values = {"deleted": retained.c.deleted + deleted, "at": now(), **({} if standing is None else {"standing": standing})}
        await tx.execute(update(retained).where(retained.c.name == name).values(values))

    async def _of_deliveries(self, tx: AsyncConnection, before: float) -> Sequence[Sweep]:
        """Those of every source. States stay until whoever asks a system for its changes has come beyond them for long."""
        sweeps = list[Sweep]()
        days, owners, ids = await made_on(tx), await owners_of_triggers(tx), await events_of_hooks(tx)
        for source in await sources(tx):
            if not source.startswith(STATE):
                competed = source.endswith(".effect")
                sweeps.append(OldDeliveries(source, before, ids=() if competed else ids, days=days if competed else ()))
                continue
            looked = [at for name, at in await looks_of(tx, source.removeprefix(STATE)) if name in self._asked]
            reach = min([before, *(at - SKEW - DAY for at in looked)])
            sweeps.append(OldStates(self._database, OldDeliveries(source, reach, owners=owners)))
        return sweeps

    async def _of_alerts(self, tx: AsyncConnection, before: float) -> Sequence[Sweep]:
        """Alerts, once the latest digests have told of them."""
        told = dict[str, float]()
        query = select(digests.c.name, UNTIL).where(digests.c.said, digests.c.name.in_(self._digests)).order_by(digests.c.at)
        for name, until in (await tx.execute(query)).all():
            told[name] = datetime.fromisoformat(until).timestamp()
        proposed = jobs.c.payload["alert"].as_string()
        waited = select(proposed).where(jobs.c.kind == PROPOSE, jobs.c.state.in_(UNFINISHED))
        names = frozenset((await tx.execute(waited)).scalars())
        return [OldAlerts(min([before, *told.values()]), names), OldWords(before), OldMessages(before)]


async def sources(tx: AsyncConnection) -> Sequence[str]:
    """Every source of deliveries: each found behind the one before it in the index, for the table may hold millions of rows."""
    found = list[str]()
    while True:
        beyond = select(func.min(inbound.c.source)).where(inbound.c.source > (found[-1] if found else ""))
        if (name := (await tx.execute(beyond)).scalar_one_or_none()) is None:
            return found
        found.append(name)


async def looks_of(tx: AsyncConnection, connector: str) -> Sequence[tuple[str, float]]:
    """When each kind of record of a system was last looked through, like `jira/issue`."""
    query = select(looks.c.kind, looks.c.at).where(looks.c.connector == connector)
    return [(f"{connector}/{kind}", float(at)) for kind, at in (await tx.execute(query)).all()]


async def made_on(tx: AsyncConnection) -> Collection[int]:
    """The days since 1970 on which unfinished jobs of chat platforms were made, with the days around them: copies come within hours."""
    made = cast(jobs.c.created / DAY, Integer)
    query = select(made).where(jobs.c.state.in_(UNFINISHED), jobs.c.kind.in_(BY_PLATFORMS)).distinct()
    return frozenset(day + off for day in (await tx.execute(query)).scalars() for off in (-2, -1, 0, 1, 2))


async def events_of_hooks(tx: AsyncConnection) -> Collection[str]:
    """The ids of events that unfinished jobs of webhooks carry, as they are known in `inbound`."""
    query = select(jobs.c.payload["events"]).where(jobs.c.kind == "hook", jobs.c.state.in_(UNFINISHED))
    found = await tx.stream_scalars(query.execution_options(yield_per=BATCH))
    return frozenset([id_of(str(event["id"])) async for events in found for event in events or ()])


async def owners_of_triggers(tx: AsyncConnection) -> Collection[str]:
    """The names under which unfinished jobs of triggers may own an effect."""
    query = select(jobs.c.payload["id"].as_string()).where(jobs.c.kind == "trigger", jobs.c.state.in_(UNFINISHED))
    return frozenset(owner_of(name) for name in (await tx.execute(query)).scalars() if name)
