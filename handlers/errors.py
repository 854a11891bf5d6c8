"""What can go wrong on purpose. Each class carries the sentence a person reads; anything else is a bug and shows an error id.

Trouble
├── Refused             decided by us; never tried again
│   ├── NotAllowed      "not allowed: ..."
│   ├── AlreadyDecided  "already decided by Bo, 10:02: written"
│   ├── Expired         "expired: ..."
│   └── Stale           "stale: SUP-1 changed since ..." (an old button: "stale: ... was edited")
├── NotFound            not there, or not for this person: the same sentence for both
├── Invalid             what was asked, sent or returned does not have its shape
├── Unavailable         nothing was sent or nothing took effect; the ledger tries again
│   ├── Busy            the same, and the system named the time to come back
│   └── NotConnected    no operator has connected the system
├── NoModel             no answer of a language model; what can be done without one is done
└── Unknown             sent, but no answer: read back first, never send again blindly
"""


class Trouble(Exception):
    """Root of everything that is raised on purpose above the knowledge floor."""


class Refused(Trouble):
    """Decided by us; trying again changes nothing."""


class NotAllowed(Refused):
    """Not for the person who tried."""


class AlreadyDecided(Refused):
    """Somebody was first."""


class Expired(Refused):
    """The time to decide has run out."""


class Stale(Refused):
    """The record, or the draft that was pressed, is no longer what it was."""


class NotFound(Trouble):
    """Not there, or not for this person."""


class Invalid(Trouble):
    """What was asked, sent or returned does not have its shape."""


class Unavailable(Trouble):
    """A system did not take the request; nothing took effect there."""


class Busy(Unavailable):
    """A system asked us to come back later. `after` is in seconds."""

    def __init__(self, message: str, *, after: float) -> None:
        super().__init__(message)
        self.after = after


class NotConnected(Unavailable):
    """No operator has connected this system; the sentence says how."""


class Unknown(Trouble):
    """A write was sent and no answer came: it may or may not have taken effect."""


class NoModel(Trouble):
    """There is no answer of a language model: none is there, it may not be asked, or nothing it said can be used.

    The sentence fits behind "No summary: ". Whoever asked goes on with what works without a model.
    """
