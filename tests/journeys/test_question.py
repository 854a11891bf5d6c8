"""Journey 1: a question gets a cited answer or an honest "I don't know"; whatever is said gets an answer."""

import signal

import pytest
from programs import RULES, Bot

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

MISTAKES = {
    "/triag SUP-21": "Did you mean /triage ISSUE-KEY",
    "/triage": "/triage needs ISSUE-KEY",
    "/triage what": "no issue key",
    "/triage SUP-99999": "no issue SUP-99999",
    "/reply 424242": "no ticket 424242",
    "/reply SUP-1": "no ticket number",
    "/bot dance": "Type /bot help",
    "/approvals": "Nothing waits for you",
    "/bot help": "What you can say here",
    "/bot status": "Zendesk: connected",
}


async def test_an_answer_has_its_sources_and_a_confidence(handbook):
    await handbook.say("/ask How many hours before pick-up can a renter cancel for free?")
    text = await handbook.shows("confident")

    assert "48 hours" in text
    assert "Refunds and cancellations" in text


async def test_what_the_handbook_does_not_know_is_not_invented(handbook):
    await handbook.say("@countersign what is the capital of France?")

    await handbook.shows("I don't know")


async def test_a_follow_up_is_understood_from_its_thread(handbook):
    await handbook.say("/ask How does single sign-on work for a shop?")
    await handbook.shows("confident")
    root = int((await handbook.page()).select("[data-post]")[0]["data-post"])

    await handbook.say("and which plan is it part of?", thread=root)

    async def answered():
        return len((await handbook.page()).select("[data-bot]")) == 2

    await handbook.wait(answered)


async def test_every_mistake_is_answered_with_what_to_type_instead(bot):
    for typed, answer in MISTAKES.items():
        await bot.say(typed)
        await bot.shows(answer)


async def test_talk_between_people_is_left_alone(bot):
    await bot.say("lunch?")
    await bot.say("/bot help")
    await bot.shows("What you can say here")

    assert len((await bot.page()).select("[data-bot]")) == 1


async def test_who_asks_too_often_is_told_when_to_ask_again(http, environment, wait_until, tmp_path):
    rules = tmp_path / "bot.toml"
    rules.write_text(f"{RULES.read_text(encoding='utf-8')}\n[limits]\nrequests_per_user_per_minute = 2\n", encoding="utf-8")
    bot = Bot(http, environment | {"PLAYGROUND": "on", "CONFIG_FILE": str(rules)}, wait_until)
    await bot.start()
    for _ in range(3):
        await bot.say("/bot flows")

    text = await bot.shows("You have asked for 2 things within a minute")

    assert "Ask again in" in text
    await bot.say("/approvals", person="bo")
    await bot.shows("Nothing waits for you", person="bo")
    await bot.process.end(signal.SIGTERM)
