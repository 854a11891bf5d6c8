"""Named places at which the chaos suite kills or stops this very process, as a power cut would. Nobody else sets the variables."""

import os
import signal
from collections.abc import Mapping

VARIABLE = "CHAOS_FAILPOINTS"
"""`after_send:3` kills the process with SIGKILL when it passes that place for the third time, `after_send:3:stop` freezes it with
SIGSTOP; several are parted by commas."""
LEASE = "CHAOS_LEASE"
"""Seconds of a lease, so that a test of a frozen worker need not wait for the usual ones."""
SHORTEST_LEASE = 13.0
"""A write has a deadline of ten seconds and needs two for its way: a shorter lease would end under it."""
NAMES = (
    "after_record", "after_claim", "after_say", "after_decide", "before_intent", "after_intent", "after_reread", "before_send",
    "after_send", "before_outcome", "after_outcome", "before_amend", "after_amend",
)  # fmt: skip
"""In the order in which a change passes them, from its delivery to its last card."""
BESIDES = ("after_begin", "before_digest", "after_digest", "after_sweep")
"""What else is passed: events were taken in; a digest was drawn up and is not said yet, or was said and is not remembered yet; some of what
is over was deleted."""
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
_left: dict[str, int] = {}
_signals: dict[str, signal.Signals] = {}
_lease: dict[str, float] = {}


class StrangeFailpointError(Exception):
    """A variable names a place that there is not, no number of passes, or no lease that is long enough."""


def arm(environment: Mapping[str, str]) -> None:
    """Read the variables, once at start. Raises StrangeFailpointError."""
    for table in (_left, _signals, _lease):
        table.clear()
    for each in filter(None, environment.get(VARIABLE, "").split(",")):
        name, passes, way = (*each.strip().split(":"), "", "")[:3]
        if name not in (*NAMES, *BESIDES) or not (passes or "1").isdecimal() or passes == "0" or (way or "kill") not in SIGNALS:
            raise StrangeFailpointError(
                f"{VARIABLE}: {each.strip()} is none of {', '.join((*NAMES, *BESIDES))}, with :N for the Nth pass."
            )
        _left[name], _signals[name] = int(passes or 1), SIGNALS[way or "kill"]
    if seconds := environment.get(LEASE, ""):
        if not seconds.isdecimal() or float(seconds) < SHORTEST_LEASE:
            raise StrangeFailpointError(f"{LEASE} is a whole number of seconds, at least {SHORTEST_LEASE:.0f}, not {seconds}.")
        _lease[LEASE] = float(seconds)


def failpoint(name: str) -> None:
    """A place to die at. Costs one look into an empty table when nothing is armed."""
    if name in _left:
        _left[name] -= 1
        if not _left[name]:
            os.kill(os.getpid(), _signals[name])


def lease(usual: float) -> float:
    """Seconds of a lease: the usual ones, unless the chaos suite set others."""
    return _lease.get(LEASE, usual)
