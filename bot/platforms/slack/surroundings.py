"""What the listeners of Slack need of Slack around them."""

from collections.abc import Mapping
from typing import Any, Protocol


class Surroundings(Protocol):
    """What the listeners need of Slack itself."""

    async def in_thread(self, channel: str, thread: str) -> bool:
        """Whether the bot has spoken in a thread."""
        ...

    async def message(self, team: str, channel: str, ts: str) -> Mapping[str, Any]:
        """One message. Raises NotFound."""
        ...

    async def home(self, team: str, user: str) -> None:
        """Show a person's Home tab as it is now."""
        ...

    async def direct(self, team: str, user: str) -> str:
        """The channel of the direct message with a person."""
        ...

    async def prompts(self, team: str, channel: str) -> None:
        """Suggest what to ask in a direct message."""
        ...

    async def left(self, team: str) -> None:
        """The bot was taken out of a workspace: delete its tokens."""
        ...

    def moved(self, team: str, channel: str) -> None:
        """Somebody joined or left a channel: what is known of its members is old."""
        ...
