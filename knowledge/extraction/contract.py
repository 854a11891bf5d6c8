"""What the two sides of an extraction agree on: formats, limits, the frames on the pipe and the one refusal."""

import struct
from dataclasses import dataclass

TEXTS = frozenset({".md", ".txt"})
"""Endings of files that are text already."""

PAGES = frozenset({".html", ".htm"})
"""Endings of web pages."""

OFFICE = frozenset({".docx", ".pptx", ".xlsx"})
"""Endings of zipped office documents."""

SUFFIXES = TEXTS | PAGES | OFFICE | {".pdf"}
"""Every ending that can be read, in lower case with the dot."""

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. The defaults hold everyday handbooks and stop everything that was built to hurt.

    `cpu_seconds` counts the conversion of one file, not the loading of the libraries; `wall_seconds` likewise, and
    `start_seconds` is the time a fresh child has to load them. `memory_bytes` is address space: the libraries alone take
    about 450 MiB of it. `text_bytes` bounds the Markdown that comes back. The `archive_` limits hold for office files, which
    are zip archives: members, sum of the unpacked sizes, and how often a packed byte may unfold.
    """

    file_bytes: int = 20 * MEBIBYTE
    text_bytes: int = 20 * MEBIBYTE
    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    start_seconds: float = 60.0
    memory_bytes: int = 1024 * MEBIBYTE
    archive_members: int = 10_000
    archive_bytes: int = 200 * MEBIBYTE
    archive_ratio: int = 200


HEADER = struct.Struct(">cI")
"""One frame from the child: what it is (one byte), then how many bytes follow."""

STARTED = b"s"
"""The libraries are loaded; from here the clock of the file runs. Nothing follows."""

TEXT = b"t"
"""The Markdown follows, UTF-8."""

REFUSED = b"r"
"""The sentence for the person follows, UTF-8."""


class Refused(Exception):
    """The bytes are not taken. The message is one sentence for a person and says what to do."""


def too_large(limits: Limits) -> str:
    """The sentence for a file over the size limit."""
    return f"The file is larger than {limits.file_bytes // MEBIBYTE} MiB: split it into smaller files and ingest those."
