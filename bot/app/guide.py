"""What the bot says about itself: printed from the catalogue, the connectors' facts and the rules of the place."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from bot.connectors.about import abouts
from bot.connectors.pages import models
from bot.settings import Configuration
from handlers.catalogue import COMMANDS
from handlers.models import Person, Place
from handlers.policy import is_named

ADMINS = (
    "/bot jobs — what has gone wrong for good, for admins; /bot jobs ID — one of them in full",
    "/bot replay ID — try one of these again, for admins; /bot replay all KIND — all of a kind; /bot replay ID FIELD=VALUE — put it right first",
)


class SelfDescription:
    """The Guide port. `connected` are the systems that are on, `lines` says how everything is."""

    def __init__(
        self, lines: Callable[[], Awaitable[Sequence[str]]], *, configuration: Configuration, connected: Collection[str]
    ) -> None:
        self._lines = lines
        self._configuration = configuration
        self._connected = frozenset(connected)

    def help(self, person: Person, place: Place) -> str:
        """One line a command that is on in the channel and whose systems are there; what admins may do besides, to admins only."""
        on = self._configuration.channel(place.key).commands
        here = [command for name, command in COMMANDS.items() if ("*" in on or name in on) and self._is_of_use(name)]
        rows = [f"{command.usage} — {command.help}. Example: {command.example}" for command in here]
        is_admin = any(is_named(entry, person) for entry in self._configuration.admins.people)
        own = ADMINS if is_admin and COMMANDS["bot"] in here else ()
        return "\n".join(("What you can say here:", *rows, *own, "Nothing is written anywhere before a person approves it."))

    def flows(self) -> str:
        """A line a connected system and workflow."""
        rows = [
            f"{about.title} → /{workflow}: reads {', '.join(about.objects)}; model: {models((workflow,))}; "
            f"writes {', '.join(kind for kind, one in about.objects.items() if one.writes and COMMANDS[workflow].proposes) or 'nothing'}"
            for name, about in abouts().items()
            for workflow in about.workflows
            if name in self._connected
        ]
        end = "Nothing is written before a person has countersigned the exact change. Every field: docs/dataflow.md."
        return "\n".join(("Where data flows:", *(rows or ["nowhere: no system is connected"]), end))

    async def status(self) -> str:
        """One line a system."""
        return "\n".join(await self._lines())

    def _is_of_use(self, command: str) -> bool:
        """Whether a command needs no system, or one that it needs is there."""
        needs = {name for name, about in abouts().items() if command in about.workflows}
        return not needs or bool(needs & self._connected)
