"""The cache of Microsoft's keys and the bot's own token: asked for beside the requests, once however many want them."""

import asyncio
import time

import pytest

from bot.platforms.teams.keys import Keys, signing
from bot.platforms.teams.line import Line
from bot.platforms.teams.token import OutboundToken
from bot.sandbox.faults import Fault
from handlers.errors import Invalid, Unavailable

KEYS = r"/issuer/"


@pytest.fixture
async def line():
    async with Line(total=20) as opened:
        yield opened


@pytest.fixture
async def keys(line, tenant):
    found = Keys(line, tenant.environment()["TEAMS_OPENID_URL"], patience=0.5)
    yield found
    await found.close()


@pytest.fixture
def token(line, tenant):
    given = tenant.environment()
    return OutboundToken(line, given["TEAMS_TOKEN_URL"], given["TEAMS_APP_ID"], given["TEAMS_APP_PASSWORD"])


def fetched(tenant):
    return len([call for call in tenant.calls if call.path.startswith("/issuer/keys")])


async def test_a_key_server_that_is_down_at_first_is_asked_again(keys, tenant, wait_until):
    tenant.faults.add(Fault("status", path=KEYS, status=503, count=1))
    kid = tenant.issuer.keys[-1].kid
    assert await keys.find(kid) is None

    async def known():
        return await keys.find(kid)

    assert "msteams" in (await wait_until(known)).endorsements


async def test_unknown_keys_are_asked_for_once_a_minute_however_many_there_are(keys, tenant):
    assert await keys.find(tenant.issuer.keys[-1].kid)
    assert [await keys.find(f"made up {number}") for number in range(50)] == [None] * 50
    assert fetched(tenant) == 2
    tenant.issuer.rotate()
    assert await keys.find(tenant.issuer.keys[-1].kid) is None, "the minute of the forger is not over"


@pytest.mark.parametrize("fault", ["hang", "reset", "malformed", "half_body"])
async def test_older_keys_stay_in_use_while_the_server_is_in_trouble(keys, tenant, fault):
    kid = tenant.issuer.keys[-1].kid
    assert await keys.find(kid)
    tenant.faults.add(Fault(fault, path=KEYS, count=None))
    before = time.monotonic()
    assert await keys.find("made up") is None
    assert time.monotonic() - before < 10
    assert await keys.find(kid)


async def test_many_wait_for_one_fetch(keys, tenant):
    kid = tenant.issuer.keys[-1].kid
    assert all(await asyncio.gather(*(keys.find(kid) for _ in range(30))))
    assert fetched(tenant) == 1


@pytest.mark.parametrize(
    "wrong", [None, 5, {}, {"kty": "EC", "kid": "x"}, {"kty": "RSA", "kid": "x", "n": "!", "e": "AQAB"}, {"kty": "RSA"}]
)
def test_what_is_no_rsa_key_is_left_out(wrong):
    assert signing(wrong) == []


async def test_one_token_however_many_want_it_and_another_once_it_is_refused(token, tenant):
    found = await asyncio.gather(*(token.get() for _ in range(20)))
    assert len(set(found)) == 1
    assert tenant.token_requests == 1
    token.drop("another one")
    assert await token.get() == found[0]
    token.drop(found[0])
    assert await token.get() != found[0]


async def test_a_token_that_ends_is_renewed(line, tenant):
    tenant.tokens.token_lives = 0
    given = tenant.environment()
    short = OutboundToken(line, given["TEAMS_TOKEN_URL"], given["TEAMS_APP_ID"], given["TEAMS_APP_PASSWORD"])
    await short.get()
    await short.get()
    assert tenant.token_requests == 2


async def test_a_wrong_password_is_told_and_not_shown(line, tenant):
    given = tenant.environment()
    wrong = OutboundToken(line, given["TEAMS_TOKEN_URL"], given["TEAMS_APP_ID"], "not-the-password")
    with pytest.raises(Invalid, match="TEAMS_APP_PASSWORD") as refused:
        await wrong.get()
    assert "not-the-password" not in str(refused.value)


@pytest.mark.parametrize(
    "fault", [Fault("status", status=503, count=None), Fault("reset", count=None), Fault("malformed", count=None)]
)
async def test_a_login_server_in_trouble_is_unavailable(token, tenant, fault):
    tenant.faults.add(fault)
    with pytest.raises(Unavailable):
        await token.get()
    tenant.faults.clear()
    assert await token.get()
