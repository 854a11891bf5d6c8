"""When something is due: cron expressions and local times, read by a kept library (cronsim), and intervals. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError


def daily(at: str, days: Sequence[str]) -> str:
    """The cron expression of a local time on some days of the week. Raises ValueError for a time that is none."""
    hour, _, minute = at.partition(":")
    if not (len(hour) <= 2 and len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdecimal()):  # noqa: PLR2004 - 09:00
        raise ValueError(f"a time is hours and minutes, for example 09:00, not {at!r}")
    return f"{int(minute)} {int(hour)} * * {','.join(days)}"


def following(cron: str, timezone: str, moment: datetime) -> datetime:
    """The first time after a moment, in that zone. Raises ValueError for an expression or a zone that is none, or where no time comes.

    A local time that the clocks skip is due when they have been set forward, one that they repeat is due once.
    """
    try:
        return next(CronSim(cron, moment.astimezone(ZoneInfo(timezone))))
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"there is no time zone {timezone!r}; one looks like Europe/Berlin") from None
    except CronSimError as wrong:
        raise ValueError(f"{cron!r} is no cron expression ({wrong}); one looks like 0 9 * * mon-fri") from None
    except StopIteration:
        raise ValueError(f"{cron!r} never comes") from None


def every(span: timedelta) -> Callable[[float], float]:
    """The first whole multiple of a span after a time, both in seconds since 1970: the same for whoever asks. A span is a second or more."""
    seconds = span // timedelta(seconds=1)
    return lambda moment: float((moment // seconds + 1) * seconds)
