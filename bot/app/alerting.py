"""Alerts as a part of the program: when nothing is said, and the jobs with what they need."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.app.store import Store
from bot.connectors.reading import Observed, Observer
from bot.connectors.registry import Connector
from bot.settings import Configuration
from bot.settings.alerting import hours, rules
from bot.store.alert_board import AlertBoard
from bot.store.offers import Offers
from bot.work.alerts import AlertWork
from bot.work.voice import Voice
from handlers.alert import Alert
from handlers.bulletin import hushed
from handlers.hours import Hours


class Manners:
    """When an alert is kept back, by `bot.toml`. Quiet hours are those of its rule, else those of a digest in its channel."""

    def __init__(self, configuration: Configuration) -> None:
        self._windows = [table.window(name) for name, table in configuration.maintenance.items()]
        digests = configuration.digests.values()
        self._of_channel = {one.channel: hours(one.quiet, one.timezone) for one in digests if one.quiet}
        self._of_rule = {one.name: hours(one.table.quiet, one.table.timezone) for one in rules(configuration.alerts)}

    def __call__(self, alert: Alert, now: datetime) -> datetime | None:
        """Until when it is not to be announced; None where it may be."""
        return hushed(alert, now, windows=self._windows, quiet=self.quiet(alert))

    def quiet(self, alert: Alert) -> Hours | None:
        """The quiet hours that an alert keeps."""
        return self._of_rule.get(alert.rule) or self._of_channel.get(alert.channel)


def alert_work(
    configuration: Configuration,
    store: Store,
    connectors: Mapping[str, Connector],
    voices: Mapping[str, Voice],
    observer: Observer,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AlertWork:
    """The jobs of alerts, bound to the parts of the program."""
    board = AlertBoard(store.database, store.jobs, store.alerts, hush=Manners(configuration), clock=clock)
    return AlertWork(
        configuration=configuration,
        alerts=store.alerts,
        board=board,
        records={name: Observed(connector, observer) for name, connector in connectors.items()},
        voices=voices,
        offers=Offers(store.database),
    )
