"""What people see: the whole program in a real Chromium, two people with the page open at once."""

import os

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.chaos, pytest.mark.timeout(300)]


async def opened(browser, bot, person):
    context = await browser.new_context(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.goto(f"{bot.url}/?person={person}&channel=support")
    return page


async def test_a_change_is_asked_for_by_one_person_and_countersigned_by_another(handbook, vendors, browser):
    bot = handbook
    ada, bo = await opened(browser, bot, "ada"), await opened(browser, bot, "bo")
    box = ada.get_by_role("combobox", name="Message as")
    await box.fill("/ask How many hours before pick-up can a renter cancel for free?")
    await box.press("Enter")
    await expect(ada.locator("#threads .words").filter(has_text="48 hours")).to_be_visible(timeout=60_000)

    await box.fill("/triage SUP-21")
    await box.press("Enter")
    card = bo.locator("section.card[data-state=pending]")
    await expect(card).to_be_visible(timeout=60_000)
    await expect(card.get_by_role("button")).to_have_text(["Approve", "Edit", "Reject"])

    await ada.locator("section.card[data-state=pending]").get_by_role("button", name="Approve").click()
    await expect(ada.locator("#threads .words").filter(has_text="not allowed")).to_be_visible(timeout=60_000)
    await card.get_by_role("button", name="Approve").click()

    for page in (ada, bo):
        await expect(page.locator("section.card[data-state=written]")).to_contain_text("Bo Lindqvist", timeout=60_000)
    await expect(bo.locator("#record .is-written").first).to_be_visible(timeout=60_000)
    assert len(await vendors.writes("JIRA", "SUP-21")) == 1
    if picture := os.environ.get("PICTURE"):
        await bo.locator("section.card").scroll_into_view_if_needed()
        await bo.screenshot(path=picture)
