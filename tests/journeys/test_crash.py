"""kill -9 at any moment: the next start has every draft and decision, and writes what was approved, once."""

import pytest

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]


async def test_a_pending_draft_survives_kill_9_and_is_approved_afterwards(bot, vendors):
    await bot.say("/triage SUP-21")
    before = await bot.card("pending")

    await bot.kill()
    await bot.start()
    after = await bot.card("pending")

    assert after["data-draft"] == before["data-draft"]
    await bot.press(after, "approve", person="bo")
    await bot.card("written")
    assert len(await vendors.writes("JIRA", "SUP-21")) == 1


async def test_an_approval_that_was_acknowledged_is_written_after_kill_9(bot, vendors):
    await bot.say("/triage SUP-21")
    card = await bot.card("pending")
    await vendors.break_next("JIRA", kind="delay", method="PUT", seconds=5.0, after=True)
    await bot.press(card, "approve", person="bo")

    async def under_way():
        return len(await vendors.writes("JIRA", "SUP-21")) == 1

    await bot.wait(under_way)
    await bot.kill()
    await bot.start()
    await bot.card("written")

    assert len(await vendors.writes("JIRA", "SUP-21")) == 1


async def test_what_was_accepted_is_answered_after_kill_9(bot):
    await bot.say("/ask how long does a refund take?")
    await bot.kill()

    await bot.start()
    text = await bot.shows("confident")

    assert text.count("/ask how long does a refund take?") == 1
