"""What the signatures of webhooks have in common: secrets that are being rotated, and comparing without telling how far it went. Pure."""

import hashlib
import hmac
from collections.abc import Callable, Iterable

WINDOW = 300
"""Seconds that a signed timestamp may differ from our clock."""


def keys(secrets: str) -> tuple[bytes, ...]:
    """The secrets of a setting: one, or two with a comma between them while they are rotated. None is valid where there is none."""
    return tuple(secret.strip().encode() for secret in secrets.split(",") if secret.strip())


def signed(key: bytes, parts: Iterable[bytes]) -> bytes:
    """The HMAC-SHA256 of what was sent."""
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def is_signed(given: str, known: Iterable[bytes], spelled: Callable[[bytes], str]) -> bool:
    """Whether what was given is what one of the secrets makes, as `spelled` writes it, compared in constant time."""
    sent = given.encode("utf-8", "replace")
    return any(hmac.compare_digest(spelled(key).encode(), sent) for key in known)
