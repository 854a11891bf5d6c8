"""HubSpot over HTTP: who is found, what is written once and found again, and what is refused; against the stand-in."""

import asyncio
from dataclasses import replace

import pytest
from hubspots import SCORE, draft_of

from bot.connectors.hubspot.api import Api
from bot.connectors.hubspot.client import HubSpot
from bot.net.auth import Bearer
from bot.net.http import LONGEST_WAIT, Http, Rejected
from bot.sandbox import Fault
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown
from handlers.models import Change, Ref

JUNO = Ref("60010", "Juno Reyes")
POINTS = Change("score", "", "71")
NOTED = Change("note", None, "Score 71 of 100.\nAsked for a <demo>.")


@pytest.fixture
def hubspot(connectors):
    return connectors["hubspot"]


async def drafted(hubspot, *changes, of="721"):
    return draft_of(*changes, record=await hubspot.read(of))


async def test_a_contact_is_read_with_the_company_and_the_owners(hubspot, sandbox):
    found = await hubspot.read(" contact/717 ")

    assert (found.title, found.fields["employees"], found.fields["owner"]) == (
        "Nora Tamblyn, Brackwater Canoes", "34", Ref("60002", "Bo Lindqvist"),
    )  # fmt: skip
    assert found.url == f"{sandbox.hubspot.url}/contacts/4815162/record/0-1/717"
    assert found.version == sandbox.hubspot.record(717)["updated"]


async def test_deals_and_companies_are_read_by_their_kind(hubspot):
    deal, company = await hubspot.read("deal/911"), await hubspot.read("company/808")

    assert [stage.partition(" ")[2] for stage in deal.fields["history"]] == [
        "Appointment scheduled", "Presentation scheduled", "Contract sent",
    ]  # fmt: skip
    assert (deal.id, company.title) == ("deal/911", "Brackwater Canoes")


@pytest.mark.parametrize("name", ["9999", "911", "deal/721"])
async def test_what_is_not_there_is_not_found(hubspot, name):
    with pytest.raises(NotFound, match=r"HubSpot has no (contact|deal) \d+"):
        await hubspot.read(name)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("mira@kestrelboats.example", ["701"]),
        ("Inés Carrasco", ["721"]),
        ("kestrel", ["701", "702", "726", "737"]),
        ("x@y.example", []),
    ],
)
async def test_people_are_found_by_address_or_name(hubspot, words, ids):
    assert sorted(record.id for record in await hubspot.find(words, limit=10)) == ids
    assert len(await hubspot.find(words, limit=2)) == min(len(ids), 2)


async def test_past_contacts_have_an_end(hubspot):
    like = await hubspot.read("701")

    found = await hubspot.past(like, limit=100)
    few = await hubspot.past(like, limit=3)

    assert {record.fields["outcome"] for record in found} == {"won", "lost"}
    assert "701" not in [record.id for record in found]
    assert few == found[:3]
    assert [record.version for record in found] == sorted((record.version for record in found), reverse=True)


async def test_past_deals_have_an_end_and_a_way_to_it(hubspot):
    found = await hubspot.past(await hubspot.read("deal/901"), limit=50)

    assert {record.id for record in found} == {f"deal/{number}" for number in range(902, 911)}
    assert all(record.fields["history"][-1].endswith(("Closed won", "Closed lost")) for record in found)
    assert all(record.fields["amounts"] for record in found)


async def test_past_companies_are_those_that_buy(hubspot):
    found = await hubspot.past(await hubspot.read("company/810"), limit=50)

    assert {record.id for record in found} == {f"company/{number}" for number in (801, 802, 803, 804, 806, 807)}


async def test_who_belongs_to_a_deal_or_a_company_and_what_was_written_to_them(hubspot):
    deal, firm = await hubspot.read("deal/902"), await hubspot.read("company/810")

    assert [one.id for one in await hubspot.people(deal, limit=5)] == ["706", "707"]
    assert [one.id for one in await hubspot.people(firm, limit=1)] == ["721"]
    assert [one.title for one in await hubspot.thread(await hubspot.read("717"), limit=5)] == ["Winter pause"]
    assert await hubspot.thread(deal, limit=5) == []
    assert [one.id for one in await hubspot.companies("sunline.example", limit=5)] == ["company/810"]
    assert [one.id for one in await hubspot.deals("Alpenrad", limit=5)] == ["deal/912"]


