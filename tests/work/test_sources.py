"""Folders that are kept in step: only what changed is read, what is gone is forgotten, a lost folder is not."""

import asyncio
from contextlib import suppress
from threading import Event

import pytest

from bot.app import House
from bot.dispatch import Heard
from bot.settings import Configuration, Settings
from bot.settings.tables import SourceTable
from bot.store.figures.syncs import Syncs
from bot.watch.metrics import REGISTRY
from bot.work.sources import Sources
from handlers.errors import Invalid
from handlers.models import Person, Place
from knowledge.disk import Disk
from knowledge.errors import Unreadable

HERE = Place("playground", "general", "1")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "docs"
    made.mkdir()
    for name in ("one", "two"):
        (made / f"{name}.md").write_text(f"# Page {name}\n\nThis is page {name} of the handbook.")
    return made


@pytest.fixture
async def house(tmp_path, models, folder):
    rules = {"sources": {"docs": {"path": str(folder), "audience": ["support"], "every": "1h"}}}
    opened = House(Settings(data_dir=tmp_path / "data", model_dir=models), Configuration.model_validate(rules))
    (tmp_path / "data").mkdir()
    yield opened
    await opened.close()


@pytest.fixture
async def sources(house):
    return (await house.floor()).clock.sources


@pytest.fixture
def held(house):
    async def found():
        return sorted(await (await house.knowledge()).documents(source="docs"))

    return found


@pytest.fixture
def latest(house):
    async def found():
        [sync] = await Syncs((await house.store()).database).list()
        return sync

    return found


async def again(house, *, disk=Disk, **table):
    """The folder as another bot.toml has it, after a new start."""
    narrow, syncs = (await house.knowledge()).narrow, Syncs((await house.store()).database)
    return Sources({"docs": SourceTable(**table)}, house.ingest, narrow, syncs, disk=disk)


async def test_only_what_changed_is_read_and_what_is_gone_is_forgotten(sources, folder, held):
    assert len((await sources.sync("docs")).added) == 2
    (folder / "one.md").write_text("# Page one\n\nThis is another page.")
    (folder / "two.md").unlink()
    report = await sources.sync("docs")

    assert (report.changed, report.unchanged, report.forgotten) == (("docs/one.md",), (), ("docs/two.md",))
    assert await held() == ["docs/one.md"]
    assert (await sources.sync("docs")).unchanged == ("docs/one.md",)


@pytest.mark.parametrize("lost", ["missing", "empty", "closed"])
async def test_a_folder_that_is_lost_forgets_nothing(sources, folder, held, latest, lost):
    await sources.sync("docs")
    away = folder.with_name("away")
    folder.rename(away)
    if lost != "missing":
        folder.mkdir(mode=0o755 if lost == "empty" else 0o000)
    with pytest.raises(Unreadable, match=r"\[sources.docs\]"):
        await sources.sync("docs")

    assert len(await held()) == 2
    assert "stays" in (await latest()).trouble
    if lost != "missing":
        folder.rmdir()
    away.rename(folder)
    await sources.sync("docs")
    assert ((await latest()).trouble, (await latest()).documents) == ("", 2)


async def test_another_folder_takes_the_place_of_the_one_before(house, sources, folder, held):
    await sources.sync("docs")
    other = folder.with_name("other")
    other.mkdir()
    (other / "one.md").write_text("# Page one\n\nThis is page one of the new handbook.")
    report = await (await again(house, path=str(other))).sync("docs")

    assert (report.changed, report.forgotten, report.rejected) == (("docs/one.md",), ("docs/two.md",), ())
    assert await held() == ["docs/one.md"]


async def test_what_was_empty_all_the_time_is_no_trouble(sources, folder, latest):
    for page in folder.iterdir():
        page.unlink()
    await sources.sync("docs")
    assert ((await latest()).trouble, (await latest()).documents) == ("", 0)


