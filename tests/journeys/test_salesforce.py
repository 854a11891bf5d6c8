"""Journey 2 on Salesforce: a lead's score is drafted, approved by a second person and written once, whatever happens on the way."""

import pytest

from bot.sandbox.salesforce import seed

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
KATYA = next(key for key, one in seed.records().items() if one.get("Name") == "Katya Marlow")


async def tasks_of(vendors, card):
    """The marks of this draft that were written."""
    async with vendors.http.get(f"{vendors.settings['SALESFORCE_URL']}/_sandbox/ledger") as answer:
        entries = (await answer.json())["entries"]
    return [one for one in entries if one["effect"] and card["data-draft"] in str((one["after"] or {}).get("Subject"))]


async def test_an_answer_that_is_lost_after_the_write_does_not_write_twice(bot, vendors):
    await bot.say("/lead katya@marlowmarina.example")
    card = await bot.card("pending")
    assert "stays with Juno Reyes" in card.get_text()
    await vendors.break_next("SALESFORCE", kind="reset", method="POST", path="/composite$", after=True)

    await bot.press(card, "approve", person="ada")
    await bot.shows("not allowed", person="ada")
    await bot.press(card, "approve", person="bo")
    await bot.card("written")

    [write] = await vendors.writes("SALESFORCE", KATYA)
    assert write["after"]["Score__c"] > 0
    assert len(await tasks_of(vendors, card)) == 1


async def test_a_lead_that_moved_is_not_overwritten_and_a_fresh_draft_follows(bot, vendors):
    await bot.say(f"/lead {KATYA[:15]}")
    card = await bot.card("pending")
    await vendors.edit("SALESFORCE", KATYA, {"Title": "Owner", "author": "automation"})

    await bot.press(card, "approve", person="bo")
    await bot.card("stale")
    assert await vendors.writes("SALESFORCE", KATYA) == []

    async def fresh():
        found = await bot.card("pending")
        return found if found["data-draft"] != card["data-draft"] else None

    await bot.press(await bot.wait(fresh), "approve", person="bo")
    await bot.card("written")
    assert len(await vendors.writes("SALESFORCE", KATYA)) == 1


async def test_what_was_written_can_be_taken_back(bot, vendors):
    await bot.say(f"/lead {KATYA}")
    card = await bot.card("pending")
    await bot.press(card, "approve", person="bo")
    await bot.card("written")

    await bot.say(f"/undo {card['data-draft']}")
    await bot.press(await bot.card("pending"), "approve", person="bo")

    async def emptied():
        writes = await vendors.writes("SALESFORCE", KATYA)
        return len(writes) == 2 and writes[1]["after"]["Score__c"] is None

    await bot.wait(emptied)
