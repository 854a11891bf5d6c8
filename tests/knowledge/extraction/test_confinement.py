"""The fence, tried from the inside in a process of its own."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from knowledge.extraction.confinement import forbid

ROOT = Path(__file__).parents[3]
FENCE = """
import os, sys
sys.path.append({root!r})
from knowledge.extraction.confinement import allow_cpu, confine
from knowledge.extraction.contract import Limits
import socket, subprocess
confine(Limits(), {parent})
try:
    {attempt}
except (OSError, MemoryError) as error:
    print(type(error).__name__)
else:
    print("done")
"""


async def attempt(code: str, parent: int | None = None) -> tuple[str, int | None]:
    source = FENCE.format(root=str(ROOT), parent=os.getpid() if parent is None else parent, attempt=code)
    pipe = asyncio.subprocess.PIPE
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # it could not write its figures
    process = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", source, stdout=pipe, env=kept)
    out, _ = await process.communicate()
    return out.decode().strip(), process.returncode


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("socket.create_connection(('127.0.0.1', 9), 1)", "PermissionError"),
        ("socket.getaddrinfo('localhost', 80)", "PermissionError"),
        ("subprocess.run(['true'])", "PermissionError"),
        ("os.fork()", "PermissionError"),
        ("open('/tmp/never-written', 'w')", "PermissionError"),
        ("os.open('/tmp/never-written', os.O_CREAT | os.O_WRONLY)", "PermissionError"),
        ("bytearray(2 * 2**30)", "MemoryError"),
        ("open('/dev/null').close()", "done"),
    ],
)
async def test_inside_the_fence(code: str, outcome: str) -> None:
    assert await attempt(code) == (outcome, 0)


async def test_processor_time_runs_out() -> None:
    out, status = await attempt("allow_cpu(1)\n    while True: pass")
    assert (out, status) == ("", -24)


async def test_a_child_whose_parent_is_gone_does_not_start() -> None:
    assert await attempt("pass", parent=1) == ("", 1)


def test_reading_is_allowed_and_what_cannot_be_judged_passes() -> None:
    forbid("open", ("/etc/hostname", "r", os.O_RDONLY))
    forbid("open", ("/etc/hostname", "r"))
    forbid("import", ("json",))
    for event, details in (("socket.connect", ()), ("open", ("a", "w", os.O_WRONLY))):
        with pytest.raises(PermissionError, match="A document tried"):
            forbid(event, details)
