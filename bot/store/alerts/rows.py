"""Alerts as rows, and rows as alerts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import moment
from bot.store.tables import alert_sightings, alerts, now
from handlers.alert import Acts, Alert, Look, Severity, Sighting, Snooze, Standing, fingerprint, folded
from handlers.bulletin import Told
from handlers.quoted import quotable

UNTOLD = dict.fromkeys(("told_standing", "told_severity", "told_by", "told_assigned", "told_snooze"), "")
"""The columns of an alert of which people were not told."""


def message_of(rule: str, channel: str, group: str) -> str:
    """The name of the message in which the alerts of a group are told; people type it, too."""
    return fingerprint(rule, channel, f"message\n{group}")


def acts_of(row: Row[Any]) -> Acts:
    """What people did with the alert of a row."""
    acknowledged = None if row.acknowledged_at is None else Look(moment(row.acknowledged_at), row.acknowledged_id, True)
    when = None if row.acknowledged is None else moment(row.acknowledged)
    until = None if row.snooze_until is None else moment(row.snooze_until)
    given = Snooze(until, row.snooze_change, row.snooze_record)
    snoozed = None if row.snoozed_at is None else Look(moment(row.snoozed_at), row.snoozed_id, True)
    return Acts(row.acknowledged_by, acknowledged, when, row.assigned, None if given == Snooze() else given, snoozed)


def acted(acts: Acts) -> Mapping[str, object]:
    """The columns of what people did."""
    seen, snooze = acts.acknowledged, acts.snooze or Snooze()
    return {
        "acknowledged_by": acts.by, "acknowledged": acts.when.timestamp() if acts.when else None,
        "acknowledged_at": seen.at.timestamp() if seen else None, "acknowledged_id": seen.id if seen else "",
        "assigned": acts.assigned, "snooze_until": snooze.until.timestamp() if snooze.until else None,
        "snooze_change": snooze.change, "snooze_record": snooze.record, "snooze_words": acts.snooze.words if acts.snooze else "",
        "snoozed_at": acts.snoozed.at.timestamp() if acts.snoozed else None,
        "snoozed_id": acts.snoozed.id if acts.snoozed else "",
    }  # fmt: skip


def newest_of(row: Row[Any]) -> Sighting:
    """The newest sighting of the alert of a row."""
    return Sighting(
        row.seen_id, row.rule, row.channel, row.record, row.title, row.url, Severity(row.severity), moment(row.seen_at),
        row.holds, row.grouped,
    )  # fmt: skip


def columns(newest: Sighting, alert: Alert) -> Mapping[str, object]:
    """The columns of what was seen."""
    return {
        "rule": alert.rule, "channel": alert.channel, "grouped": alert.group,
        "message": message_of(alert.rule, alert.channel, alert.group), "record": alert.record, "title": alert.title,
        "url": alert.url, "severity": alert.severity, "standing": alert.standing, "times": alert.count,
        "first": alert.first.timestamp(), "last": alert.last.timestamp(), "changed": alert.changed.timestamp(),
        "seen_at": newest.at.timestamp(), "seen_id": newest.id, "holds": newest.holds,
    }  # fmt: skip


def alert_of(row: Row[Any]) -> Alert:
    """The alert of a row, as it was folded."""
    acts, standing = acts_of(row), Standing(row.standing)
    alert = Alert(
        row.id, row.rule, row.channel, row.grouped, row.record, row.title, row.url, Severity(row.severity), standing, row.times,
        moment(row.first), moment(row.last), moment(row.changed), assigned=acts.assigned, snooze=acts.snooze,
    )  # fmt: skip
    return replace(alert, by=acts.by) if standing is Standing.ACKNOWLEDGED else alert


def told_of(row: Row[Any]) -> Told | None:
    """How people were last told that the alert of a row stands; None where they were not told of it."""
    if not row.told_standing:
        return None
    words = (quotable(one) for one in (row.told_by, row.told_assigned, row.told_snooze))
    return Told(Standing(row.told_standing), Severity(row.told_severity), *words)


async def looks_at(tx: AsyncConnection, alert: str) -> list[Look]:
    """Every look at the record of an alert."""
    seen = alert_sightings.c
    rows = (await tx.execute(select(seen.at, seen.id, seen.holds).where(seen.alert == alert))).all()
    return [Look(moment(row.at), row.id, row.holds) for row in rows]


async def refold(tx: AsyncConnection, row: Row[Any], newest: Sighting, acts: Acts) -> Alert:
    """Fold an alert anew out of all that was seen of it, and keep it. A snooze that is over goes.

    What is resolved and was so before is as old as it was: a record goes on living, and digests tell of what is new.
    """
    alert = folded(newest, await looks_at(tx, row.id), acts)
    if alert.snooze is None and acts.snooze is not None:
        acts = replace(acts, snooze=None, snoozed=None)
    values: dict[str, object] = {**columns(newest, alert), **acted(acts)}
    before = (Standing(row.standing), row.times > 0, moment(row.changed))
    if alert.standing is not Standing.RESOLVED or before != (alert.standing, alert.count > 0, alert.changed):
        values["updated"] = now()
    if values["message"] != row.message:
        values |= UNTOLD  # in the other message it is news
    await tx.execute(update(alerts).where(alerts.c.id == row.id).values(values))
    return alert
