"""A small company's business systems on loopback: stateful stand-ins with scripted faults, for trying the bot and for its tests."""

from bot.sandbox.faults import Fault
from bot.sandbox.ledger import Write
from bot.sandbox.models import SandboxBroken
from bot.sandbox.sandbox import Sandbox

__all__ = ["Fault", "Sandbox", "SandboxBroken", "Write"]
