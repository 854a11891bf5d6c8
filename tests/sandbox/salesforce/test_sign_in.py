"""Signing in: client credentials, tokens that end, and the day's limit."""

import pytest


async def test_credentials_become_a_token_that_says_nothing_of_its_end(force):
    reply = await force.sign_in()

    assert (reply.status, reply.body["token_type"]) == (200, "Bearer")
    assert reply.body["instance_url"] == force.standin.url
    assert "expires_in" not in reply.body


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "somebody"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "invalid_client"),
    ],
)
async def test_what_is_refused_has_a_name(force, other, error):
    reply = await force.sign_in(**other)

    assert (reply.status, reply.body["error"]) == (400, error)


async def test_strangers_get_their_error_as_a_list(force):
    force.token = "made up"

    reply = await force("GET", "/limits")

    assert (reply.status, reply.code) == (401, "INVALID_SESSION_ID")


async def test_a_session_ends_with_time_and_by_an_administrator(force, watch):
    watch.advance(hours=1, minutes=59)
    assert (await force("GET", "/limits")).status == 200
    watch.advance(minutes=2)
    assert (await force("GET", "/limits")).code == "INVALID_SESSION_ID"

    force.token = (await force.sign_in()).body["access_token"]
    assert (await force("GET", "/limits")).status == 200
    force.standin.vendor.tokens.end()
    assert (await force("GET", "/limits")).code == "INVALID_SESSION_ID"


async def test_the_days_requests_are_counted_in_every_answer_and_end(force):
    first = await force("GET", "/limits")
    second = await force("GET", "/sobjects/Lead/nonsense")

    assert (first.headers["Sforce-Limit-Info"], second.headers["Sforce-Limit-Info"]) == ("api-usage=1/15000", "api-usage=2/15000")
    force.standin.vendor.used = 15_000
    refused = await force("GET", "/limits")
    assert (refused.status, refused.code) == (403, "REQUEST_LIMIT_EXCEEDED")


async def test_a_secret_is_never_in_the_ledger(force):
    await force.sign_in()

    assert force.standin.ledger.entries == []


@pytest.mark.parametrize("path", ["/services/data/v49.0/limits", "/services/data/v99.0/sobjects/Lead/describe", "/services/x"])
async def test_an_unknown_version_or_path_is_not_found(force, path):
    reply = await force("GET", path)

    assert (reply.status, reply.code) == (404, "NOT_FOUND")
