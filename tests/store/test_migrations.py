"""What is in the tables stays right when a migration changes how it is kept."""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import bot.store
from bot.store.tables import alerts

BEFORE = {
    "rule": "r", "channel": "c", "grouped": "", "message": "m", "record": "jira:APP-1", "title": "t", "url": "", "severity": "warning",
    "times": 1, "first": 1.0, "last": 1.0, "changed": 1.0, "seen_at": 1.0, "seen_id": "e", "holds": True, "acknowledged_by": "Bo",
    "acknowledged_id": "", "assigned": "", "snooze_change": False, "snooze_record": "", "snoozed_id": "", "updated": 1.0,
}  # fmt: skip


def to(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(Path(bot.store.__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_what_people_were_told_of_alerts_and_until_when_they_snoozed_is_kept(tmp_path):
    told = {"standing": "acknowledged", "severity": "warning", "by": "Bo", "assigned": "", "snooze": "it changes"}
    rows = [
        {**BEFORE, "id": "1", "standing": "acknowledged", "told": json.dumps(told), "snooze_change": True, "snooze_until": None},
        {**BEFORE, "id": "2", "standing": "open", "told": None, "snooze_record": "jira:APP-9", "snooze_until": None},
        {**BEFORE, "id": "3", "standing": "open", "told": None, "snooze_until": 1_800_000_000.0},
        {**BEFORE, "id": "4", "standing": "open", "told": None, "snooze_until": None},
    ]
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'state.db'}")
    with engine.begin() as connection:
        to(connection, "0017")
        for row in rows:
            names = ", ".join(row)
            connection.execute(sa.text(f"INSERT INTO alerts ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row)  # noqa: S608 - our own names
        to(connection, "head")
        names = ("told_standing", "told_severity", "told_by", "told_assigned", "told_snooze", "snooze_words")
        found = connection.execute(sa.select(*(alerts.c[name] for name in names)).order_by(alerts.c.id)).all()
    engine.dispose()

    assert [tuple(row) for row in found] == [
        ("acknowledged", "warning", "Bo", "", "it changes", "it changes"),
        ("", "", "", "", "", "jira:APP-9 is done"),
        ("", "", "", "", "", "2027-01-15 08:00 UTC"),
        ("", "", "", "", "", ""),
    ]
