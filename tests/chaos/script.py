"""What happens in a run, drawn from a seed: who asks, who presses at once, who else edits, what breaks. Pure, so a run can be repeated."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

LEADS = ("bo", "gus")
"""Who may decide, by the sandbox's rules."""
FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "reset", "after": True},
    {"kind": "reset", "after": True},
    {"kind": "reset"},
    {"kind": "status", "status": 503, "after": True},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "half_body"},
    {"kind": "malformed"},
    {"kind": "delay", "seconds": 0.5, "after": True},
)
"""How a vendor's answer to a write may go wrong; most of them leave open whether it was carried out."""
CUT = FAULTS[0]
"""The vendor has written and its answer never comes."""


@dataclass(frozen=True)
class Click:
    """A person presses a button, on a page or on the command line."""

    person: str
    verb: str
    on: str = "page"


@dataclass(frozen=True)
class Round:
    """One change: asked for, perhaps overtaken, decided by several people at once. Each event is delivered `copies` times."""

    copies: int = 1
    clicks: tuple[Click, ...] = (Click("bo", "approve"),)
    edited: bool = False
    fault: dict[str, object] | None = None


@dataclass(frozen=True)
class Blow:
    """Something is taken away once `after` events were acknowledged. `where` is a failpoint, empty for a random moment."""

    kind: str
    after: int
    whom: int = 0
    where: str = ""


def rounds(seed: int, lane: int, *, faults: float = 0.25, edits: float = 0.1, commands: float = 0.0) -> Iterator[Round]:
    """The changes of one lane, without end."""
    dice = random.Random(f"{seed}/{lane}")  # noqa: S311 - repeatable, not secret
    while True:
        clicks = [Click(dice.choice(LEADS), "reject" if dice.random() < 0.08 else "approve")]
        for _ in range(dice.choice((0, 0, 1, 2, 3))):
            person = dice.choice((*LEADS, *LEADS, "ada"))
            clicks.append(
                Click(
                    person, "reject" if dice.random() < 0.1 else "approve", "command line" if dice.random() < commands else "page"
                )
            )
        dice.shuffle(clicks)
        fault = dice.choice(FAULTS) if dice.random() < faults else None
        yield Round(dice.choice((1, 1, 1, 2, 3, 4, 5)), tuple(clicks), dice.random() < edits, fault)


def blows(seed: int, *, events: int, places: tuple[str, ...] = (), **number: int) -> tuple[Blow, ...]:
    """`number` says how many of each kind, spread over the run; every second kill happens at a failpoint, if there are any."""
    dice = random.Random(f"{seed}/blows")  # noqa: S311 - as above
    found = []
    for kind, count in number.items():
        for index in range(count):
            after = int(events * (0.05 + 0.85 * (index + dice.random()) / count))
            where = f"{dice.choice(places)}:{dice.randint(1, 9)}" if places and kind == "kill" and index % 2 else ""
            found.append(Blow(kind, after, dice.randrange(10**6), where))
    return tuple(sorted(found, key=lambda blow: blow.after))
