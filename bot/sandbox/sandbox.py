"""The stand-ins of the business systems together, in this process, on loopback."""

import contextlib
import functools
import importlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from aiohttp.typedefs import Middleware

from bot.sandbox.models import Clock, Vendor, utc_now
from bot.sandbox.server import Standin

FOLDER = Path(__file__).resolve().parent


def room(name: str, clock: Clock) -> Vendor:
    """The room of a system: what `room` in the `vendor` of its folder makes. Imported now: a bot without a sandbox needs none of it."""
    return cast("Vendor", importlib.import_module(f"bot.sandbox.{name}.vendor").room(clock))


VENDORS: Mapping[str, Callable[[Clock], Vendor]] = {
    file.parent.name: functools.partial(room, file.parent.name) for file in sorted(FOLDER.glob("*/vendor.py"))
}
"""Every system that has a stand-in: a folder here with a `vendor.py` is one."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The vendors' servers of the sample company, ready to be spoken to.

    `async with Sandbox.start(folder) as sandbox:` keeps records and ledger in `folder/<vendor>/`; None keeps them in memory.
    Each stand-in is an attribute under the name of its vendor: `sandbox.jira`.
    """

    standins: Mapping[str, Standin]

    def __getattr__(self, name: str) -> Standin:
        """The stand-in of one vendor. Raises AttributeError where there is none."""
        if name.startswith("_") or name not in self.standins:
            raise AttributeError(f"The sandbox has no {name}: it has {', '.join(VENDORS)}.")
        return self.standins[name]

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
            yield cls(running)

    def environment(self) -> dict[str, str]:
        """The settings that point the bot at these stand-ins."""
        return {name: value for standin in self.standins.values() for name, value in standin.settings.items()}
