"""How people were last told of an alert in columns of its own, so that SQL finds what is news among ten thousand; and what stands, by channel."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = (
    ("snooze_words", 300), ("told_standing", 16), ("told_severity", 16), ("told_by", 255), ("told_assigned", 255), ("told_snooze", 300)
)  # fmt: skip
ALERTS = sa.table(
    "alerts", sa.column("id"), sa.column("told", sa.JSON()), sa.column("snooze_until"), sa.column("snooze_change", sa.Boolean()),
    sa.column("snooze_record"), *(sa.column(name) for name, _ in COLUMNS),
)  # fmt: skip


def upgrade() -> None:
    """Add the columns, fill them, and take away the one that held all of it."""
    for name, length in COLUMNS:
        op.add_column("alerts", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    database = op.get_bind()
    rows = database.execute(sa.select(ALERTS)).all()
    values = [{"name": row.id, **told(row.told), "words": words(row)} for row in rows]
    changed = [one for one in values if any(value for key, value in one.items() if key != "name")]
    if changed:
        filled: dict[str, sa.BindParameter[str]] = {
            name: sa.bindparam("words" if name == "snooze_words" else name.removeprefix("told_")) for name, _ in COLUMNS
        }
        database.execute(sa.update(ALERTS).where(ALERTS.c.id == sa.bindparam("name")).values(filled), changed)
    op.drop_column("alerts", "told")
    op.create_index("alerts_standing", "alerts", ["standing", "channel", "rule"])


def told(known: dict[str, str] | None) -> dict[str, str]:
    """How an alert stood when people were told of it, each part by its name."""
    return {name: (known or {}).get(name, "") for name in ("standing", "severity", "by", "assigned", "snooze")}


def words(row: sa.Row[Any]) -> str:
    """Until when an alert is snoozed, as it stands behind "snoozed until"."""
    if row.snooze_until is not None:
        return f"{datetime.fromtimestamp(row.snooze_until, UTC):%Y-%m-%d %H:%M} UTC"
    if row.snooze_change:
        return "it changes"
    return f"{row.snooze_record} is done" if row.snooze_record else ""
