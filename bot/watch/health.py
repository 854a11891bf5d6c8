"""Live and ready: what an orchestrator asks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

PATIENCE = 2.0
"""Seconds for one probe: an orchestrator asks every few seconds and must hear something."""
Probe = Callable[[], Awaitable[str]]
"""Answers an empty string when all is well, else what is wrong in one sentence."""


@dataclass(frozen=True, slots=True)
class Health:
    """Readiness is what every probe says; a probe that raises is a reason too. What `helpful` probes say makes nobody less ready."""

    probes: Mapping[str, Probe]
    helpful: Mapping[str, Probe] = field(default_factory=dict)

    async def reasons(self) -> dict[str, str]:
        """Name of a probe -> what is wrong. Empty: ready."""
        return await said(self.probes)

    async def degraded(self) -> dict[str, str]:
        """The same of what the bot can do without for a while."""
        return await said(self.helpful)


async def said(probes: Mapping[str, Probe]) -> dict[str, str]:
    """Name of a probe -> what it complains of."""
    found = {name: await asked(probe) for name, probe in probes.items()}
    return {name: reason for name, reason in found.items() if reason}


async def asked(probe: Probe) -> str:
    """What a probe says; its own failure is an answer."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await probe()
    except TimeoutError:
        return f"no answer within {PATIENCE:.0f} s"
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is the reason for not being ready
        return f"{type(wrong).__name__}: {wrong}"
