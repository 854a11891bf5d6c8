"""/lead: whom the words mean, the score as a field or as a note, who should look after them; from the stand-in to the draft."""

import re
from datetime import UTC, datetime

import pytest
from hubspots import SCORE

from bot.connectors.hubspot.client import HubSpot
from bot.connectors.reading import Absent
from bot.sandbox import Fault
from handlers.errors import Invalid, NotConnected, NotFound, Unavailable
from handlers.lead import lead
from handlers.models import Call, Draft, Person, Place, Record, Ref, Reply
from handlers.scoring import POINTS, Scoring

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BO, GUS, JUNO = Ref("60002", "Bo Lindqvist"), Ref("60007", "Gus Petrakis"), Ref("60010", "Juno Reyes")


@pytest.fixture
def ask(connectors):
    async def asked(words, crm=None, **rules):
        place = Place("playground", "general")
        call = Call("c1", "lead", words, Person("p:ada", "Ada"), place)
        return await lead(call, crm=crm or {"hubspot": connectors["hubspot"]}, clock=lambda: NOW, **rules)

    return asked


class Second:
    """The Leads port of a second CRM, which knows one person."""

    def __init__(self):
        fields = {"name": "Una Second", "email": "una@second.example", "job": "Owner", "owner": None, "score": ""}
        self.record = Record("salesforce", "lead", "00Q000000000001AAA", "v", "Una Second", "", fields)
        self.asked = []

    async def find(self, words, *, limit):
        self.asked.append(words)
        return [self.record][:limit] if words == "una@second.example" else []

    async def read(self, name):
        self.asked.append(name)
        return self.record

    async def past(self, like, *, limit):  # noqa: ARG002 - the port's signature
        return ()


@pytest.mark.parametrize("words", ["721", "contact/721", "ines@sunline.example", "Inés Carrasco", " inés  carrasco "])
async def test_one_person_by_an_id_an_address_or_a_name(ask, words):
    draft = await ask(words)

    assert isinstance(draft, Draft)
    assert (draft.record.id, draft.workflow, draft.policy_name) == ("721", "lead", "hubspot.lead")


async def test_a_score_with_its_three_strongest_reasons(ask):
    draft = await ask("721")

    [change] = draft.changes
    assert (change.field, change.before, change.after) == ("score", "", "75")
    assert draft.reasons == (
        "score 75 of 100: fit 35 of 50, intent 40 of 50",
        "+18 sent the form “Demo request”",
        "+15 decides: Head of operations",
        "+12 Sunline Beach Clubs has 210 people",
        "goes to the sales pipeline: 70 points and more; has no owner, and no rule names one",
    )
    assert draft.tainted is True


@pytest.mark.parametrize(
    ("number", "owner", "why"),
    [
        ("720", GUS, "Gus Petrakis looks after Alpenrad Tirol already"),
        ("718", BO, "Bo Lindqvist looks after Brackwater Canoes already"),
        ("739", Ref("60010", "Juno Reyes"), r"Juno Reyes has \d of \d past leads from GB"),
        ("719", None, "stays with Gus Petrakis"),
        ("740", None, "has no owner and needs none"),
        ("721", None, "no rule names one"),
    ],
)
async def test_who_should_look_after_somebody(ask, sandbox, number, owner, why):
    sandbox.hubspot.vendor.records["720"]["values"] |= {
        "recent_conversion_event_name": "Demo request",
        "num_conversion_events": "2",
    }

    draft = await ask(number)

    changes = {change.field: change for change in draft.changes}
    assert (changes["owner"].after if "owner" in changes else None) == owner
    assert re.search(why, draft.reasons[-1])
    assert not owner or owner in changes["owner"].choices


@pytest.mark.parametrize(
    ("name", "owner", "why"),
    [
        ("juno reyes", JUNO, "juno reyes has the leads from ES"),
        ("Nobody Here", None, "Nobody Here has the leads from ES, and no past lead"),
    ],
)
async def test_the_rules_may_name_who_has_the_leads_of_a_country(ask, name, owner, why):
    draft = await ask("721", scoring=Scoring(owners={"es": name}))

    changes = {change.field: change for change in draft.changes}
    assert (changes["owner"].after if "owner" in changes else None) == owner
    assert why in draft.reasons[-1]


