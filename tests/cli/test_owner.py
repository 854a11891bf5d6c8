"""One owner a data directory: others hand their work to it, and a dead owner holds nobody up."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.cli.out import Failure
from bot.cli.owner import LOCK, PID, SOCKET, Ownership, hand_over, make_data_dir, receiving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["short", "deep"])
def data_dir(request, tmp_path):
    """A data directory, also one whose socket has a longer path than the kernel takes."""
    folder = tmp_path / "d" if request.param == "short" else tmp_path.joinpath(*["a-rather-long-name"] * 8)
    return make_data_dir(folder)


@pytest.fixture
def one_dir(tmp_path):
    return make_data_dir(tmp_path / "d")


async def echo(arguments, out):
    out.line(f"line {arguments['n']}")
    out.note("note")
    out.progress("embedding", 1, 2)
    return arguments["n"]


async def test_the_owner_does_it_and_every_word_comes_back(data_dir, ear):
    async with receiving(data_dir, echo):
        codes = await asyncio.gather(*(hand_over(data_dir, {"n": n}, ear) for n in range(5)))

    assert codes == [0, 1, 2, 3, 4]
    assert sorted(ear.lines) == [f"line {n}" for n in range(5)]
    assert ear.bars == [("embedding", 1, 2)] * 5
    assert ear.notes == ["note"] * 5


async def test_without_an_owner_there_is_nobody_to_ask(data_dir, ear):
    assert await hand_over(data_dir, {}, ear) is None


async def test_the_socket_of_a_dead_owner_is_nobody(data_dir, ear):
    (data_dir / SOCKET).touch()
    assert await hand_over(data_dir, {}, ear) is None

    async with receiving(data_dir, echo):
        assert await hand_over(data_dir, {"n": 0}, ear) == 0

    assert not (data_dir / SOCKET).exists()


async def test_the_socket_is_for_the_same_user_only(data_dir):
    async with receiving(data_dir, echo):
        assert stat.S_IMODE((data_dir / SOCKET).stat().st_mode) == 0o600

    probe = data_dir / "probe"
    probe.mkdir()
    assert stat.S_IMODE(probe.stat().st_mode) & 0o700 == 0o700


async def test_a_failure_over_there_is_a_sentence_here(one_dir, ear):
    async def fails(_arguments, out):
        out.line("so far")
        raise Failure("The file is not there.")

    async with receiving(one_dir, fails):
        with pytest.raises(Failure, match=r"The file is not there\."):
            await hand_over(one_dir, {}, ear)

    assert ear.lines == ["so far"]


async def test_a_bug_over_there_is_an_error_id_here(one_dir, ear):
    async def breaks(_arguments, _out):
        raise KeyError("secret")

    async with receiving(one_dir, breaks):
        with pytest.raises(Failure, match=r"inside the running bot \(error [0-9a-f]{8}\)"):
            await hand_over(one_dir, {"command": "ask"}, ear)


async def test_an_owner_that_stops_in_the_middle_is_told(one_dir, ear):
    begun = asyncio.Event()

    async def lasts(_arguments, out):
        out.line("begun")
        begun.set()
        await asyncio.Event().wait()
        return 0

    async with contextlib.AsyncExitStack() as owner:
        await owner.enter_async_context(receiving(one_dir, lasts))
        waiting = asyncio.create_task(hand_over(one_dir, {}, ear))
        await begun.wait()

    with pytest.raises(Failure, match="stopped before it had finished"):
        await waiting


async def test_a_command_whose_asker_is_gone_is_brought_to_its_end(one_dir, ear, wait_until):
    go, ended = asyncio.Event(), []

    async def lasts(_arguments, out):
        out.line("begun")
        await go.wait()
        for _ in range(50):
            out.line("x" * 10_000)
            await asyncio.sleep(0)
        ended.append(True)
        return 0

    async with receiving(one_dir, lasts):
        asking = asyncio.create_task(hand_over(one_dir, {}, ear))
        await wait_until(lambda: ear.lines)
        asking.cancel()
        await asyncio.wait([asking])
        go.set()
        await wait_until(lambda: ended)


async def test_a_very_long_line_arrives(one_dir, ear):
    async def says(_arguments, out):
        out.line("x" * 5_000_000)
        return 0

    async with receiving(one_dir, says):
        assert await hand_over(one_dir, {}, ear) == 0

    assert [len(line) for line in ear.lines] == [5_000_000]


async def test_a_very_long_command_arrives(one_dir, ear):
    async def counts(arguments, out):
        out.line(str(len(arguments["paths"])))
        return 0

    async with receiving(one_dir, counts):
        assert await hand_over(one_dir, {"paths": ["/a/rather/long/path"] * 100_000}, ear) == 0
        assert ear.lines == ["100000"]
        with pytest.raises(Failure, match=r"does not take this command \(status 413\)"):
            await hand_over(one_dir, {"text": "x" * (64 * 1024 * 1024)}, ear)


def test_only_one_holds_the_directory(one_dir):
    first, second = Ownership(one_dir), Ownership(one_dir)

    assert first.take()
    assert not second.take()
    assert second.holder() == str(os.getpid())
    first.release()
    assert second.take()
    second.release()


def test_a_holder_that_left_no_name_is_unknown(tmp_path):
    assert Ownership(tmp_path).holder() == "unknown"


def test_a_killed_owner_lets_go(one_dir):
    hold = "import sys, time; from pathlib import Path; from bot.cli.owner import Ownership; o = Ownership(Path(sys.argv[1])); "
    hold += "print(o.take(), flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hold, str(one_dir)], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout.readline() == "True\n"
        assert not Ownership(one_dir).take()
        assert Ownership(one_dir).holder() == str(process.pid)

        process.send_signal(signal.SIGKILL)
        process.wait()

    ours = Ownership(one_dir)
    assert ours.take()
    ours.release()


def test_the_data_directory_is_for_its_owner(tmp_path):
    folder = make_data_dir(tmp_path / "a" / "d")

    assert folder.is_absolute()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []
    assert make_data_dir(folder) == folder


def test_what_is_kept_there_is_for_its_owner(one_dir):
    ours = Ownership(one_dir)
    ours.take()

    assert stat.S_IMODE((one_dir / LOCK).stat().st_mode) == 0o600
    assert (one_dir / PID).read_text() == str(os.getpid())
    ours.release()


def test_a_data_directory_that_cannot_be_one(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OSError, match="file"):
        make_data_dir(tmp_path / "file")


async def test_a_command_that_is_no_object_is_refused_at_once(one_dir, ear):
    async with receiving(one_dir, echo):
        with pytest.raises(Failure, match="status 400"):
            await asyncio.wait_for(hand_over(one_dir, ["no", "object"], ear), 5)


async def test_a_slow_reader_slows_the_command_down(one_dir, wait_until):
    """Ten times what socket buffers hold: the owner must not keep it all while nobody reads."""
    said = []

    async def talk(_arguments, out):
        for number in range(2000):
            out.line("x" * 10_000)
            said.append(number)
            await out.drained()
        return 0

    async with receiving(one_dir, talk):
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(one_dir / SOCKET)), read_bufsize=1024) as session,
            session.post("http://owner/command", json={}) as answer,
        ):
            await wait_until(lambda: said)
            for _ in range(50):
                await asyncio.sleep(0)
            assert len(said) < 1000
            assert len(await answer.read()) > 2000 * 10_000
        assert len(said) == 2000


async def test_a_command_whose_reader_left_is_brought_to_its_end(one_dir, wait_until):
    said = []

    async def talk(_arguments, out):
        for number in range(3000):
            out.line("x" * 10_000)
            said.append(number)
            await out.drained()
        return 0

    async with receiving(one_dir, talk):
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(one_dir / SOCKET))) as session:
            answer = await session.post("http://owner/command", json={})
            await wait_until(lambda: said)
            answer.close()
        await wait_until(lambda: len(said) == 3000)
