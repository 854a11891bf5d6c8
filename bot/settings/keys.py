"""The keys that an operator need not invent: made once in the data directory, readable by its owner only."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings.environment import Settings

FILES = {"SECRET_KEY": "secret.key", "AUDIT_KEY": "audit.key"}
"""Setting -> the file in the data directory that stands in for it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of this process. `made`: it stands in the data directory, nobody has set it."""

    name: str
    value: bytes = field(repr=False)
    made: bool


def secret_key(settings: Settings) -> Key:
    """What signs what the page sends, and encrypts stored tokens; made on first use."""
    return chosen(settings, "SECRET_KEY", settings.secret_key.get_secret_value())


def audit_key(settings: Settings) -> Key:
    """What seals the audit trail; made on first use."""
    return chosen(settings, "AUDIT_KEY", settings.audit_key.get_secret_value())


def at_hand(settings: Settings) -> dict[str, Key]:
    """The keys that are there already, by their names: looking makes none."""
    given = {name: getattr(settings, name.lower()).get_secret_value() for name in FILES}
    return {
        name: chosen(settings, name, set_) for name, set_ in given.items() if set_ or (settings.data_dir / FILES[name]).exists()
    }


def chosen(settings: Settings, name: str, given: str) -> Key:
    """The key that was given under this name, else the one of the data directory."""
    return Key(name, key(settings.data_dir, FILES[name], given), made=not given)


def key(data_dir: Path, name: str, given: str) -> bytes:
    """`given` when it is set; else the 256-bit key in the file `name`, made on first use with mode 0600."""
    if given:
        return given.encode()
    file = data_dir / name
    if not file.exists():
        fresh = data_dir / f"{name}.{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(secrets.token_hex(32).encode())
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):  # another process was first: its key is the one that counts
            os.link(fresh, file)
        fresh.unlink()
    return file.read_bytes()
