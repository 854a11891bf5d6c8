"""`/alerts`: what is wrong in this channel, and what people do about it. Only `write` asks a system."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.alert import Alert, Snooze, Standing
from handlers.alerting import Alerting, Alerts, Listed
from handlers.bulletin import counted, numbered, place_in, row
from handlers.errors import Invalid, NotFound
from handlers.hours import clock_time, following
from handlers.models import Call, Change, Draft, Place, Ref, Reply, Source, same
from handlers.ports import Clock
from handlers.quoted import quotable
from handlers.systems import Records

USAGE = "Type /alerts list, /alerts ack ID, /alerts snooze ID 1h, /alerts assign ID NAME or /alerts write ID; the ID is ten digits, or all."
MOST_LISTED = 20
"""Alerts in one list."""
OWN = "countersign."
"""What the rules begin with by which the bot watches itself. Of these nothing is known outside of the operators' channel."""
LONGEST = timedelta(days=30)
"""A snooze by the clock; whoever wants to hear nothing of a thing for longer changes its rule."""
SPAN = re.compile(r"([0-9]{1,4})\s*(m|min|h|d)", re.IGNORECASE | re.ASCII)
SPANS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}", re.ASCII)
RECORD = re.compile(
    r"(?:([a-z]+)[: ])?([A-Za-z0-9][\w/.-]{0,79})(?:\s+(?:is\s+)?(?:closes|closed|done|resolved|solved))?", re.ASCII
)
ISSUE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}-[0-9]{1,10}", re.ASCII)
CHANGES = ("change", "changes", "it changes")
NAME = re.compile(r"[0-9a-f]{10}")


async def alerts(
    call: Call, *, alerts: Alerts, alerting: Alerting, systems: Mapping[str, Records], clock: Clock
) -> Draft | Reply:
    """The list by default. Raises Invalid for other words, NotFound for an alert that is not there or not for this place."""
    word, *rest = call.argument.split() or ["list"]
    desk = Desk(call, alerts, alerting, clock())
    match word.casefold(), rest:
        case "list", []:
            return await desk.list()
        case "ack", [name]:
            return desk.told("Acknowledged", await alerts.acknowledge(await desk.ids(name), call.person))
        case "assign", [name, *person]:
            to = spoken(alerting.name(" ".join(person))) if person else call.person.name
            return desk.told(f"Assigned to {to}", await alerts.assign(await desk.ids(name), to, call.person))
        case "snooze", [name, _, *_]:
            found = await desk.found(name)
            until = snooze(" ".join(rest[1:]), desk.now, where=alerting.zone(found[0], call.person), systems=systems)
            ids = [alert.id for alert in found]
            return desk.told(f"Snoozed until {until.words}", await alerts.snooze(ids, until, call.person))
        case "write", [name]:
            return await proposed(call, await desk.found(name), alerting, systems)
    raise Invalid(f"/alerts knows no {call.argument[:60]!r}. {USAGE}")


@dataclass(frozen=True, slots=True)
class Desk:
    """One request about alerts, and what may be seen where it was made."""

    call: Call
    alerts: Alerts
    alerting: Alerting
    now: datetime

    async def list(self) -> Reply:
        """The alerts that are not resolved, the worst first."""
        found = await self.here(MOST_LISTED)
        if not found.count:
            return Reply("No alert stands here.", private=True)
        shown = found.alerts
        rows = [f"{counted(found.count)} here:"]
        rows += [row(alert, self.now, mark=f" [{number}]" if alert.url else "") for alert, number in numbered(shown)]
        rows += [f"and {found.count - len(shown)} more"] if found.count > len(shown) else []
        sources = tuple(Source(f"{one.record} {quotable(one.title)}", one.url) for one in shown if one.url)
        return Reply("\n".join(rows), sources, private=True)

    async def here(self, most: int | None = None) -> Listed:
        """The first `most` alerts of this channel, or all; where it has none, of every channel of which all may be read here."""
        place = self.call.place
        own = await self.alerts.listed([place.key], most=most)
        if own.count:
            return own
        open_ones = [one for one in await self.alerts.channels(without=OWN) if self.alerting.audience(one) <= place.audience]
        return await self.alerts.listed(open_ones, most=most, without=OWN)

    async def ids(self, name: str) -> Sequence[str]:
        """The ids of the alerts that a name stands for."""
        return [alert.id for alert in await self.found(name)]

    async def found(self, name: str) -> Sequence[Alert]:
        """The alerts that a name stands for. Raises NotFound."""
        spelled = name.strip("`").casefold()
        if spelled == "all":
            found = (await self.here()).alerts
        else:
            known = await self.alerts.named(spelled) if NAME.fullmatch(spelled) else ()
            found = [one for one in known if self._is_open_to(one, self.call.place)]
        if not found:
            raise NotFound(f"There is no alert {quotable(name)[:20]} here. Type /alerts list to see those that there are.")
        return found

    def told(self, done: str, changed: Collection[Alert]) -> Reply:
        """What was done, to who did it: everybody else reads it below the message."""
        if not changed:
            return Reply("Nothing to do: it is resolved, or somebody has done that already.", private=True)
        names = ", ".join(quotable(alert.title) for alert in sorted(changed, key=place_in)[:3])
        return Reply(f"{done}: {counted(len(changed))} ({names}{', …' if len(changed) > 3 else ''}).", private=True)  # noqa: PLR2004 - as above

    def _is_open_to(self, alert: Alert, place: Place) -> bool:
        if alert.channel == place.key:
            return True
        return not alert.rule.startswith(OWN) and self.alerting.audience(alert.channel) <= place.audience


