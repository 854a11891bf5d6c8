"""A limit over the last so many seconds, as HubSpot's: room comes back bit by bit, and each answer tells the truth of its moment."""

import time
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.net.headers import Quota, quota
from bot.net.pace import Paced
from bot.net.quota import UNDER_WAY, Budget, kept

WINDOW, AT_ONCE = 10.0, 8


class Rolling:
    """A system that takes `limit` requests in any ten seconds and says after each how many more it takes; the clock is the test's."""

    def __init__(self, limit) -> None:
        self.limit, self.refused = limit, 0
        self.seen = deque()

    def ask(self, now):
        while self.seen and self.seen[0] <= now - WINDOW:
            self.seen.popleft()
        if len(self.seen) >= self.limit:
            self.refused += 1
        else:
            self.seen.append(now)
        return Quota(self.limit, self.limit - len(self.seen), WINDOW, rolls=True)


def asked(system, *, every, seconds, takes=0.2):
    """One request each so many seconds, its answer `takes` seconds later, eight under way at most: the longest wait of one, and how many went out."""
    budget, answers, longest, number, now = Budget(), deque(), 0.0, 0, 0.0

    def hear(until):
        while answers and answers[0][0] <= until:
            budget.tell(*answers.popleft())

    while now < seconds:
        due = number * every
        now = max(now, due, answers[0][0] if len(answers) == AT_ONCE else 0.0)
        hear(now)
        while not (turn := budget.take(now, longest=2.0)).is_taken:
            now += max(turn.wait, 0.05)
            hear(now)
        now += turn.wait
        hear(now)
        answers.append((now + takes, system.ask(now)))
        longest, number = max(longest, now - due), number + 1
    return longest, number


@pytest.mark.parametrize("limit", [100, 110, 190])
def test_who_stays_well_below_it_never_waits(limit):
    system = Rolling(limit)

    assert asked(system, every=WINDOW / (limit * 0.6), seconds=120)[0] < 0.01
    assert system.refused == 0


@pytest.mark.parametrize("limit", [100, 190])
def test_who_wants_more_gets_more_than_half_of_it_and_is_never_refused(limit):
    system = Rolling(limit)
    _, number = asked(system, every=0.01, seconds=200)

    assert system.refused == 0
    assert number > 200 / WINDOW * limit * 0.5


@given(st.integers(100, 250), st.floats(0.01, 1.0), st.floats(0.02, 0.9))
def test_nobody_is_refused_at_any_pace(limit, every, takes):
    system = Rolling(limit)
    asked(system, every=every, seconds=40, takes=takes)

    assert system.refused == 0


def test_after_a_burst_nobody_waits_for_the_whole_window():
    """What was asked a moment ago is left out twice only for that moment."""
    system, budget = Rolling(100), Budget()
    budget.tell(0.0, Quota(100, 100, WINDOW, rolls=True))
    for _ in range(60):
        assert budget.take(0.1, longest=0.0).is_taken
    for _ in range(60):
        budget.tell(0.2, system.ask(0.1))
    refused = budget.take(0.3, longest=0.0)

    assert (refused.is_taken, refused.wait <= 2) == (False, True)
    assert budget.take(0.3 + refused.wait, longest=0.0).is_taken


async def test_each_answer_counts_as_it_is_but_for_what_was_asked_a_moment_ago(pair):
    began, took = 0.0, 1.0
    while took >= 1.0:  # a machine under load is asked again
        began = time.monotonic()
        await pair[0].told("hubspot", Quota(100, 50, WINDOW, rolls=True))
        for _ in range(4):
            await pair[1].turn("hubspot", "HubSpot")
        await pair[0].told("hubspot", Quota(100, kept(100) + 4, WINDOW, rolls=True))
        took = time.monotonic() - began
    await pair[1].turn("hubspot", "HubSpot")  # these four may not be in it yet: only once they must be
    assert time.monotonic() - began >= 2 * UNDER_WAY - 0.1
    await pair[0].told("hubspot", Quota(100, kept(100), WINDOW, rolls=True))
    with pytest.raises(Paced):
        await pair[1].turn("hubspot", "HubSpot")
    await pair[0].told("hubspot", Quota(100, 100, WINDOW, rolls=True))

    for number in range(20):
        await pair[number % 2].turn("hubspot", "HubSpot")


@pytest.mark.parametrize(
    ("system", "headers", "rolls"),
    [
        ("hubspot", {"X-HubSpot-RateLimit-Max": "110", "X-HubSpot-RateLimit-Remaining": "109",
                     "X-HubSpot-RateLimit-Interval-Milliseconds": "10000"}, True),
        ("salesforce", {"Sforce-Limit-Info": "api-usage=14990/15000"}, True),
        ("zendesk", {"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "12"}, True),
        ("zendesk", {"ratelimit-limit": "700", "ratelimit-remaining": "699", "ratelimit-reset": "41"}, False),
    ],
)  # fmt: skip
def test_a_window_that_has_no_end_is_one_that_moves_along(system, headers, rolls):
    assert quota(system, headers, now=0.0).rolls is rolls
