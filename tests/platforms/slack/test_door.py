"""The front door of Slack under two thousand forgeries: nothing gets in, nothing breaks, nothing is written down."""

import asyncio
import hashlib
import hmac
import io
import json
import random
import time
from urllib.parse import urlencode

import aiohttp
import pytest
from sqlalchemy import func, select, text

from bot.store.tables import inbound, jobs

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CANARY = "canary-4f8a1c"
EVENT = {
    "type": "event_callback", "team_id": "T1", "event_id": "Ev1",
    "event": {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.1", "text": f"<@UBOT> {CANARY}"},
}  # fmt: skip
COMMAND = {"command": "/ask", "text": CANARY, "user_id": "U1", "channel_id": "C1", "team_id": "T1", "trigger_id": "1.1"}
PRESS = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "team": {"id": "T1"},
    "actions": [{"action_id": "approve", "value": CANARY}],
}
BODIES = (json.dumps(EVENT).encode(), urlencode(COMMAND).encode(), urlencode({"payload": json.dumps(PRESS)}).encode())


def signed(raw: bytes, secret: str, *, stamp: str = "") -> dict[str, str]:
    stamp = stamp or str(int(time.time()))
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"}


@pytest.fixture
async def knock(office):
    """(status, answer) of a POST to the route."""
    async with aiohttp.ClientSession() as session:

        async def post(raw, headers):
            async with session.post(f"{office.url}/slack/events", data=io.BytesIO(raw), headers=headers) as answer:
                return answer.status, await answer.text()

        yield post


async def rows(office):
    async with office.database.read() as tx:
        return [(await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in (inbound, jobs)]


def forged(dice: random.Random, secret: str) -> tuple[bytes, dict[str, str]]:
    """A request that Slack never signed: changed after it was, signed by somebody else, old, or no request at all."""
    raw = dice.choice(BODIES)
    headers = signed(raw, secret)
    now = int(time.time())
    body = bytearray(raw)
    body[dice.randrange(len(body))] ^= 1 << dice.randrange(7)
    stamp = dice.choice(["", "abc", "1.5", "NaN", "-1", "9" * 50, "0x10", "1e9"])
    made_up = dice.choice(["", "v0=", "v0=é", "v1=" + "0" * 64, "v0=" + "0" * 64, "x" * 4000])
    bare = dice.choice([b"", b"null", b"[]", b"[" * 50_000, b"payload=%ff", b"ssl_check=1", b'{"type":"url_verification"}'])
    ways = [
        (bytes(body), headers),
        (raw[: dice.randrange(len(raw))], headers),
        (raw, signed(raw, "another secret")),
        (raw, signed(raw, secret, stamp=str(now + dice.choice([-1, 1]) * dice.randrange(302, 10**7)))),
        (raw, headers | {"X-Slack-Request-Timestamp": stamp}),
        (raw, headers | {"X-Slack-Signature": made_up}),
        (dice.randbytes(dice.randrange(1, 400)), headers),
        (bare, {}),
    ]
    return dice.choice(ways)


async def test_two_thousand_forgeries_are_refused_and_leave_nothing(office, knock, capfd):
    dice = random.Random(20261125)  # noqa: S311 - repeatable, not secret
    answers = []
    for _ in range(100):
        wanted = [forged(dice, office.slack.signing_secret) for _ in range(20)]
        answers += await asyncio.gather(*(knock(raw, headers) for raw, headers in wanted))

    assert {status for status, _ in answers} == {401}
    assert await rows(office) == [0, 0]
    seen = capfd.readouterr()
    assert CANARY not in seen.out + seen.err + "".join(body for _, body in answers)


async def test_a_thousand_true_requests_are_taken(office, knock):
    office.kb.gate.clear()  # nobody answers: the door does not wait for that
    statuses = []

    async def told(raw):
        """As Slack does it: what could not be recorded in time on a busy machine is sent again, three times."""
        for _ in range(4):
            status, _answer = await knock(raw, signed(raw, office.slack.signing_secret))
            if status != 503:
                break
        statuses.append(status)

    for start in range(0, 1000, 50):
        await asyncio.gather(*(told(json.dumps(EVENT | {"event_id": f"Ev{n}"}).encode()) for n in range(start, start + 50)))
    office.kb.gate.set()

    assert statuses == [200] * 1000
    assert (await rows(office))[0] >= 1000


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"nonsense", 400),
        (b"[]", 400),
        (b"payload=x", 400),
        (b'{"type":"event_callback"}', 400),
        (b'{"type":"event_callback","event":{"type":"channel_rename"}}', 200),
        (b'{"type":"something_new"}', 400),
        (b'{"type":"app_rate_limited","minute_rate_limited":1}', 200),
        (b"x" * (1024 * 1024 + 1), 413),
    ],
)
async def test_what_slack_signed_and_nobody_can_use(office, knock, raw, status):
    answer, body = await knock(raw, signed(raw, office.slack.signing_secret))

    assert answer == status
    assert status == 200 or json.loads(body)["error"]
    assert await rows(office) == [0, 0]


