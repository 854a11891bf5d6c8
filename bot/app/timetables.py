"""Everything that the bot does by the clock, in one list: each part hands in its timetables."""

from collections.abc import Sequence

from bot.settings import Configuration
from bot.store.firings import Timetable
from bot.work.digests import timetables as digests
from bot.work.schedule import workflows


def timetables(configuration: Configuration) -> Sequence[Timetable]:
    """The timetables of `bot.toml`."""
    return [*workflows(configuration), *digests(configuration)]
