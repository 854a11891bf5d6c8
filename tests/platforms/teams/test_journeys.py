"""Whole ways through Teams: asked, answered, decided, written, each by signed requests and through the connector."""

from tenants import GENERAL, card_of, cards, mine, verbs, words_of


async def answered(company, words, conversation=GENERAL):
    """The bot's message that shows these words, once it is there."""
    return await company.wait(lambda: next((m for m in mine(company.teams, conversation) if words in words_of(m.activity)), None))


async def test_a_mention_is_answered_in_its_thread(company):
    ((status, _),) = await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    assert status == 200
    asked = company.teams.drive.said[-1]

    found = await answered(company, "five days")

    assert found.thread == asked["id"]
    assert found.activity["entities"][0]["additionalType"] == ["AIGeneratedContent"]
    assert found.activity["channelData"]["feedbackLoop"] == {"type": "default"}


async def test_a_change_is_proposed_edited_approved_and_written(company):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    card = await company.wait(lambda: next(iter(cards(company.teams)), None))
    assert verbs(card_of(card.activity)) == ["approve", "edit", "reject"]
