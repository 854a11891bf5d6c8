"""Published heads: the file only grows, survives a torn line, and says when it was damaged."""

import pytest

from bot.store.audit.heads import Head, HeadFile
from handlers.errors import Invalid

ONE, TWO = Head(32, "a" * 64, "2026-01-01T00:00:00+00:00"), Head(64, "b" * 64, "2026-01-02T00:00:00+00:00")


@pytest.fixture
def heads(tmp_path):
    return HeadFile(tmp_path / "audit.head")


def test_nothing_published_yet(heads):
    assert (heads.read(), heads.last()) == ((), None)


def test_what_was_published_is_read_in_its_order(heads):
    for head in (ONE, TWO):
        heads.add(head)

    assert (heads.read(), heads.last()) == ([ONE, TWO], TWO)
    assert heads.path.stat().st_mode & 0o777 == 0o600


def test_the_last_one_is_found_in_a_long_file(heads):
    many = [Head(n, f"{n:064x}", ONE.at) for n in range(1, 101)]
    for head in many:
        heads.add(head)

    assert (heads.read(), heads.last()) == (many, many[-1])


def test_a_line_that_a_power_cut_tore_does_not_count(heads):
    heads.add(ONE)
    with heads.path.open("ab") as file:
        file.write(b'{"seq": 6')

    assert heads.last() == ONE
    heads.add(TWO)

    assert heads.read() == [ONE, TWO]


@pytest.mark.parametrize("line", [b"?\n", b"{}\n", b"[1]\n", b'{"seq": "x", "hash": "", "at": ""}\n', b"\xff\n"])
def test_a_damaged_file_says_where(heads, line):
    heads.path.write_bytes(line)

    with pytest.raises(Invalid, match=r"1\. line of .*audit\.head"):
        heads.read()
    with pytest.raises(Invalid, match="last line"):
        heads.last()
