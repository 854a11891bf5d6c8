"""Salesforce over HTTP: people by id, e-mail or name, past records; and the session behind it all."""

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.connectors.checkpoint import Checkpoint
from bot.net.http import Rejected
from bot.net.oauth import SignInAgain
from bot.net.tokens import EARLY, LIVES
from bot.sandbox.faults import Fault
from handlers.errors import Busy, Invalid, NotFound, Unavailable

KATYA = "Katya Marlow"
LINDAU = "Radhaus Konstanz: second shop in Lindau"
QUERY, TOKEN = r"/query(All)?$", r"/oauth2/token$"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


async def test_a_record_is_read_by_either_length_of_its_id_and_by_its_page(force):
    lead = force.id_of(KATYA)

    found = [await force.crm.read(name) for name in (lead, lead[:15], f"https://x.example/lightning/r/Lead/{lead}/view")]

    assert {(record.id, record.title, record.kind) for record in found} == {(lead, "Katya Marlow, Marlow Marina", "lead")}
    assert (found[0].fields["company"], found[0].fields["source"], found[0].fields["score"]) == ("Marlow Marina", "Referral", "")


@pytest.mark.parametrize(
    ("name", "kind", "company"),
    [
        ("Otter Punts", "account", None),
        ("Bici Bella: from trial to Shop plan", "opportunity", "Bici Bella"),
        ("Wilf Otter", "contact", "Otter Punts"),
    ],
)
async def test_every_kind_is_read(force, name, kind, company):
    found = await force.crm.read(force.id_of(name))

    assert (found.kind, found.fields["name"], found.fields.get("company")) == (kind, name, company)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("KATYA@marlowmarina.example", ["Katya Marlow"]),
        ("mira@kestrelboats.example", ["Mira Kestrel"]),
        ("katya marlow", ["Katya Marlow"]),
        ("Sam Whitlock", ["Sam Whitlock", "Sam Whitlock"]),
        ("S", ["Svenja Albers", "Sam Whitlock", "Sigrid Haugen", "Sam Whitlock"]),
        ("nobody@nowhere.example", []),
        ("100%_'\\ OR Name != '", []),
        ("nora@archipelagocanoes.example", []),  # converted: a contact by now, if anything
    ],
)
async def test_people_are_found_by_their_address_or_name(force, words, found):
    assert sorted(str(record.fields["name"]) for record in await force.crm.find(words, limit=10)) == sorted(found)


async def test_several_hits_are_a_choice(force):
    with pytest.raises(
        Invalid, match=r"Several records.*00Q\w+ \(lead Sam Whitlock, Whitlock Water Sports\), 003\w+ \(contact Sam Whitlock\)"
    ):
        await force.crm.read("sam.whitlock@post.example")


@pytest.mark.parametrize(("name", "kind"), [("00QHl0000000999", NotFound), ("Zoe Nobody", NotFound), ("  ", Invalid)])
async def test_what_is_not_there_is_not_found(force, name, kind):
    with pytest.raises(kind):
        await force.crm.read(name)


@pytest.mark.parametrize(
    ("name", "kind", "outcomes"),
    [
        (KATYA, "lead", {"won", "lost"}),
        ("Wilf Otter", "lead", {"won", "lost"}),
        ("Bici Bella: from trial to Shop plan", "opportunity", {"won", "lost"}),
        ("Bici Bella", "account", {"won"}),
    ],
)
async def test_past_records_are_those_whose_story_has_ended(force, name, kind, outcomes):
    like = await force.crm.read(force.id_of(name))

    found = await force.crm.past(like, limit=40)

    assert len(found) >= 7
    assert {record.kind for record in found} == {kind}
    assert like.id not in {record.id for record in found}
    assert {record.fields["outcome"] for record in found} == outcomes
    assert len(await force.crm.past(like, limit=3)) == 3


async def test_a_past_record_is_not_its_own_past(force):
    nora = await force.crm.read(force.id_of("Nora Lindgren"))

    assert nora.id not in {record.id for record in await force.crm.past(nora, limit=40)}


async def test_without_the_field_for_scores_there_is_no_score(force):
    for standin_lacks, crm in ((False, force.connect(score="")), (True, force.connect(score="Nonsense__c"))):
        assert "score" not in (await crm.read(force.id_of(KATYA))).fields, standin_lacks
    with pytest.raises(Invalid, match="City in Salesforce cannot hold a score"):
        await force.connect(score="City").read(force.id_of(KATYA))


async def test_a_next_page_that_leads_elsewhere_is_not_followed(force):
    away = {"totalSize": 1, "done": False, "nextRecordsUrl": "https://elsewhere.example/x", "records": []}
    await force.crm.read(KATYA)
    force.standin.faults.add(Fault("status", path=QUERY, status=200, body=away))

    with pytest.raises(Invalid, match="does not follow"):
        [each async for each in force.crm.changes("lead", Checkpoint.now(datetime.now(UTC)))]


async def test_the_account_is_named(force):
    account = await force.crm.account()

    assert account.name == "Countersign"
    assert account.clock is not None


async def test_an_account_that_is_not_named_signs_in_all_the_same(force):
    force.standin.faults.add(Fault("status", path=QUERY, status=200, body={"totalSize": 0, "done": True, "records": []}))

    assert (await force.crm.account()).name == "an account without a name"


