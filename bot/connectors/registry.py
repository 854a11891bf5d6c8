"""The systems that are connected, and an honest answer for those that are not."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.connectors.jira.client import Jira
from bot.connectors.zendesk.client import Zendesk
from bot.net.account import Account
from bot.net.http import Http
from bot.net.outcome import write_to
from bot.settings import Settings
from bot.watch.failpoint import failpoint
from handlers.errors import Invalid, NotAllowed, Unavailable
from handlers.models import Draft, Record
from handlers.ports import Records, Writes


class Connector(Records, Writes, Protocol):
    """Both sides of one system."""

    async def account(self) -> Account:
        """Whom the system takes the bot for. Raises Rejected for bad credentials, Unavailable when it cannot be reached."""
        ...


def connected(settings: Settings, http: Http) -> dict[str, Connector]:
    """Every connector whose URL and credentials are set."""
    found: dict[str, Connector] = {}
    if settings.jira_url:
        token = settings.jira_api_token.get_secret_value()
        found["jira"] = Jira(http, url=settings.jira_url, email=settings.jira_email, token=token)
    if settings.zendesk_url:
        token = settings.zendesk_api_token.get_secret_value()
        found["zendesk"] = Zendesk(http, url=settings.zendesk_url, email=settings.zendesk_email, token=token)
    return found


class Absent:
    """The Records port of a system that is not connected."""

    def __init__(self, name: str) -> None:
        upper = name.upper()
        self._sentence = (
            f"{name.title()} is not connected. An operator sets {upper}_URL, {upper}_EMAIL and {upper}_API_TOKEN, "
            "or starts with --sandbox to try it."
        )

    async def read(self, name: str) -> Record:  # noqa: ARG002 - the port's signature
        """Raises Unavailable."""
        raise Unavailable(self._sentence)

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:  # noqa: ARG002 - the port's signature
        """Raises Unavailable."""
        raise Unavailable(self._sentence)


class WritesBySystem:
    """The Writes port over all connectors: a draft goes to the system that its record is in."""

    def __init__(self, connectors: Mapping[str, Connector]) -> None:
        self._connectors = connectors

    async def write(self, draft: Draft) -> str:
        """See the port."""
        connector = self._of(draft)
        with write_to(draft.record.system):
            failpoint("before_send")
            address = await connector.write(draft)
        failpoint("after_send")
        return address

    async def reread(self, draft: Draft) -> Record:
        """See the port."""
        record = await self._of(draft).reread(draft)
        failpoint("after_reread")
        return record

    async def landed(self, draft: Draft) -> bool:
        """See the port."""
        return await self._of(draft).landed(draft)

    def _of(self, draft: Draft) -> Connector:
        if (found := self._connectors.get(draft.record.system)) is None:
            raise Invalid(f"{draft.record.system} is not connected any more; nothing was written.")
        return found


class Shadow:
    """The Writes port in shadow mode: it has no way to any system."""

    async def write(self, draft: Draft) -> str:
        """Raises NotAllowed."""
        raise NotAllowed(f"not allowed: SHADOW is on, so nothing is written to {draft.record.system}.")

    async def reread(self, draft: Draft) -> Record:
        """Raises NotAllowed."""
        raise NotAllowed(f"not allowed: SHADOW is on, so nothing is written to {draft.record.system}.")

    async def landed(self, draft: Draft) -> bool:  # noqa: ARG002 - the port's signature
        """Nothing lands that was never sent."""
        return False
