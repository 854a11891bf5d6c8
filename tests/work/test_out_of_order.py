"""Webhooks that come late, twice and in any order, through the front door: newer state is never followed by older, and one state has one effect."""

import random

import pytest
from hooked import by_jira, told

from bot.settings import Configuration

RULES = Configuration.model_validate(
    {"triggers": {"jira.issue.updated": {"workflow": "triage", "channel": "playground:general"}}}
)
BEGIN = 1_763_629_200_000
EDITS = 6


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until):
    async with told(RULES, stores, connectors, sandbox, wait_until) as running:
        yield running


async def deliver(town, number, *, copy=0):
    """The webhook of one edit; a copy is another delivery of the same event, with an id of its own."""
    told_ = {"webhookEvent": "jira:issue_updated", "timestamp": BEGIN + number, "issue": {"key": "SUP-21"}, "copy": copy}
    status, _ = await town.tell("jira", *by_jira(told_, name=f"w-{number}-{copy}"))
    assert status == 202


async def edit(sandbox, number):
    await sandbox.jira.edit("SUP-21", {"labels": [f"edit-{number}"]})


async def versions(town):
    """The states on which drafts were made, in the order in which their cards were shown."""
    return [reply.draft.record.version for _, reply, _ in town.voice.said.values() if reply.draft]


@pytest.mark.parametrize("seed", range(3))
async def test_events_that_all_come_too_late_have_the_effect_of_the_newest_alone(town, connectors, sandbox, seed):
    for number in range(EDITS):
        await edit(sandbox, number)
    dice = random.Random(seed)  # noqa: S311 - a script, not a secret
    deliveries = [(number, copy) for number in range(EDITS) for copy in range(dice.randint(1, 5))]
    dice.shuffle(deliveries)
    for number, copy in deliveries:
        await deliver(town, number, copy=copy)
    await town.idle()
    newest = (await connectors["jira"].read("SUP-21")).version

    assert await versions(town) == [newest]
    assert len(town.voice.said) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_comes_between_whatever_no_state_has_a_second_effect_and_the_last_one_has_its_own(
    town, connectors, sandbox, seed
):
    """Edits in their order, deliveries of edits that have been in any order, some of them after the next edit."""
    dice, done, owed = random.Random(seed), 0, []  # noqa: S311 - as above
    while done < EDITS or owed:
        if done < EDITS and (not owed or dice.random() < 0.5):
            await edit(sandbox, done)
            owed += [(done, copy) for copy in range(dice.randint(1, 3))]
            done += 1
        else:
            number, copy = owed.pop(dice.randrange(len(owed)))
            await deliver(town, number, copy=copy)
            if dice.random() < 0.5:
                await town.idle()
    await town.idle()
    found, newest = await versions(town), (await connectors["jira"].read("SUP-21")).version

    assert found == sorted(set(found))
    assert len(found) <= EDITS
    assert newest in found
