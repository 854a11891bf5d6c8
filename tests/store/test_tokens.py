"""Tokens of systems: sealed, leased to one at a time, and begun with what an operator set."""

import asyncio

import pytest
from sqlalchemy import text

from bot.net.tokens import Token
from bot.store.access.seal import Seal
from bot.store.access.tokens import SealedTokens
from handlers.errors import Invalid

SEAL = Seal.derived(b"a-key-of-some-length")


@pytest.fixture
def tokens(database):
    return SealedTokens(database, SEAL)


async def test_it_begins_with_what_the_operator_set_and_with_nothing_to_use(tokens):
    found = await tokens.of("hubspot", "first").read()

    assert (found.access, found.refresh, found.is_leased, found.in_doubt, found.broken) == ("", "first", False, False, "")
    assert found.lives < 0


async def test_one_of_many_gets_the_lease(tokens):
    stores = [tokens.of("hubspot", "first") for _ in range(4)]
    fence = (await stores[0].read()).fence

    fences = await asyncio.gather(*(one.lease(fence) for one in stores))

    assert sorted(fences) == [0, 0, 0, fence + 1]
    assert (await stores[0].read()).is_leased


async def test_what_was_kept_is_read_by_everybody_until_its_end(tokens):
    one = tokens.of("hubspot", "first")
    fence = await one.lease((await one.read()).fence)
    await one.keep(fence, Token("a1", 1800.0, "r1"))

    found = await tokens.of("hubspot", "first").read()

    assert (found.access, found.refresh, found.life, found.is_leased) == ("a1", "r1", 1800.0, False)
    assert 1790 < found.lives <= 1800
    assert (await tokens.of("other", "first").read()).access == ""


async def test_a_renewal_that_was_overtaken_stores_nothing(tokens):
    one = tokens.of("hubspot", "first")
    fence = await one.lease((await one.read()).fence)
    await tokens.of("hubspot", "second").read()
    await one.keep(fence, Token("late", 1800.0, "late"))
    await one.settle(fence, broken="late")

    found = await tokens.of("hubspot", "second").read()

    assert (found.refresh, found.access, found.broken) == ("second", "", "")


async def test_another_refresh_token_heals_what_was_broken_and_an_old_one_never_comes_back(tokens):
    one = tokens.of("hubspot", "first")
    await one.settle((await one.read()).fence, broken="revoked")
    assert (await one.read()).broken == "revoked"

    new = tokens.of("hubspot", "second")
    await new.keep((await new.read()).fence, Token("a1", 1800.0, "r1"))

    assert [(await each.read()).refresh for each in (one, new)] == ["r1", "r1"]


async def test_nothing_stands_there_in_the_clear(tokens, database):
    one = tokens.of("hubspot", "first")
    await one.keep((await one.read()).fence, Token("access-1", 1800.0, "refresh-1"))

    async with database.read() as tx:
        row = str((await tx.execute(text("SELECT * FROM oauth_tokens"))).all())

    assert [word for word in ("first", "access-1", "refresh-1") if word in row] == []


async def test_the_key_is_rotated_in_two_steps(database):
    old, both, new = (SealedTokens(database, Seal.derived(key)) for key in (b"old", b"new, old", b"new"))
    await old.of("hubspot", "first").read()

    with pytest.raises(Invalid, match="SECRET_KEY"):
        await new.of("hubspot", "first").read()
    assert await new.reseal() == 0
    assert await both.reseal() == 1

    assert (await new.of("hubspot", "first").read()).refresh == "first"
