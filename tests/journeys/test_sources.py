"""A folder of `[sources]` beside a running bot: what is edited there changes the answer, and a lost disk forgets nothing."""

import shutil
import signal

import pytest
from programs import RULES, Bot

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
QUESTION = "Where do visitors park?"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "docs"
    made.mkdir()
    (made / "parking.md").write_text("# Parking\n\nVisitors park in bay 7 behind the boat house.")
    return made


@pytest.fixture
async def keeping(http, environment, folder, tmp_path, wait_until):
    """A bot with the folder as a source that it looks at each second."""
    rules = tmp_path / "bot.toml"
    rules.write_text(f'{RULES.read_text()}\n[sources.docs]\npath = "{folder}"\nevery = "1s"\n')
    running = Bot(http, environment | {"PLAYGROUND": "on", "CONFIG_FILE": str(rules)}, wait_until)
    await running.start()
    yield running
    await running.process.end(signal.SIGTERM)


async def test_an_edit_changes_the_answer_and_a_lost_folder_nothing(keeping, folder, wait_until):
    async def answers(words):
        async def probe():
            return words in (await keeping.cli("ask", QUESTION))[1]

        await wait_until(probe, within=90)

    await answers("bay 7")
    (folder / "parking.md").write_text("# Parking\n\nVisitors park in bay 9 behind the boat house.")
    await answers("bay 9")
    await keeping.say(f"/ask {QUESTION}")
    await keeping.shows("bay 9")

    shutil.rmtree(folder)
    code, output = await keeping.cli("sources", "sync", "docs")
    assert (code, "What was taken in from it before stays" in output) == (1, True), output
    code, output = await keeping.cli("check")
    assert (code, f"fail  source docs: {folder} is not there" in output) == (1, True), output
    await answers("bay 9")
