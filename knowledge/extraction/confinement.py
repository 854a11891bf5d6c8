"""The fence around the child: memory, processor time, no network, no new processes, no writing, death with the parent."""

import ctypes
import math
import os
import resource
import signal
import sys
import time

from knowledge.extraction.contract import Limits

_FORBIDDEN = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.system",
        "pty.spawn",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
        "subprocess.Popen",
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OPEN_FILES = 64
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h


def confine(limits: Limits, parent: int) -> None:
    """Put this process behind the fence for good. `parent` is the process id that must stay alive."""
    _die_with(parent)
    _cap(resource.RLIMIT_AS, limits.memory_bytes)
    _cap(resource.RLIMIT_CORE, 0)
    _cap(resource.RLIMIT_FSIZE, 0)
    _cap(resource.RLIMIT_NOFILE, _OPEN_FILES)
    sys.addaudithook(forbid)


def allow_cpu(seconds: int) -> None:
    """Let this process burn `seconds` more of processor time, rounded up to the next whole second; the kernel ends it then.

    The limit counts from the start of the process, so it is moved on before each file.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def forbid(event: str, details: tuple[object, ...]) -> None:
    """Audit hook: a document may not open a connection, start a program or write a file.

    Raises `PermissionError` in the code that tried.
    """
    if event in _FORBIDDEN:
        raise PermissionError(f"A document tried to use {event}.")
    if event == "open" and len(details) > 2 and isinstance(details[2], int) and details[2] & _WRITING:  # noqa: PLR2004 - path, mode, flags
        raise PermissionError("A document tried to write a file.")


def _cap(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above was in force
        raise SystemExit(1)
