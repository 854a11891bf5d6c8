"""The live stream: everything visible arrives once, in order, also after a break; it ends when the program does."""

import time

from handlers.models import Picture, Place, Reply


async def test_an_open_page_sees_what_is_said_by_others(site, listen):
    page = await listen(person="bo")
    await site.say("hello everybody")
    await site.wait(lambda: "hello everybody" in page.html())
    [event] = page.events
    assert (event.name, event.id, event.data["channel"], event.data["mine"]) == ("post", "1", "general", False)


async def test_a_card_is_drawn_again_for_everybody_who_has_it_open(site, listen):
    ada, bo = await listen(person="ada"), await listen(person="bo")
    draft = await site.draft()
    await site.wait(lambda: "Approve" in ada.html() and "Approve" in bo.html())
    await site.post("press", person="bo", draft=draft.id, version=1, verb="approve")
    for page in (ada, bo):
        await site.wait(lambda page=page: "written, approved by Bo Lindqvist" in page.html())


async def test_other_channels_are_told_without_their_words(site, listen):
    page = await listen(person="bo", channel="general")
    await site.say("over here", channel="support")
    await site.wait(lambda: page.events)
    assert page.events[0].data["channel"] == "support"
    assert "html" not in page.events[0].data


async def test_what_is_private_reaches_one_person_only(site, listen):
    ada, bo = await listen(person="ada"), await listen(person="bo")
    await site.say("/bot help")
    await site.say("my secret", channel="dm:ada")
    await site.wait(lambda: len(site.script.heard) == 2)
    await site.say("the end")
    await site.wait(lambda: "the end" in ada.html() and "the end" in bo.html())
    assert "What you can say here" in ada.html()
    assert "What you can say here" not in bo.html()
    assert {event.data["channel"] for event in bo.events} == {"general"}
    assert "dm:ada" in {event.data["channel"] for event in ada.events}


async def test_a_stream_goes_on_where_it_stopped(site, listen):
    first = await listen(person="bo")
    await site.say("one")
    await site.wait(lambda: first.events)
    first.answer.close()
    for words in ("two", "three"):
        await site.say(words)
    second = await listen(person="bo", last=first.events[-1].id)
    await site.wait(lambda: len(second.events) == 2)
    assert [event.id for event in second.events] == ["2", "3"]
    assert "one" not in second.html()


async def test_a_page_starts_from_the_revision_that_it_was_drawn_with(site, listen):
    await site.say("one")
    await site.say("two")
    page = await listen(person="bo", after="1")
    await site.wait(lambda: page.events)
    assert [event.id for event in page.events] == ["2"]


async def test_cards_of_one_revision_are_all_there_after_a_break_between_them(site, listen):
    draft = await site.draft()
    await site.shows("Approve")
    await site.voice.say(Place("playground", "general"), Reply("", draft=draft), key="again", to="")
    before = await site.posts.newest()
    await site.voice.amend(draft)
    page = await listen(person="bo", last=str(before))
    await site.wait(lambda: len(page.events) == 2)
    assert [event.id for event in page.events] == ["", str(before + 1)]


async def test_a_log_that_began_anew_tells_the_page_to_start_over(site, listen):
    page = await listen(person="bo", last="99999")
    await site.wait(lambda: page.events)
    assert (page.events[0].name, page.events[0].id) == ("reset", "0")


async def test_a_strange_last_event_id_starts_from_now(site, listen):
    await site.say("yesterday")
    page = await listen(person="bo", last="²; drop")
    await site.say("new")
    await site.wait(lambda: page.events)
    assert "yesterday" not in page.html()


async def test_streams_end_at_once_when_the_program_stops(site, listen):
    pages = [await listen(person=person) for person in ("ada", "bo")]
    started = time.monotonic()
    site.page.close()
    await site.wait(lambda: all(page.task.done() for page in pages))
    assert time.monotonic() - started < 4


async def test_a_stream_for_nobody_is_refused(site):
    assert (await site.get("/playground/events", person="mallory", channel="general"))[0] == 404


async def test_a_reply_is_drawn_again_where_it_stands_on_every_open_page(site, listen):
    general = Place("playground", "general")
    await site.voice.say(general, Reply("Payments fail."), key="alert:1", to="")
    page = await listen(person="bo", after="0")
    await site.wait(lambda: "Payments fail." in page.html())

    await site.voice.revise(general, Reply("Payments fail: twice.", picture=Picture(b"png", "2 critical")), key="alert:1")

    await site.wait(lambda: "Payments fail: twice." in page.html())
    first, last = page.events[0], page.events[-1]
    assert (first.data["post"], int(first.id) < int(last.id)) == (last.data["post"], True)
    assert 'alt="2 critical"' in last.data["html"]
