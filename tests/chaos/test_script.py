"""The script is a function of its seed: a run that failed can be played again."""

from itertools import islice

import pytest
from chaos.script import FAULTS, LEADS, blows, rounds


def plan(seed, lane=0, **chances):
    return list(islice(rounds(seed, lane, **chances), 400))


def test_the_same_seed_is_the_same_run():
    assert plan(7) == plan(7)
    assert plan(7) != plan(8)
    assert plan(7) != plan(7, lane=1)
    assert blows(7, events=100, places=("a", "b"), kill=9) == blows(7, events=100, places=("a", "b"), kill=9)


def test_a_run_has_everything_in_it():
    steps = plan(7, commands=0.1)

    assert {step.copies for step in steps} == {1, 2, 3, 4, 5}
    assert {click.on for step in steps for click in step.clicks} == {"page", "command line"}
    assert {click.verb for step in steps for click in step.clicks} == {"approve", "reject"}
    assert max(len(step.clicks) for step in steps) == 4
    assert any(step.edited for step in steps)
    assert all(fault in [step.fault for step in steps] for fault in FAULTS)


def test_somebody_who_may_decide_presses_in_every_round():
    assert all(any(click.person in LEADS and click.on == "page" for click in step.clicks) for step in plan(7, commands=0.5))


@pytest.mark.parametrize("events", [10, 20_000])
def test_blows_are_spread_over_the_run(events):
    found = blows(7, events=events, places=("here", "there"), kill=60, flush=4, stop=3)

    assert [blow.after for blow in found] == sorted(blow.after for blow in found)
    assert all(0 <= blow.after < events for blow in found)
    assert [sum(blow.kind == kind for blow in found) for kind in ("kill", "flush", "stop")] == [60, 4, 3]
    assert sum(bool(blow.where) for blow in found) == 30
