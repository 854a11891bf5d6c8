"""What ends a stream stands under the id with which the stream began: Teams names none for its end."""

import pytest
from tenants import card_of, cards, mine, verbs, words_of

from handlers.models import State

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_card_that_ended_a_stream_follows_its_draft(company):
    chat = company.teams.tenant.personal("ada").id
    await company.teams.drive.say("ada", chat, "triage SUP-21")
    [message] = await company.wait(lambda: cards(company.teams, chat))
    assert message.streamed, "it ended a stream"
    await company.idle()
    [draft] = await company.drafts.waiting()
    theirs = company.teams.tenant.personal("bo").id
    await company.teams.drive.say("bo", theirs, "approvals")
    [other] = await company.wait(lambda: cards(company.teams, theirs))

    await company.teams.drive.press(theirs, other.id, "reject", "bo")
    await company.idle()

    assert (await company.drafts.read(draft.id)).state is State.REJECTED
    assert verbs(card_of(message.activity)) == []
    assert len(cards(company.teams, chat)) == 1


async def test_a_vote_on_an_answer_that_was_streamed_is_kept(company):
    chat = company.teams.tenant.personal("ada").id
    await company.teams.drive.say("ada", chat, "how do refunds work?")
    answer = await company.wait(
        lambda: next((m for m in mine(company.teams, chat) if "five days" in words_of(m.activity) and not m.is_streaming), None)
    )
    await company.idle()
    assert await company.teams.drive.feedback(chat, answer.id, "ada", "like") == [(200, {})]
    await company.idle()

    judged = [each async for each in company.answers.judged()]
    assert [(j.answer.question, j.up, j.down) for j in judged] == [("how do refunds work?", 1, 0)]
