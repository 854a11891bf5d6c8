"""Files into documents: a folder with everything that can go wrong beside what must come through."""

import asyncio
import os
import random
import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path

import docx
import pytest
from fpdf import FPDF

from knowledge.errors import Unreadable
from knowledge.extract import Limits
from knowledge.files import Item, Unchanged, find_files, read_files
from knowledge.listing import Listing
from knowledge.manifest import Manifest
from knowledge.models import Document, Rejected

ALL = frozenset({"everyone"})
SUFFIXES = ("md", "txt", "html", "htm", "pdf", "docx", "pptx", "xlsx")


def good(root: Path) -> set[str]:
    """Files that must be read, between the others in the order of names."""
    (root / "a.md").write_text("# First\n\nWords")
    (root / "m.html").write_text("<title>Middle</title><p>Words<p hidden>Secret")
    (root / "z.txt").write_text("Last words")
    document = docx.Document()
    document.add_paragraph("Written words")
    document.save(root / "n.docx")
    sheet = FPDF()
    sheet.set_font("helvetica", size=11)
    sheet.add_page()
    sheet.cell(text="Printed words")
    sheet.output(str(root / "p.pdf"))
    return {"a.md", "m.html", "z.txt", "n.docx", "p.pdf"}


def hostile(root: Path) -> dict[str, str]:
    """Files that must not be read, with a word of the sentence that each of them gets."""
    noise = random.Random(7).randbytes(4000)  # noqa: S311 - the same noise each time
    expected: dict[str, str] = {}

    def put(name: str, data: bytes, word: str) -> None:
        (root / name).write_bytes(data)
        expected[name] = word

    for suffix in SUFFIXES:
        put(f"empty.{suffix}", b"", "is empty")
        put(f"noise.{suffix}", noise, "text|no PDF|damaged")
    for name in ("n.docx", "p.pdf"):
        data = (root / name).read_bytes()
        put(f"cut-{name}", data[: len(data) // 2], "damaged")
    put("huge.txt", b"word " * (21 * 2**20 // 5), "larger than 20 MiB")
    put("nul.txt", b"a\0b\0c\0" * 50, "not text")
    put("picture.pdf", b"\x89PNG\r\n\x1a\n" + noise, "no PDF")
    put("locked.docx", bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "is encrypted")
    with zipfile.ZipFile(root / "zip.docx", "w") as outer:
        outer.write(root / "n.docx", "inner.docx")
    expected["zip.docx"] = "although its name says so"
    lock = FPDF()
    lock.add_page()
    lock.set_encryption("owner", "user")
    lock.output(str(root / "locked.pdf"))
    expected["locked.pdf"] = "is encrypted"
    os.mkfifo(root / "pipe.txt")
    (root / "loop.md").symlink_to("loop.md")
    return expected | {"pipe.txt": "pipe", "loop.md": "points to nothing"}


def bombs(root: Path) -> dict[str, str]:
    """Small files that unfold, with a word of the sentence that each of them gets."""
    with zipfile.ZipFile(root / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", bytes(50 * 2**20))
    (root / "operators.pdf").write_bytes(pdf(b"BT /F1 9 Tf 9 9 Td (a) Tj ET\n" * 300_000))
    (root / "flate.pdf").write_bytes(pdf(bytes(400 * 2**20)))
    return {"bomb.docx": "unpacks to far more", "operators.pdf": "too long", "flate.pdf": "more memory|too long"}


def pdf(content: bytes) -> bytes:
    packed = zlib.compress(content, 1)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    return b"".join(
        (
            b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
            b"3 0 obj\n%b\nendobj\n4 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream\nendobj\n"
            % (page, len(packed), packed),
            b"5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer<</Size 6/Root 1 0 R>>\n%%EOF",
        )
    )


async def read(listing: Listing, **options: object) -> list[Item]:
    items = read_files(listing, audience=ALL, **options)  # type: ignore[arg-type]
    async with aclosing(items):
        return [item async for item in items]


def processes() -> set[str]:
    """What this process has started and not reaped."""
    found = set()
    for number in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - a glob would stumble over what ends meanwhile
        with suppress(OSError):
            fields = Path("/proc", number, "stat").read_text().rpartition(")")[2].split()
            found |= {number} if fields[1] == str(os.getpid()) else set()
    return found


async def longest_stall(stop: asyncio.Event) -> float:
    """The longest time, in seconds, that the event loop was held up."""
    clock = asyncio.get_running_loop().time
    worst, last = 0.0, clock()
    while not stop.is_set():
        await asyncio.sleep(0.01)
        worst, last = max(worst, clock() - last - 0.01), clock()
    return worst


@pytest.mark.parametrize("bad", [hostile, bombs])
async def test_everything_hostile_costs_one_line_and_the_rest_is_read(
    tmp_path: Path, bad: Callable[[Path], dict[str, str]]
) -> None:
    root = tmp_path / "h"
    root.mkdir()
    wanted, expected = good(root), bad(root)
    before = processes()
    stop = asyncio.Event()
    stall = asyncio.create_task(longest_stall(stop))
    items = await read(await find_files([root]), limits=Limits(cpu_seconds=2, memory_bytes=700 * 2**20))
    stop.set()
    assert await stall < 5.0  # the bombs take longer than that: a loop that waits for one would show
    assert processes() == before
    documents = {item.id.removeprefix("h/"): item for item in items if isinstance(item, Document)}
    lines = {item.name.removeprefix("h/"): item.reason for item in items if isinstance(item, Rejected)}
    assert set(documents) == wanted
    assert all("ords" in document.text and "Secret" not in document.text for document in documents.values())
    assert set(lines) == set(expected)
    assert len(items) == len(wanted) + len(expected)
    for name, words in expected.items():
        assert any(word in lines[name] for word in words.split("|")), (name, lines[name])
        assert "\n" not in lines[name]


async def test_a_page_of_a_hundred_thousand_levels_ends_in_words_or_a_line(tmp_path: Path) -> None:
    (tmp_path / "nested.html").write_text("<div>" * 100_000 + "Deep words")
    [item] = await read(await find_files([tmp_path]))
    assert isinstance(item, Document | Rejected)
    assert "Deep words" in (item.text if isinstance(item, Document) else "Deep words" * ("too long" in item.reason))


async def test_documents_come_in_order_with_title_address_audience_and_source(tmp_path: Path) -> None:
    root = tmp_path / "h"
    root.mkdir()
    (root / "b.md").write_text("---\ntitle: Bee\nurl: https://example.org/b\n---\nText")
    (root / "a-file.txt").write_text("Text")
    assert await read(await find_files([root], source="hr")) == [
        Document("hr/a-file.txt", "A file", "Text", "", ALL, "hr"),
        Document("hr/b.md", "Bee", "Text", "https://example.org/b", ALL, "hr"),
    ]


async def test_a_title_alone_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Alone\n---\n")
    [line] = await read(await find_files([tmp_path / "a.md"]))
    assert isinstance(line, Rejected)
    assert "a title and no text" in line.reason


async def test_a_file_that_vanishes_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    (tmp_path / "b.md").write_text("two")
    listing = await find_files([tmp_path])
    (tmp_path / "a.md").unlink()
    gone, there = await read(listing, manifest=Manifest(tmp_path / "files.json"))
    assert isinstance(gone, Rejected)
    assert "No such file" in gone.reason
    assert isinstance(there, Document)


async def test_a_missing_path_stops_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="does not exist"):
        await find_files([tmp_path, tmp_path / "typo"])


async def test_an_unchanged_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    listing = await find_files([tmp_path])
    manifest = Manifest(tmp_path / "files.json")
    [document] = await read(listing, manifest=manifest)
    assert isinstance(document, Document)
    manifest.confirm({document.id: "F"})
    assert await read(listing, manifest=manifest, held={document.id: "F"}) == [Unchanged(document.id)]
    assert await read(listing, manifest=manifest, held={document.id: "G"}) == [document]


async def test_leaving_early_ends_the_children(tmp_path: Path) -> None:
    before = processes()
    for number in range(20):
        (tmp_path / f"{number}.txt").write_text("text")
    items = read_files(await find_files([tmp_path]), audience=ALL)
    async with aclosing(items):
        async for _ in items:
            break
    assert processes() == before


READ = """
import asyncio, pathlib, sys
from knowledge.files import find_files, read_files
async def main():
    async for item in read_files(await find_files([pathlib.Path(sys.argv[1])]), audience=frozenset()):
        print(type(item).__name__, item)
asyncio.run(main())
"""


async def test_a_file_without_permission_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    (tmp_path / "a.md").chmod(0)
    closed = "-dac_override,-dac_read_search"  # root may read every file, unless it gives these two rights away
    as_root = [str(shutil.which("setpriv")), f"--bounding-set={closed}", f"--inh-caps={closed}"] if os.geteuid() == 0 else []

    child = await asyncio.create_subprocess_exec(
        *as_root, sys.executable, "-c", READ, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()

    assert said.startswith(b"Rejected")
    assert b"Permission denied" in said
