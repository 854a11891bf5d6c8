"""Servers other than OpenAI's: Azure's deployments, servers without a key; and what loading the SDK costs nobody else."""

import asyncio
import gc
import logging
import subprocess
import sys

import pytest
from openai import AsyncOpenAI

from bot.llm.openai.refusals import ModelRefused
from bot.llm.openai.server import OpenAI
from bot.llm.provider import Message
from bot.sandbox.faults import Fault
from bot.sandbox.openai import ModelStandin

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against
QUESTION = [Message("user", "How do refunds work?")]


async def test_azure_is_asked_at_its_deployment_with_its_version_and_its_header(connect, http, standin):
    model = connect(http, base_url=f"{standin.url}/openai/deployments/large?api-version=2024-10-21")

    answer = await model.ask()
    vectors = await model.provider.embed(["a"], within=5)

    assert (answer.end, vectors.vectors.shape) == ("done", (1, 64))
    for request in standin.received:
        assert request.path.startswith("/openai/deployments/large/")
        assert request.query == {"api-version": "2024-10-21"}
        assert request.headers["api-key"] == standin.key
        assert "authorization" not in request.headers


async def test_a_server_without_a_key_gets_none_and_nothing_from_the_environment(http, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "from-elsewhere")
    standin = ModelStandin(key="")  # OpenAI's document wants a key
    await standin.start()
    provider = OpenAI(http, base_url=standin.base_url, model="harbour-large")
    assert (await provider.complete(QUESTION, longest=50, within=5)).end == "done"
    await standin.stop()

    [request] = standin.received
    assert not request.headers.keys() & {"authorization", "api-key", "cookie"}
    assert "from-elsewhere" not in str(request)


async def test_the_proxy_of_the_environment_is_not_for_this_machine(model, monkeypatch, unused_port):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port}")

    assert (await model.ask()).end == "done"


async def test_a_question_that_races_the_warming_shares_its_client(model, wait_until):
    before = clients()
    model.standin.faults.add(Fault("delay", seconds=0.5))
    answer = asyncio.create_task(model.ask())
    await asyncio.gather(model.provider.load(), model.provider.load())
    await wait_until(lambda: model.standin.received)

    assert clients() - before == 1  # one that the question held would be a second one
    assert (await answer).end == "done"


def clients():
    """How many of the SDK's clients there are in this process."""
    return sum(isinstance(each, AsyncOpenAI) for each in gc.get_objects())


async def test_nothing_of_a_question_or_a_key_is_logged(model, caplog):
    caplog.set_level(logging.DEBUG)
    model.standin.ways.mood = "babbles"

    await model.ask()
    await model.stream()
    with pytest.raises(ModelRefused):
        await model.provider.complete([Message("user", "refunds " * 80_000)], longest=9, within=5)

    assert caplog.records
    assert "refunds" not in caplog.text
    assert model.standin.key not in caplog.text


async def test_an_answer_without_end_is_cut_off(model):
    model.standin.ways.say = lambda _asked: "x" * 9_000_000

    with pytest.raises(Exception, match="more than 8388608 bytes"):
        await model.ask(longest=10**8)


def test_the_sdk_is_loaded_by_the_first_question_and_not_before():
    code = (
        "import sys, bot.llm.openai.server, bot.sandbox.openai\n"
        "print(sorted({'openai', 'httpx2', 'httpx_aiohttp'} & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


async def test_many_questions_at_once_are_all_answered_and_leave_nothing_behind(model):
    answers = await asyncio.gather(*(model.ask(within=20) for _ in range(20)))

    assert [answer.end for answer in answers] == ["done"] * 20
    assert len(model.standin.received) == 20
