"""How often people later came to what a workflow in shadow mode had proposed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.models import Draft, Record, same


@dataclass(frozen=True, slots=True)
class Agreement:
    """One field of one workflow. `agreed`: it holds now what was proposed; `otherwise`: something else than then and than proposed;
    `untouched`: still what it held. What a record does not hold as a field (a reply, a note) is not counted.
    """

    workflow: str
    field: str
    agreed: int = 0
    otherwise: int = 0
    untouched: int = 0

    @property
    def share(self) -> float | None:
        """Agreed out of those that people dealt with, 0 to 1; None where they dealt with none."""
        dealt = self.agreed + self.otherwise
        return self.agreed / dealt if dealt else None


def agreement(seen: Iterable[tuple[Draft, Record]]) -> tuple[Agreement, ...]:
    """Drafts with their records as they are now, counted by workflow and field, in the order of their names."""
    found: dict[tuple[str, str], list[int]] = {}
    for draft, now in seen:
        for change in draft.changes:
            if change.field not in now.fields:
                continue
            held = now.fields[change.field]
            how = 0 if same(held, change.after) else 2 if same(held, change.before) else 1
            found.setdefault((draft.workflow, change.field), [0, 0, 0])[how] += 1
    return tuple(Agreement(*name, *found[name]) for name in sorted(found))
