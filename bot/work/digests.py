"""`[digests]`: which there are, what each is about and has shown, and the jobs that say them. Each may be run again after a crash."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from bot.cards.chart import chart
from bot.net.asking import Asking, asking
from bot.settings import Configuration
from bot.settings.digests import DigestTable
from bot.settings.people import PLATFORMS
from bot.store.alerts.digests import DigestStore
from bot.store.ledger.firings import Timetable
from bot.watch import log
from bot.watch.failpoint import failpoint
from bot.work.kinds import DAY, text
from bot.work.runner import Kind, Payload
from bot.work.voice import Everybody, Voice
from handlers.alert import Alert
from handlers.alerting import Alerts
from handlers.alerts import spoken
from handlers.buckets import title
from handlers.digest import Charts, Edition, Planned, drawn_up
from handlers.errors import Busy, Invalid, Trouble
from handlers.models import EVERYONE, Person, Picture, Place, Reply
from handlers.ports import Clock, Model
from handlers.rollup import Memory

logger = log.get("digests")


class DigestBook:
    """The Digests port."""

    def __init__(
        self,
        configuration: Configuration,
        store: DigestStore,
        *,
        alerts: Alerts,
        persons: Everybody,
        voices: Mapping[str, Voice],
        clock: Clock,
    ) -> None:
        self._configuration = configuration
        self._tables = configuration.digests
        self._windows = [table.window(name) for name, table in configuration.maintenance.items()]
        self._store = store
        self._alerts = alerts
        self._persons = persons
        self._voices = voices
        self._clock = clock

    async def here(self, place: Place, person: Person) -> Sequence[Planned]:
        """See the port."""
        found = [self.planned(name, table) for name, table in self._tables.items() if table.channel == place.key]
        own = self.own(person)
        voice = self._voices.get(place.platform)
        if not own or voice is None or not person.id.startswith(f"{place.platform}:"):
            return found
        try:
            alone = await voice.direct(person.id)
        except Trouble as trouble:  # whoever cannot be reached directly is not spoken to directly now
            logger.info("no direct message", reason=str(trouble))
            return found
        return [*found, *own] if alone.key == place.key else found

    def own(self, person: Person) -> Sequence[Planned]:
        """See the port."""
        return [self.planned(name, table) for name, table in self._tables.items() if table.person.casefold() in person.names]

    def planned(self, name: str, table: DigestTable) -> Planned:
        """A table as handlers know it."""
        return Planned(name, table.to, table.timezone, table.after(self._clock()), table.summary, table.chart)

    async def memory(self, name: str) -> Memory:
        """See the port."""
        return await self._store.memory(name)

    async def alerts(self, planned: Planned, *, since: datetime) -> Sequence[Alert]:
        """See the port. To a person only what they may read is told, wherever it is told besides."""
        table = self._tables.get(planned.name)
        if table is None or table.channel:
            return [*await self._alerts.standing(planned.to), *await self._alerts.since(planned.to, since)]
        person = await self._persons(table.person)
        names = await self._names(person)
        every = [*await self._alerts.standing(), *await self._alerts.since("", since)]
        wanted = [alert for alert in every if alert.channel in table.channels or alert.assigned.casefold() in names]
        return [alert for alert in wanted if self._may_read(person, alert.channel)]

    def holds(self, alert: Alert) -> bool:
        """See the port."""
        now = self._clock()
        return any(window.until(alert.rule, now) is not None for window in self._windows)

    async def _names(self, person: Person) -> Collection[str]:
        """What an alert of a person may be assigned to, as `/alerts assign` keeps it: any id, or the name that a platform shows."""
        found = {person.name}
        for account in sorted({person.id, *person.accounts}):
            if (voice := self._voices.get(account.partition(":")[0])) is not None:
                found.add((await voice.person(account, shown_as=person.name)).name)
        return person.names | {spelled.casefold() for name in found for spelled in (name, spoken(name)) if spelled}

    def _may_read(self, person: Person, channel: str) -> bool:
        """By what `bot.toml` says of the channel, as `/alerts` does. Who is in it only takes away from that, and cannot always be found out."""
        return frozenset(self._configuration.channel(channel).audience) | {EVERYONE} <= person.audience


class DrawnCharts:
    """The Charts port. A picture that cannot be drawn is told to the operator only."""

    def __init__(self, draw: Callable[..., Awaitable[Picture]] = chart) -> None:
        self._draw = draw

    async def __call__(self, edition: Edition, *, timezone: str) -> Picture | None:
        """See the port."""
        if not edition.buckets:
            return None
        try:
            return await self._draw(edition.buckets, timezone=timezone, title=title(edition.buckets))
        except Exception:
            logger.exception("chart not drawn")
            return None


class DigestWork:
    """The job behind each firing of a digest."""

    def __init__(
        self,
        configuration: Configuration,
        store: DigestStore,
        book: DigestBook,
        *,
        persons: Everybody,
        voices: Mapping[str, Voice],
        model: Model,
        charts: Charts,
        clock: Clock,
    ) -> None:
        self._tables = configuration.digests
        self._store = store
        self._book = book
        self._persons = persons
        self._voices = voices
        self._model = model
        self._charts = charts
        self._clock = clock

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {"digest": Kind(self._tell, patience=DAY)}

    async def _tell(self, payload: Payload) -> None:
        """Say a digest, then move its checkpoint. What is said is kept first: the same words in each attempt, and one message a key.

        Raises Busy in quiet hours, which comes back at their end; Invalid where nobody can be reached.
        """
        key, name = text(payload, "id"), text(payload, "name")
        if (table := self._tables.get(name)) is None:
            logger.info("digest that is not configured any more", digest=name)
            return
        now, hours = self._clock(), table.quiet_hours()
        if hours is not None and (end := hours.until(now)) is not None:
            raise Busy(f"It waits for the end of the quiet hours ({table.quiet}).", after=(end - now).total_seconds())
        voice, place = await self._place(table)
        edition = await self._store.find(key)
        if edition is None:
            memory, planned = await self._store.memory(name), self._book.planned(name, table)
            with asking(Asking("digest")):
                drawn = await drawn_up(planned, memory, self._book, model=self._model, now=now, audience=place.audience)
            edition = await self._store.keep(key, name, drawn)
        failpoint("before_digest")
        if edition.tells or table.empty == "line":
            picture = await self._charts(edition, timezone=table.timezone)
            await voice.say(place, Reply(edition.text, edition.sources, picture=picture), key=key, to="")
        failpoint("after_digest")
        await self._store.said(key, name)

    async def _place(self, table: DigestTable) -> tuple[Voice, Place]:
        """Where it is said. Raises Invalid with what to correct in `bot.toml`."""
        name = await self._account(table.person) if table.person else table.channel
        platform, _, channel = name.partition(":")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The channel {name} of a digest is on no connected platform. Correct it in bot.toml.")
        return voice, await (voice.direct(name) if table.person else voice.place(channel, "", None))

    async def _account(self, name: str) -> str:
        """The account under which a person is reached: the one that was named, or else the first on a connected platform."""
        person = await self._persons(name)
        accounts = [one for platform in PLATFORMS for one in (name, *sorted(person.accounts)) if one.startswith(f"{platform}:")]
        found = [one for one in accounts if one.partition(":")[0] in self._voices]
        if not found:
            raise Invalid(f"{name} of a digest has no account on a connected platform. Name one in [people] of bot.toml.")
        return name if name in found else found[0]


def timetables(configuration: Configuration) -> Sequence[Timetable]:
    """When each digest is due; one that is still to be said when the next is due stands for both."""
    return [
        Timetable(f"digest/{name}", partial(following, table), "digest", partial(told, name), alone=True)
        for name, table in configuration.digests.items()
    ]


def following(table: DigestTable, seconds: float) -> float:
    """The first time after a time, both in seconds since 1970."""
    return table.after(datetime.fromtimestamp(seconds, UTC)).timestamp()


def told(name: str, at: float) -> Mapping[str, object]:
    """A digest of one time, as the job that says it. Its id is the key of the message."""
    return {"id": f"digest:{name}@{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%MZ}", "name": name}
