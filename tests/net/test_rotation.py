"""A refresh token that is good once is used once, whoever needs it, and what it brings is never lost."""

import asyncio

import pytest
from net.issuer import Shelf, issuing

from bot.net.oauth import SignInAgain, TokenEndpoint
from bot.net.rotation import Rotating
from handlers.errors import Unavailable


@pytest.fixture
async def issuer():
    async with issuing() as started:
        yield started


@pytest.fixture
def worker(issuer, http):
    """Another process' view of the same store."""

    def made(shelf):
        return Rotating(TokenEndpoint(http, "Vendor", f"{issuer.url}/token", client="me", secret="x"), shelf)

    return made


async def test_what_is_fresh_is_not_renewed_and_the_store_is_asked_once(issuer, worker):
    shelf, reads = Shelf(), []
    one, read = worker(shelf), shelf.read

    async def counted():
        reads.append(1)
        return await read()

    shelf.read = counted

    assert {await one.header() for _ in range(10)} == {"Bearer old"}
    assert (issuer.forms, len(reads)) == ([], 1)


@pytest.mark.parametrize("lives", [-5.0, 10.0, 200.0])
async def test_four_workers_with_twenty_requests_each_renew_once(issuer, worker, lives):
    shelf, issuer.pause = Shelf(lives=lives), 0.2
    workers = [worker(shelf) for _ in range(4)]

    found = await asyncio.gather(*(each.header() for each in workers for _ in range(20)))

    assert [form["refresh_token"] for form in issuer.forms] == ["r0"]
    assert set(found) <= ({"Bearer old", "Bearer a1"} if lives > 30 else {"Bearer a1"})
    assert {await each.header() for each in workers} == {"Bearer a1"}
    assert (shelf.row.refresh, shelf.leases) == ("r1", 1)


async def test_a_request_that_is_given_up_loses_no_token(issuer, worker, wait_until):
    shelf, issuer.pause = Shelf(lives=0), 0.3
    one = worker(shelf)
    task = asyncio.create_task(one.header())
    await wait_until(lambda: issuer.forms)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await one.close()

    assert (shelf.row.access, shelf.row.refresh) == ("a1", "r1")


async def test_a_store_that_is_away_for_a_moment_loses_no_token(worker):
    shelf = Shelf(lives=0)
    lease = shelf.lease

    async def then_down(fence):
        taken = await lease(fence)
        shelf.down = 2
        return taken

    shelf.lease = then_down

    assert await worker(shelf).header() == "Bearer a1"
    assert shelf.row.refresh == "r1"


async def test_a_lost_answer_is_not_asked_for_again_while_the_old_token_lives(issuer, worker, wait_until):
    shelf, issuer.script = Shelf(lives=200, lease=0.1), ["lost"]
    one, two = worker(shelf), worker(shelf)

    assert await one.header() == "Bearer old"

    async def in_doubt():
        return (await shelf.read()).in_doubt

    await wait_until(in_doubt)
    assert {await one.header(), await two.header()} == {"Bearer old"}
    assert len(issuer.forms) == 1

    shelf.set -= 300  # it has run out: there is nothing left to lose
    with pytest.raises(SignInAgain, match="invalid_grant"):
        await two.header()
    with pytest.raises(SignInAgain):
        await worker(shelf).header()
    assert len(issuer.forms) == 2


@pytest.mark.parametrize("step", [401, 503])
async def test_a_refusal_that_is_not_of_the_token_breaks_nothing(issuer, worker, step):
    shelf, issuer.script = Shelf(lives=0), [step]
    one = worker(shelf)
    with pytest.raises((SignInAgain, Unavailable)):
        await one.header()
    shelf.leased_until = 0.0

    assert await one.header() == "Bearer a2"


async def test_a_refused_access_token_is_renewed_once_and_by_one(issuer, worker, http):
    shelf = Shelf(access="stolen")
    workers = [worker(shelf) for _ in range(3)]
    for each in workers:
        await each.header()

    found = await asyncio.gather(*(http.read("Vendor", f"{issuer.url}/api", auth=each) for each in workers))

    assert {answer.data["as"] for answer in found} == {"Bearer a1"}
    assert len(issuer.forms) == 1


async def test_a_short_life_is_not_renewed_at_every_request(issuer, worker):
    shelf, issuer.lives = Shelf(lives=0), 120
    one = worker(shelf)

    assert {await one.header() for _ in range(5)} == {"Bearer a1"}

    assert len(issuer.forms) == 1
