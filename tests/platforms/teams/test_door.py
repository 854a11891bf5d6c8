"""The front door of Teams: what Microsoft did not sign for this bot has no effect, and a key server in trouble costs nobody else anything."""

import asyncio
import io
import json
import random
import time

import aiohttp
import pytest
from sqlalchemy import func, select, text
from tenants import GENERAL, mine, words_of

from bot.sandbox.faults import Fault
from bot.store.tables import accounts, conversations, inbound, jobs

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CANARY = "canary-7b21"
KEYS, METADATA = "/issuer/keys", "/issuer/.well-known"


@pytest.fixture
async def knock(company):
    """(status, answer) of a POST to the route. Where the bot is to hear it, a busy machine's disk may take its second: then it is sent again."""
    async with aiohttp.ClientSession() as session:

        async def post(raw, headers=None, token="", *, tries=1):
            given = headers if headers is not None else {"Authorization": f"Bearer {token or company.teams.issuer.sign()}"}
            async with session.post(f"{company.url}/api/messages", data=io.BytesIO(raw), headers=given) as answer:
                found = answer.status, await answer.text()
            return await post(raw, headers, token, tries=tries - 1) if found[0] == 503 and tries > 1 else found

        yield post


def activity(company, **over):
    found = {
        "type": "message", "id": "1700", "channelId": "msteams", "serviceUrl": company.teams.service_url, "text": f"ask {CANARY}",
        "from": {"id": "29:1x", "name": "X", "aadObjectId": "guid"}, "recipient": {"id": "28:bot"},
        "conversation": {"id": "a:1x", "conversationType": "personal"}, "channelData": {"tenant": {"id": company.teams.tenant.id}},
    }  # fmt: skip
    return {name: value for name, value in {**found, **over}.items() if value is not None}


async def rows(company):
    async with company.database.read() as tx:
        tables = (inbound, jobs, conversations, accounts)
        return [(await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in tables]


def forged(dice, company, fixed):
    """A token that does not let its body in."""
    issuer, good = company.teams.issuer, fixed["good"]
    head, claims, signature = good.split(".")
    at = dice.randrange(len(claims) - 2)
    other = dice.choice("ABCDEFGHabcdefgh0123456789".replace(claims[at], ""))
    claim, value = dice.choice([
        ("iss", "https://evil.example"), ("iss", None), ("aud", "somebody-else"), ("aud", None), ("exp", None), ("exp", 1),
        ("nbf", int(time.time()) + 10**6), ("exp", int(time.time()) - 10**6), ("serviceurl", None), ("serviceurl", 7),
        ("serviceurl", "https://evil.example/"), ("aud", ["x"]), ("exp", "soon"), ("iss", "https://api.botframework.com/"),
    ])  # fmt: skip
    ways = [
        f"{head}.{claims[:at]}{other}{claims[at + 1 :]}.{signature}",
        f"{head}.{claims}.{signature[: dice.randrange(len(signature) - 4)]}",
        issuer.sign({claim: value}),
        issuer.sign(key=fixed["foreign"]),
        issuer.sign(key=fixed["foreign"], kid=issuer.keys[-1].kid),
        issuer.sign(alg="none"),
        issuer.sign(alg="HS256"),
        issuer.sign(key=fixed["unendorsed"]),
        dice.choice(["", "x", "a.b.c", "é", ".", "..", "null", "A" * 8_000, f"{head}..", f"{head}.{claims}."]),
    ]
    return dice.choice(ways)


async def test_a_thousand_forged_tokens_are_refused_and_leave_nothing(company, knock, capfd):
    issuer = company.teams.issuer
    fixed = {"good": issuer.sign(), "foreign": issuer.foreign(), "unendorsed": issuer.unendorsed()}
    dice, before = random.Random(3), await rows(company)  # noqa: S311 - repeatable, not secret
    raw = json.dumps(activity(company)).encode()
    gate = asyncio.Semaphore(16)

    async def one():
        scheme = dice.choice(["Bearer"] * 12 + ["bearer", "Basic", "Bearer  ", ""])
        headers = {"Authorization": f"{scheme} {forged(dice, company, fixed)}".encode("utf-8", "replace").decode("latin-1")}
        async with gate:
            return (await knock(raw, headers if dice.random() < 0.98 else {}))[0]

    statuses = await asyncio.gather(*(one() for _ in range(1000)))

    assert set(statuses) == {401}
    assert await rows(company) == before
    assert CANARY not in "".join(capfd.readouterr())
    fetched = [call for call in company.teams.calls if call.path.startswith(KEYS)]
    assert len(fetched) <= 2, "one at first, one for all the keys that nobody published"


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"serviceUrl": "https://evil.example/"}, 401),
        ({"serviceUrl": None}, 400),
        ({"serviceUrl": ["x"]}, 400),
        ({"channelId": None}, 400),
        ({"channelId": "webchat"}, 400),
        ({"type": None}, 400),
        ({"type": 5}, 400),
        ({"conversation": None}, 400),
        ({"conversation": "a:1"}, 400),
        ({"from": None}, 400),
        ({"id": None}, 400),
        ({"id": "9" * 300}, 400),
        ({"channelData": {"tenant": {"id": "another company"}}}, 401),
        ({"type": "invoke", "name": "task/fetch", "value": {}}, 400),
        ({"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"verb": "format"}}}, 400),
        ({"type": "invoke", "name": "adaptiveCard/action", "value": [1]}, 400),
        ({"type": "typing"}, 200),
        ({"type": "something new"}, 200),
    ],
)
async def test_a_body_of_a_wrong_shape_has_no_effect(company, knock, over, status):
    before = await rows(company)
    found, _ = await knock(json.dumps(activity(company, **over)).encode())
    assert found == status
    assert await rows(company) == before


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"[" * 50_000, b"\xff\xfe", b'{"type": "message"', b'"x"', b"NaN"])
async def test_what_is_no_activity_is_refused(knock, raw):
    status, _ = await knock(raw)
    assert status == 400
    status, _ = await knock(raw, {})
    assert status == 401


