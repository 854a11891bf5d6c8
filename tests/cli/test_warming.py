"""What the first command would wait for is loaded after the start, and nobody is asked anything for it."""

import sys
import threading

import pytest

from bot.app import House
from bot.cli.running import warm, warming
from bot.sandbox.openai.server import KEY, MODEL, ModelStandin
from bot.settings import Configuration, Settings

CLIENT = "bot.llm.openai.client"
"""What imports the SDK."""


@pytest.fixture
async def standin():
    found = ModelStandin()
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def house(tmp_path, models, standin, monkeypatch):
    monkeypatch.delitem(sys.modules, CLIENT, raising=False)
    given = {"openai_base_url": standin.base_url, "openai_api_key": KEY, "openai_model": MODEL}
    opened = House(Settings(data_dir=tmp_path, model_dir=models, **given), Configuration())
    yield opened
    await opened.close()


def embedding():
    """The threads on which embedding models have been at work in this process."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("embed")}


async def test_the_embedding_model_and_the_sdk_are_there_before_anybody_asks(house, standin):
    await house.knowledge()
    before = embedding()
    assert CLIENT not in sys.modules

    await warm(house)

    assert embedding() > before
    assert CLIENT in sys.modules
    assert standin.received == []


async def test_who_takes_in_and_answers_nothing_loads_nothing(house, wait_until):
    before = embedding()
    house.role = "web"
    async with warming(house):
        assert embedding() == before

    house.role = "run"
    async with warming(house):
        await wait_until(lambda: CLIENT in sys.modules)
