"""Whether Slack sent a request: checked over the raw bytes, before anything is parsed."""

import time
from collections.abc import Callable, Mapping

from slack_sdk.signature import Clock, SignatureVerifier
from typing_extensions import override

WINDOW = 300
"""Seconds that a timestamp may differ from our clock (docs.slack.dev/authentication/verifying-requests-from-slack)."""
LONGEST_STAMP = 12


class Watch(Clock):
    """A clock that Slack's verifier takes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    @override
    def now(self) -> float:
        """Seconds since 1970."""
        return self._now()


class Signature:
    """Slack's v0 signature. Several secrets may hold at a time, while they are rotated. Without a secret nothing is valid."""

    def __init__(self, secrets: str, *, now: Callable[[], float] = time.time) -> None:
        given = [secret.strip() for secret in secrets.split(",")]
        self._verifiers = [SignatureVerifier(secret, Watch(now)) for secret in given if secret]

    def verify(self, headers: Mapping[str, str], raw: bytes) -> bool:
        """Whether one of the secrets signed these bytes within the window."""
        stamp, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= LONGEST_STAMP and signature.isascii()):
            return False
        try:
            text = raw.decode()
        except UnicodeDecodeError:  # Slack signs UTF-8 only
            return False
        return any(verifier.is_valid(text, stamp, signature) for verifier in self._verifiers)
