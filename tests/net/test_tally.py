"""What stands in a window is what was counted in it, here and in Redis."""

from hypothesis import given
from hypothesis import strategies as st

from bot.net.breaker import Rule
from bot.net.shared import Shared
from bot.net.tally import SLICES, Tallies, Tally, Window

CALLS = st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=60)


@given(CALLS)
def test_a_window_holds_its_latest_slices_and_nothing_else(steps):
    span, at, seen, window = 10.0, 0.0, [], Window(10.0)
    for gap, failed in steps:
        at += gap / 100
        seen.append((at, failed))
        found = window.add(at, failed=failed)
        oldest = int(at * SLICES / span) - SLICES
        inside = [failed for moment, failed in seen if int(moment * SLICES / span) > oldest]
        assert found == Tally(len(inside), sum(inside))


@given(calls=st.integers(0, 100), share=st.floats(0, 1))
def test_the_rule_is_half_of_ten_or_more(calls, share):
    failures = int(calls * share)

    assert Rule().trips(Tally(calls, failures)) == (calls >= 10 and failures * 2 >= calls)


async def test_two_workers_count_together_and_what_is_old_leaves(redis, wait_until):
    one, two = Shared(redis.url, what="breakers"), Shared(redis.url, what="breakers")
    here, there = (Tallies(shared, prefix="t:", span=1.0) for shared in (one, two))

    await here.add("jira", failed=True)
    await there.add("jira", failed=False)
    assert await here.add("jira", failed=True) == Tally(3, 2)
    assert await there.add("zendesk", failed=True) == Tally(1, 1)

    async def alone():
        return await there.add("jira", failed=False) == Tally(1, 0)

    async def gone():
        return (await one.ask(lambda client: client.exists("t:jira"), otherwise=1)) == 0

    assert await wait_until(gone, within=5)
    assert await alone()
    await here.clear("jira")
    assert await alone()
    await one.close()
    await two.close()


async def test_without_redis_each_worker_counts_for_itself(redis):
    shared = Shared(redis.url, what="breakers")
    tallies = Tallies(shared, prefix="t:", span=30.0)
    await tallies.add("jira", failed=True)
    await redis.stop()

    assert await tallies.add("jira", failed=True) == Tally(2, 2)

    assert "breakers" in shared.trouble
    await shared.close()
