"""Everything that the bot does by the clock, in one list: each part hands in its timetables."""

from collections.abc import Sequence

from bot.app.reconciling import looks
from bot.settings import Configuration
from bot.store.firings import Timetable
from bot.work.schedule import workflows


def timetables(configuration: Configuration, asked: Sequence[str]) -> Sequence[Timetable]:
    """The timetables of `bot.toml`. `asked` are the systems that are asked for changes."""
    return [*workflows(configuration), *looks(configuration, asked)]
