"""Which of the prepared answers fits a ticket: by its words, and by what people used on similar tickets. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.models import Change, Record, shown
from handlers.rules import MIN_VOTES

MOST = 3
"""Macros that are named."""
NAMED = 0.3
"""Cosine below which a macro has nothing to do with a ticket."""
NEAR = 0.5
"""Cosine from which its words are taken for an answer: on the sandbox's open tickets one that answers comes to 0.53, any other to 0.46."""
NEED = 0.5
"""Share of the similar tickets on which it was used that makes the same."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A macro (a record whose text is its words) beside a ticket. `used` of `cases` similar tickets carry all the tags that it sets."""

    macro: Record
    cosine: float
    used: int
    cases: int

    @property
    def share(self) -> float:
        """How surely it fits, 0 to 1: the better of nearness and past use."""
        return max(0.0, min(1.0, max(self.cosine, self.used / self.cases if self.used >= MIN_VOTES else 0.0)))

    @property
    def fits(self) -> bool:
        """Whether its words may be the answer, or its frame."""
        return self.cosine >= NEAR or (self.used >= MIN_VOTES and self.used >= NEED * self.cases)

    @property
    def speaks(self) -> bool:
        """Whether it says something to a customer."""
        return bool(self.macro.text.strip()) and self.macro.fields.get("visibility") != "private"

    @property
    def line(self) -> str:
        """How near it is, in words."""
        past = f", used on {self.used} of {self.cases} similar tickets" if self.used else ""
        lately = shown(self.macro.fields.get("usage"))
        return f"{self.macro.title} ({self.share:.0%}{past}{f', {lately} uses in 30 days' if lately else ''})"


def considered(nearest: Sequence[tuple[Record, float]], near: Sequence[tuple[Record, float]]) -> tuple[Considered, ...]:
    """Macros worth naming, the fitting ones first. `nearest` are macros with their cosine, `near` similar past tickets."""
    cases = [frozenset(tags) for record, _ in near if isinstance(tags := record.fields.get("tags"), tuple)]
    found = [Considered(macro, cosine, sum(uses(macro, tags) for tags in cases), len(cases)) for macro, cosine in nearest]
    worth = [one for one in found if one.fits or one.cosine >= NAMED]
    return tuple(sorted(worth, key=lambda one: (not one.fits, -one.share, one.macro.id))[:MOST])


def uses(macro: Record, tags: frozenset[object]) -> bool:
    """Whether a ticket with these tags carries all that the macro sets."""
    own = macro.fields.get("tags")
    return isinstance(own, tuple) and bool(own) and frozenset(own) <= tags


def words(changes: Sequence[Change]) -> str:
    """What a macro says on a ticket, its placeholders filled in."""
    return next((shown(change.after).strip() for change in changes if change.field == "reply"), "")


def besides(changes: Sequence[Change]) -> str:
    """What it would set besides its words; that is told, and not proposed."""
    silent = [change for change in changes if change.field not in ("reply", "visibility")]
    return ", ".join(f"{change.field} {shown(change.after)}" for change in silent)
