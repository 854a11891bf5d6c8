"""What a rule has found, and the kinds of it."""

from typing import Literal, NamedTuple

Kind = Literal[
    "EMAIL_ADDRESS", "PHONE_NUMBER", "PAYMENT_CARD", "IBAN", "SSN", "IP_ADDRESS", "SECRET", "PERSON", "URL", "LITERAL"
]  # fmt: skip
"""URL is an address that holds one of the others; LITERAL is text that looks like a token of the vault."""


class Finding(NamedTuple):
    """A stretch of a text that must not leave: from `start` up to `end`, in characters."""

    start: int
    end: int
    kind: Kind
