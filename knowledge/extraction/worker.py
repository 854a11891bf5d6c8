"""The child's loop: one path in, one answer out, until its parent is gone."""

import json
import os
import stat
import sys
from typing import BinaryIO

from knowledge.extraction.confinement import allow_cpu, confine
from knowledge.extraction.contract import HEADER, REFUSED, STARTED, TEXT, Limits, Refused, too_large
from knowledge.extraction.convert import converter
from knowledge.extraction.text import visible

_DAMAGED = "The file is damaged or not what its name says: open it in the program that made it, save it again and ingest that."
_HUNGRY = "The file needs more memory than one document may take: split it or save it as plain text, and ingest that."


def main() -> None:
    """Run as the child. Arguments: the limits as JSON, the parent's process id."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a device; what a library prints must not reach the pipe
        os.dup2(nothing.fileno(), sys.stdout.fileno())
    limits = Limits(**json.loads(sys.argv[-2]))
    confine(limits, int(sys.argv[-1]))
    serve(sys.stdin.buffer, replies, limits)


def serve(requests: BinaryIO, replies: BinaryIO, limits: Limits) -> None:
    """Answer each line of `requests`, a JSON string with a path, until the other end closes it.

    After a file that ran out of memory the loop ends: what is left of the process is not to be trusted with the next one.
    """
    for line in requests:
        path = json.loads(line)
        convert = converter(os.path.splitext(path)[1].lower())  # noqa: PTH122 - names that are no text stay as they are
        _send(replies, STARTED, b"")
        allow_cpu(limits.cpu_seconds)
        try:
            text = visible(convert(read(path, limits), limits))
            _send(replies, TEXT, _within(text, limits))
        except Refused as refusal:
            _send(replies, REFUSED, str(refusal).encode())
        except MemoryError:
            _send(replies, REFUSED, _HUNGRY.encode())
            return
        except Exception:  # noqa: BLE001 - the libraries raise everything; here each of them means: not readable
            _send(replies, REFUSED, _DAMAGED.encode())


def read(path: str, limits: Limits) -> bytes:
    """The bytes of a regular file, never more than the limit, never waiting for a pipe's other end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Refused(
            f"The file cannot be opened ({os.strerror(error.errno or 0)}): check that it exists and may be read."
        ) from None
    with os.fdopen(descriptor, "rb", closefd=True) as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Refused("This is not a regular file: copy its contents into one and ingest that.")
        data = file.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise Refused(too_large(limits))
    if not data:
        raise Refused("The file is empty: put text into it or leave it out.")
    return data


def _within(text: str, limits: Limits) -> bytes:
    encoded = text.encode()
    if not encoded:
        raise Refused(
            "The file holds no text that can be seen: if it is a scan, run text recognition over it and ingest it again."
        )
    if len(encoded) > limits.text_bytes:
        raise Refused("The file unfolds into too much text: split it into smaller files and ingest those.")
    return encoded


def _send(replies: BinaryIO, kind: bytes, body: bytes) -> None:
    rest = memoryview(HEADER.pack(kind, len(body)) + body)
    while rest:
        rest = rest[replies.write(rest) :]
