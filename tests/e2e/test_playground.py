"""What a person sees in a client of Teams that we have not written. Each test leaves pictures in .e2e/screenshots to look at."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.chaos, pytest.mark.timeout(240)]
QUESTION = "How many hours before pick-up can a renter cancel for free?"


def answers(signing, name):
    """What the bot answered to invokes of a kind."""
    return [each for each in signing.seen if each["activity"].get("name") == name]


async def test_a_question_in_the_personal_chat_grows_into_an_answer(visit, signing):
    ada = await visit("ada")
    await ada.sees("Nothing is written anywhere before a person approves it.")
    await ada.picture("1-greeted")

    await ada.say(QUESTION)
    await ada.sees("Looking it up…")
    await ada.picture("2-informed")
    await ada.sees("confidence 99 %")
    await expect(ada.page.get_by_text("AI generated").first).to_be_visible()
    await expect(ada.page.get_by_text("Looking it up…")).to_have_count(0)
    await ada.page.get_by_role("button", name="1", exact=True).last.hover()
    await ada.picture("3-answered")

    await ada.page.get_by_label("Like", exact=True).last.click()
    await ada.page.get_by_role("button", name="Submit").click()
    await ada.sees("Thank you!")
    await ada.page.get_by_role("button", name="Close", exact=True).last.click()
    [vote] = answers(signing, "message/submitAction")
    assert (vote["status"], vote["activity"]["value"]["actionValue"]["reaction"]) == (200, "like")

    await ada.say("/bot help")
    await expect(ada.page.get_by_text("What you can say here:", exact=True)).to_have_count(2, timeout=20_000)
    await ada.say("/triage NOPE-99")
    await ada.sees("Jira has no issue NOPE-99")
    await ada.picture("4-helped")


async def test_a_card_is_edited_and_approved_by_somebody_who_may(visit, vendors, signing):
    ada, bo, gus = [await visit(name) for name in ("ada", "bo", "gus")]
    for person in (ada, bo, gus):
        await person.enter("Leads")
    await ada.say("triage SUP-21", mention=True)
    for person in (ada, bo, gus):
        await expect(person.card.get_by_role("button")).to_have_text(["Approve", "Edit", "Reject"], timeout=20_000)
    await ada.picture("1-proposed")

    await ada.press("Approve")
    await ada.sees("not allowed")
    await ada.picture("2-refused")

    await bo.press("Edit")
    labels = bo.card.get_by_role("textbox").first
    await expect(labels).to_have_value("payments")
    await bo.picture("3-form")
    await labels.fill("payments, double-charge")
    await bo.press("Save")
    for person in (bo, ada, gus):
        await expect(person.card).to_contain_text("double-charge", timeout=20_000)
    await bo.picture("4-edited")
    assert await vendors.writes("JIRA", "SUP-21") == []

    await gus.press("Approve")
    for person in (gus, bo, ada):
        await expect(person.card).to_contain_text("Written", ignore_case=True, timeout=20_000)
        await expect(person.card.get_by_role("button")).to_have_count(0)
    await gus.picture("5-written-for-gus")
    await ada.picture("6-written-for-ada")
    [write] = await vendors.writes("JIRA", "SUP-21")
    assert write["body"]["fields"]["labels"] == ["payments", "double-charge"]
    assert {each["status"] for each in signing.seen} == {200}


async def test_a_card_that_ended_a_stream_is_drawn_again_in_place(bot, visit, vendors):
    """In the personal chat the card takes the place of `Looking it up…`, and Teams names no id for it."""
    ada = await visit("ada")
    await ada.say("/triage SUP-21")
    await expect(ada.card.get_by_role("button")).to_have_text(["Approve", "Edit", "Reject"], timeout=20_000)
    await ada.picture("1-proposed")
    draft = (await ada.card.inner_text()).rsplit("draft ", 1)[1].split()[0]

    code, output = await bot.cli("drafts", "reject", draft, "--as", "bo@harbourlight.example")
    assert code == 0, output
    await expect(ada.card).to_contain_text("Rejected", ignore_case=True, timeout=20_000)
    await expect(ada.card.get_by_role("button")).to_have_count(0)
    await ada.picture("2-rejected")
    assert await vendors.writes("JIRA", "SUP-21") == []


async def test_a_reply_to_a_customer_is_rejected(visit, vendors):
    ada, hana = await visit("ada"), await visit("hana")
    for person in (ada, hana):
        await person.enter("Leads")
    await ada.say("reply 153", mention=True)
    for person in (ada, hana):
        await expect(person.card.get_by_role("button")).to_have_text(["Approve", "Edit", "Reject"], timeout=20_000)
    await ada.picture("1-proposed")
    await hana.press("Edit")
    await expect(hana.card.get_by_role("button", name="Save")).to_be_visible()
    await hana.picture("2-form")
    await hana.press("Cancel")
    await hana.press("Reject")
    for person in (hana, ada):
        await expect(person.card).to_contain_text("Rejected by Hana Weiss", ignore_case=True, timeout=20_000)
        await expect(person.card.get_by_role("button")).to_have_count(0)
    await ada.picture("3-rejected")
    assert await vendors.writes("ZENDESK", "153") == []


async def test_a_mention_in_a_channel_is_answered_in_its_thread(visit, signing):
    ada = await visit("ada")
    await ada.enter("Billing")
    await ada.say("How long does a deleted customer's data stay in our backups?", mention=True, post=True)
    await ada.sees("35 days")
    await expect(ada.page.get_by_text("AI generated").first).to_be_visible()
    await ada.picture("1-answered")
    [asked] = [each["activity"] for each in signing.seen if each["activity"]["type"] == "message"]
    assert ";messageid=" in asked["conversation"]["id"]
    await expect(ada.page.get_by_text("Countersign", exact=True)).not_to_have_count(0)
