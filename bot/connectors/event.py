"""What a system tells us by itself: one change of one record."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """`name` is `<connector>.<kind>.<created|updated|deleted>`, as `[triggers]` and `[alerts]` know it.

    `id` is the same for every copy of it. `record` is what `read` of the connector takes; read it again before acting on anything.
    `fields` are the vendor's names of what changed, where it says that.
    """

    id: str
    name: str
    record: str
    at: datetime
    fields: tuple[str, ...] = ()