async def test_points_and_borders_are_those_of_the_rules(ask):
    draft = await ask("721", scoring=Scoring(points={**POINTS, "asked": 0}, sales=90, sales_route="is called today"))

    assert draft.changes[0].after == "57"
    assert draft.reasons[-1].startswith("is kept warm, no deal yet: 40 to 89 points")


async def test_where_no_field_is_configured_the_score_becomes_a_note(ask, connectors):
    bare = HubSpot(connectors["hubspot"]._api)

    draft = await ask("718", crm={"hubspot": bare})

    [change] = draft.changes
    assert (change.field, change.before) == ("note", None)
    first, *rest = change.after.splitlines()
    assert first.startswith("Score ")
    assert all(line[0] in "+-" for line in rest[:-1])
    assert "Bo Lindqvist looks after Brackwater Canoes already" in rest[-1]
    assert draft.reasons[-1] == "no field is configured for the score, so it becomes a note"


async def test_a_score_that_stands_already_is_no_draft(ask, sandbox):
    await sandbox.hubspot.edit(721, {SCORE: "75"})

    found = await ask("721")

    assert isinstance(found, Reply)
    assert "needs no change: score 75 of 100" in found.text


async def test_several_people_are_a_choice_with_ids(ask):
    found = await ask("kestrel")

    assert isinstance(found, Reply)
    first, *lines = found.text.splitlines()
    assert first == "Several people go by 'kestrel'. Whom do you mean?"
    assert "Mira Kestrel, Kestrel Boat Hire: /lead 701" in lines
    assert sorted(line.rpartition(" ")[2] for line in lines) == ["701", "702", "726", "737"]


async def test_one_who_has_the_very_name_stands_first_and_is_not_taken_for_granted(ask, sandbox):
    records = sandbox.hubspot.vendor.records
    values = {**records["701"]["values"], "hs_object_id": "20000", "lastname": "Kestrel-Boone"}
    records["20000"] = {**records["701"], "id": "20000", "values": values}

    found = await ask("Mira Kestrel")

    assert isinstance(found, Reply)
    assert [offer.line for offer in found.offers] == ["/lead 701", "/lead 20000"]
    assert found.offers[0].label == "Mira Kestrel, Kestrel Boat Hire (701)"


async def test_more_people_than_one_wants_to_read(ask, sandbox):
    records = sandbox.hubspot.vendor.records
    for number in map(str, range(20_000, 20_020)):
        records[number] = {**records["701"], "id": number, "values": {**records["701"]["values"], "hs_object_id": number}}

    found = await ask("kestrel")

    assert len(found.text.splitlines()) == 10
    assert "more than 8" in found.text


async def test_the_second_crm_is_asked_when_the_first_knows_nobody(ask, connectors):
    crm = {"hubspot": connectors["hubspot"], "salesforce": (second := Second())}

    assert (await ask("una@second.example", crm)).record.system == "salesforce"
    assert (await ask("00Q000000000001", crm)).record.id == "00Q000000000001AAA"
    assert (await ask("721", crm)).record.system == "hubspot"
    assert second.asked == ["una@second.example", "00Q000000000001AAA", "00Q000000000001"]


@pytest.mark.parametrize("words", ["nobody@nowhere.example", "Nobody Atall", "00Q", "003zzz", "%", "*", "@", "\u201c\u201d"])
async def test_nobody_is_said_with_what_to_type(ask, words):
    with pytest.raises(NotFound, match="type an e-mail address or an id"):
        await ask(words)


async def test_an_id_that_is_not_there(ask):
    with pytest.raises(NotFound, match="no contact 9999"):
        await ask("9999")


async def test_without_a_crm_it_is_said_how_to_connect_one(ask):
    absent = Absent("hubspot")

    for words in ("721", "mira"):
        with pytest.raises(
            NotConnected, match=r"HubSpot is not connected\. An operator sets HUBSPOT_ACCESS_TOKEN, or starts with --sandbox"
        ):
            await ask(words, crm={"hubspot": absent})


async def test_a_crm_that_is_away_is_not_passed_over(ask, sandbox, connectors):
    sandbox.hubspot.faults.add(Fault("status", status=503, count=None))

    with pytest.raises(Unavailable, match="HubSpot"):
        await ask("una@second.example", crm={"hubspot": connectors["hubspot"], "salesforce": Second()})


async def test_a_search_that_makes_no_sense_is_told(ask, sandbox):
    sandbox.hubspot.faults.add(Fault("status", path="/search", status=200, body={}, count=None))

    with pytest.raises(Invalid, match="no results"):
        await ask("mira")