async def test_searches_go_over_many_pages(hubspot, sandbox):
    records = sandbox.hubspot.vendor.records
    for number in range(20_000, 20_150):
        copy = {**records["701"], "id": str(number), "values": {**records["701"]["values"], "hs_object_id": str(number)}}
        records[str(number)] = copy

    found = await hubspot.past(await hubspot.read("701"), limit=130)

    assert len({record.id for record in found}) == len(found) == 130


async def test_a_score_and_an_owner_are_one_write_that_is_found_again(hubspot, sandbox):
    draft = await drafted(hubspot, POINTS, Change("owner", None, JUNO))
    assert not await hubspot.landed(draft)

    address = await hubspot.write(draft)

    [write] = sandbox.hubspot.writes(721)
    assert write.body == {"properties": {SCORE: "71", "hubspot_owner_id": "60010"}}
    assert address == draft.record.url
    assert await hubspot.landed(draft)
    assert (await hubspot.read("721")).fields["score"] == "71"


async def test_a_note_is_found_again_by_its_mark(hubspot, sandbox):
    draft, other = await drafted(hubspot, NOTED), await drafted(hubspot, NOTED)
    assert not await hubspot.landed(draft)

    await hubspot.write(draft)

    assert await hubspot.landed(draft)
    assert not await hubspot.landed(other)
    [number] = sandbox.hubspot.record(721)["links"]["notes"]
    assert "Asked for a &lt;demo&gt;." in sandbox.hubspot.record(number)["values"]["hs_note_body"]


async def test_a_record_that_moved_is_not_written(hubspot, sandbox):
    draft = await drafted(hubspot, POINTS)
    await sandbox.hubspot.edit(721, {"phone": "1"})

    with pytest.raises(Stale, match="contact 721 changed"):
        await hubspot.write(draft)

    assert sandbox.hubspot.writes(721) == []
    assert not await hubspot.landed(draft)


async def test_the_same_value_by_a_person_is_not_our_write(hubspot, sandbox):
    draft = await drafted(hubspot, POINTS)
    await sandbox.hubspot.edit(721, {SCORE: "71"})

    assert not await hubspot.landed(draft)


@pytest.mark.parametrize("change", [POINTS, NOTED])
@pytest.mark.parametrize("kind", ["hang", "reset", "half_body"])
async def test_a_lost_answer_is_unknown_and_found_though_somebody_went_on(hubspot, sandbox, change, kind):
    draft = await drafted(hubspot, change)
    sandbox.hubspot.faults.add(*(Fault(kind, method=method, path=path, after=True) for method, path in
                                 (("PATCH", "721"), ("POST", "/notes$"))))  # fmt: skip

    with pytest.raises(Unknown):
        await hubspot.write(draft)
    await sandbox.hubspot.edit(721, {SCORE: "12"})

    assert await hubspot.landed(draft)
    assert len(sandbox.hubspot.writes(721)) == 1


async def test_what_hubspot_refuses_is_told_in_its_words(hubspot, sandbox):
    draft = await drafted(hubspot, Change("owner", None, Ref("7", "Nobody")))

    with pytest.raises(Invalid, match="7 was not one of the allowed options"):
        await hubspot.write(draft)

    assert sandbox.hubspot.writes(721) == []


@pytest.mark.parametrize("status", [401, 403])
async def test_wrong_credentials_are_the_operators_business(hubspot, sandbox, status):
    draft = await drafted(hubspot, POINTS)
    sandbox.hubspot.faults.add(Fault("status", method="PATCH", status=status))

    with pytest.raises(Rejected) as refused:
        await hubspot.write(draft)
    assert refused.value.status == status


async def test_a_limit_on_writes_is_no_end(hubspot, sandbox):
    draft = await drafted(hubspot, POINTS)
    sandbox.hubspot.faults.add(Fault("status", method="PATCH", status=429, retry_after=7))

    with pytest.raises(Busy) as busy:
        await hubspot.write(draft)
    assert busy.value.after == 7


