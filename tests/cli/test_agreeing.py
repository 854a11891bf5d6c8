"""drafts agreement: proposals of shadow mode against records of the stand-ins as they are now."""

import pytest

from bot.app import House
from bot.cli.deciding import drafts
from bot.settings import Configuration, Settings
from handlers.models import Call, Change, Draft, Person, Place, Ref

RULES = Configuration.model_validate({"shadow": {"workflows": ["triage"]}})
HERE = Place("playground", "general", "1")


@pytest.fixture
async def house(tmp_path, models, sandbox):
    found = {name.lower(): value for name, value in sandbox.environment().items()}
    opened = House(Settings.model_validate({**found, "data_dir": tmp_path, "model_dir": models}), RULES)
    yield opened
    await opened.close()


async def propose(house, workflow, name, after):
    issue = await (await house.floor()).connectors["jira"].read(name)
    call = Call(f"{workflow}:{name}", workflow, name, Person("playground:ada", "Ada"), HERE)
    drawn = Draft.of(workflow, issue, [Change("priority", issue.fields["priority"], Ref(after, after))], call=call)
    await (await house.store()).drafts.keep(drawn, call=call, policy=RULES.policy_of(drawn))


async def test_proposals_of_shadow_mode_are_held_against_what_people_chose(house, sandbox, ear):
    for workflow, name in (("triage", "SUP-21"), ("triage", "SUP-25"), ("reply", "SUP-18")):
        await propose(house, workflow, name, "1")
    await sandbox.jira.edit("SUP-21", {"priority": "Highest"})
    await sandbox.jira.edit("SUP-25", {"priority": "Lowest"})

    assert await drafts(house, {"verb": "agreement"}, ear) == 0

    assert ear.lines == [" 50%  triage    priority      agreed 1, otherwise 1, untouched 0"]
    assert ear.notes == ["2 proposals in shadow mode."]
