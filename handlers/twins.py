"""Issues that are probably about the same matter as another one."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.models import Record, Source
from handlers.ports import Issues, Similar

ALIKE = 0.68
"""Cosine from which two issues are probably the same matter. Measured on the sandbox's history, see docs/benchmarks.md."""
SEARCHED = 50
"""Issues that a search by words may bring besides the past ones: half a page of the vendor's answer."""
MOST = 3
"""Twins that are named."""


@dataclass(frozen=True, slots=True)
class Twin:
    """An issue that is probably the same, and how alike the two texts are, 0 to 1."""

    record: Record
    cosine: float

    @property
    def is_settled(self) -> bool:
        """Whether people are done with it."""
        return bool(self.record.fields.get("resolution"))

    @property
    def reason(self) -> str:
        """As a sentence of a card."""
        return (
            f"probably the same as {self.record.id}, {'resolved' if self.is_settled else 'open'} (similarity {self.cosine:.0%})"
        )

    @property
    def source(self) -> Source:
        """Its link."""
        return Source(f"{self.record.id} {self.record.title}", self.record.url)


async def twins(issue: Record, pool: Sequence[Record], *, issues: Issues, similar: Similar) -> tuple[Twin, ...]:
    """Up to MOST twins among past issues and whatever a search by the issue's words brings, the most alike first."""
    found = {record.id: record for record in (*pool, *await issues.alike(issue, limit=SEARCHED)) if record.id != issue.id}
    near = await similar(issue, tuple(found.values()), limit=MOST)
    return tuple(Twin(record, cosine) for record, cosine in near if cosine >= ALIKE)