async def test_reads_wait_out_the_limit_of_searches(hubspot, sandbox):
    sandbox.hubspot.vendor.pace.searches = 2

    found = await asyncio.gather(*(hubspot.find("mira@kestrelboats.example", limit=1) for _ in range(3)))

    assert [[record.id for record in one] for one in found] == [["701"]] * 3


async def test_where_histories_and_notes_are_not_shown_nobody_can_say(hubspot, sandbox):
    scored, noted = await drafted(hubspot, POINTS), await drafted(hubspot, NOTED)
    body = {"id": "721", "updatedAt": "2026-11-30T09:00:00Z", "properties": {}}
    half = {"associations": {"notes": {"results": [], "paging": {"next": {"after": "1"}}}}}
    for draft, sent in ((scored, body), (noted, half), (noted, {"associations": {"notes": {"results": "x"}}})):
        sandbox.hubspot.faults.add(Fault("status", method="GET", path="721", status=200, body=sent))
        with pytest.raises(Unknown):
            await hubspot.landed(draft)


@pytest.mark.parametrize("body", [{}, [], None, {"results": None}, {"results": ["x"]}])
async def test_a_search_that_makes_no_sense_is_refused(hubspot, sandbox, body):
    sandbox.hubspot.faults.add(Fault("status", path="/search", status=200, body=body, count=None))

    with pytest.raises(Invalid, match="no results"):
        await hubspot.find("mira", limit=5)


@pytest.mark.parametrize("body", [[], "x", 7, {}])
async def test_an_answer_that_is_no_contact_is_refused(hubspot, sandbox, body):
    sandbox.hubspot.faults.add(Fault("status", path="/contacts/721", status=200, body=body))

    with pytest.raises(Invalid, match="HubSpot's answer"):
        await hubspot.read("721")


async def test_an_account_that_nobody_knows_is_refused(hubspot, sandbox):
    sandbox.hubspot.faults.add(Fault("status", path="account-info", status=200, body={}))

    with pytest.raises(Invalid, match="HUBSPOT_URL"):
        await hubspot.account()


async def test_a_system_that_is_away_is_told(hubspot, sandbox):
    draft = await drafted(hubspot, POINTS)
    sandbox.hubspot.faults.add(Fault("status", method="GET", status=503, count=None))

    with pytest.raises(Unavailable):
        await hubspot.write(draft)
    assert sandbox.hubspot.ledger.entries == []


async def test_an_undone_score_is_emptied(hubspot, sandbox):
    await hubspot.write(await drafted(hubspot, POINTS))
    back = await drafted(hubspot, replace(POINTS, before="71", after=""))

    await hubspot.write(back)

    assert sandbox.hubspot.record(721)["values"][SCORE] is None
    assert await hubspot.landed(back)


async def test_who_can_own_things_is_read_once_for_many_records_and_again_after_a_while(sandbox):
    asked, now = [], [0.0]
    sandbox.hubspot.faults.add(Fault("status", path="/crm/v3/owners/", nth=3, count=None, status=400))
    async with Http(read_total=10) as http:
        hubspot = HubSpot(Api(http, sandbox.hubspot.url, Bearer(sandbox.hubspot.token), clock=lambda: now[0]))
        for later in (0, 1, 299, 301, 302):
            now[0] = float(later)
            asked.append((await hubspot.read("717")).fields["owner"].label)
        now[0] = 1000.0
        with pytest.raises(Invalid):
            await hubspot.read("717")

    assert asked == ["Bo Lindqvist"] * 5


async def test_a_limit_of_a_whole_day_is_waited_for_and_not_asked_again_at_once(sandbox, hubspot):
    sandbox.hubspot.vendor.pace.daily = 0
    with pytest.raises(Busy, match="limit of requests a day is used up") as busy:
        await hubspot.read("717")
    sandbox.hubspot.vendor.pace.daily = 10**6
    with pytest.raises(Busy):
        await hubspot.read("717")
    assert busy.value.after == LONGEST_WAIT
