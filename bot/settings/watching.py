"""`[watch]` of `bot.toml`: from when on operators are told that the bot itself is not well."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.settings.tables import Duration, Table

RULES = ("success", "latency", "dead_letters", "unknown_writes", "breaker", "budget", "rejections", "source", "reconcile")
"""What the bot watches itself for; in alerts each is called `countersign.<name>`."""
Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[int, Field(ge=0, le=1_000_000)]


class WatchTable(Table):
    """Thresholds; 0 turns a rule off.

    `success` is the least share of jobs due within `window` that end well, `latency` how long one in twenty of what people wait for may
    take; both are left alone while fewer than `jobs` have ended. `dead_letters` counts those of one kind within a day, `unknown_writes` all.
    `budget` is the share of `llm_usd_per_day` from which it is told, `rejections` how many drafts of a workflow in a row.
    """

    window: Annotated[Duration, Field(ge=timedelta(minutes=1))] = timedelta(minutes=15)
    jobs: Number = 20
    success: Share = 0.9
    latency: Duration = timedelta(seconds=10)
    dead_letters: Number = 1
    unknown_writes: Number = 1
    budget: Share = 0.8
    rejections: Number = 5
