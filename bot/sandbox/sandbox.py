"""The stand-ins of the business systems together, in this process, on loopback."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp.typedefs import Middleware

from bot.sandbox.hubspot.vendor import HubSpot
from bot.sandbox.jira.vendor import Jira
from bot.sandbox.models import Clock, Vendor, utc_now
from bot.sandbox.salesforce.vendor import Salesforce
from bot.sandbox.server import Standin
from bot.sandbox.zendesk.vendor import Zendesk

VENDORS: Mapping[str, Callable[[Clock], Vendor]] = {
    "jira": Jira,
    "zendesk": Zendesk,
    "hubspot": HubSpot,
    "salesforce": Salesforce,
}
"""Who makes the room of each system, under the names of `Sandbox`'s own parts."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The vendors' servers of the sample company, ready to be spoken to.

    `async with Sandbox.start(folder) as sandbox:` keeps records and ledger in `folder/<vendor>/`; None keeps them in memory.
    """

    jira: Standin
    zendesk: Standin
    hubspot: Standin
    salesforce: Standin

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        folder: Path | None = None,
        *,
        ports: Mapping[str, int] | None = None,
        clock: Clock = utc_now,
        middlewares: Mapping[str, Sequence[Middleware]] | None = None,
    ) -> AsyncIterator["Sandbox"]:
        """Start every stand-in, and stop them at the end of the block.

        `ports` and `middlewares` are by vendor name ("jira", "zendesk", ...); a port that is not named is chosen by the system.
        SandboxBroken when a port is taken or the folder's ledger is damaged.
        """
        async with contextlib.AsyncExitStack() as stack:
            running: dict[str, Standin] = {}
            for name, vendor in VENDORS.items():
                standin = Standin(vendor(clock), folder=folder, clock=clock, middlewares=(middlewares or {}).get(name, ()))
                stack.push_async_callback(standin.stop)
                await standin.start((ports or {}).get(name, 0))
                running[name] = standin
            yield cls(**running)

    def environment(self) -> dict[str, str]:
        """The settings that point the bot at these stand-ins."""
        return {name: value for vendor in VENDORS for name, value in getattr(self, vendor).settings.items()}
