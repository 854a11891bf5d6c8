"""What has changed in Salesforce: it has no webhook here, so changes are found by their time, deletions among them. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.connectors.checkpoint import Sighting
from bot.connectors.salesforce.records import moment, needed
from handlers.errors import Invalid

DELETED = "IsDeleted"
ASKED = ("Id", "CreatedDate", "SystemModstamp", DELETED)


def sighting(row: Mapping[str, Any]) -> Sighting:
    """One state of one record. Raises Invalid naming what the row lacks.

    A transaction becomes visible with a stamp that may be ten minutes old, for that long Salesforce lets one run (Apex limits):
    each look goes back so far.
    """
    identity, made, stamp = (needed(row, name) for name in ASKED[:3])
    if not isinstance(is_deleted := row.get(DELETED), bool):
        raise Invalid(f"Salesforce's answer has no usable {DELETED}; the bot cannot tell what became of this record.")
    return Sighting(identity, moment(made), moment(stamp), stamp, is_deleted)
