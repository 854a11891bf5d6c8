"""Reactions in Teams: on a card its record, on an answer its words, once however many people react, and nothing where nothing is known."""

import pytest
from tenants import GENERAL, card_of, cards, mine, verbs, words_of

from bot.platforms.teams.receive import Letter
from bot.platforms.teams.translate import reacted, reactions
from handlers.errors import Invalid

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def shown(company, look):
    return await company.wait(lambda: next((m for m in mine(company.teams, GENERAL) if look(m)), None))


def is_open(message):
    return "approve" in verbs(card_of(message.activity))


@on_sqlite
async def test_a_reaction_on_a_card_starts_a_workflow_on_its_record_once(company):
    await company.teams.drive.command("ada", GENERAL, "triage", "SUP-21")
    card = await shown(company, is_open)
    await company.teams.drive.press(GENERAL, card.id, "reject", "bo")
    await company.idle()

    for who in ("ada", "bo", "cy"):
        await company.teams.drive.react(who, GENERAL, card.id, "like", copies=2)
    await company.idle()

    first, second = await company.drafts.list()
    assert (first.state, second.state) == ("rejected", "pending")
    assert (second.record.id, second.asked_by.name, second.tainted) == ("SUP-21", "Ada Novak", first.tainted)
    assert len(cards(company.teams)) == 2


@on_sqlite
async def test_a_reaction_on_an_answer_makes_an_issue_of_words_that_nobody_there_wrote(company):
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    answer = await shown(company, lambda m: "five days" in words_of(m.activity))

    await company.teams.drive.react("gus", GENERAL, answer.id, "heart")
    await company.teams.drive.react("gus", GENERAL, answer.id, "laugh")
    await company.idle()

    [draft] = await company.drafts.list()
    assert (draft.workflow, draft.asked_by.name, draft.tainted) == ("issue", "Gus Petrakis", True)
    assert "five days" in str(draft.changes)
    assert (await shown(company, is_open)).thread == answer.thread


@on_sqlite
@pytest.mark.parametrize(("who", "outside"), [("gus", True), ("bo", False)])
async def test_a_reaction_on_what_a_person_said_makes_an_issue_of_that_persons_words(company, who, outside):
    await company.teams.drive.say("bo", GENERAL, "the export of bookings hangs since Monday")
    said = company.teams.drive.said[-1]["id"]
    await company.idle()  # a reaction on what the bot was not told yet leads to nothing
    await company.teams.drive.react(who, GENERAL, said, "heart", anybodys=True)
    card = await shown(company, is_open)

    [(status, refused)] = await company.teams.drive.press(GENERAL, card.id, "approve", "bo")

    [draft] = await company.drafts.waiting()
    assert (draft.workflow, draft.tainted, status) == ("issue", outside, 200)
    assert ("from your own words" if outside else "who asked for a change") in refused["value"]


@on_sqlite
async def test_a_reaction_on_what_names_nothing_for_the_workflow_is_passed_over(company):
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    answer = await shown(company, lambda m: "five days" in words_of(m.activity))

    await company.teams.drive.react("gus", GENERAL, answer.id, "like")
    await company.idle()

    assert await company.drafts.list() == []
    assert len(mine(company.teams, GENERAL)) == 1


@pytest.mark.parametrize("given", [None, "like", [], ["like"], [{"type": 1}], [{"type": ""}, {}]])
def test_what_is_no_reaction_is_none(given):
    assert reactions(Letter({"reactionsAdded": given})) == []


def test_the_answer_stands_where_the_trigger_says():
    letter = Letter({"conversation": {"id": "19:x;messageid=7"}, "from": {"id": "29:a"}, "replyToId": "8"})

    here, there = (reacted(letter, "SUP-21", workflow="triage", channel=name) for name in ("", "teams:19:y"))

    assert (here["channel"], here["thread"], here["post"]) == ("19:x", "7", "8")
    assert (there["channel"], there["thread"], there["post"]) == ("19:y", "", "")
    assert here["id"] == there["id"]
    with pytest.raises(Invalid, match="names no ISSUE-KEY"):
        reacted(letter, "hello", workflow="triage")
