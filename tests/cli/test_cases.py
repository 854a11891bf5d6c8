"""eval --workflow: played without a model and with one, figures printed, and an end that says whether it was good enough."""

import json

import pytest
from language import running

from bot.app import House
from bot.cli.cases import OFFLINE, WITH_MODEL, workflow
from bot.cli.out import Failure
from bot.settings import Configuration, Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


@pytest.fixture
async def standin():
    async with running() as found:
        yield found


@pytest.fixture
async def house(tmp_path, models):
    found = House(Settings(data_dir=tmp_path, model_dir=models), Configuration())
    yield found
    await found.close()


def arguments(*names, as_json=False, floor=0.0):
    return {"workflow": list(names), "json": as_json, "fail_under": floor}


async def test_every_case_and_every_figure_is_told(house, ear):
    assert await workflow(house, arguments("deal", "issue"), ear) == 0

    told = "\n".join(ear.lines)
    assert "/deal without a model: 11 of 11 cases ok" in told
    assert "  ok  a deal that is lost needs nothing" in told
    assert "  NOT ein Fehler auf Deutsch über ein Thema, das schon offen ist" in told
    assert "  record: 10 of 11" in told
    assert ("cases of issue", 12, 12) in ear.bars


async def test_too_few_that_are_ok_is_a_failure(house, ear):
    assert await workflow(house, arguments("deal", floor=1.0), ear) == 0
    with pytest.raises(Failure, match=r"issue without a model: 0\.917\), below 0\.95"):
        await workflow(house, arguments("issue", floor=0.95), ear)


async def test_what_has_no_cases_is_named(house, ear):
    with pytest.raises(Failure, match="no cases of reply"):
        await workflow(house, arguments("reply"), ear)


async def test_where_a_model_is_configured_it_is_heard_too(tmp_path, models, standin, ear):
    given = {name.lower(): value for name, value in standin.environment().items()}
    house = House(Settings.model_validate({"data_dir": tmp_path, "model_dir": models, **given}), Configuration())
    try:
        assert await workflow(house, arguments("deal", as_json=True), ear) == 0
    finally:
        await house.close()

    offline, heard = json.loads(ear.lines[0])
    assert (offline["way"], heard["way"], offline["right"]) == (OFFLINE, WITH_MODEL, 1.0)
    assert [one["case"] for one in heard["cases"]] == [one["case"] for one in offline["cases"]]
    assert standin.asked
