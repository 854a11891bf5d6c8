"""The signature table: every webhook of every vendor through the real door over HTTP, and what each forged or broken one is answered."""

import io
import json
import shutil
import time

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from contract.signatures import PUBLIC, SECRETS, VENDORS, Body, Sent, digest_of, plainly, sha1, spelled
from multidict import CIMultiDict
from sqlalchemy import text

from bot.app.hooks import hook_routes
from bot.connectors.hooks import hooks
from bot.http.routes import application
from bot.settings import Settings
from bot.store.database import Database
from bot.store.ledger.inbound import Inbound
from bot.store.ledger.jobs import Jobs
from bot.store.talk.posts import Posts
from bot.watch.health import Health

MIB = 1024 * 1024
INSIDE, OUTSIDE = 290, 310
"""Seconds beside the window of 300, with some to spare for a slow machine."""


def all_of_them(v):
    """Cases that each vendor has."""
    raw = Body.of(v).raw
    good, body = v.sign(raw), Body(v, raw)
    other = next(one for one in VENDORS.values() if one is not v)
    without = {name: value for name, value in good.items() if name != v.header}
    return {
        "valid": Sent(raw, good, 202),
        "valid, with names of headers in lower case": Sent(raw, {name.lower(): value for name, value in good.items()}, 202),
        "sent twice": Sent(raw, good, 202, times=2),
        "the second secret, while it is rotated": Sent(raw, v.sign(raw, SECRETS[1]), 202),
        "a retired secret": Sent(raw, v.sign(raw, "the one before")),
        "both secrets as one": Sent(raw, v.sign(raw, ",".join(SECRETS))),
        "no secret": Sent(raw, v.sign(raw, "")),
        "a hash without a secret": Sent(raw, good | {v.header: plainly(raw)}),
        "the first byte changed": Sent(body.changed(0), good),
        "a byte in the middle changed": Sent(body.changed(len(raw) // 2), good),
        "the last byte changed": Sent(body.changed(-1), good),
        "cut off": Sent(raw[:-1], good),
        "a byte too many": Sent(raw + b" ", good),
        "an empty body that was not signed": Sent(b"", good),
        "an empty body that was signed": Sent(b"", v.sign(b""), 202),
        "no UTF-8, signed": Sent(b"\xff\xfe{", v.sign(b"\xff\xfe{"), 202),
        "no header": Sent(raw, without),
        "no header at all": Sent(raw, {}),
        "an empty header": Sent(raw, good | {v.header: ""}),
        "the header twice, both good": Sent(raw, CIMultiDict([*good.items(), (v.header, good[v.header])])),
        "the header twice, one good": Sent(raw, CIMultiDict([*good.items(), (v.header, "x")])),
        "the other encoding": Sent(raw, good | {v.header: spelled(v, digest_of(good, v))}),
        "in upper case": Sent(raw, good | {v.header: good[v.header].upper()}),
        "half of a signature": Sent(raw, good | {v.header: good[v.header][:-8]}),
        "another algorithm": Sent(raw, good | {v.header: sha1(v, raw)}),
        "bytes that are no text": Sent(raw, good | {v.header: "\udcff\u00e4"}),
        "another vendor's signature": Sent(raw, without | other.sign(raw)),
        "another vendor's value under its own name": Sent(raw, good | {v.header: other.sign(raw)[other.header]}),
    }


def elsewhere(v):
    """What is too long, or goes somewhere else."""
    raw = Body.of(v).raw
    good, other = v.sign(raw), next(one for one in VENDORS.values() if one is not v)
    return {
        "a mebibyte and a byte": Sent(b"x" * (MIB + 1), v.sign(b"x" * (MIB + 1)), 413),
        "with GET": Sent(b"", v.sign(b""), 405, method="GET"),
        "with PUT": Sent(raw, good, 405, method="PUT"),
        "to a system that is not known": Sent(raw, good, 404, path="/hooks/acme"),
        "to a system that is not configured": Sent(raw, good, 404, path="/hooks/salesforce"),
        "to another system": Sent(raw, good, 401, path=f"/hooks/{other.name}"),
    }


def with_a_clock(v):
    """Cases of those who sign a time."""
    raw = Body.of(v).raw
    good = v.sign(raw)
    without = {name: value for name, value in good.items() if name != v.stamped}
    seconds = str(int(time.time()))
    return {
        "just inside the window": Sent(raw, v.sign(raw, off=-INSIDE), 202),
        "just inside the window, of the future": Sent(raw, v.sign(raw, off=INSIDE), 202),
        "just outside the window": Sent(raw, v.sign(raw, off=-OUTSIDE)),
        "just outside the window, of the future": Sent(raw, v.sign(raw, off=OUTSIDE)),
        "a year old": Sent(raw, v.sign(raw, off=-365 * 86400)),
        "a fresh time with an old signature": Sent(raw, v.sign(raw, off=-OUTSIDE) | {v.stamped: good[v.stamped]}),
        "no time": Sent(raw, without),
        "an empty time": Sent(raw, v.at("", raw)),
        "a time that is none": Sent(raw, v.at("soon", raw)),
        "a time that is not a number": Sent(raw, v.at("NaN", raw)),
        "a time in seconds since 1970": Sent(raw, v.at(seconds, raw)),
        "a time of the far future": Sent(raw, v.at("9" * 40, raw)),
        "a time in other digits": Sent(raw, v.at("\u0661\u0662", raw)),
        "the time twice": Sent(raw, CIMultiDict([*good.items(), (v.stamped, good[v.stamped])])),
    }


def of_jira(v):
    raw = Body.of(v).raw
    good = v.sign(raw)
    bare = good[v.header].partition("=")[2]
    return {
        "without the prefix": Sent(raw, good | {v.header: bare}),
        "with the prefix in upper case": Sent(raw, good | {v.header: f"SHA256={bare}"}),
        "with the prefix of another algorithm": Sent(raw, good | {v.header: f"sha1={bare}"}),
        "an old time in the body, which Jira does not sign": Sent(old := old_body(v), v.sign(old), 202),
    }


def of_zendesk(v):
    raw = Body.of(v).raw
    good, public = v.sign(raw), "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
    return {
        "the secret that Zendesk has published": Sent(raw, v.sign(raw, public)),
        "a time in milliseconds": Sent(raw, v.at(str(round(time.time() * 1000)), raw)),
        "a time without a zone": Sent(raw, v.at(good[v.stamped].removesuffix("Z"), raw)),
        "the body before the time": Sent(raw, good | {v.header: v.at("", raw + good[v.stamped].encode())[v.header]}),
    }


def of_hubspot(v):
    raw = Body.of(v).raw
    now = str(round(time.time() * 1000))
    return {
        "signed for another address": Sent(raw, v.at(now, raw, uri="https://other.example.com/hooks/hubspot")),
        "signed for plain http": Sent(raw, v.at(now, raw, uri=f"http{PUBLIC.removeprefix('https')}/hooks/hubspot")),
        "signed for another path": Sent(raw, v.at(now, raw, uri=f"{PUBLIC}/hooks/jira")),
        "signed for another method": Sent(raw, v.at(now, raw, method="PUT")),
        "signed without an address": Sent(raw, v.at(now, raw, uri="")),
        "the signature of version 1": Sent(raw, {"X-HubSpot-Signature": plainly(b"".join((SECRETS[0].encode(), raw)))}),
    }


def old_body(v):
    return json.dumps(v.body() | {"timestamp": 1}).encode()


OWN = {"jira": [of_jira], "zendesk": [with_a_clock, of_zendesk], "hubspot": [with_a_clock, of_hubspot]}
TABLE = {
    (name, case): make
    for name, vendor in VENDORS.items()
    for make in (all_of_them, elsewhere, *OWN[name])
    for case in make(vendor)
}  # fmt: skip


@pytest.fixture
async def ledger(migrated_file, tmp_path):
    shutil.copy(migrated_file, tmp_path / "state.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'state.db'}")
    yield database
    await database.close()


@pytest.fixture
async def door(ledger, sandbox):
    """The door with three systems behind it, each with two secrets; `door(vendor, sent)` is every status, the jobs are in the ledger."""
    environment = {name.lower(): value for name, value in sandbox.environment().items()}
    secrets = dict.fromkeys(("jira_webhook_secret", "zendesk_webhook_secret", "hubspot_client_secret"), ",".join(SECRETS))
    found = hooks(Settings.model_validate(environment | secrets | {"public_url": PUBLIC}))
    inbound = Inbound(ledger, Jobs(ledger), Posts(ledger))
    server = TestServer(application(Health({}), hook_routes(found, inbound)), host="127.0.0.1")
    await server.start_server()
    async with aiohttp.ClientSession(skip_auto_headers=("User-Agent",)) as session:

        async def ask(vendor, sent):
            url, answers = server.make_url(sent.path or f"/hooks/{vendor}"), []
            for _ in range(sent.times):
                async with session.request(sent.method, url, data=io.BytesIO(sent.raw), headers=sent.headers) as answer:
                    answers.append((answer.status, await answer.read()))
            return answers

        yield ask
    await server.close()


@pytest.mark.parametrize(("vendor", "case"), TABLE, ids=lambda part: part.replace(" ", "-"))
async def test_a_webhook_is_answered_as_it_deserves(door, ledger, vendor, case):
    sent = TABLE[vendor, case](VENDORS[vendor])[case]
    answers = await door(vendor, sent)
    kept = await Jobs(ledger).list()

    assert [status for status, _ in answers] == [sent.status] * sent.times
    assert len(kept) == sent.kept
    assert all(b"secret" not in said and b"Traceback" not in said for _, said in answers)


def test_there_are_enough_cases():
    assert {name: sum(one == name for one, _ in TABLE) >= 20 for name in VENDORS} == dict.fromkeys(VENDORS, True)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_what_was_taken_in_is_one_job_of_its_system_and_holds_no_secret(door, ledger, vendor):
    raw = Body.of(VENDORS[vendor]).raw
    await door(vendor, Sent(raw, VENDORS[vendor].sign(raw), times=3))
    [made] = await Jobs(ledger).list()
    job = await Jobs(ledger).read(made.id)

    assert (job.kind, job.payload["connector"], len(job.payload["events"])) == ("hook", vendor, 1)
    assert not any(secret in str(job.payload) for secret in SECRETS)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_with_the_database_down_it_is_to_be_sent_again_and_what_is_forged_is_still_only_that(door, ledger, vendor):
    raw = Body.of(VENDORS[vendor]).raw
    async with ledger.write() as tx:
        await tx.execute(text("ALTER TABLE inbound RENAME TO away"))
    [good], [forged] = [await door(vendor, Sent(raw, VENDORS[vendor].sign(raw, secret))) for secret in (SECRETS[0], "x")]
    async with ledger.write() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO inbound"))
    [again] = await door(vendor, Sent(raw, VENDORS[vendor].sign(raw)))

    assert (good[0], forged[0], again[0]) == (503, 401, 202)
    assert len(await Jobs(ledger).list()) == 1
