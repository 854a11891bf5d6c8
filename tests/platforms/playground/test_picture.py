"""A chart in a real Chromium: it loads under the page's own rules, and stays when its words are drawn again."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from bot.cards.chart import WIDTH, chart
from handlers.models import Place, Reply
from handlers.speech import Bucket

pytestmark = [pytest.mark.browser, pytest.mark.chaos, pytest.mark.timeout(90)]
LOADED = "async (image) => { await image.decode(); return image.naturalWidth; }"


async def test_a_picture_is_seen_and_stays_when_its_words_change(site, browser):
    general, width = Place("playground", "general"), WIDTH * 100
    counts = [Bucket(datetime(2026, 11, 26, hour, tzinfo=UTC), {"critical": hour % 3, "info": hour % 5}) for hour in range(24)]
    picture = await chart(counts, timezone="Europe/Berlin", title="Alerts per hour")
    await site.voice.say(general, Reply("What changed.", picture=picture), key="digest:1", to="")
    context = await browser.new_context()
    ada = await context.new_page()
    await ada.goto(f"{site.url}/?person=ada&channel=general")

    shown = ada.get_by_role("img", name="Alerts per hour")
    assert await shown.evaluate(LOADED) == width
    await site.voice.revise(general, Reply("What changed since.", picture=picture), key="digest:1")
    await expect(ada.locator("#threads .words").filter(has_text="What changed since.")).to_be_visible(timeout=60_000)
    assert await shown.evaluate(LOADED) == width
    await context.close()
