"""Tokens at rest: encrypted under SECRET_KEY, and bound to the row that they stand in."""

import base64
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from handlers.errors import Invalid

PURPOSE = b"countersign: tokens at rest, 1"
"""Sets this use of the key apart from every other one."""

SHUT = "A stored token cannot be opened. Set SECRET_KEY to the key it was stored under, or install the app again."


SHUT = "A stored token cannot be opened. Set SECRET_KEY to the key it was stored under, or install the app again."


class Seal:
    """Closes and opens texts. While SECRET_KEY is rotated the new key closes, and both open."""

    def __init__(self, ring: MultiFernet) -> None:
        self._ring = ring

    @classmethod
    def derived(cls, secret: bytes) -> Self:
        """From SECRET_KEY: one value, or the new and the old one separated by a comma."""
        return cls(MultiFernet([Fernet(stretched(part.strip())) for part in secret.split(b",") if part.strip()]))

    def close(self, where: str, text: str) -> str:
        """A text that is only good in this place. Empty stays empty."""
        return self._ring.encrypt(f"{where}\n{text}".encode()).decode() if text else ""

    def open(self, where: str, closed: str) -> str:
        """The text again. Raises Invalid when the key is another one, or the text was moved here from elsewhere."""
        if not closed:
            return ""
        try:
            place, _, text = self._ring.decrypt(closed.encode()).decode().partition("\n")
        except InvalidToken:
            raise Invalid(SHUT) from None
        if place != where:
            raise Invalid(SHUT)
        return text


def stretched(secret: bytes) -> bytes:
    """A key of Fernet's shape."""
    return base64.urlsafe_b64encode(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret))
