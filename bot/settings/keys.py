"""The keys that an operator need not invent: made once in the data directory, readable by its owner only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


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
