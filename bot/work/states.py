"""What makes two tellings of a change one: the state of the record that is read, not the way by which it was told.

A webhook's delivery id, the number of an event and the stamp that a search finds do not compare, and events come late, twice and in any
order. So nothing is done with what an event says: its record is read, and whoever comes first to do something with that state has it.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from bot.store.ledger.inbound import STATE, ForgottenError, Inbound, owner_of
from bot.watch import log
from handlers.errors import Invalid
from handlers.models import Record, shown

Read = Callable[[str, str], Awaitable[Record]]
"""Reads a record by its system and its name. Raises as `Records.read` does; Invalid for a system that is not connected."""
ONCE = ("created", "deleted")
"""What happens to a record once, whatever becomes of it afterwards."""
TOO_OLD = (
    "What happened to {record} is older than what is remembered ([retention] deliveries), which begins on {day:%Y-%m-%d}: it may have had "
    "its effect. Look at the record, and give the command yourself if it is still wanted."
)
logger = log.get("states")


class States:
    """One effect for one state of one record."""

    def __init__(self, inbound: Inbound, read: Read) -> None:
        self._inbound = inbound
        self._read = read

    async def mine(self, event: str, record: str, *, effect: str, job: str, told: datetime) -> Record | None:
        """The record as it is now, where this job is the one to act on it; None where another has done so, or is about to.

        `event` is `<connector>.<kind>.<deed>`, of the time `told`. `effect` names what is to be done (a trigger, an alert): each has its
        own turn. The same `job` has the same answer again after a crash, unless the record has moved on meanwhile. A state that is older
        than what retention has left is old news, for it may have been acted on. Raises as `read` does; Invalid where the event is as old.
        """
        connector, deed = event.split(".", maxsplit=1)[0], event.rsplit(".", maxsplit=1)[-1]
        found = await self._read(connector, record)
        subject = f"{effect}\n{event}\n{found.key}\n{'' if deed in ONCE else state(found)}"
        name, of = hashlib.sha256(subject.encode()).hexdigest(), told if deed in ONCE else moved(found, told)
        try:
            mine = await self._inbound.own(f"{STATE}{connector}", name, owner_of(job), of=of.timestamp())
        except ForgottenError as forgotten:
            if told.timestamp() < forgotten.horizon:
                raise Invalid(TOO_OLD.format(record=found.key, day=datetime.fromtimestamp(forgotten.horizon, UTC))) from None
            logger.info("nothing new about a record", record=found.key, since=of.isoformat())
            return None
        return found if mine else None


def state(record: Record) -> str:
    """What tells two states of a record apart. The version alone would not: some systems count it in whole seconds."""
    fields: Mapping[str, str] = {name: shown(value) for name, value in sorted(record.fields.items())}
    told = json.dumps([record.version, record.title, record.text, fields])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def moved(record: Record, told: datetime) -> datetime:
    """When a record came into its state by its system's own clock: what an event that came late says of the time belongs to an older one.

    `told` is the event's, for a record whose version is no time.
    """
    try:
        found = datetime.fromisoformat(record.version)
    except ValueError:
        return told
    return found if found.tzinfo else told
