"""Which files stand behind a path."""

import os
import socket
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import Unreadable
from knowledge.listing import list_files, printable


def put(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def test_a_folder_is_walked_in_order_with_ids_below_its_name(tmp_path: Path) -> None:
    root = put(tmp_path / "handbook", "b.md", "a.TXT", "sub/c.html", "sub/deep/d.md")
    listing = list_files([root])
    assert [file.id for file in listing.files] == [
        "handbook/a.TXT",
        "handbook/b.md",
        "handbook/sub/c.html",
        "handbook/sub/deep/d.md",
    ]
    assert {file.source for file in listing.files} == {str(root)}
    assert listing.roots[0].whole


def test_a_source_of_ones_own_names_the_ids(tmp_path: Path) -> None:
    listing = list_files([put(tmp_path / "x", "a.md")], source="hr")
    assert [(file.id, file.source) for file in listing.files] == [("hr/a.md", "hr")]


def test_a_named_file_belongs_to_its_folder_but_speaks_for_no_other(tmp_path: Path) -> None:
    root = put(tmp_path / "handbook", "a.md", "b.md")
    listing = list_files([root / "a.md"])
    assert [(file.id, file.source) for file in listing.files] == [("handbook/a.md", str(root))]
    assert listing.gone(listing.roots[0], ["handbook/b.md", "handbook/gone.md"]) == []


def test_what_is_hidden_locked_or_of_another_kind_is_passed_over(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "a.md", ".git/b.md", ".c.md", "~$d.docx", "e.png", "f")
    listing = list_files([root])
    assert [file.id for file in listing.files] == ["h/a.md"]
    assert listing.rejected == ()
    assert listing.skipped == 2


def test_another_kind_is_reported_when_it_is_named(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "e.png")
    [line] = list_files([root / "e.png"]).rejected
    assert line.name == "h/e.png"
    assert "save it as one of" in line.reason


def test_links_are_followed_only_inside(tmp_path: Path) -> None:
    root = put(tmp_path / "h", ".data/a.md", "d/e.md")
    put(tmp_path / "other", "secret.md")
    (root / "a.md").symlink_to(".data/a.md")
    (root / "out.md").symlink_to("../other/secret.md")
    (root / "up").symlink_to("..")
    (root / "folder.md").symlink_to("d")
    (root / "x.pdf").mkdir()
    (root / "lost.md").symlink_to("nowhere")
    (root / "loop.md").symlink_to("loop.md")
    listing = list_files([root])
    assert [file.id for file in listing.files] == ["h/a.md", "h/d/e.md"]
    assert [line.name for line in listing.rejected] == ["h/loop.md", "h/lost.md"]
    assert listing.skipped == 3


def test_pipes_and_sockets_are_reported(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "a.md")
    os.mkfifo(root / "p.txt")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(root / "s.md"))
    assert [line.name for line in list_files([root]).rejected] == ["h/p.txt", "h/s.md"]
    [line] = list_files([root / "p.txt"]).rejected
    assert "copy its contents into a regular file" in line.reason


@pytest.mark.parametrize("name", ["nothing", "nothing/below", "bad\0name"])
def test_a_path_that_is_not_there_stops_everything(tmp_path: Path, name: str) -> None:
    root = put(tmp_path / "h", "a.md")
    with pytest.raises(Unreadable, match=r"does not exist or cannot be reached: check the path"):
        list_files([root, tmp_path / name])


def test_the_same_files_named_twice_are_listed_once(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "a.md", "sub/b.md")
    listing = list_files([root / "sub", root, root, root / "a.md", root / "." / "sub" / "b.md"])
    assert [file.id for file in listing.files] == ["h/a.md", "h/sub/b.md"]
    assert len(listing.roots) == 1


def test_two_files_with_one_id_are_not_mixed_up(tmp_path: Path) -> None:
    one, two = put(tmp_path / "1" / "h", "a.md"), put(tmp_path / "2" / "h", "a.md", "b.md")
    listing = list_files([one, two])
    assert [file.id for file in listing.files] == ["h/a.md", "h/b.md"]
    [line] = listing.rejected
    assert line.name == "h/a.md"
    assert "has the same id" in line.reason


def test_what_is_gone_is_what_is_neither_read_nor_reported(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "a.md")
    (root / "lost.md").symlink_to("nowhere")
    listing = list_files([root])
    ids = ["h/a.md", "h/lost.md", "h/old.md", "other/x.md", "hh/y.md"]
    assert listing.gone(listing.roots[0], ids) == ["h/old.md"]


def test_a_folder_that_is_closed_is_reported_and_nothing_below_is_gone(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "a.md")
    here = os.open(root, os.O_RDONLY)
    for _ in range(20):  # deeper than a path may be long, so even the superuser cannot look into the last ones
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    listing = list_files([root])
    assert [file.id for file in listing.files] == ["h/a.md"]
    [line] = listing.rejected
    assert "The folder cannot be looked into" in line.reason
    assert listing.gone(listing.roots[0], [f"{line.name}/b.md", "h/b.md"]) == ["h/b.md"]


def test_a_tree_may_be_deeper_than_the_stack(tmp_path: Path) -> None:
    root = put(tmp_path / "h", "a.md")
    chain = [root]
    for _ in range(sys.getrecursionlimit() + 100):
        chain.append(chain[-1] / "d")
        chain[-1].mkdir()
    deepest = chain[-1] / "z.md"
    deepest.write_text("deep")
    try:
        listing = list_files([root])
    finally:  # whoever tidies up after the tests may be recursive
        deepest.unlink()
        for folder in reversed(chain[1:]):
            folder.rmdir()
    assert [file.id for file in listing.files] == ["h/a.md", "h/" + "d/" * (len(chain) - 1) + "z.md"]


def test_a_name_of_any_bytes_is_one_line_of_text(tmp_path: Path) -> None:
    root = tmp_path / "h"
    root.mkdir()
    Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9\n\xe2\x80\xae.md")).write_text("x")
    assert [file.id for file in list_files([root]).files] == ["h/caf\\xe9\\n\\u202e.md"]


@given(st.binary(min_size=1, max_size=30))
def test_every_name_is_printable_and_plain_ones_stay(name: bytes) -> None:
    text = printable(os.fsdecode(name))
    assert not {unicodedata.category(character) for character in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    text.encode()
    if name.isalnum():
        assert text == name.decode()
