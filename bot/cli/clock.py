"""What time it is elsewhere, by what a system's answer says."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def ahead(headers: Mapping[str, str], before: float) -> float | None:
    """Seconds by which a system's clock is ahead; a Date header is exact to a second. `before` is when it was asked."""
    try:
        there = parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (ValueError, TypeError):
        return None
    return there + 0.5 - (before + time.time()) / 2
