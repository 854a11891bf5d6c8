"""What has changed in Salesforce: it has no webhook here, so changes are found by their time; deletions are not. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.connectors.checkpoint import Sighting
from bot.connectors.salesforce.records import moment, needed

ASKED = ("Id", "CreatedDate", "SystemModstamp")


def sighting(row: Mapping[str, Any]) -> Sighting:
    """One state of one record. Raises Invalid naming what the row lacks.

    A transaction becomes visible with a stamp that may be ten minutes old, for that long Salesforce lets one run (Apex limits):
    each look goes back so far.
    """
    identity, made, stamp = (needed(row, name) for name in ASKED)
    return Sighting(identity, moment(made), moment(stamp), stamp)
