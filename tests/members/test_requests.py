"""How much one person may ask for within a minute: here, and over all workers that share a Redis."""

import pytest

from bot.members.requests import WINDOW, Requests

ADA, BO = "ada@example.com", "playground:bo"


@pytest.fixture
def seconds():
    return [1000.0]


@pytest.fixture
def counted(seconds):
    return Requests(most=2, clock=lambda: seconds[0])


async def refused(requests, person, *names):
    return [bool(await requests.refused(person, name)) for name in names]


async def test_who_asks_too_often_is_told_when_to_ask_again(counted, seconds):
    assert await refused(counted, ADA, "1", "2") == [False, False]
    seconds[0] += 20

    said = await counted.refused(ADA, "3")

    assert said.text == "You have asked for 2 things within a minute, which is all that I do for one person. Ask again in 40 s."
    assert (said.private, said.trouble) == (True, True)
    assert not await counted.refused(BO, "4")


async def test_a_minute_later_there_is_room_again(counted, seconds):
    await refused(counted, ADA, "1", "2")
    seconds[0] += WINDOW

    assert await refused(counted, ADA, "3", "4", "5") == [False, False, True]


async def test_a_request_that_is_tried_again_counts_once(counted):
    assert await refused(counted, ADA, "1", "1", "1", "2", "2", "3") == [False, False, False, False, False, True]


async def test_without_a_limit_nobody_is_counted():
    assert not any(await refused(Requests(), ADA, *map(str, range(100))))


async def test_workers_that_share_a_redis_count_together(redis):
    one, other = Requests(redis.url, most=2), Requests(redis.url, most=2)

    found = [*await refused(one, ADA, "1"), *await refused(other, ADA, "1", "2", "3"), *await refused(one, ADA, "2", "4")]

    assert found == [False, False, False, True, False, True]
    assert "Ask again in 60 s." in (await other.refused(ADA, "5")).text
    await redis.stop()
    assert await refused(one, ADA, "6", "7", "8") == [False, False, True]
    await one.close()
    await other.close()
