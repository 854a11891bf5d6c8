"""The bot watches itself: numbers of the ledger against the thresholds of `[watch]`, told in the operators' channel like any other alert.

Each minute one worker looks, for all. A rule is told of when it begins to hold, when it becomes worse, and when it is over.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.settings import Configuration
from bot.settings.timetable import every
from bot.settings.watching import WatchTable
from bot.store.alerts.alerts import AlertStore
from bot.store.figures.measures import Measured, Measures
from bot.store.ledger.firings import Timetable
from bot.watch import log, metrics
from bot.work.runner import Kind, Payload
from handlers.alert import Alert, Severity, Sighting

KIND, OWN = "watch", "countersign"
"""Kind of the job; what rules and records of the bot itself begin with."""
EVERY = timedelta(minutes=1)
Away = Callable[[], Awaitable[Collection[str]]]
"""Which systems are left alone because they failed too often."""
logger = log.get("watch")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with the bot. `what` is of a short fixed list, `name` tells those of one kind apart."""

    what: str
    name: str
    title: str
    severity: Severity = Severity.WARNING

    @property
    def rule(self) -> str:
        """Its rule, as alerts know it."""
        return f"{OWN}.{self.what}"

    @property
    def record(self) -> str:
        """What it is wrong with, as alerts know it."""
        return f"{OWN}:{self.what}:{self.name}"


def wrong(measured: Measured, away: Collection[str], table: WatchTable, *, dollars: float) -> Iterator[Wrong]:
    """What is wrong by these numbers. `dollars` is what language models may cost a day. Pure."""
    yield from of_jobs(measured, table)
    for system in sorted(away):
        yield Wrong("breaker", system, f"{system} does not answer, and is left alone until it does")
    if table.budget and dollars > 0 and measured.spent >= table.budget * dollars:
        words = f"Language models have cost {measured.spent:.2f} of {dollars:.2f} US dollars today"
        yield Wrong("budget", "day", words, Severity.CRITICAL if measured.spent >= dollars else Severity.WARNING)
    for workflow, number in measured.rejected.items():
        if number >= table.rejections > 0:
            yield Wrong("rejections", workflow, f"The last {number} drafts of /{workflow} were rejected")
    for source, trouble in measured.lost.items():
        yield Wrong("source", source, trouble)
    for kind in measured.unread:
        yield Wrong("reconcile", kind, f"Changes of {kind} have not been found for an hour or more: the log says why")


def of_jobs(measured: Measured, table: WatchTable) -> Iterator[Wrong]:
    """What is wrong with the jobs of the ledger."""
    minutes = f"{table.window / timedelta(minutes=1):g} minutes"
    if measured.ended >= max(table.jobs, 1) and measured.well < table.success * measured.ended:
        failed = f"{measured.ended - measured.well} of {measured.ended}"
        yield Wrong("success", "jobs", f"Jobs fail: {failed} that were due in the last {minutes} ended without success")
    if table.latency and measured.awaited >= max(table.jobs, 1) and measured.latency > table.latency.total_seconds():
        yield Wrong(
            "latency", "people", f"People wait: one in twenty for {measured.latency:.0f} s or more, in the last {minutes}"
        )
    for kind, number in measured.dead.items():
        if number >= table.dead_letters > 0:
            yield Wrong("dead_letters", kind, f"Dead letters of kind {kind}: {number} within a day. /bot jobs lists them")
    if measured.unknown >= table.unknown_writes > 0:
        words = f"Writes of which nobody can say whether they took effect: {measured.unknown}. A replay reads back first"
        yield Wrong("unknown_writes", "jobs", words, Severity.CRITICAL)


def told(found: Sequence[Wrong], standing: Sequence[Alert], *, channel: str, now: datetime) -> Iterator[Sighting]:
    """What alerts have to be told: what is new or of another severity, and what is over. `standing` are the bot's own. Pure."""
    known = {(alert.channel, alert.record): alert for alert in standing}
    for one in found:
        before = known.pop((channel, one.record), None)
        if before is None or before.severity is not one.severity:
            yield Sighting(f"{one.record}@{now.timestamp():.3f}", one.rule, channel, one.record, one.title, "", one.severity, now)
    for alert in known.values():
        name = f"{alert.record}@{now.timestamp():.3f}:over"
        yield Sighting(name, alert.rule, alert.channel, alert.record, alert.title, "", alert.severity, now, holds=False)


class Watch:
    """The job of each minute. Without a channel of operators what is wrong stands in log and figures only.

    `asked` are the kinds of records, like `jira/issue`, that systems are asked for.
    """

    def __init__(
        self, configuration: Configuration, measures: Measures, alerts: AlertStore, away: Away, *, asked: Collection[str] = ()
    ) -> None:
        self._configuration = configuration
        self._measures = measures
        self._alerts = alerts
        self._away = away
        self._asked = asked

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {KIND: Kind(self._look)}

    async def _look(self, _payload: Payload) -> None:
        table, channel = self._configuration.watch, self._configuration.admins.channel
        measured = await self._measures.take(window=table.window.total_seconds())
        dollars = self._configuration.limits.llm_usd_per_day
        found = [one for one in wrong(measured, await self._away(), table, dollars=dollars) if self._is_ours(one)]
        for one in found:
            metrics.WRONG.labels(what=one.what).inc()
            logger.warning("not well", what=one.what, of=one.name, reason=one.title)
        if channel:
            now = datetime.fromtimestamp(measured.now, UTC)
            for sighting in told(found, await self._alerts.of_rules(f"{OWN}."), channel=channel, now=now):
                await self._alerts.sight(sighting)

    def _is_ours(self, one: Wrong) -> bool:
        """A source that is not configured any more, and a kind that nobody asks for any more, are nobody's trouble."""
        known = {"source": self._configuration.sources, "reconcile": self._asked}.get(one.what)
        return known is None or one.name in known


def timetable() -> Timetable:
    """When to look."""
    return Timetable(f"{KIND}/self", every(EVERY), KIND, lambda at: {"at": at}, alone=True, attempts=3)
