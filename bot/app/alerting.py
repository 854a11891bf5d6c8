"""Alerts as a part of the program: when nothing is said, and the jobs with what they need."""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from bot.app.store import Store
from bot.connectors.reading import Observed, Observer
from bot.connectors.registry import Connector
from bot.dispatch import Dispatch
from bot.settings import Configuration
from bot.settings.alerting import hours, rules
from bot.settings.people import People
from bot.store.alerts.board import AlertBoard
from bot.store.talk.offers import Offers
from bot.work.alerts import AlertWork
from bot.work.voice import Voice
from handlers.alert import Alert
from handlers.alerting import OnAck
from handlers.bulletin import Hush
from handlers.hours import zone
from handlers.models import EVERYONE, Person, Record, Ref
from handlers.systems import Records

ALONE = re.compile(r"slack:[^/]+/D|teams:(?:a:|19:\S+@unq\.gbl\.spaces)|playground:dm:")
"""How the names of direct messages begin."""


class Manners:
    """When an alert is kept back, by `bot.toml`. Quiet hours are those of its rule, else those of a digest in its channel."""

    def __init__(self, configuration: Configuration) -> None:
        self._windows = [table.window(name) for name, table in configuration.maintenance.items()]
        digests = configuration.digests.values()
        self._of_channel = {one.channel: hours(one.quiet, one.timezone) for one in digests if one.quiet}
        zones = {one.channel: one.timezone for one in digests}
        self._of_rule = {
            one.name: hours(one.table.quiet, one.table.timezone or zones.get(one.table.channel, ""))
            for one in rules(configuration.alerts)
        }

    def __call__(self, rule: str, channel: str, now: datetime) -> Hush:
        """Until when alerts of a rule are not to be announced in a channel."""
        return Hush.at(rule, now, windows=self._windows, quiet=self._of_rule.get(rule) or self._of_channel.get(channel))


class RulesOfAlerts:
    """The Alerting port, by `bot.toml`. Times are those of the person's zone, else of the rule's, else of the channel's digest."""

    def __init__(self, configuration: Configuration, people: People, connectors: Mapping[str, Connector]) -> None:
        self._configuration = configuration
        self._people = people
        self._connectors = connectors
        self._tables = {one.name: one.table for one in rules(configuration.alerts)}
        self._zones = {one.channel: one.timezone for one in configuration.digests.values()}

    def audience(self, channel: str) -> AbstractSet[str]:
        """See the port. A direct message of which bot.toml says nothing is for its one person: its own name stands for who that is."""
        if ALONE.match(channel) and channel not in self._configuration.channels:
            return frozenset({EVERYONE, channel})
        return frozenset(self._configuration.channel(channel).audience) | {EVERYONE}

    def zone(self, alert: Alert, person: Person) -> ZoneInfo:
        """See the port."""
        table, own = self._tables.get(alert.rule), self._people.timezone(person.id, person.email)
        return zone(own or (table.timezone if table else "") or self._zones.get(alert.channel) or "UTC")

    def name(self, person: str) -> str:
        """See the port."""
        return self._people.find(person).name

    def on_ack(self, alert: Alert) -> OnAck | None:
        """See the port."""
        table = self._tables.get(alert.rule)
        return OnAck(table.on_ack.field, table.on_ack.value) if table and table.on_ack else None

    async def choices(self, record: Record, field: str) -> Sequence[Ref]:
        """See the port: where a record can go from its status is asked of a system that has a workflow."""
        connector: object = self._connectors.get(record.system)
        if field != "status" or not isinstance(connector, HasWorkflow):
            return ()
        return await connector.statuses(record.id)


@runtime_checkable
class HasWorkflow(Protocol):
    """A connector to a system in which not every status can follow every other."""

    async def statuses(self, name: str) -> Sequence[Ref]:
        """Where a record can go from its status now."""
        ...


def alert_ports(
    configuration: Configuration, people: People, store: Store, connectors: Mapping[str, Connector], observer: Observer
) -> Mapping[str, object]:
    """What `/alerts` is given, by the names of its parameters."""
    return {
        "alerts": store.alerts,
        "alerting": RulesOfAlerts(configuration, people, connectors),
        "systems": {name: Observed(connector, observer) for name, connector in connectors.items()},
    }


def alert_work(
    configuration: Configuration,
    store: Store,
    records: Mapping[str, Records],
    voices: Mapping[str, Voice],
    *,
    observer: Observer,
    dispatch: Dispatch,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AlertWork:
    """The jobs of alerts, bound to the parts of the program. `records` are the systems as events read them."""
    board = AlertBoard(store.database, store.jobs, store.alerts, hush=Manners(configuration), clock=clock)
    return AlertWork(
        configuration=configuration,
        alerts=store.alerts,
        board=board,
        records={name: Observed(one, observer) for name, one in records.items()},
        voices=voices,
        offers=Offers(store.database),
        dispatch=dispatch,
        drafts=store.drafts,
        clock=clock,
    )
