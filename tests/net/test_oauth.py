"""Tokens are got once for all who wait, renewed in time, and dropped once when they are refused."""

import asyncio

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from net.issuer import issuing

from bot.net.auth import Basic, Bearer
from bot.net.http import Http, Rejected
from bot.net.oauth import (
    JWT_BEARER,
    LIVES,
    OAuth,
    Signer,
    SignInAgain,
    Token,
    TokenEndpoint,
    client_credentials,
    jwt_bearer,
    known,
    seconds,
)
from handlers.errors import Busy, Invalid, Unavailable


@pytest.fixture
async def issuer():
    async with issuing() as started:
        yield started


@pytest.fixture
def endpoint(issuer, http):
    return TokenEndpoint(http, "Vendor", f"{issuer.url}/token", client="me", secret="s3cret")


@pytest.fixture
def auth(endpoint):
    return OAuth("Vendor", client_credentials(endpoint, scope="a b"))


async def ask(http, issuer, auth):
    return (await http.read("Vendor", f"{issuer.url}/api", auth=auth)).data["as"]


async def test_a_token_is_asked_for_as_the_standard_says_and_used_again(http, issuer, auth):
    assert [await ask(http, issuer, auth) for _ in range(3)] == ["Bearer a1"] * 3

    assert issuer.forms == [{"grant_type": "client_credentials", "client_id": "me", "client_secret": "s3cret", "scope": "a b"}]


async def test_fifty_who_wait_get_one_token_and_one_who_leaves_takes_it_from_nobody(issuer, auth, wait_until):
    issuer.pause = 0.2
    tasks = [asyncio.create_task(auth.header()) for _ in range(50)]
    await wait_until(lambda: issuer.forms)
    tasks[0].cancel()

    found = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(found[0], asyncio.CancelledError)
    assert set(found[1:]) == {"Bearer a1"}
    assert len(issuer.forms) == 1


async def test_it_is_renewed_before_its_end_and_the_old_one_serves_while_that_fails(issuer, endpoint):
    now = [0.0]
    auth = OAuth("Vendor", client_credentials(endpoint), now=lambda: now[0])
    assert await auth.header() == "Bearer a1"
    now[0] = 3400
    issuer.script = [503]
    assert await auth.header() == "Bearer a1"

    assert await auth.header() == "Bearer a3"

    now[0] = 3400 + 3590
    issuer.script = [503]
    with pytest.raises(Unavailable):
        await auth.header()


@pytest.mark.parametrize("way", ["read", "write"])
async def test_a_refused_token_is_dropped_once_and_the_request_made_once_more(http, issuer, auth, way):
    async def call():
        if way == "read":
            return await ask(http, issuer, auth)
        return (await http.write("Vendor", "PUT", f"{issuer.url}/api", auth=auth, body={})).data["as"]

    await auth.header()
    issuer.good.clear()
    assert await call() == "Bearer a2"
    assert issuer.calls == ["Bearer a1", "Bearer a2"]

    issuer.good.clear()
    issuer.script = [{"access_token": "never-good", "token_type": "bearer"}]
    with pytest.raises(Rejected, match="refuses the bot's credentials"):
        await call()
    assert len(issuer.calls) == 4


async def test_many_refusals_of_one_token_ask_for_one_new_one(http, issuer, auth):
    await auth.header()
    issuer.good.clear()

    assert set(await asyncio.gather(*(ask(http, issuer, auth) for _ in range(4)))) == {"Bearer a2"}

    assert len(issuer.forms) == 2


@pytest.mark.parametrize("static", ["Bearer x", Bearer("x"), Basic("name", "word")])
async def test_credentials_that_never_change_are_not_tried_twice(http, issuer, static):
    with pytest.raises(Rejected):
        await ask(http, issuer, static)

    assert issuer.calls == ["Basic bmFtZTp3b3Jk" if isinstance(static, Basic) else "Bearer x"]


@pytest.mark.parametrize(
    "case",
    [(400, SignInAgain), (401, SignInAgain), (404, SignInAgain), (429, Busy), (503, Unavailable), ("lost", Unavailable),
     ({"token_type": "bearer"}, Unavailable), ({"access_token": "x\ny"}, Unavailable), ({"access_token": "x", "token_type": "mac"}, Unavailable)],
)  # fmt: skip
async def test_a_sign_in_that_fails_is_said_in_words_and_without_secrets(issuer, auth, case):
    step, kind = case
    issuer.script = [step]

    with pytest.raises(kind) as told:
        await auth.header()

    assert "s3cret" not in str(told.value)
    assert len(issuer.forms) == 1


async def test_a_system_that_hangs_does_not_keep_its_sign_in_from_a_slot(server, acts, issuer):
    server.does(acts.hangs)
    async with Http(read_total=0.5) as http:
        auth = OAuth("Vendor", client_credentials(TokenEndpoint(http, "Vendor", f"{issuer.url}/token", client="me")))
        hanging = [asyncio.create_task(http.read("Vendor", server.url, auth=auth)) for _ in range(4)]

        assert (await asyncio.gather(*hanging, return_exceptions=True))[0].__class__ is Unavailable

    assert len(issuer.forms) == 1


async def test_an_assertion_is_signed_for_a_moment_and_for_this_system_only(issuer, http):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    endpoint = TokenEndpoint(http, "Vendor", f"{issuer.url}/token", client="me")
    auth = OAuth("Vendor", jwt_bearer(endpoint, Signer(pem, "bot@example.com", "https://login.example.com", kid="k1")))

    assert await auth.header() == "Bearer a1"

    [form] = issuer.forms
    assert (form["grant_type"], form["client_id"], "client_secret" in form) == (JWT_BEARER, "me", False)
    claims = jwt.decode(form["assertion"], key.public_key(), algorithms=["RS256"], audience="https://login.example.com")
    assert (claims["iss"], claims["sub"], claims["exp"] - claims["iat"]) == ("me", "bot@example.com", 180)
    assert jwt.get_unverified_header(form["assertion"])["kid"] == "k1"
    assert pem not in repr(auth)


async def test_a_key_that_is_none_is_said(http):
    endpoint = TokenEndpoint(http, "Vendor", "http://127.0.0.1:9/token", client="me")

    with pytest.raises(Invalid, match="private key cannot sign") as told:
        await OAuth("Vendor", jwt_bearer(endpoint, Signer("no key", "a", "b"))).header()

    assert "no key" not in str(told.value)


@given(st.none() | st.text(max_size=6) | st.integers() | st.floats() | st.booleans() | st.lists(st.integers()))
def test_a_life_is_always_a_time(lives):
    assert 0 < seconds(lives) < float("inf")
    assert seconds("3600") == 3600
    assert seconds(None) == LIVES


@given(st.text() | st.none())
def test_a_code_is_a_short_word_or_nothing(code):
    assert known(code) == "" or (known(code) == code and len(code) <= 60)


@given(st.floats(0.1, 10**6))
def test_a_token_lives_longer_than_it_is_early(lives):
    assert Token("x", lives).early < lives