async def test_a_body_that_is_too_large_is_refused(knock):
    status, _ = await knock(b'{"text": "' + b"x" * 1024 * 1024 + b'"}')
    assert status == 413


async def test_every_valid_message_is_taken_and_copies_count_once(company, knock, wait_until):
    async def taken(raw):
        status, answer = await knock(raw)
        assert status == 200 or (status == 503 and "Send it again" in answer), answer  # a busy machine's disk may take its second
        return status == 200

    for number in range(100):
        raw = json.dumps(activity(company, id=str(number))).encode()
        for _ in range(2):
            await wait_until(lambda raw=raw: taken(raw))
    async with company.database.read() as tx:
        count = (await tx.execute(select(func.count()).select_from(inbound).where(inbound.c.source == "teams"))).scalar_one()
    assert count == 100


async def test_after_a_change_of_keys_the_next_message_is_taken(company):
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    await company.wait(lambda: mine(company.teams, GENERAL))
    company.teams.issuer.rotate(keep_old=False)

    [(status, _)] = await company.teams.drive.say("ada", GENERAL, "how do refunds work, really?")
    assert status == 200


async def test_a_key_server_that_hangs_holds_up_nobody_who_has_a_known_key(company, knock):
    raw = json.dumps(activity(company)).encode()
    assert (await knock(raw, tries=20))[0] == 200
    company.teams.faults.add(Fault("hang", path=METADATA, count=None))
    unknown = company.teams.issuer.sign(key=company.teams.issuer.foreign())
    waiting = asyncio.create_task(knock(raw, token=unknown))
    started = []
    for number in range(20):
        before = time.monotonic()
        status, _ = await knock(json.dumps(activity(company, id=f"n{number}")).encode(), tries=20)
        started.append(time.monotonic() - before)
        assert status == 200
    assert not waiting.done(), "the one with the unknown key still waits for the server"
    assert (await waiting)[0] == 401
    assert sorted(started)[10] < 0.25


async def test_what_cannot_be_recorded_is_not_acknowledged(company, knock):
    raw = json.dumps(activity(company)).encode()
    async with company.database.write() as tx:
        await tx.execute(text("ALTER TABLE inbound RENAME TO away"))

    status, answer = await knock(raw)
    assert (status, "Send it again" in answer) == (503, True)
    assert (await knock(raw, {}))[0] == 401
    async with company.database.write() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO inbound"))
    assert (await knock(raw, tries=20))[0] == 200


async def test_the_bots_own_words_and_other_bots_are_not_answered(company, knock):
    for sender in ("28:bot", "28:other"):
        raw = json.dumps(activity(company, id=sender, **{"from": {"id": sender}, "recipient": {"id": "28:bot"}})).encode()
        assert (await knock(raw, tries=20))[0] == 200
    await company.idle()
    assert "canary" not in words_of([message.activity for message in mine(company.teams, GENERAL)])
    assert [call for call in company.teams.calls if call.method == "POST" and "activities" in call.path] == []
