"""Live and ready: what an orchestrator asks."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

Probe = Callable[[], Awaitable[str]]
"""Answers an empty string when all is well, else what is wrong in one sentence."""


@dataclass(frozen=True, slots=True)
class Health:
    """Readiness is what every probe says; a probe that raises is a reason too."""

    probes: Mapping[str, Probe]

    async def reasons(self) -> dict[str, str]:
        """Name of a probe -> what is wrong. Empty: ready."""
        found = {name: await asked(probe) for name, probe in self.probes.items()}
        return {name: reason for name, reason in found.items() if reason}


async def asked(probe: Probe) -> str:
    """What a probe says; its own failure is an answer."""
    try:
        return await probe()
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is the reason for not being ready
        return f"{type(wrong).__name__}: {wrong}"
