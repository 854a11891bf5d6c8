"""Named places at which the chaos suite kills this very process, as a power cut would. Nobody else sets the variable."""

import os
import signal
from collections.abc import Mapping

VARIABLE = "CHAOS_FAILPOINTS"
"""`after_send:3` kills the process with SIGKILL when it passes that place for the third time; several are parted by commas."""
NAMES = (
    "after_record", "after_claim", "after_say", "after_decide", "before_intent", "after_intent", "after_reread", "before_send",
    "after_send", "before_outcome", "after_outcome", "before_amend", "after_amend",
)  # fmt: skip
"""In the order in which a change passes them, from its delivery to its last card."""
_left: dict[str, int] = {}


class StrangeFailpointError(Exception):
    """The variable names a place that there is not, or no number of passes."""


def arm(environment: Mapping[str, str]) -> None:
    """Read the variable, once at start. Raises StrangeFailpointError."""
    _left.clear()
    for each in filter(None, environment.get(VARIABLE, "").split(",")):
        name, _, passes = each.strip().partition(":")
        if name not in NAMES or not (passes or "1").isdecimal() or passes == "0":
            raise StrangeFailpointError(f"{VARIABLE}: {each.strip()} is none of {', '.join(NAMES)}, with :N for the Nth pass.")
        _left[name] = int(passes or 1)


def failpoint(name: str) -> None:
    """A place to die at. Costs one look into an empty table when nothing is armed."""
    if name in _left:
        _left[name] -= 1
        if not _left[name]:
            os.kill(os.getpid(), signal.SIGKILL)
