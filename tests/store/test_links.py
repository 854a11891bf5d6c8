"""Links on both databases: learned once, forgotten on demand, a person's word above every mark."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.store.links.links import LinkStore
from bot.store.tables import link_marks, linked
from bot.store.tables import links as said
from handlers.errors import Invalid, NotFound
from handlers.models import Record

INES = "ines@sunline.example"
CONTACT = Record("hubspot", "contact", "721", "v", "Inés Carrasco", "", {"email": INES}, "https://h.example/721")
LEAD = Record("salesforce", "lead", "00Q1", "v", "I. Carrasco", "", {"email": "INES@Sunline.example"})
TICKET = Record("zendesk", "ticket", "153", "v", "Charged twice", "As in SUP-21", {}, author=frozenset({INES}), outside_text=True)
OTHER = replace(CONTACT, system="salesforce", kind="contact", id="0031", fields={"email": "bo@kestrel.example"})
ISSUE = Record("jira", "issue", "SUP-21", "v", "Double charge", "", {})


@pytest.fixture
def links(database):
    return LinkStore(database)


async def rows(links):
    async with links._database.read() as tx:
        return [(await tx.execute(select(func.count()).select_from(table))).scalar_one() for table in (linked, link_marks, said)]


async def found(links, record, what="person"):
    return [(one.key, link.reason, link.confidence) for one, link in await links.about(record.key, what)]


async def test_one_person_in_three_systems(links):
    assert await links.learn([CONTACT, LEAD, TICKET, OTHER]) == 4

    same = [("salesforce/lead/00Q1", "the same e-mail address", 0.95), ("zendesk/ticket/153", "the same e-mail address", 0.95)]
    assert sorted(await found(links, CONTACT)) == same
    assert await found(links, OTHER) == []
    assert await found(links, ISSUE) == []


async def test_a_case_is_linked_whichever_side_is_read_first(links):
    for record in (TICKET, ISSUE):
        await links.learn([record])

    assert await found(links, ISSUE, "case") == [("zendesk/ticket/153", "the ticket names SUP-21", 0.9)]
    assert await found(links, TICKET, "case") == [("jira/issue/SUP-21", "the ticket names SUP-21", 0.9)]
    assert await found(links, ISSUE) == []


async def test_what_was_learned_already_writes_nothing(links):
    await links.learn([CONTACT, TICKET])
    before = await rows(links)

    assert await links.learn([CONTACT, TICKET, replace(CONTACT, version="w", text="more")]) == 0
    assert await rows(links) == before


async def test_what_changed_is_learned_and_its_old_links_are_gone(links):
    await links.learn([CONTACT, LEAD])

    assert await links.learn([replace(LEAD, fields={"email": "other@sunline.example"}, title="New name")]) == 1
    assert await found(links, CONTACT) == []
    assert await links.learn([replace(LEAD, fields={})]) == 1
    assert (await rows(links))[0] == 1


async def test_many_workers_learn_the_same_at_once(links):
    await asyncio.gather(*(links.learn([CONTACT, LEAD, TICKET]) for _ in range(6)))

    assert (await rows(links))[:2] == [3, 7]
    assert len(await found(links, CONTACT)) == 2


async def test_a_person_ties_what_no_mark_ties_but_two_people_do_not_become_one(links):
    await links.learn([CONTACT, OTHER, TICKET])

    link = await links.join(OTHER.key, CONTACT.key, "person", by="Bo")

    assert (link.one, link.other, link.confidence, link.by) == (CONTACT.key, OTHER.key, 1.0, "Bo")
    assert link.at > 0
    assert (OTHER.key, "linked by Bo", 1.0) in await found(links, CONTACT)
    assert await found(links, TICKET) == [(CONTACT.key, "the same e-mail address", 0.95)]
    await links.join(OTHER.key, CONTACT.key, "person", by="Bo")
    assert (await rows(links))[2] == 1


async def test_a_person_takes_apart_what_a_mark_ties(links):
    await links.learn([CONTACT, LEAD])

    await links.part(CONTACT.key, LEAD.key, "person", by="Bo")
    await links.learn([replace(LEAD, title="Read again")])

    assert await found(links, CONTACT) == []
    await links.join(CONTACT.key, LEAD.key, "person", by="Ada")
    assert await found(links, CONTACT) == [(LEAD.key, "linked by Ada", 1.0)]


async def test_what_a_person_took_apart_does_not_come_back_through_a_third(links):
    await links.learn([CONTACT, LEAD, TICKET])

    await links.part(CONTACT.key, LEAD.key, "person", by="Bo")

    assert [key for key, *_ in await found(links, CONTACT)] == [TICKET.key]
    assert [key for key, *_ in await found(links, LEAD)] == [TICKET.key]


async def test_a_persons_word_stands_however_many_share_a_mark(links):
    tickets = [replace(TICKET, id=str(number), text="") for number in range(250)]
    last = replace(OTHER, system="zoo")
    await links.learn([CONTACT, last, *tickets])

    await links.join(CONTACT.key, last.key, "person", by="Bo")

    assert (last.key, "linked by Bo", 1.0) in await found(links, CONTACT)


async def test_what_cannot_be_tied(links):
    await links.learn([CONTACT])

    with pytest.raises(NotFound, match="salesforce/lead/00Q1"):
        await links.join(CONTACT.key, LEAD.key, "person", by="Bo")
    with pytest.raises(Invalid, match="Name two"):
        await links.join(CONTACT.key, CONTACT.key, "person", by="Bo")


async def test_a_person_is_forgotten_and_nobody_else(links):
    await links.learn([CONTACT, LEAD, TICKET, OTHER, ISSUE])
    await links.join(CONTACT.key, OTHER.key, "person", by="Bo")
    assert {one.key for one in await links.of("INES@sunline.example")} == {CONTACT.key, LEAD.key, TICKET.key}

    assert await links.forget("Ines@Sunline.example") == 3

    assert await links.of(INES) == []
    assert await found(links, OTHER) == []
    assert await rows(links) == [2, 3, 0]
    assert await links.forget(INES) == 0
    with pytest.raises(Invalid, match="no e-mail address"):
        await links.forget("everybody")


async def test_a_mailbox_of_hundreds_costs_a_bounded_look(links):
    tickets = [replace(TICKET, id=str(number), text="") for number in range(400)]
    await links.learn([CONTACT, *tickets])

    assert 0 < len(await found(links, CONTACT)) < 60


async def test_processes_that_read_the_same_records_at_once_never_wait_for_each_other(links):
    async def read(turn, step):
        records = [replace(CONTACT, id=str(700 + n), title=f"{turn}.{step}") for n in range(12)]
        await links.learn(records[::step])

    for turn in range(8):
        await asyncio.gather(*(read(turn, step) for step in (1, -1, 2, -3)), links.forget(INES), read(turn, -2))

    assert len(await links.of(INES)) <= 12
