import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from knowledge import Document, Knowledge
from knowledge.errors import BrokenIndex, Closed, InUse, WrongModel

ALL = frozenset({"everyone"})
ROOT = Path(__file__).parents[2]
Open = Callable[..., Awaitable[Knowledge]]
Wait = Callable[..., Awaitable[object]]

OWNER = """
import asyncio, sys
from knowledge import Knowledge
async def main():
    base = await Knowledge.open(sys.argv[1])
    child = await asyncio.create_subprocess_exec("sleep", "60", stdout=asyncio.subprocess.DEVNULL)
    print("open", child.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_the_promised_life_of_a_base(monkeypatch: pytest.MonkeyPatch, models: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("MODEL_DIR", str(models))
    async with await Knowledge.open(str(tmp_path / "kb")) as base:
        await base.ingest(
            [Document(id="faq/refunds", title="Refunds", text="Refunds take five days.", url="https://x", audience=ALL)]
        )
        passages = await base.search("how do refunds work?", audience=ALL, k=10, history=["a user turn", "the bot's turn"])
        assert (passages[0].document_id, passages[0].text) == ("faq/refunds", "Refunds take five days.")
        answer = await base.answer("how long do refunds take?", audience=ALL)
        assert answer.text == "Refunds take five days. [1]"
        assert (await base.stats()).documents == 1
        assert (await base.embedder.embed(["x"])).shape == (1, 384)
        await base.forget(["faq/refunds"])
        assert (await base.stats()).documents == 0
    await base.close()


async def every_use_is_refused(base: Knowledge) -> None:
    """A sentence about the base being closed, whichever of its parts is asked first."""
    page = Document("a", "Zebras", "Zebras are striped.")
    uses: list[Callable[[], Awaitable[object]]] = [
        lambda: base.search("zebras", audience=ALL),
        lambda: base.answer("how long do refunds take?", audience=ALL),
        lambda: base.ingest([page]),
        lambda: base.forget(["a"]),
        lambda: base.narrow("handbook", audience=ALL),
        lambda: base.readable(["a"], audience=ALL),
        lambda: base.document_at("https://x", audience=ALL),
        base.refresh, base.documents, base.stats, base.prepare, base.load,
    ]  # fmt: skip
    for use in uses:
        with pytest.raises(Closed, match="is closed: open it again"):
            await use()


async def test_a_closed_base_says_that_it_is_closed(open_base: Open, handbook: list[Document]) -> None:
    base = await open_base()
    await base.ingest(handbook)
    await base.close()

    await every_use_is_refused(base)


async def test_a_second_opener_is_refused_until_the_first_closes(open_base: Open, tmp_path: Path) -> None:
    first = await open_base()
    with pytest.raises(InUse, match="Another process uses the knowledge base"):
        await open_base()
    await first.close()
    await (await open_base()).close()
    assert (tmp_path / "data" / "knowledge.lock").exists()


async def test_a_killed_owner_leaves_the_folder_free_though_its_child_lives(open_base: Open, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(folder), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    child = int((await owner.stdout.readline()).split()[1])
    with pytest.raises(InUse):
        await open_base(folder)
    owner.send_signal(signal.SIGKILL)
    await owner.wait()
    try:
        base = await open_base(folder)
        assert (await base.stats()).documents == 0
    finally:
        os.kill(child, signal.SIGKILL)


async def test_vectors_of_another_model_are_refused(open_base: Open, tmp_path: Path) -> None:
    base = await open_base()
    await base.ingest([Document("a", "A", "Text.")])

    class Other:
        id = "another-model"
        embed = base.embedder.embed
        tokens = base.embedder.tokens
        count = base.embedder.count

    await base.close()
    with pytest.raises(WrongModel, match=r"'all-MiniLM-.*'another-model'.*ingest the documents again"):
        await open_base(tmp_path / "data", embedder=Other())
    await open_base(tmp_path / "data")


async def test_opening_and_storing_nothing_loads_no_model(tmp_path: Path) -> None:
    async with await Knowledge.open(tmp_path / "data", models=tmp_path / "models") as base:
        assert await base.documents() == {}
        assert await base.search("anything", audience=frozenset()) == []
        assert await base.forget(["x"]) == ()
    assert not (tmp_path / "models").exists()


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(tmp_path / "server"), "--port", str(port), "--host", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        yield f"http://127.0.0.1:{port}"
        server.terminate()


async def test_two_share_a_chroma_server(chroma_server: str, models: Path, tmp_path: Path, wait_until: Wait) -> None:
    port = int(chroma_server.rsplit(":", 1)[1])

    def up() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    await wait_until(up)
    async with await Knowledge.open(url=chroma_server, token="secret", models=models) as one:
        await one.ingest(
            [Document("a", "Zebras", "Zebras are striped."), Document("b", "", "Hidden.", audience=frozenset({"x"}))]
        )
        async with await Knowledge.open(tmp_path / "two", url=chroma_server, models=models) as two:
            found = await two.search("zebras", audience=ALL)
            assert [passage.document_id for passage in found] == ["a"]
            assert found[0].score == pytest.approx(1.0)
            await one.ingest([Document("c", "Yaks", "Yaks are woolly.")])
            await two.refresh()
            found = await two.search("woolly", audience=ALL)
            assert (found[0].document_id, found[0].score) == ("c", pytest.approx(1.0))
            assert await one.forget(["a", "c"]) == ("a", "c")
            assert await two.search("zebras", audience=ALL) == []
    await every_use_is_refused(one)


async def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndex, match=r"The Chroma server at http://127.0.0.1:9 .*check that it runs"):
        await Knowledge.open(tmp_path / "data", url="http://127.0.0.1:9")
