"""What was said, as every platform's log is told to handlers."""

from datetime import UTC, datetime

ELSEWHERE = "This link leads to a message that is not in this channel. Give the command in the channel where it stands."
"""Only those who are there may read it, so it is not told anywhere else."""
MOST = 500
"""Messages of a thread or a channel that are told."""


def at(seconds: float, *, now: datetime) -> str:
    """When something was said, in UTC as people read it: the day only where it was another."""
    then = datetime.fromtimestamp(seconds, UTC)
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then.day} {then:%b %H:%M}"