async def test_a_new_source_is_looked_at_at_once_and_a_second_time_when_it_is_due(house, wait_until, held):
    floor, store = await house.floor(), await house.store()
    await floor.clock.schedule.plan()
    await floor.clock.schedule.plan()
    async with house.working(floor.runner):
        await wait_until(held)
    found = [await store.jobs.read(job.id) for job in await store.jobs.list()]

    assert [job.kind for job in found if job.state == "done"] == ["source"]
    [waiting] = [job for job in found if job.payload.get("name") == "source/docs"]
    assert waiting.run_at % 3600 == pytest.approx(0, abs=2) or waiting.run_at % 3600 == pytest.approx(3600, abs=2)


async def test_a_lost_folder_is_no_dead_letter(house, folder, wait_until, latest):
    folder.rename(folder.with_name("away"))
    floor, store = await house.floor(), await house.store()
    await floor.clock.schedule.plan()
    async with house.working(floor.runner):
        await wait_until(lambda: ended(store))
    assert await store.jobs.list(state="dead") == []
    assert "does not exist" in (await latest()).trouble


async def ended(store):
    return [job for job in await store.jobs.list() if job.kind == "source" and job.state in ("done", "dead")]


async def test_two_looks_at_a_time_take_turns(sources, held):
    first, second = await asyncio.gather(sources.sync("docs"), sources.sync("docs"))
    assert sorted([len(first.added), len(second.unchanged)]) == [2, 2] or sorted([len(second.added), len(first.unchanged)]) == [
        2,
        2,
    ]
    assert len(await held()) == 2


async def test_a_name_that_is_none_is_told(sources):
    with pytest.raises(Invalid, match=r"no \[sources.other\] in bot.toml; there are: docs"):
        await sources.sync("other")


class Hanging(Disk):
    """A network mount whose server is away until the gate opens."""

    gate = Event()

    async def __call__(self, work, *args, **kwargs):
        return await super().__call__(lambda: self.gate.wait() and work(*args, **kwargs))


@pytest.fixture
def hanging():
    Hanging.gate.clear()
    yield lambda: Hanging(0.05)
    Hanging.gate.set()


def lost(reason):
    return REGISTRY.get_sample_value("bot_sources_lost_total", {"reason": reason}) or 0


async def test_a_folder_that_does_not_answer_is_given_up_told_and_looked_at_again(house, folder, latest, hanging, wait_until):
    table = {"path": str(folder), "audience": ["support"]}
    await (await again(house, **table)).sync("docs")
    before, mounted = lost("hung"), await again(house, **table, disk=hanging)
    for _ in range(2):
        with pytest.raises(Unreadable, match=r"\[sources.docs\].*does not answer.*stays"):
            await mounted.sync("docs")
    status = await (await house.floor()).dispatch.answer(Heard("c", "/bot status", Person("playground:ada", "Ada"), HERE))

    assert lost("hung") == before + 2
    assert "does not answer" in (await latest()).trouble
    assert "Sources that cannot be read: docs" in status.text
    Hanging.gate.set()

    async def is_back():
        with suppress(Unreadable):
            return await mounted.sync("docs")

    assert len((await wait_until(is_back)).unchanged) == 2
    assert (await latest()).trouble == ""


async def test_who_may_read_no_longer_does_not_while_the_folder_is_lost(house, folder, latest, held):
    """Nobody is let in meanwhile either: what stands there may come from another folder than the one that is named now."""

    async def readers():
        knowledge = await house.knowledge()
        return [one for one in ("support", "sales", "leads") if await knowledge.search("handbook page", audience={one})]

    both = await again(house, path=str(folder), audience=["support", "sales"])
    await both.sync("docs")
    assert await readers() == ["support", "sales"]
    away = folder.with_name("away")
    folder.rename(away)
    for audience, left in ((["sales", "leads"], ["sales"]), (["leads"], [])):
        with pytest.raises(Unreadable):
            await (await again(house, path=str(folder), audience=audience)).sync("docs")
        assert (await readers(), len(await held())) == (left, 2)

    away.rename(folder)
    report = await (await again(house, path=str(folder), audience=["support", "sales"])).sync("docs")
    assert (len(report.changed), await readers(), (await latest()).trouble) == (2, ["support", "sales"], "")
