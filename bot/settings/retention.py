"""`[retention]` of `bot.toml`: for how many days what is over is kept."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.settings.tables import Table

SHORTEST = 7
"""Days. The systems and platforms that are connected send a delivery again for about a day at most (HubSpot, up to ten times); a clock may
be set back, and somebody may look for what went wrong last week."""


def long_enough(days: int) -> int:
    """Days, or 0 for ever. Raises ValueError for so few that a copy of a delivery could be taken for a new one."""
    if 0 < days < SHORTEST:
        raise ValueError(
            f"is 0, which keeps everything, or at least {SHORTEST} days: a copy of what was told has to be known again"
        )
    return days


Days = Annotated[int, Field(ge=0, le=3650), AfterValidator(long_enough)]


class RetentionTable(Table):
    """Days for which rows are kept after their end; 0 keeps them for ever.

    `deliveries` are the ids of what was taken in and the states of records that had their effect, `jobs` those that ended well and belong to
    no draft, `alerts` those that are resolved, with what was seen of them and the rows of their messages.
    """

    deliveries: Days = 30
    jobs: Days = 30
    alerts: Days = 90
