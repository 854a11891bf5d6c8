"""The doctor and the language model: one line that says whether it answers and how, one for the vectors, one for an unknown price."""

import pytest
from language import running

from bot.cli.model import model
from bot.sandbox.faults import Fault
from bot.sandbox.openai.server import EMBEDDING_MODEL, NO_MONEY
from bot.settings import Configuration, Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against
PRICED = Configuration.model_validate({"prices": {name: {"asked": 0} for name in ("harbour-large", EMBEDDING_MODEL, "nobody")}})


@pytest.fixture
async def standin():
    async with running() as found:
        yield found


@pytest.fixture
def examine(standin):
    async def examined(rules=PRICED, **other):
        given = {name.lower(): value for name, value in standin.environment().items()} | other
        return [(found.level, found.part, found.words) for found in await model(Settings.model_validate(given), rules)]

    return examined


async def test_without_a_model_the_bot_is_offline_and_well():
    [found] = await model(Settings(), Configuration())

    assert (found.level, found.words[:5]) == ("ok", "none:")


async def test_a_model_that_answers_in_a_shape_is_well(examine, standin):
    found = await examine(openai_embedding_model=EMBEDDING_MODEL)

    assert found == [
        ("ok", "model", "harbour-large answers (listed) and keeps to a JSON Schema"),
        ("ok", "embedding model", "harbour-embedding gives vectors of 64 numbers"),
    ]
    assert len(standin.asked) == 2


async def test_a_server_without_schemas_is_well_and_says_so(examine, standin):
    standin.ways.lacks = {"json_schema", "json_object"}

    [(level, _, words)] = await examine()

    assert (level, "by words alone" in words) == ("ok", True)


@pytest.mark.parametrize(
    ("other", "fault", "words"),
    [
        ({"openai_api_key": "sk-wrong"}, None, "OPENAI_API_KEY"),
        ({"openai_model": "nobody"}, None, "It lists harbour-embedding, harbour-large."),
        ({"openai_base_url": "http://127.0.0.1:1/v1"}, None, "cannot be reached"),
        ({}, Fault("status", status=500, path="completions"), "status 500"),
        ({}, Fault("status", status=429, path="completions", body=NO_MONEY), "no money left"),
    ],
)
async def test_what_is_wrong_is_said(examine, standin, other, fault, words):
    if fault is not None:
        standin.faults.add(fault)

    [(level, part, said), *_] = await examine(**other)

    assert (level, part) == ("fail", "model")
    assert words in said
    assert "sk-wrong" not in said


async def test_an_embedding_model_that_is_not_there_is_named(examine):
    _, (level, part, words), _ = await examine(openai_embedding_model="none-such")

    assert (level, part) == ("fail", "embedding model")
    assert "none-such" in words


async def test_a_price_that_nobody_knows_is_worth_a_warning(examine):
    _, (level, part, words) = await examine(rules=Configuration())

    assert (level, part) == ("warn", "prices")
    assert "harbour-large costs, so it is counted as the dearest there is (30.00 and 60.00 dollars" in words
