"""The tokens are real: PyJWT takes the good one and nothing else."""

import base64
import hashlib
import hmac
import json

import aiohttp
import jwt
import pytest
from sandbox.teams.callers import verified

from bot.sandbox.faults import Fault
from bot.sandbox.teams.state import APP
from bot.sandbox.teams.tokens import SCOPE


async def test_a_token_is_good_and_says_where_it_comes_from(teams):
    claims = await verified(teams, teams.issuer.sign())

    assert (claims["iss"], claims["aud"], claims["serviceurl"]) == ("https://api.botframework.com", APP, teams.service_url)
    assert claims["exp"] - claims["iat"] == 3600


BAD = {
    "another audience": lambda issuer: issuer.sign({"aud": "somebody-else"}),
    "another issuer": lambda issuer: issuer.sign({"iss": "https://evil.example"}),
    "no audience": lambda issuer: issuer.sign({"aud": None}),
    "expired": lambda issuer: issuer.expired(),
    "not yet": lambda issuer: issuer.sign({"nbf": 2**33}),
    "a key that nobody published": lambda issuer: issuer.sign(key=issuer.foreign()),
    "a foreign key under a known name": lambda issuer: issuer.sign(key=issuer.foreign(), kid=issuer.keys[-1].kid),
    "a key for other channels": lambda issuer: issuer.sign(key=issuer.unendorsed()),
    "an unknown key": lambda issuer: issuer.sign(kid="nobody"),
    "no signature": lambda issuer: issuer.sign(alg="none"),
    "the public key as a secret": lambda issuer: issuer.sign(alg="HS256"),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_not_good_is_refused_by_whoever_checks(teams, name):
    with pytest.raises(jwt.PyJWTError):
        await verified(teams, BAD[name](teams.issuer))


def test_the_public_key_really_signs_the_confused_token(teams):
    head, body, signature = teams.issuer.sign(alg="HS256").split(".")

    made = hmac.digest(teams.issuer.keys[-1].pem, f"{head}.{body}".encode(), hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + "=") == made
    assert json.loads(base64.urlsafe_b64decode(body + "=="))["aud"] == APP


async def test_keys_rotate_with_and_without_the_old_one(teams):
    old = teams.issuer.sign()
    teams.issuer.rotate()
    assert (await verified(teams, old))["aud"] == (await verified(teams, teams.issuer.sign()))["aud"] == APP

    teams.issuer.rotate(keep_old=False)
    with pytest.raises(jwt.InvalidKeyError):
        await verified(teams, old)
    assert (await verified(teams, teams.issuer.sign()))["aud"] == APP


async def asked(teams, **over) -> tuple[int, dict]:
    env = teams.environment()
    form = {
        "grant_type": "client_credentials", "client_id": env["TEAMS_APP_ID"], "client_secret": env["TEAMS_APP_PASSWORD"],
        "scope": SCOPE, **over,
    }  # fmt: skip
    async with aiohttp.ClientSession() as session, session.post(env["TEAMS_TOKEN_URL"], data=form) as answer:
        return answer.status, await answer.json()


async def test_the_secret_is_traded_for_a_token_and_requests_are_counted(teams, client):
    status, body = await asked(teams)

    assert (status, body["token_type"], body["expires_in"], teams.token_requests) == (200, "Bearer", 3600, 1)
    assert (await client.call("GET", "19:general@thread.tacv2", token=body["access_token"]))[0] == 200
    assert teams.calls[0].body["client_secret"] == "***"


@pytest.mark.parametrize(
    ("over", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "wrong"}, 401, "invalid_client"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_request_gets_no_token(teams, over, status, error):
    answered, body = await asked(teams, **over)

    assert (answered, body["error"], teams.tokens.issued) == (status, error, {})


async def test_tokens_end(teams, client):
    teams.tokens.token_lives = -1
    _, body = await asked(teams)
    late = await client.call("GET", "19:general@thread.tacv2", token=body["access_token"])
    before = await client.call("GET", "19:general@thread.tacv2")
    teams.tokens.revoke_all()

    assert (late[0], before[0]) == (401, 200)
    assert (await client.call("GET", "19:general@thread.tacv2"))[0] == 401
    assert (await client.call("GET", "19:general@thread.tacv2", token="made-up"))[0] == 401


@pytest.mark.parametrize("path", ["/issuer/keys", "/issuer/.well-known/openidconfiguration", "/token"])
async def test_the_identity_provider_has_its_troubles_too(teams, path):
    teams.faults.add(Fault("status", path=f"{path}$", status=503), Fault("malformed", path=f"{path}$"))
    async with aiohttp.ClientSession(teams.url) as session:
        method = "POST" if path == "/token" else "GET"
        first = await session.request(method, path)
        second = await session.request(method, path)

        assert first.status == 503
        with pytest.raises(ValueError, match="Expecting"):
            json.loads(await second.text())
    call = teams.calls[0]
    assert (call.path, call.status, call.fault) == (path, 0, "status, before the write")
