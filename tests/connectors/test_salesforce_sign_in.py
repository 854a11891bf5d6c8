"""Salesforce by a key instead of a secret: an assertion that is good for a moment, once, and for this organisation only."""

import asyncio
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.connectors.registry import connected
from bot.connectors.salesforce.sign_in import audience, lines
from bot.net.oauth import JWT_BEARER, SignInAgain
from bot.sandbox.salesforce.oauth import USERNAME
from bot.settings import Settings
from handlers.errors import Invalid

KATYA = "Katya Marlow"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


def pair():
    """A private key and its public one, in PEM."""
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode(), key.public_key().public_bytes(form, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


OURS, THEIRS = pair()
OTHER, _ = pair()


def crm(force, **other):
    given = {
        "salesforce_url": force.standin.url, "salesforce_client_id": force.standin.email, "salesforce_private_key": OURS,
        "salesforce_username": USERNAME,
    }  # fmt: skip
    return connected(Settings.model_validate(given | other), force.http)["salesforce"]


@pytest.fixture
def organisation(force):
    force.standin.vendor.tokens.certificate = THEIRS
    return force


async def test_the_bot_signs_in_once_and_is_the_user(organisation):
    salesforce = crm(organisation)

    await asyncio.gather(*(salesforce.read(KATYA) for _ in range(4)))

    assert (await salesforce.account()).name == "Countersign"
    assert organisation.tokens_given() == 1


async def test_a_key_may_stand_in_one_line(organisation):
    assert (await crm(organisation, salesforce_private_key=OURS.replace("\n", "\\n")).read(KATYA)).fields["name"] == KATYA
    assert lines(OURS) == OURS


@pytest.mark.parametrize(
    "other",
    [{"salesforce_private_key": OTHER}, {"salesforce_username": "somebody@else.example"}, {"salesforce_client_id": "another"}],
)
async def test_what_salesforce_does_not_know_is_told_with_what_to_correct(organisation, other):
    with pytest.raises(SignInAgain, match=r"invalid_(grant|client_id)\).*SALESFORCE_PRIVATE_KEY"):
        await crm(organisation, **other).read(KATYA)


async def test_a_key_that_is_none_is_told(organisation):
    with pytest.raises(Invalid, match="key"):
        await crm(organisation, salesforce_private_key="-----BEGIN PRIVATE KEY-----\nnonsense").read(KATYA)


@pytest.mark.parametrize("lives", [-5, 3600])
async def test_an_assertion_that_ended_or_lives_too_long_is_not_taken(organisation, lives):
    """What the stand-in refuses, so that the tests above mean something."""
    claims = {
        "iss": organisation.standin.email,
        "sub": USERNAME,
        "aud": organisation.standin.url,
        "exp": int(time.time()) + lives,
    }
    form = {"grant_type": JWT_BEARER, "assertion": jwt.encode(claims, OURS, "RS256")}
    where = f"{organisation.standin.url}/services/oauth2/token"

    with pytest.raises(Invalid, match="status 400"):
        await organisation.http.form("Salesforce", where, form)


def test_the_assertion_is_for_the_site_of_the_token():
    assert audience("https://login.salesforce.com/services/oauth2/token") == "https://login.salesforce.com"
