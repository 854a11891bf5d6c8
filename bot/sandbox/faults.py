"""Trouble on purpose: which requests go wrong, when, and how."""

import random
import re
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

from bot.sandbox.models import Payload

Kind = Literal["status", "delay", "hang", "reset", "half_body", "malformed", "duplicate"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One scripted fault.

    | kind | what the caller sees |
    | --- | --- |
    | status | `status` with `body` and, when given, Retry-After of `retry_after` seconds |
    | delay | the true answer, `seconds` late |
    | hang | no answer until the caller gives up or the sandbox stops |
    | reset | the connection breaks without an answer |
    | half_body | the true status and half of the body, then the connection breaks |
    | malformed | the true status and a body that is no JSON |
    | duplicate | the true answer, but the request was carried out twice (as a proxy that repeats does) |

    `after` moves status, delay, hang and reset behind the write: the effect has happened. half_body and malformed always come after it.
    It hits requests whose method is `method` and whose path matches the regex `path` (None: any), from the `nth` match on, `count`
    times (None: for good), each with `probability` drawn from `seed`.
    """

    kind: Kind
    method: str | None = None
    path: str | None = None
    nth: int = 1
    count: int | None = 1
    probability: float = 1.0
    seed: int = 0
    after: bool = False
    status: int = 503
    body: object = None
    retry_after: int | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a fault that could never fire, or that nobody knows."""
        if self.kind not in get_args(Kind):
            raise ValueError(f"There is no fault named {self.kind!r}: use one of {', '.join(get_args(Kind))}.")
        if self.nth < 1 or (self.count is not None and self.count < 1) or not 0 <= self.probability <= 1:
            raise ValueError("A fault needs nth >= 1, count >= 1 (or none) and a probability from 0 to 1.")
        re.compile(self.path or "")

    @property
    def late(self) -> bool:
        """Whether the write has happened when the caller notices."""
        return self.after or self.kind in ("half_body", "malformed")

    @property
    def label(self) -> str:
        """How the ledger names it."""
        return f"{self.kind}, {'after' if self.late else 'before'} the write"


@dataclass(slots=True)
class _Armed:
    fault: Fault
    dice: random.Random
    seen: int = 0
    fired: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Count this request, and say whether the fault strikes it."""
        fault = self.fault
        if fault.method not in (None, method) or (fault.path is not None and not re.search(fault.path, path)):
            return False
        self.seen += 1
        spent = fault.count is not None and self.fired >= fault.count
        if spent or self.seen < fault.nth or self.dice.random() >= fault.probability:
            return False
        self.fired += 1
        return True


@dataclass(slots=True)
class Faults:
    """The faults of one stand-in. The first that fits a request strikes; the others wait."""

    _armed: list[_Armed] = field(default_factory=list)

    def add(self, *faults: Fault) -> None:
        """Arm these faults, each counting from now."""
        self._armed.extend(_Armed(fault, random.Random(fault.seed)) for fault in faults)  # noqa: S311 - a script, not a secret

    def clear(self) -> None:
        """Disarm everything."""
        self._armed.clear()

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault for this request, if any."""
        return next((armed.fault for armed in self._armed if armed.hits(method, path)), None)


def fault_of(payload: Payload) -> Fault:
    """A fault from the JSON of the control route; ValueError with one sentence when it makes no sense."""
    known = {one.name for one in fields(Fault)}
    if unknown := sorted(payload.keys() - known):
        raise ValueError(f"A fault has no {', '.join(unknown)}: use {', '.join(sorted(known))}.")
    try:
        return Fault(**payload)
    except (TypeError, re.error) as error:
        raise ValueError(f"This fault is not complete or its path is no regex ({error}).") from error
