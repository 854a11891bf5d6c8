"""The jobs behind `[alerts]`: an event is looked into, what is wrong is told in one message a group, and snoozes end when they should."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.dispatch import Dispatch, Heard, kept_before
from bot.settings import Configuration
from bot.settings.alerting import OWN, Rule, rules
from bot.settings.timetable import every
from bot.store.alerts.alerts import DRAW, LOOK, PROPOSE, WAKE, AlertStore
from bot.store.alerts.board import AlertBoard
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.firings import Timetable
from bot.store.talk.offers import Offers
from bot.watch import log
from bot.work.kinds import DAY, text
from bot.work.runner import Kind, Payload
from bot.work.states import moved, state
from bot.work.voice import Voice
from handlers.alert import Severity, Sighting, fingerprint
from handlers.conditions import Condition, facts_of
from handlers.errors import Invalid, NotFound, Trouble
from handlers.models import Place, Record, Reply, shown
from handlers.record import is_done
from handlers.systems import Records

TIDY = "alert-tidy"
"""Kind of the job that resolves what nobody watches for any more."""
TIDIES = timedelta(hours=1)
SECOND, MOMENT = timedelta(seconds=1), timedelta(milliseconds=1)
DELETED = ".deleted"
"""How the names of events end after which a record is gone."""
logger = log.get("alerts")


class AlertWork:
    """What the runner runs for alerts. Each may be run again after a crash: effects carry keys. `records` are the reading ports by system."""

    def __init__(
        self,
        *,
        configuration: Configuration,
        alerts: AlertStore,
        board: AlertBoard,
        records: Mapping[str, Records],
        voices: Mapping[str, Voice],
        offers: Offers,
        dispatch: Dispatch,
        drafts: DraftStore,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._configuration = configuration
        self._alerts = alerts
        self._board = board
        self._records = records
        self._voices = voices
        self._offers = offers
        self._dispatch = dispatch
        self._drafts = drafts

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {
            "alert": Kind(self._look_into, patience=DAY),
            DRAW: Kind(self._draw, patience=DAY),
            WAKE: Kind(self._wake, patience=DAY),
            TIDY: Kind(self._tidy),
            LOOK: Kind(self._is_done, patience=DAY),
            PROPOSE: Kind(self._propose, give_up=self._not_proposed, patience=DAY),
        }

    async def _look_into(self, payload: Payload) -> None:
        """Something happened to a record: what the rules say of it as it is now. One that is gone has nothing wrong any more.

        Also what was deleted is read: it may have been restored before its event came.
        """
        system, name = text(payload, "connector"), text(payload, "name")
        key, at = f"{system}:{text(payload, 'record')}", datetime.fromisoformat(text(payload, "at"))
        record = await self._read(key)
        if record is not None and name.endswith(DELETED) and "again" not in payload:
            logger.info("what was deleted is there", record=key)
            await self._alerts.look_twice(payload)
        at = max(at, self._clock()) if record is None else moved(record, at)  # what is gone is in no state, and stays so
        for rule in self._configuration.alert_rules(name):
            holds = is_met(rule, key, record)
            if holds and rule.event != name:  # an event of another name ends alerts of this rule, and raises none
                continue
            seen = await self._sighting(rule, key, record, at=at, name=name_of(payload, record), holds=holds)
            await self._alerts.sight(seen if record is None else replace(seen, at=await self._in_turn(seen)))
        if (record is None or is_done(record)) and await self._alerts.waited_for(key):
            await self._alerts.done(key)

    async def _in_turn(self, seen: Sighting) -> datetime:
        """When a record came into its state, behind what was read before: some systems count whole seconds, and things happen within one."""
        before = await self._alerts.newest(seen.alert)
        if before is None or before.id == seen.id or seen.at.microsecond or not seen.at <= before.at < seen.at + SECOND:
            return seen.at
        return min(before.at + MOMENT, seen.at + SECOND - MOMENT)

    async def _sighting(self, rule: Rule, key: str, record: Record | None, *, at: datetime, name: str, holds: bool) -> Sighting:
        table, severity = rule.table, Severity(rule.table.severity)
        if record is None:  # what it was called is known from before
            known = await self._alerts.named(fingerprint(rule.name, table.channel, key))
            title, url, group = next(((one.title, one.url, one.group) for one in known), (key, "", ""))
            return Sighting(name, rule.name, table.channel, key, title, url, severity, at, holds, group)
        group = ", ".join(f"{field} {shown(record.fields.get(field)) or 'empty'}" for field in table.group)
        return Sighting(name, rule.name, table.channel, key, record.title, record.url, severity, at, holds, group[:255])

    async def _draw(self, payload: Payload) -> None:
        """Show a message as it is to be now, then say in its thread what happened."""
        message = text(payload, "message")
        if (plan := await self._board.plan(message)) is None:
            return
        platform, _, name = plan.channel.partition(":")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(
                f"The channel {plan.channel or '(none)'} of an alert is on no connected platform. Correct it in bot.toml."
            )
        place = await voice.place(name, "", None)
        await self._offers.keep(plan.key, plan.reply, place=place.key, to="")
        await voice.revise(place, plan.reply, key=plan.key)
        for key, under, words in await self._board.unsaid(message):
            await voice.say(place, Reply(words), key=key, to="", under=under)
            await self._board.said(key)
        if plan.is_over:
            await self._board.close(message)

    async def _tidy(self, _payload: Payload) -> None:
        """Resolve what a rule has raised that is not there any more, or that is told elsewhere now: no event would ever do so."""
        known = {(rule.name, rule.table.channel) for rule in rules(self._configuration.alerts)}
        for rule, channel in await self._alerts.told_in():
            if not rule.startswith(OWN) and (rule, channel) not in known:
                await self._end(rule, channel)

    async def _end(self, rule: str, channel: str) -> None:
        """Resolve what a rule has raised in a channel."""
        after = ""
        while page := await self._alerts.page(rule, channel, after=after):
            for one in page:
                at = max(self._clock(), one.last)
                given = (one.rule, one.channel, one.record, one.title, one.url, one.severity)
                await self._alerts.sight(Sighting(f"{TIDY}:{at.timestamp():.6f}", *given, at, holds=False, group=one.group))
            after = page[-1].id

    async def _wake(self, payload: Payload) -> None:
        """A snooze, a window or quiet hours are over: draw what was kept back."""
        await self._board.wake(text(payload, "message"))

    async def _is_done(self, payload: Payload) -> None:
        """Look whether the record that a snooze waits for is done; if not, look again later."""
        key = text(payload, "record")
        if not await self._alerts.waited_for(key):
            return
        try:
            record = await self._read(key)
        except Invalid as unreadable:  # nobody could ever say that it is done
            logger.info("a snooze waits for what cannot be read", record=key, reason=str(unreadable))
            record = None
        if record is None or is_done(record):
            await self._alerts.done(key)
        else:
            await self._alerts.look_later(key)

    async def _propose(self, payload: Payload) -> None:
        """Somebody acknowledged an alert whose rule has a write for that: propose it for this person, below the message."""
        key, found = text(payload, "id"), await self._alerts.named(text(payload, "alert"))
        if not found:
            raise NotFound(f"There is no alert {text(payload, 'alert')} any more.")
        [alert] = found
        voice, place = await self._place(alert.channel)
        person = await voice.person(text(payload, "person"), shown_as=text(payload, "name"))
        kept = await self._drafts.of(key)  # of an earlier attempt
        heard = Heard(key, f"/alerts write {alert.id}", person, place)
        reply = kept_before(kept, place) if kept else await self._dispatch.answer(heard)
        if reply.private:  # nothing is to be written
            return
        await voice.say(place, reply, key=key, to=person.id, under=await self._board.key(alert))

    async def _not_proposed(self, payload: Payload, trouble: Trouble) -> bool:
        """Say so below the message: whoever acknowledged counts on the write. What is wrong with bot.toml is a dead letter besides."""
        is_proposed = await self._drafts.of(text(payload, "id")) is not None  # its card is what could not be said
        for alert in () if is_proposed else await self._alerts.named(text(payload, "alert")):
            voice, place = await self._place(alert.channel)
            said = Reply(f"No write is proposed: {trouble}", trouble=True)
            await voice.say(place, said, key=f"{text(payload, 'id')}:not", to="", under=await self._board.key(alert))
        return False

    async def _place(self, channel: str) -> tuple[Voice, Place]:
        """Where alerts are told. Raises Invalid when it is on no connected platform."""
        platform, _, name = channel.partition(":")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The channel {channel or '(none)'} of an alert is on no connected platform. Correct it in bot.toml.")
        return voice, await voice.place(name, "", None)

    async def _read(self, key: str) -> Record | None:
        """A record (`jira:APP-1`) as it is now; None when it is not there. Raises Unavailable, and Invalid for a system that nobody has connected."""
        system, _, name = key.partition(":")
        if (records := self._records.get(system)) is None:
            raise Invalid(f"{system} is not connected any more; connect it again, then replay this.")
        try:
            return await records.read(name)
        except NotFound as gone:
            logger.info("a record is gone", record=key, reason=str(gone))
            return None


def timetable() -> Timetable:
    """When what nobody watches for any more is resolved."""
    return Timetable("alerts/tidy", every(TIDIES), TIDY, lambda at: {"at": at}, alone=True)


def is_met(rule: Rule, key: str, record: Record | None) -> bool:
    """Whether what a rule watches for is so. A rule about what is deleted asks for records that are gone: of these only the names are known."""
    condition = Condition(rule.table.when)
    if not rule.event.endswith(DELETED):
        return record is not None and condition.holds(facts_of(record))
    system, _, name = key.partition(":")
    return record is None and condition.holds({"system": system, "kind": rule.event.split(".")[1], "record": name})


def name_of(payload: Payload, record: Record | None) -> str:
    """What a sight is known by: the state that was read, so that one change told by two ways is one; the event where there is none."""
    return text(payload, "id") if record is None else state(record)