async def test_slack_asks_whether_the_address_is_ours(office, knock):
    raw = json.dumps({"type": "url_verification", "challenge": "c-1"}).encode()

    assert await knock(raw, signed(raw, office.slack.signing_secret)) == (200, '{"challenge": "c-1"}')


async def test_what_cannot_be_recorded_is_to_be_sent_again(office, knock, capfd):
    raw = BODIES[0]
    async with office.database.write() as tx:
        await tx.execute(text("ALTER TABLE inbound RENAME TO away"))
    assert (await knock(raw, signed(raw, office.slack.signing_secret)))[0] == 503

    async with office.database.write() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO inbound"))
    assert (await knock(raw, signed(raw, office.slack.signing_secret)))[0] == 200
    seen = capfd.readouterr()
    assert CANARY not in seen.out + seen.err


async def test_a_button_that_nobody_made_decides_nothing_and_is_witnessed(office, knock):
    raw = urlencode({"payload": json.dumps(PRESS | {"channel": {"id": "C1"}, "trigger_id": "1.7"})}).encode()

    assert (await knock(raw, signed(raw, office.slack.signing_secret)))[0] == 200

    assert "There is no draft" in str(await office.whispered("There is no draft"))
    async with office.database.read() as tx:
        found = (await tx.execute(text("SELECT actor, action FROM audit"))).all()
    assert [tuple(row) for row in found] == [("slack:T1/U1", "refused")]


async def test_the_actor_is_whom_the_envelope_names_whatever_the_body_claims(office, sandbox):
    """Somebody else's id beside the envelope's own changes nothing."""
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    card = await office.card()
    [draft] = await office.drafts.waiting()
    claimed = {
        "type": "block_actions", "user": {"id": office.user("Ada"), "username": "bo"}, "team": {"id": "T1"}, "trigger_id": "1.8",
        "person": f"slack:T1/{office.user('Bo')}", "user_id": office.user("Bo"), "channel": {"id": "C1"},
        "actions": [{"action_id": "approve", "value": f"{draft.id}.1", "user": office.user("Bo")}],
        "message": {"ts": card["ts"]},
    }  # fmt: skip
    raw = urlencode({"payload": json.dumps(claimed)}).encode()
    async with aiohttp.ClientSession() as session:
        headers = signed(raw, office.slack.signing_secret)
        async with session.post(f"{office.url}/slack/events", data=raw, headers=headers) as answer:
            assert answer.status == 200

    await office.whispered("not allowed")
    assert sandbox.jira.writes("SUP-21") == []


async def test_a_command_that_names_no_workspace_is_of_the_one_that_the_bot_is_in(office, knock):
    raw = urlencode({"command": "/triage", "text": "SUP-21", "user_id": "U1", "channel_id": "C1", "trigger_id": "t1"}).encode()

    assert (await knock(raw, signed(raw, office.slack.signing_secret)))[0] == 200

    await office.card()
    [draft] = await office.drafts.waiting()
    assert (draft.asked_by.id, draft.place.key) == ("slack:T1/U1", "slack:T1/C1")
