"""What is proposed for empty fields: the value that most sources have, in the words of the CRM; from the stand-in to the draft."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.faults import Fault
from handlers.enrich import Find, by_address, enrich, filled, said_of
from handlers.errors import NotFound
from handlers.models import Call, Draft, Person, Place, Record, Reply, Source, shown
from knowledge.models import Passage

HERE = Source("x")
FIRM = {"domain": "", "industry": "", "employees": "", "country": ""}


def record(kind="company", **fields):
    return Record("hubspot", kind, f"{kind}/1", "v", "Kestrel", "", fields)


def proposed(finds, pool=(), **held):
    found = record(**FIRM | held)
    empty = [name for name in FIRM if not shown(found.fields[name])]
    changes, _, sure = filled(found, empty, [Find(name, value, "said so", HERE) for name, value in finds], pool)
    return {change.field: change.after for change in changes}, sure


def test_most_sources_decide_and_their_share_is_the_confidence():
    found, sure = proposed([("country", "GB"), ("country", "ES"), ("country", "es"), ("employees", "80")])

    assert found == {"country": "ES", "employees": "80"}
    assert sure == {"country": pytest.approx(2 / 3), "employees": 1}


def test_an_industry_is_one_that_the_crm_has_as_the_crm_spells_it():
    pool = [record(industry="SPORTS")]

    assert proposed([("industry", "Boat Hire"), ("industry", "sports")], pool)[0] == {"industry": "SPORTS"}
    assert proposed([("industry", "Boat Hire")], pool)[0] == {}


def test_a_website_is_a_domain_and_an_address_of_a_company_names_it():
    site = {one.field: one.value for one in said_of(record(website="https://www.kestrel.example/"), ("website",), "x")}
    people = [record("contact", email=email) for email in ("mira@Kestrel.example", "mira@gmail.com", "")]

    assert site == {"website": "https://www.kestrel.example/", "domain": "kestrel.example"}
    assert {one.value for one in by_address(people)} == {"kestrel.example", "https://kestrel.example"}


words = st.sampled_from(["GB", "gb", "ES", "", "SPORTS"])


@given(
    st.fixed_dictionaries(dict.fromkeys(FIRM, words)),
    st.lists(st.tuples(st.sampled_from([*FIRM, "phone"]), st.sampled_from(["GB", "ES", "SPORTS"])), max_size=8),
)
def test_only_what_is_empty_is_filled_and_only_with_what_somebody_said(held, finds):
    found, sure = proposed(finds, [record(industry="SPORTS")], **held)

    assert all(held[name] == "" for name in found)
    assert {(name, value) for name, value in found.items()} <= set(finds)
    assert set(sure) == set(found)
    assert all(0 < share <= 1 for share in sure.values())


@pytest.fixture
def ask(connectors):
    async def asked(words, *passages, **others):
        async def search(_question, *, audience, k=10, history=()):  # noqa: ARG001 - the port's signature
            return passages[:k]

        call = Call("c1", "enrich", words, Person("p:ada", "Ada"), Place("playground", "general"))
        return await enrich(call, crm={"hubspot": connectors["hubspot"], **others}, search=search)

    return asked


async def test_a_sentence_of_the_knowledge_base_that_names_the_company(ask, sandbox):
    await sandbox.hubspot.edit("810", {"numberofemployees": ""})
    told = "Otter Punts has 3 employees. Sunline Beach Clubs grew to 1,210 employees in May."

    draft = await ask("company/810", Passage("kb/clubs", "c", "Clubs", "", told, "https://kb.example/clubs", 0.5))

    assert isinstance(draft, Draft)
    assert [(change.field, change.before, change.after) for change in draft.changes] == [("employees", None, "1210")]
    assert draft.sources[0].quote == "Sunline Beach Clubs grew to 1,210 employees in May."
    assert draft.tainted


async def test_what_nobody_knows_is_said(ask, sandbox):
    await sandbox.hubspot.edit("810", {"numberofemployees": ""})

    found = await ask("company/810")

    assert isinstance(found, Reply)
    assert "lacks employees, and neither a CRM nor the knowledge base says more" in found.text


async def test_another_crm_that_is_away_stops_nothing_and_is_named(ask, connectors, sandbox):
    await sandbox.hubspot.edit("810", {"numberofemployees": ""})
    sandbox.salesforce.faults.add(Fault("status", status=503, count=None))
    told = "Sunline Beach Clubs grew to 1,210 employees in May."

    draft = await ask("company/810", Passage("kb/clubs", "c", "Clubs", "", told, "", 0.5), salesforce=connectors["salesforce"])

    assert isinstance(draft, Draft)
    assert [change.after for change in draft.changes] == ["1210"]
    assert "salesforce was not asked: " in draft.reasons[-1]


async def test_a_company_that_is_not_there(ask):
    with pytest.raises(NotFound, match="no company 9999"):
        await ask("company/9999")
