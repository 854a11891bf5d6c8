"""Journey 2: a change is drafted, approved by a second person, and written once, whatever happens on the way."""

import asyncio

import pytest

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


async def test_a_triage_is_approved_by_a_second_person_and_written_once(bot, vendors):
    await bot.say("/triage SUP-21")
    card = await bot.card("pending")
    assert await vendors.writes("JIRA", "SUP-21") == []

    await bot.press(card, "approve", person="ada")
    await bot.shows("not allowed", person="ada")
    await bot.press(card, "approve", person="cy")
    await bot.shows("not allowed", person="cy")
    assert await vendors.writes("JIRA", "SUP-21") == []

    await asyncio.gather(*(bot.press(card, "approve", person="bo") for _ in range(3)))
    done = await bot.card("written")

    assert "Bo Lindqvist" in done.get_text()
    assert done.select("button") == []
    assert done.get_text(" ", strip=True).endswith(f"draft {card['data-draft']}")
    [write] = await vendors.writes("JIRA", "SUP-21")
    assert write["body"]["fields"]["labels"] == ["payments"]
    assert write["body"]["properties"][0]["value"] == {"id": card["data-draft"], "version": 1}
    await bot.shows("already decided", person="bo")


async def test_an_edited_reply_goes_out_as_edited_and_the_old_button_is_stale(handbook, vendors):
    bot = handbook
    await bot.say("/reply 153")
    first = await bot.card("pending")
    await bot.press(
        first, "edit", person="bo", reply="Hello Mira,\nthe second charge goes back today.", visibility="public reply"
    )

    async def second_version():
        card = await bot.card("pending")
        return card if card["data-version"] == "2" else None

    second = await bot.wait(second_version)
    await bot.press(first, "approve", person="bo")
    await bot.shows("stale", person="bo")
    assert await vendors.writes("ZENDESK", "153") == []

    await bot.press(second, "approve", person="bo")
    await bot.card("written")

    [write] = await vendors.writes("ZENDESK", "153")
    assert write["body"]["ticket"]["comment"] == {"body": "Hello Mira,\nthe second charge goes back today.", "public": True}
    assert write["body"]["ticket"]["safe_update"] is True


async def test_a_record_that_moved_is_not_overwritten_and_a_fresh_draft_follows(bot, vendors):
    await bot.say("/triage SUP-21")
    card = await bot.card("pending")
    await vendors.edit("JIRA", "SUP-21", {"labels": ["urgent-customer"]})

    await bot.press(card, "approve", person="bo")
    old = await bot.card("stale")
    fresh = await bot.card("pending")

    assert "SUP-21 changed" in old.get_text()
    assert fresh["data-draft"] != card["data-draft"]
    assert "urgent-customer" in fresh.get_text()
    assert await vendors.writes("JIRA", "SUP-21") == []

    await bot.press(fresh, "approve", person="bo")
    await bot.card("written")
    assert len(await vendors.writes("JIRA", "SUP-21")) == 1


@pytest.mark.parametrize(
    ("vendor", "command", "method"),
    [("JIRA", "/triage SUP-21", "PUT"), ("ZENDESK", "/reply 153", "PUT"), ("HUBSPOT", "/lead 721", "PATCH")],
)
async def test_an_answer_that_is_lost_after_the_write_does_not_write_twice(bot, vendors, vendor, command, method):
    await bot.say(command)
    card = await bot.card("pending")
    await vendors.break_next(vendor, kind="reset", method=method, after=True)

    await bot.press(card, "approve", person="bo")
    await bot.card("written")

    assert len(await vendors.writes(vendor, command.split()[1])) == 1


async def test_a_rejected_draft_writes_nothing(bot, vendors):
    await bot.say("/triage SUP-21")
    card = await bot.card("pending")

    await bot.press(card, "reject", person="bo")
    await bot.card("rejected")
    await bot.press(card, "approve", person="bo")
    await bot.shows("already decided", person="bo")

    assert await vendors.writes("JIRA", "SUP-21") == []


async def test_a_lead_is_chosen_scored_and_written_once(bot, vendors):
    await bot.say("/lead carrasco@sunline.example")
    await bot.shows("Nobody goes by")
    await bot.say("/lead kestrel")
    await bot.shows("Owen Kestrel, Millpond College: /lead 726")
    await bot.say("/lead ines@sunline.example")
    card = await bot.card("pending")
    assert "goes to the sales pipeline" in card.get_text() or "is kept warm" in card.get_text()

    await bot.press(card, "approve", person="bo")
    await bot.card("written")

    [write] = await vendors.writes("HUBSPOT", "721")
    assert write["body"]["properties"].keys() == {"countersign_lead_score"}
