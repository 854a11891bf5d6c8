"""The page in a real Chromium: people type, press and look, by mouse and by keyboard."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from handlers.catalogue import COMMANDS

pytestmark = [pytest.mark.browser, pytest.mark.chaos, pytest.mark.timeout(90)]
Open = Callable[..., Awaitable[Page]]
expect.set_options(timeout=60_000)


@pytest.fixture
async def visit(site, browser) -> AsyncIterator[Open]:
    """Open the page as somebody; whatever the page complains about in its console fails the test."""
    complaints: list[str] = []

    async def visit(person: str = "ada", channel: str = "general", *, frozen: bool = False, **context: object) -> Page:
        own = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        page = await own.new_page()
        page.set_default_timeout(60_000)
        if frozen:
            await page.clock.install()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await page.goto(f"{site.url}/?person={person}&channel={channel}")
        return page

    yield visit
    for context in browser.contexts:
        await context.close()
    assert complaints == []


def box(page: Page):
    return page.get_by_role("combobox", name="Message as")


def said(page: Page, words: str):
    """A message in the log, told apart from what is read out to people who listen."""
    return page.locator("#threads .words").filter(has_text=words)


async def say(page: Page, text: str) -> None:
    await box(page).fill(text)
    await box(page).press("Enter")


async def test_a_file_is_attached_by_hand_and_a_button_under_a_reply_asks_for_the_next_thing(site, visit):
    ada = await visit()
    picker = ada.locator("#say input[type=file]")
    await picker.set_input_files({"name": "large.vtt", "mimeType": "text/vtt", "buffer": b"x" * 800_000})
    await expect(ada.get_by_text("large.vtt is larger than 750 KiB")).to_be_visible()
    await picker.set_input_files({"name": "standup.vtt", "mimeType": "text/vtt", "buffer": b"WEBVTT"})
    await expect(ada.get_by_text("With standup.vtt.")).to_be_visible()

    await say(ada, "/next SUP-1")
    await expect(ada.locator(".file", has_text="standup.vtt")).to_be_visible()
    await expect(ada.get_by_text("With standup.vtt.")).to_be_hidden()
    await ada.get_by_role("button", name="Triage SUP-1").click()
    await expect(ada.locator(".card[data-state=pending]")).to_be_visible()

    assert [(heard.text, [file.size for file in heard.files]) for heard in site.script.heard] == [
        ("/next SUP-1", [6]),
        ("/triage SUP-1", []),
    ]


async def test_a_change_goes_from_a_question_to_the_record_in_front_of_everybody(site, visit):
    ada, bo, cy = [await visit(person) for person in ("ada", "bo", "cy")]
    await say(ada, "/triage SUP-1")
    for page in (ada, bo, cy):
        await expect(page.locator(".card[data-state=pending]")).to_be_visible()
    await expect(ada.locator("#record .is-same")).to_have_count(2)

    await cy.get_by_role("button", name="Approve").click()
    await expect(cy.get_by_text("Only you can see this")).to_be_visible()
    await expect(said(cy, "not allowed")).to_be_visible()
    await bo.get_by_role("button", name="Approve").click()

    for page in (ada, bo, cy):
        card = page.locator(".card[data-state=written]")
        await expect(card).to_contain_text("approved by Bo Lindqvist")
        await expect(card.get_by_role("button")).to_have_count(0)
        assert (await card.inner_text()).splitlines()[-1].startswith("draft ")
    await expect(ada.locator("#record .is-written")).to_have_count(2)
    await expect(said(ada, "not allowed")).to_have_count(0)
    assert len(site.desk.writes) == 1


async def test_two_quick_presses_are_sent_once(site, visit):
    bo = await visit("bo")
    await site.draft()
    sent: list[str] = []
    bo.on("request", lambda request: sent.append(request.url) if request.url.endswith("/press") else None)
    await bo.get_by_role("button", name="Approve").dblclick()
    await expect(bo.locator(".card[data-state=written]")).to_be_visible()
    assert len(sent) == 1


async def test_an_edit_shows_typed_inputs_and_becomes_version_two(site, visit):
    bo = await visit("bo")
    await site.draft()
    await bo.get_by_role("button", name="Edit").click()
    form = bo.get_by_role("form", name="New values")
    await form.get_by_role("button", name="Save as new version").click()
    await expect(bo.get_by_text("Nothing is different yet")).to_be_visible()
    await form.get_by_label("priority").select_option("Low")
    await form.get_by_label("labels").fill("fire, urgent")
    await form.get_by_role("button", name="Save as new version").click()
    await expect(bo.locator(".card[data-version='2']")).to_contain_text("fire, urgent")
    await expect(form).to_be_hidden()
    [draft] = await site.drafts.waiting()
    assert [(change.field, change.after) for change in draft.changes] == [("labels", ("fire", "urgent"))]


async def test_what_is_being_typed_in_a_card_outlives_a_vote_of_somebody_else(site, visit):
    site.script.quorum = 2
    bo = await visit("bo")
    draft = await site.draft()
    await bo.get_by_role("button", name="Edit").click()
    await bo.get_by_label("labels").fill("half ty")
    await site.post("press", person="dee", draft=draft.id, version=1, verb="approve")
    await expect(bo.locator(".card")).to_contain_text("1 of 2 approvals: Dee Ray")
    await expect(bo.get_by_label("labels")).to_have_value("half ty")
    await expect(bo.get_by_label("labels")).to_be_focused()


async def test_commands_complete_by_keyboard(visit):
    ada = await visit()
    await box(ada).press_sequentially("/")
    options = ada.get_by_role("option")
    await expect(options).to_have_count(len(COMMANDS))
    await expect(box(ada)).to_have_attribute("aria-expanded", "true")
    await box(ada).press("ArrowDown")
    await expect(ada.get_by_role("option", selected=True)).to_contain_text("/triage")
    await box(ada).press("Tab")
    await expect(box(ada)).to_have_value("/triage ")
    await expect(ada.get_by_role("listbox")).to_be_hidden()
    await box(ada).fill("/re")
    await box(ada).press("Enter")
    await expect(box(ada)).to_have_value("/reply ")
    await box(ada).fill("/b")
    await box(ada).press("Escape")
    await expect(ada.get_by_role("listbox")).to_be_hidden()
    await box(ada).fill("/bot help")
    await box(ada).press("Enter")
    await expect(said(ada, "What you can say here")).to_be_visible()


async def test_enter_sends_and_shift_enter_breaks_the_line(visit):
    ada = await visit()
    await box(ada).press_sequentially("one")
    await box(ada).press("Shift+Enter")
    await box(ada).press_sequentially("two")
    await box(ada).press("Enter")
    await expect(ada.locator(".post .words")).to_have_text("one\ntwo")
    await expect(box(ada)).to_have_value("")


async def test_waiting_is_shown_to_who_asked_until_the_answer_is_there(site, visit):
    ada, bo = await visit("ada"), await visit("bo")
    site.script.gate.clear()
    await say(ada, "/ask slow")
    await expect(ada.get_by_text("Countersign is working…")).to_be_visible()
    await expect(said(bo, "/ask slow")).to_be_visible()
    await expect(bo.get_by_text("Countersign is working…")).to_have_count(0)
    site.script.gate.set()
    await expect(said(ada, "Five days.")).to_be_visible()
    await expect(ada.get_by_text("Countersign is working…")).to_have_count(0)


async def test_a_thread_is_answered_in_place(visit):
    ada = await visit()
    await say(ada, "/ask first")
    await expect(said(ada, "Five days.")).to_be_visible()
    await ada.get_by_role("textbox", name="Reply in this thread").fill("and then?")
    await ada.get_by_role("textbox", name="Reply in this thread").press("Enter")
    await expect(ada.locator("#thread-1 .replies .post")).to_have_count(3)
    await expect(ada.locator("#thread-1 .replies .post .words").nth(2)).to_contain_text("You asked: and then?")


async def test_a_refused_message_keeps_its_text_and_says_why(visit):
    ada = await visit()
    await ada.route(
        "**/playground/say", lambda route: route.fulfill(status=503, json={"error": "This could not be recorded. Send it again."})
    )
    await say(ada, "precious words")
    await expect(ada.get_by_role("alert")).to_have_text("This could not be recorded. Send it again.")
    await expect(box(ada)).to_have_value("precious words")
    await ada.unroute("**/playground/say")
    await box(ada).press("Enter")
    await expect(ada.locator(".post .words")).to_have_text("precious words")
    await expect(ada.get_by_role("alert")).to_have_count(0)


async def test_a_lost_connection_is_said_and_what_was_missed_comes_after_it(site, visit):
    ada = await visit()
    await say(ada, "before")
    await expect(ada.locator(".post")).to_have_count(1)
    await ada.route("**/playground/events**", lambda route: route.abort())
    site.cut()
    await expect(ada.get_by_text("The connection to the bot is lost")).to_be_visible()
    await site.say("meanwhile", person="bo")
    await ada.unroute("**/playground/events**")
    await expect(said(ada, "meanwhile")).to_be_visible()
    await expect(ada.get_by_text("The connection to the bot is lost")).to_be_hidden()


async def test_other_channels_are_marked_unread_until_they_are_opened(site, visit):
    ada = await visit()
    await expect(box(ada)).to_be_visible()
    await site.say("over here", person="bo", channel="lounge")
    await expect(ada.get_by_role("link", name="lounge")).to_contain_text("1 new")
    await ada.get_by_role("link", name="support", exact=True).click()
    await expect(ada.get_by_role("link", name="lounge")).to_contain_text("1 new")
    await ada.get_by_role("link", name="lounge").click()
    await expect(said(ada, "over here")).to_be_visible()
    await expect(ada.get_by_role("link", name="lounge")).not_to_contain_text("new")


async def test_an_example_is_a_click_and_an_enter_away(visit):
    ada = await visit()
    await ada.get_by_role("button", name="/triage SUP-1").click()
    await expect(box(ada)).to_be_focused()
    await box(ada).press("Enter")
    await expect(ada.locator(".card")).to_be_visible()
    await expect(ada.get_by_role("button", name="/triage SUP-1")).to_be_hidden()


async def test_one_can_be_somebody_else_by_keyboard(visit):
    ada = await visit()
    await ada.get_by_role("link", name="Bo Lindqvist").focus()
    await ada.keyboard.press("Enter")
    await expect(ada.get_by_role("combobox", name="Message as Bo Lindqvist")).to_be_visible()


async def test_the_page_fits_a_narrow_screen(site, visit):
    await site.draft()
    narrow = await visit("bo", viewport={"width": 400, "height": 800})
    await expect(narrow.locator("#record .record-view")).to_be_attached()
    assert await narrow.evaluate("document.documentElement.scrollWidth") <= 400
    await narrow.get_by_role("button", name="Reject").click()
    await expect(narrow.locator(".card[data-state=rejected]")).to_be_visible()


async def test_hostile_text_runs_nothing(visit):
    ada = await visit()
    await say(ada, "/ask <img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>")
    await expect(said(ada, "Five days.")).to_be_visible()
    assert "owned" not in await ada.title()
    assert await ada.locator("#threads script, #threads img[src=x]").count() == 0


async def test_a_long_wait_is_called_long(site, visit):
    ada = await visit(frozen=True)
    site.script.gate.clear()
    await say(ada, "/ask slow")
    await expect(ada.locator(".working")).to_have_text("Countersign is working…")
    await ada.clock.fast_forward(21_000)
    await expect(ada.locator(".working")).to_contain_text("still working")


async def test_a_decision_by_keyboard_keeps_the_focus_at_the_card(site, visit):
    bo = await visit("bo")
    await site.draft()
    await bo.get_by_role("button", name="Reject").focus()
    await bo.keyboard.press("Enter")
    await expect(bo.locator(".card[data-state=rejected]")).to_be_focused()


async def test_the_side_panel_follows_the_card_that_is_looked_at(site, visit):
    bo = await visit("bo")
    first = await site.draft()
    site.desk.change("SUP-1", labels=("meanwhile",))
    await site.say("/triage SUP-1")
    await expect(bo.locator(".card")).to_have_count(2)
    shown = bo.locator("#record .record-view")
    await expect(shown).not_to_have_attribute("data-draft", first.id)
    await bo.locator(".card").first.click(position={"x": 30, "y": 30})
    await expect(shown).to_have_attribute("data-draft", first.id)
    await expect(shown.locator(".is-moved")).to_contain_text("changed by somebody")
    site.desk.is_down = True
    await bo.get_by_role("button", name="Reject").first.click()
    await expect(bo.locator("#record")).to_contain_text("cannot be read right now")
