"""Whom a system takes the bot for, and what time it is there: what a doctor asks of a connection."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from bot.net.http import Answer


@dataclass(frozen=True, slots=True)
class Account:
    """The account behind the credentials. `clock` is the system's time from the answer's Date header; None without one."""

    name: str
    clock: datetime | None


def clock_of(answer: Answer) -> datetime | None:
    """The Date of an answer, exact to a second."""
    try:
        return parsedate_to_datetime(answer.headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
