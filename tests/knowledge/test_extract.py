"""One file in, Markdown out: the children behind it are limited, replaced, and never left behind."""

import asyncio
import os
import signal
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import Unreadable
from knowledge.extract import Extractor, Limits, extract

ROOT = Path(__file__).parents[2]
LIMITS = Limits(cpu_seconds=1)


def children(of: int | None = None) -> list[int]:
    """The processes, zombies too, that `of` (this process) has started and that are not reaped."""
    mine = str(os.getpid() if of is None else of)
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - a glob would stumble over what ends meanwhile
        with suppress(OSError):
            fields = Path("/proc", number, "stat").read_text().rpartition(")")[2].split()
            found += [int(number)] if fields[1] == mine else []
    return sorted(found)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - another process does not set events
            await asyncio.sleep(0.02)


def busy_pdf(operators: int) -> bytes:
    """A small PDF whose one page draws a letter this many times."""
    packed = zlib.compress(b"BT /F1 12 Tf 10 10 Td (a) Tj ET\n" * operators, 9)
    return b"".join(
        (
            b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
            b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
            b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n",
            b"4 0 obj\n<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream\nendobj\n" % (len(packed), packed),
            b"5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer<</Size 6/Root 1 0 R>>\n%%EOF",
        )
    )


async def test_one_file_is_read_and_no_process_stays(tmp_path: Path) -> None:
    before = children()
    (tmp_path / "a.md").write_text("# Hello\u202e\n")
    assert await extract(tmp_path / "a.md") == "# Hello"
    assert children() == before


async def test_a_relative_path_is_that_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.txt").write_text("two")
    async with Extractor(children=1) as extractor:
        monkeypatch.chdir(tmp_path)
        assert await extractor.extract(Path("a.txt")) == "one"
        monkeypatch.chdir(tmp_path / "b")
        assert await extractor.extract(Path("a.txt")) == "two"


async def test_other_kinds_cost_no_process(tmp_path: Path) -> None:
    before = children()
    async with Extractor() as extractor:
        with pytest.raises(Unreadable, match="save it as one of docx, htm, html, md, pdf, pptx, txt, xlsx"):
            await extractor.extract(tmp_path / "a.exe")
        assert children() == before


async def test_one_child_reads_many_files(tmp_path: Path) -> None:
    before = children()
    (tmp_path / "a.txt").write_text("one")
    async with Extractor(children=1) as extractor:
        await extractor.extract(tmp_path / "a.txt")
        first = children()
        texts = await asyncio.gather(*(extractor.extract(tmp_path / "a.txt") for _ in range(50)))
        assert texts == ["one"] * 50
        assert children() == first
        assert len(first) == len(before) + 1


async def test_a_child_is_replaced_before_it_grows_old(tmp_path: Path) -> None:
    before = set(children())
    (tmp_path / "a.txt").write_text("one")
    async with Extractor(children=1) as extractor:
        await extractor.extract(tmp_path / "a.txt")
        [first] = set(children()) - before
        for _ in range(200):
            assert await extractor.extract(tmp_path / "a.txt") == "one"
        assert first not in children()


async def test_the_child_knows_nothing_of_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary")
    before = set(children())
    (tmp_path / "a.txt").write_text("one")
    async with Extractor(children=1) as extractor:
        await extractor.extract(tmp_path / "a.txt")
        [child] = set(children()) - before
        process = Path(f"/proc/{child}")
        assert b"canary" not in process.joinpath("environ").read_bytes()
        limits = process.joinpath("limits").read_text()
        assert "1073741824" in next(line for line in limits.splitlines() if "address space" in line)
        assert os.getsid(child) == child


async def test_an_endless_file_costs_its_seconds_and_the_next_is_read(tmp_path: Path) -> None:
    before = children()
    (tmp_path / "slow.pdf").write_bytes(busy_pdf(1_000_000))
    (tmp_path / "good.txt").write_text("fine")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticker = asyncio.create_task(tick())
    async with Extractor(limits=LIMITS, children=1) as extractor:
        with pytest.raises(Unreadable, match="takes too long to read"):
            await extractor.extract(tmp_path / "slow.pdf")
        assert await extractor.extract(tmp_path / "good.txt") == "fine"
    ticker.cancel()
    assert ticks > 50
    assert children() == before