def spoken(name: str) -> str:
    """The name of somebody to whom alerts are assigned, as a line has room for it."""
    return quotable(name)[:60]


def snooze(words: str, now: datetime, *, where: ZoneInfo, systems: Collection[str]) -> Snooze:
    """Until when: `1h`, `09:00`, `change`, or a record that is to be done (`APP-1`, `zendesk:153`). Raises Invalid."""
    said = re.sub(r"^until\s+", "", words.strip(), flags=re.IGNORECASE)
    if said.casefold() in CHANGES:
        return Snooze(change=True)
    if found := SPAN.fullmatch(said):
        length = timedelta(**{SPANS[found[2].lower()]: int(found[1])})
        if not timedelta(0) < length <= LONGEST:
            raise Invalid(f"A snooze lasts a minute at least and {LONGEST.days} days at most.")
        return Snooze(now + length)
    if TIME.fullmatch(said):
        return Snooze(following(clock_time(said), where, now))
    if (record := RECORD.fullmatch(said)) is not None:
        system = record[1] or ("jira" if ISSUE.fullmatch(record[2]) else "")
        if system in systems:
            return Snooze(record=f"{system}:{record[2].upper() if system == 'jira' else record[2]}")
    raise Invalid(
        f"I cannot read until when: {quotable(words)[:60]!r}. Say 1h, 09:00, change, or a record that is to be done, like APP-1 or zendesk:153."
    )


async def proposed(call: Call, found: Sequence[Alert], alerting: Alerting, systems: Mapping[str, Records]) -> Draft | Reply:
    """The write that `on_ack` has for an alert, against the record as it is now. Raises Invalid, NotFound, Unavailable."""
    if len(found) != 1:
        raise Invalid("A write is proposed for one alert at a time. Name it by its own id.")
    [alert] = found
    planned = alerting.on_ack(alert)
    system, _, name = alert.record.partition(":")
    if planned is None or system not in systems:
        raise Invalid(f"bot.toml has no write for who acknowledges {alert.rule}, so there is nothing to propose.")
    record = await systems[system].read(name)
    before, choices = record.fields.get(planned.field), await alerting.choices(record, planned.field)
    meant = [one for one in choices if planned.value.casefold() in (one.id.casefold(), one.label.casefold())]
    if choices and not meant:
        raise Invalid(
            f"{record.id} cannot have {planned.field} {planned.value!r} now; it can have: {', '.join(one.label for one in choices)}."
        )
    if isinstance(before, Ref | tuple) and not choices:
        raise Invalid(f"The bot cannot propose {planned.field} of {system} by its name. Name another field in bot.toml.")
    after = meant[0] if meant else planned.value
    if same(before, after):
        return Reply(f"{planned.field} of {record.id} is {planned.value} already.", private=True)
    draft = Draft.of(call.command, record, [Change(planned.field, before, after, tuple(choices))], call=call)
    by = f", acknowledged by {alert.by}" if alert.standing is Standing.ACKNOWLEDGED else ""
    return replace(draft, reasons=(f"what bot.toml has for alerts of {alert.rule}: alert {alert.id}{by}",))
