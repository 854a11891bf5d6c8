# ruff: noqa: T201 - what a run came to is part of it
"""Bundles and chains in the storm: items are written in order, none twice, none behind one that failed; what follows, follows once."""

from collections import Counter

import pytest
from chaos.knobs import BUNDLE_EVENTS, BUNDLE_KILLS, BUNDLE_REPEATS, LANES, LIMIT, LONG, SEED
from chaos.oracle import WROTE
from chaos.script import blows
from chaos.storm import verdict
from chaos.together import AFTER, KEYS, Together, bundles, cut, lanes
from chaos.together import rules as chain_rules

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
BETWEEN = (
    "after_outcome:1",
    "before_intent:2",
    "before_send:2",
    "after_send:2",
    "before_outcome:2",
    "after_outcome:2",
    "after_intent:3",
)
"""Behind an item and before the next one, and around the middle one of three."""
SHORT = ("after_outcome:1", "after_send:2")
IN_A_STORM = (
    "after_claim",
    "after_decide",
    "before_intent",
    "after_intent",
    "before_send",
    "after_send",
    "before_outcome",
    "after_outcome",
)
ORDERS = (("jira", "zendesk", "hubspot"), ("salesforce", "jira", "zendesk"), ("zendesk", "hubspot", "jira"))


@pytest.fixture
def environment(environment):
    return environment | KEYS | {"CHAOS_LEASE": "13"}


@pytest.fixture
def rules(tmp_path):
    return chain_rules(tmp_path)


@pytest.fixture
def chained():
    return AFTER


async def test_killed_between_two_items_and_around_the_middle_one(alone, log):
    [lane], [member] = lanes(alone, 1), alone.fleet.members
    await lane.turn(Together(ORDERS[0]))
    places = [place for _ in range(BUNDLE_REPEATS) for place in (BETWEEN if LONG else SHORT)]
    await alone.fleet.kill(member, *places)

    for number in range(4 * len(places)):
        if not member.places and alone.fleet.kills > len(places):
            break
        await lane.turn(Together(ORDERS[number % len(ORDERS)]))

    result = await alone.judged()
    print(result.summary)
    assert alone.fleet.kills == len(places) + 1
    assert not result.found, verdict(result, log.path)
    assert {end.state for end in lane.ended} == {"written"}, verdict(result, log.path)


async def test_an_answer_that_is_lost_at_the_middle_item(alone, log):
    [lane] = lanes(alone, 1)

    for order in ORDERS if LONG else ORDERS[:1]:
        await lane.turn(cut(1, order))
    await lane.turn(cut(0, ()))

    result = await alone.judged()
    print(result.summary)
    assert result.faults["reset, after the write"] >= len(lane.ended) >= 2
    assert not result.found, verdict(result, log.path)
    assert {end.state for end in lane.ended} <= WROTE | {"unknown"}, verdict(result, log.path)


async def storm(run, log, *, events, kills, **taken):
    plan = blows(SEED, events=events, places=IN_A_STORM, kill=kills, **taken)
    made = lanes(run, LANES // 2)

    await run.follow([(lane, bundles(SEED, lane.number)) for lane in made], events=events, blows=plan)

    result = await run.judged()
    ends = Counter([(await run.books.look(end.id)).state for lane in made for end in lane.ended])
    print(f"bundles {dict(ends)} | {result.summary}")
    assert not result.found, verdict(result, log.path)
    assert ends["written"]


async def test_a_storm_over_one_process(alone, log):
    await storm(alone, log, events=BUNDLE_EVENTS, kills=BUNDLE_KILLS)


if LONG:  # the same ledger over PostgreSQL, where items may be written by another worker each

    async def test_a_storm_over_two_workers(halves, log):
        await storm(halves, log, events=BUNDLE_EVENTS, kills=BUNDLE_KILLS, flush=2, restart=2)