async def test_the_processor_time_counts_per_file(tmp_path: Path) -> None:
    before = set(children())
    (tmp_path / "a.pdf").write_bytes(busy_pdf(2500))
    async with Extractor(limits=replace(LIMITS, memory_bytes=2**31), children=1) as extractor:
        texts = [await extractor.extract(tmp_path / "a.pdf") for _ in range(8)]
        [child] = set(children()) - before
        assert _seconds(child) > LIMITS.cpu_seconds + 1
    assert all(text.count("a") == 2500 for text in texts)


async def test_a_file_that_hangs_is_given_up(tmp_path: Path) -> None:
    before = children()
    (tmp_path / "slow.pdf").write_bytes(busy_pdf(1_000_000))
    with pytest.raises(Unreadable, match="takes too long to read"):
        await extract(tmp_path / "slow.pdf", limits=Limits(wall_seconds=0.3))
    assert children() == before


async def test_memory_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"abcdefg\n" * 2_000_000)
    with pytest.raises(Unreadable, match="more memory than one document"):
        await extract(tmp_path / "big.txt", limits=Limits(memory_bytes=120 * 2**20))


async def test_a_reader_that_cannot_start_is_a_sentence(tmp_path: Path) -> None:
    before = children()
    (tmp_path / "a.txt").write_text("one")
    with pytest.raises(Unreadable, match="did not start: check that this machine has memory"):
        await extract(tmp_path / "a.txt", limits=Limits(start_seconds=0.0))
    assert children() == before


async def test_an_idle_child_that_was_killed_harms_no_file(tmp_path: Path) -> None:
    before = set(children())
    (tmp_path / "a.txt").write_text("one")
    async with Extractor(children=1) as extractor:
        await extractor.extract(tmp_path / "a.txt")
        [child] = set(children()) - before
        os.kill(child, signal.SIGKILL)
        assert await extractor.extract(tmp_path / "a.txt") == "one"


async def test_a_child_that_is_killed_at_work_is_a_crash_of_that_file(tmp_path: Path) -> None:
    before = set(children())
    (tmp_path / "slow.pdf").write_bytes(busy_pdf(1_000_000))
    async with Extractor(children=1) as extractor:
        task = asyncio.create_task(extractor.extract(tmp_path / "slow.pdf"))
        await until(lambda: _at_work(set(children()) - before))
        [child] = set(children()) - before
        os.kill(child, signal.SIGKILL)
        with pytest.raises(Unreadable, match="makes its reader crash"):
            await task
    assert set(children()) == before


def _at_work(found: set[int]) -> bool:
    """Whether the one child has its processor limit set, which it does when it takes up the file."""
    lines = [Path(f"/proc/{child}/limits").read_text().splitlines() for child in found]
    return any("unlimited" not in line.split("cpu time")[1].split()[0] for one in lines for line in one if "cpu time" in line)


def _seconds(child: int) -> float:
    """Processor time that a process has used: the user and system ticks of /proc."""
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def test_a_cancelled_read_ends_its_child(tmp_path: Path) -> None:
    before = children()
    (tmp_path / "slow.pdf").write_bytes(busy_pdf(1_000_000))
    async with Extractor(children=1) as extractor:
        task = asyncio.create_task(extractor.extract(tmp_path / "slow.pdf"))
        await until(lambda: len(children()) > len(before))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert children() == before


async def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "slow.pdf").write_bytes(busy_pdf(1_000_000))
    program = (
        "import asyncio, pathlib, sys; from knowledge.extract import extract; asyncio.run(extract(pathlib.Path(sys.argv[1])))"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(tmp_path / "slow.pdf"), cwd=ROOT)
    await until(lambda: _at_work(set(children(parent.pid))))
    [child] = children(parent.pid)
    parent.kill()
    await parent.wait()
    await until(lambda: not Path(f"/proc/{child}").exists() or ") Z " in Path(f"/proc/{child}/stat").read_text())
