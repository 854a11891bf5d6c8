"""The fault matrix: what goes wrong, and what has to happen then. One table for every connector."""

from collections.abc import Callable
from dataclasses import dataclass

from contract.bench import Bench
from contract.specimen import KINDS, Written, specimen

from handlers.errors import Busy, Invalid, Trouble, Unavailable, Unknown
from handlers.models import State

RETRIED = 3
"""Attempts of a read."""
LONG = 60
"""Seconds that nobody waits for in a worker."""


def nothing(_bench: Bench, _written: Written) -> None:
    """It goes wrong elsewhere."""


@dataclass(frozen=True)
class ReadRow:
    """One fault of a read. `error` is None where the record is read all the same; `asked` is how often at most."""

    fault: str
    has_to: str
    arm: Callable[[Bench], None]
    error: type[Trouble] | None
    asked: int
    closed: bool = False
    hurried: bool = False


@dataclass(frozen=True)
class WriteRow:
    """One fault of a write that is carried out. `error` is what the ledger sees, `state` what the draft is then.

    `sent` requests came, `effects` of them counted; where the draft is not concluded, another attempt writes or finds it. Where an
    answer has no body or a vendor does not lock, `otherwise` holds.
    """

    fault: str
    has_to: str
    arm: Callable[[Bench, Written], None]
    error: type[Trouble] | None
    state: State
    sent: int
    effects: int
    closed: bool = False
    otherwise: tuple[type[Trouble] | None, State, int, int] | None = None
    when: Callable[[Bench, Written], bool] = lambda _bench, _written: False

    def expected(self, bench: Bench, written: Written) -> tuple[type[Trouble] | None, State, int, int]:
        """Error, state, requests, effects."""
        if self.otherwise is not None and self.when(bench, written):
            return self.otherwise
        return self.error, self.state, self.sent, self.effects


def reading(kind: str, **more: object) -> Callable[[Bench], None]:
    return lambda bench: bench.arm(kind, None, bench.specimen.reads, **more)


def writing(kind: str, **more: object) -> Callable[[Bench, Written], None]:
    return lambda bench, written: bench.arm(kind, written.method, written.path, **more)


def losing(bench: Bench) -> None:
    """The vendor calls a field by another name from now on."""
    bench.wire.lost = bench.specimen.lacks


def moving(bench: Bench, written: Written) -> None:
    """The record moves after it was looked at for the last time, and before the write."""

    async def meddle() -> None:
        await bench.meddle(written)

    bench.wire.before = (written.method, written.path, meddle)


def is_silent(_bench: Bench, written: Written) -> bool:
    return written.is_silent


def is_unlocked(_bench: Bench, written: Written) -> bool:
    return not written.is_locked


def renews(bench: Bench, _written: Written) -> bool:
    return bench.specimen.renews


AGAIN, AWAY = "tried again, then read", "tried again, then said to be unavailable"
READS = (
    ReadRow("down", "said to be unavailable at once", lambda _bench: None, Unavailable, 0, closed=True),
    ReadRow("slow", "read", reading("delay", seconds=0.2), None, 1),
    ReadRow("hang", "said to be unavailable when its time is over", reading("hang", count=None), Unavailable, 1, hurried=True),
    ReadRow("429, Retry-After: 60", "the ledger waits so long; nobody asks meanwhile", reading("status", status=429, retry_after=LONG, count=None), Busy, 1),
    ReadRow("429 without Retry-After", "waited a second, then read", reading("status", status=429), None, 2),
    ReadRow("500 once", AGAIN, reading("status", status=500), None, 2),
    ReadRow("500 for good", AWAY, reading("status", status=500, count=None), Unavailable, RETRIED),
    ReadRow("malformed", AWAY, reading("malformed", count=None), Unavailable, RETRIED),
    ReadRow("half body", AWAY, reading("half_body", count=None), Unavailable, RETRIED),
    ReadRow("reset", AGAIN, reading("reset"), None, 2),
    ReadRow("auth expired", "refused, an operator is told; never asked in a loop", reading("status", status=401, count=None), Invalid, 2),
    ReadRow("schema changed", "refused, with the name of what is missing", losing, Invalid, 1),
)  # fmt: skip

LOST = "being checked; found by its mark, not sent again"
OPEN = "being checked; looked for, not there, sent again"
WAITS = "nothing was sent, so it stays approved and is tried again"
CHECKED = (Unknown, State.UNKNOWN, 1, 1)
DONE = (None, State.WRITTEN, 1, 1)
WRITES = (
    WriteRow("down", WAITS, nothing, Unavailable, State.APPROVED, 0, 0, closed=True),
    WriteRow("slow", "written once", writing("delay", seconds=0.15), *DONE),
    WriteRow("hang before the write", OPEN, writing("hang"), Unknown, State.UNKNOWN, 1, 0),
    WriteRow("hang after the write", LOST, writing("hang", after=True), *CHECKED),
    WriteRow("429, Retry-After: 60", "stays approved; the ledger waits so long", writing("status", status=429, retry_after=LONG), Busy, State.APPROVED, 1, 0),
    WriteRow("429 without Retry-After", "stays approved; the ledger waits a second", writing("status", status=429), Busy, State.APPROVED, 1, 0),
    WriteRow("500 before the write", OPEN, writing("status", status=500), Unknown, State.UNKNOWN, 1, 0),
    WriteRow("500 after the write", LOST, writing("status", status=500, after=True), *CHECKED),
    WriteRow("malformed", LOST, writing("malformed"), *CHECKED, otherwise=DONE, when=is_silent),
    WriteRow("half body", LOST, writing("half_body"), *CHECKED),
    WriteRow("reset before the write", OPEN, writing("reset"), Unknown, State.UNKNOWN, 1, 0),
    WriteRow("reset after the write", LOST, writing("reset", after=True), *CHECKED),
    WriteRow("auth expired", "ends as failed, an operator is told", writing("status", status=401, count=None), None, State.FAILED, 1, 0, otherwise=(None, State.FAILED, 2, 0), when=renews),
    WriteRow("refused", "ends as failed, with the vendor's reason", writing("status", status=400), None, State.FAILED, 1, 0),
    WriteRow("schema changed", "ends as failed, with the name of what is missing", lambda bench, _: losing(bench), None, State.FAILED, 0, 0),
    WriteRow("changed at the last moment", "refused by the vendor's lock, where it has one", moving, None, State.STALE, 1, 0, otherwise=DONE, when=is_unlocked),
)  # fmt: skip
"""A record that had moved before is a guard of ours: `test_guards.py`."""
MARKED = frozenset({"half body", "malformed", "reset before the write", "reset after the write", "changed at the last moment"})
"""Faults that are tried with every kind of draft, for each kind has a mark or a lock of its own; of the others one kind tells enough."""
WRITINGS = tuple(
    (row, name, kind)
    for row in WRITES
    for name, kind in KINDS
    if row.fault in MARKED or kind == next(iter(specimen(name).written))
)