async def test_a_sign_in_that_tells_no_user_is_one(force):
    asked = {"grant_type": "client_credentials", "client_id": force.standin.email, "client_secret": force.standin.token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{force.standin.url}/services/oauth2/token", data=asked) as answer,
    ):
        told = await answer.json()
    silent = {name: told[name] for name in ("access_token", "instance_url", "token_type")}
    force.standin.faults.add(Fault("status", path=TOKEN, status=200, body=silent))

    account = await force.crm.account()

    assert (account.name, account.clock is not None) == ("an account without a name", True)


async def test_one_session_serves_everybody_who_waits_for_it(force):
    await asyncio.gather(*(force.crm.read(force.id_of(KATYA)) for _ in range(8)))

    assert force.tokens_given() == 1


async def test_a_session_is_renewed_before_it_can_have_ended(force):
    await force.crm.read(KATYA)
    force.later(LIVES - EARLY - 1)
    await force.crm.read(KATYA)
    assert force.tokens_given() == 1
    force.later(2)
    await force.crm.read(KATYA)
    assert force.tokens_given() == 2


async def test_a_session_that_was_ended_is_renewed_once_for_reads_and_writes(force):
    record = await force.crm.read(KATYA)
    force.standin.vendor.tokens.end()
    await asyncio.gather(*(force.crm.read(record.id) for _ in range(4)))
    assert force.tokens_given() == 2

    force.standin.faults.add(
        Fault("status", path=r"/composite$", status=401, body=[{"errorCode": "INVALID_SESSION_ID", "message": "x"}])
    )
    await force.crm.write(force.draft_of(record))
    assert force.tokens_given() == 3
    assert len(force.standin.writes(record.id)) == 1


async def test_a_session_that_is_refused_again_and_again_is_the_operators_business(force):
    force.standin.faults.add(Fault("status", path=QUERY, status=401, count=None))

    with pytest.raises(Rejected, match="refuses the bot's credentials"):
        await force.connect(score="").read(force.id_of(KATYA))

    assert force.tokens_given() == 2


async def test_wrong_credentials_are_told_with_what_to_renew(force):
    with pytest.raises(SignInAgain, match=r"invalid_client\).*SALESFORCE_CLIENT_SECRET"):
        await force.connect(secret="guess").read(KATYA)


@pytest.mark.parametrize("body", [{}, [], {"access_token": ""}, {"access_token": 7}, {"access_token": "a\r\nX: y"}])
async def test_an_answer_without_a_token_is_told(force, body):
    force.standin.faults.add(Fault("status", path=TOKEN, status=200, body=body, count=None))

    with pytest.raises(Unavailable, match="without a token"):
        await force.crm.read(KATYA)


@pytest.mark.parametrize("path", [QUERY, TOKEN, "describe"])
@pytest.mark.parametrize("kind", ["status", "reset", "malformed", "half_body"])
async def test_a_read_is_tried_again_and_then_told(force, path, kind):
    force.standin.faults.add(Fault(kind, path=path, status=503))
    assert (await force.crm.read(force.id_of(KATYA))).fields["name"] == KATYA

    force.standin.faults.add(Fault(kind, path=path, status=503, count=None))
    with pytest.raises(Unavailable, match="Try again in a minute"):
        await force.connect().read(force.id_of(KATYA))


async def test_a_read_that_hangs_ends_in_time(force):
    await force.crm.read(KATYA)
    force.standin.faults.add(Fault("hang", path=QUERY, count=None))

    with pytest.raises(Unavailable, match="did not answer in time"):
        await force.crm.read(force.id_of(KATYA))


async def test_busy_says_when_to_come_back(force):
    await force.crm.read(KATYA)
    force.standin.faults.add(Fault("status", path=QUERY, status=429, retry_after=60, count=None))

    with pytest.raises(Busy, match="60 seconds"):
        await force.crm.read(KATYA)


async def test_a_day_that_is_spent_is_asked_again_later(force):
    await force.crm.read(KATYA)
    force.standin.vendor.used = 15_000
    with pytest.raises(Busy, match="15 minutes"):
        await force.crm.read(KATYA)


@pytest.mark.parametrize("body", [{"records": None}, {"records": ["x"]}, [], {}])
async def test_an_answer_without_records_is_refused(force, body):
    await force.crm.read(KATYA)
    force.standin.faults.add(Fault("status", path=QUERY, status=200, body=body, count=None))

    with pytest.raises(Invalid, match="no records"):
        await force.crm.read(KATYA)


async def test_who_belongs_to_an_account_or_an_opportunity_and_what_was_written_to_them(force):
    [firm], [deal] = await force.crm.companies("Radhaus Konstanz", limit=5), await force.crm.deals(LINDAU, limit=5)

    assert [one.title for one in await force.crm.people(firm, limit=5)] == ["Jürgen Brandt, Radhaus Konstanz"]
    assert [one.id for one in await force.crm.people(deal, limit=5)] == [one.id for one in await force.crm.people(firm, limit=5)]
    assert [one.title for one in await force.crm.thread(deal, limit=5)] == ["Email: offer"]
    assert deal.fields["staged"] == deal.fields["created"] != ""


async def test_a_deal_of_no_account_has_no_people(force):
    [deal] = await force.crm.deals(LINDAU, limit=5)
    force.standin.vendor.records[deal.id]["AccountId"] = None

    assert await force.crm.people(await force.crm.read(deal.id), limit=5) == ()
