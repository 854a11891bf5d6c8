"""The table of conversations on every stage, and the same words on all of them."""

import difflib
import inspect

import pytest
from conversations.scenarios import SCENARIOS
from conversations.stages import PEOPLE
from conversations.steps import Command

from handlers.catalogue import COMMANDS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_a_conversation(played, scenario):
    """Each step waits for what its person reads; in the end exactly the expected writes stand in the vendors' ledgers, and everybody has
    read the same on every stage.
    """
    read = {stage: await played(scenario, stage) for stage in scenario.stages}

    first, *others = scenario.stages
    for other in others:
        for person in PEOPLE:
            texts = [read[stage][person] for stage in (first, other)]
            texts = texts if scenario.in_order else [sorted(said) for said in texts]
            differs = difflib.unified_diff(*("\n---\n".join(said).split("\n") for said in texts), first, other, lineterm="", n=1)
            assert not (told := "\n".join(differs)), f"{person}\n{told}"


def test_every_command_has_a_conversation():
    said = {step.line.split()[0].removeprefix("/") for each in SCENARIOS for step in each.steps if isinstance(step, Command)}

    assert set(COMMANDS) <= said
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


@pytest.mark.parametrize("with_model", [True, False], ids=["model", "offline"])
def test_every_command_that_asks_a_model_has_a_conversation_with_one_and_one_without(with_model):
    asking = {name for name, command in COMMANDS.items() if "model" in inspect.signature(command.handler).parameters}
    said = {
        step.line.split()[0].removeprefix("/")
        for each in SCENARIOS
        if bool(each.says) is with_model
        for step in each.steps
        if isinstance(step, Command)
    }

    assert asking <= said
