"""The child's loop, run in this process: one request, one answer."""

import io
import json
import os
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.extraction.contract import HEADER, REFUSED, STARTED, TEXT, Limits, Refused
from knowledge.extraction.worker import read, serve

LIMITS = Limits(cpu_seconds=100_000)


@pytest.fixture(autouse=True)
def processor_time() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_CPU)
    yield
    resource.setrlimit(resource.RLIMIT_CPU, before)


def answers(*paths: Path, limits: Limits = LIMITS) -> list[tuple[bytes, str]]:
    requests = io.BytesIO(b"".join(json.dumps(str(path)).encode() + b"\n" for path in paths))
    replies = io.BytesIO()
    serve(requests, replies, limits)
    stream = io.BytesIO(replies.getvalue())
    found = []
    while header := stream.read(HEADER.size):
        kind, size = HEADER.unpack(header)
        found.append((kind, stream.read(size).decode()))
    assert [kind for kind, _ in found[::2]] == [STARTED] * len(paths)
    return found[1::2]


def test_each_file_gets_its_answer_in_turn(tmp_path: Path) -> None:
    good, empty = tmp_path / "good.md", tmp_path / "empty.txt"
    good.write_text("# Hi\u200b\n")
    empty.touch()
    assert answers(good, empty, good) == [
        (TEXT, "# Hi"),
        (REFUSED, "The file is empty: put text into it or leave it out."),
        (TEXT, "# Hi"),
    ]


def test_names_that_are_no_text_are_found(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9\n.txt"
    Path(os.fsdecode(odd)).write_text("here")
    assert answers(Path(os.fsdecode(odd))) == [(TEXT, "here")]


def test_whatever_a_library_raises_is_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nothing")
    [(kind, sentence)] = answers(tmp_path / "a.pdf")
    assert kind == REFUSED
    assert sentence.startswith("The file is damaged or not what its name says")


def test_too_much_text_and_none_at_all_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("abc")
    (tmp_path / "b.txt").write_text("\u200b \n")
    found = answers(tmp_path / "a.txt", tmp_path / "b.txt", limits=replace(LIMITS, text_bytes=2))
    assert [kind for kind, _ in found] == [REFUSED, REFUSED]
    assert "too much text" in found[0][1]
    assert "no text that can be seen" in found[1][1]


def test_only_regular_files_within_the_limit_are_opened(tmp_path: Path, make: Any) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "large.txt").write_bytes(make.docx("a"))
    for name, sentence in (("pipe.txt", "not a regular file"), ("none.txt", "No such file"), ("large.txt", "larger than")):
        with pytest.raises(Refused, match=sentence):
            read(str(tmp_path / name), replace(LIMITS, file_bytes=100))
