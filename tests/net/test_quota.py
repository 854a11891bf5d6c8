"""Workers keep to the limits that a system states, together, and nobody is left out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from net.limited import Vendor, served, together

from bot.net.headers import Quota
from bot.net.pace import Pace, Paced
from bot.net.quota import NEAR, Budget, kept
from handlers.errors import Busy


async def test_two_processes_never_ask_more_than_the_limit_together_and_both_get_their_share(redis):
    vendor = Vendor(100, 2.0)
    async with served(vendor) as url:
        await together(redis, url, 300)

    assert len(vendor.counted) == 600
    assert set(vendor.counted.values()) == {1}
    assert (vendor.refused, vendor.most <= vendor.limit) == (0, True)
    assert vendor.shares()[0] > 1 / 4


async def test_a_storm_of_refusals_loses_nothing(redis):
    vendor = Vendor(1000, 2.0)
    vendor.storm = 20
    async with served(vendor) as url:
        await together(redis, url, 50)

    assert len(vendor.counted) == 100
    assert set(vendor.counted.values()) == {1}
    assert vendor.refused == 20


async def test_a_refusal_told_to_one_worker_stops_all_and_a_long_wait_is_the_ledgers(pair):
    await pair[0].put_off("zendesk", 30)
    await pair[0].put_off("zendesk", 1)
    await pair[0].told("zendesk", Quota(100, 100, 60))
    started = time.monotonic()

    with pytest.raises(Paced, match="Zendesk lets nobody ask more right now") as told:
        await pair[1].turn("zendesk", "Zendesk")

    assert 25 < told.value.after < 40
    assert isinstance(told.value, Busy)
    assert time.monotonic() - started < 10
    await pair[1].turn("jira", "Jira")


async def test_a_short_pause_is_waited(pair):
    await pair[0].put_off("zendesk", 0.3)
    started = time.monotonic()

    await pair[1].turn("zendesk", "Zendesk")

    assert 0.2 < time.monotonic() - started < 10


async def test_requests_are_spread_before_the_wall_and_the_last_ones_are_kept(pair):
    started = time.monotonic()
    for number in range(12):
        await pair[0].told("zendesk", Quota(100, 18 - number, 2.0 - (time.monotonic() - started)))
        await pair[number % 2].turn("zendesk", "Zendesk")
    assert 0.8 < time.monotonic() - started < 10

    await pair[0].told("jira", Quota(100, kept(100), 30))
    with pytest.raises(Paced):
        await pair[1].turn("jira", "Jira")


async def test_what_others_have_taken_meanwhile_counts_and_a_new_window_is_a_new_one(pair):
    await pair[0].told("zendesk", Quota(100, 50, 30))
    await pair[1].told("zendesk", Quota(100, 90, 30))  # an answer that overtook another
    await pair[0].told("zendesk", Quota(100, 3, 30))
    with pytest.raises(Paced):
        await pair[1].turn("zendesk", "Zendesk")
    await pair[0].told("zendesk", Quota(100, 99, 60))

    await pair[1].turn("zendesk", "Zendesk")


async def test_without_redis_a_worker_goes_by_what_it_was_told_itself(redis):
    async with Pace(redis.url) as one:
        await one.told("zendesk", Quota(100, 0, 30))
        await redis.stop()
        with pytest.raises(Paced):
            await one.turn("zendesk", "Zendesk")


async def test_the_last_answer_before_the_wall_stops_the_next_request(server, http, acts):
    used_up = {"X_RateLimit_Limit": 100, "X_RateLimit_Remaining": 0, "X_RateLimit_Reset": 90}
    server.does(acts.says(200, {}, **used_up))
    await http.read("Jira", server.url, auth="x")

    for way in (http.read("Jira", server.url, auth="x"), http.write("Jira", "PUT", server.url, auth="x", body={})):
        with pytest.raises(Paced, match="come back in"):
            await way

    assert len(server.requests) == 1
    await http.read("Zendesk", server.url, auth="x")


STEPS = st.lists(
    st.tuples(st.floats(0, 3), st.one_of(st.none(), st.builds(Quota, st.integers(1, 60), st.integers(0, 60), st.floats(0, 5)))),
    max_size=80,
)


@given(STEPS, st.floats(0, 2))
def test_a_budget_never_gives_more_than_was_said_and_waits_are_bounded(steps, longest):
    budget, now = Budget(), 0.0
    for gap, told in steps:
        now += gap
        if told is not None:
            budget.tell(now, told)
        left, open_until = budget.left, budget.reset
        turn = budget.take(now, longest=longest)
        assert turn.wait >= 0
        if turn.is_taken:
            assert turn.wait <= longest
            assert open_until <= now or (left > kept(budget.limit) and budget.left == left - 1)
        else:
            assert now < open_until


@given(st.integers(1, 10**6), st.integers(10, 3600))
def test_far_from_the_limit_nobody_waits(limit, reset):
    budget = Budget()
    budget.tell(0.0, Quota(limit, limit, reset))
    for _ in range(min(int(limit * (1 - NEAR)), 100)):
        turn = budget.take(0.0, longest=0)
        assert (turn.is_taken, turn.wait) == (True, 0.0) or budget.left <= kept(limit)
