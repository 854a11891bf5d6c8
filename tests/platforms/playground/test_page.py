"""The page over real HTTP: who sees what, what is recorded, what is refused."""

import base64
import io
import json
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from bs4 import BeautifulSoup
from sqlalchemy import text

from bot.store.talk.posts import NewPost
from handlers.errors import NotFound
from handlers.models import Place, Reply, State


async def test_the_page_shows_channels_people_commands_and_what_to_try(site):
    status, text = await site.get("/")
    soup = BeautifulSoup(text, "html.parser")
    assert status == 200
    assert [a.get_text(strip=True) for a in soup.select(".channels .channel-name")] == [
        "general",
        "support",
        "lounge",
        "answers",
        "Countersign",
    ]
    assert [a.get_text(strip=True) for a in soup.select(".person-role b")] == ["requester", "approver", "outsider", "approver"]
    assert [b["data-text"] for b in soup.select(".try")] == ["/ask How do refunds work?", "/triage SUP-1"]
    assert "/triage ISSUE-KEY" in soup.select_one("#commands").get_text()
    assert soup.select_one("meta[name=playground-key]")["content"] == "0f" * 32


async def test_a_channel_offers_the_commands_that_are_switched_on_there(site):
    soup = BeautifulSoup((await site.get("/", channel="answers"))[1], "html.parser")
    assert [option["data-inserts"] for option in soup.select("#commands li")] == ["/ask "]
    assert [chip["data-text"] for chip in soup.select(".try")] == ["/ask How do refunds work?"]


async def test_nothing_on_the_page_is_inline_or_from_elsewhere(site):
    await site.draft()
    await site.shows("Approve")
    async with site.http.get(f"{site.url}/") as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        soup = BeautifulSoup(await answer.text(), "html.parser")
    assert all(
        script.get("src", "").startswith("/playground/static/") and not script.get_text() for script in soup.select("script")
    )
    assert not soup.select("style, [style], [onclick]")
    for tag in soup.select("link[href], img[src]"):
        source = tag.get("href") or tag["src"]
        assert (await site.get(source))[0] == 200, source


async def test_a_command_is_answered_in_its_thread(site):
    await site.say("/ask How do refunds work?")
    soup = BeautifulSoup(await site.shows("Five days."), "html.parser")
    [thread] = soup.select(".thread")
    assert "81% confident" in thread.select_one(".replies .from-bot").get_text(" ", strip=True)
    assert thread.select_one(".replies q strong").get_text() == "five days"


async def test_what_is_not_meant_for_the_bot_is_shown_and_not_answered(site):
    await site.say("lunch?", channel="general")
    await site.say("@countersign lunch?", channel="lounge")
    await site.say("/ask end", channel="lounge")
    await site.wait(lambda: [heard.text for heard in site.script.heard] == ["/ask end"])
    assert "lunch?" in await site.shown()


async def test_a_follow_up_in_a_thread_with_the_bot_is_answered_and_elsewhere_not(site):
    await site.say("/ask first")
    await site.shows("Five days.")
    await site.say("and then?", thread=1)
    await site.wait(lambda: len(site.script.heard) == 2)
    assert site.script.heard[1].place.thread == "1"
    asked, answered, *_ = site.script.heard[1].history
    assert (asked.words, asked.authors, answered.authors) == ("/ask first", {"playground:ada", "ada@example.com"}, frozenset())
    assert (await site.post("say", text="x", thread=999)).status == 404
    assert (await site.post("say", text="x", thread=1, channel="support")).status == 404


async def test_an_answer_to_an_answer_joins_its_thread(site):
    await site.say("/ask first")
    await site.shows("Five days.")
    await site.say("and then?", thread=2)
    await site.shows("and then?")
    assert {post.thread for post in await site.posts.thread(1, viewer="")} == {0, 1}


async def test_a_message_sent_again_is_the_same_message(site):
    for _ in range(2):
        assert (await site.post("say", id="same", text="hello")).status == 202
    assert (await site.shown()).count("hello") == 1


async def test_private_answers_are_for_one_person(site):
    await site.say("/bot help")
    assert "Only you can see this" in await site.shows("What you can say here")
    assert "What you can say here" not in await site.shown(person="bo")


async def test_direct_messages_are_for_one_person(site):
    await site.say("a secret", channel="dm:ada")
    await site.shows("You asked: a secret", channel="dm:ada")
    for path in ("/", "/playground/posts", "/playground/events"):
        assert (await site.get(path, person="bo", channel="dm:ada"))[0] == 404
    assert (await site.post("say", person="bo", channel="dm:ada", text="hi")).status == 400


async def test_an_approval_by_the_second_person_is_written_and_the_card_says_so(site):
    draft = await site.draft()
    await site.post("press", person="bo", draft=draft.id, version=1, verb="approve", thread=1)
    soup = BeautifulSoup(await site.shows("written, approved by Bo Lindqvist"), "html.parser")
    assert soup.select(".card button") == []
    assert soup.select_one(".verdict a")["href"] == "https://jira.example/browse/SUP-1"
    assert len(site.desk.writes) == 1


async def test_a_refusal_comes_in_the_cards_thread_for_who_pressed_alone(site):
    draft = await site.draft()
    await site.shows("Approve")
    assert (await site.post("press", person="cy", draft=draft.id, version=1, verb="approve", thread=2)).status == 202
    soup = BeautifulSoup(await site.shows("not allowed", person="cy"), "html.parser")
    assert "not allowed" in soup.select_one("#thread-1 .replies").get_text()
    assert "not allowed" not in await site.shown(person="bo")


async def test_an_edit_makes_a_version_whose_old_buttons_are_stale(site):
    draft = await site.draft()
    await site.post("press", person="bo", draft=draft.id, version=1, verb="edit", values={"labels": "fire, urgent"})
    assert "Version 2, edited" in " ".join((await site.shows("fire, urgent")).split())
    await site.post("press", person="bo", draft=draft.id, version=1, verb="approve")
    await site.shows("stale: this", person="bo")


async def test_a_record_that_moved_gets_a_three_way_successor(site):
    draft = await site.draft()
    site.desk.change("SUP-1", labels=("meanwhile",))
    await site.post("press", person="bo", draft=draft.id, version=1, verb="approve")
    soup = BeautifulSoup(await site.shows("three-way"), "html.parser")
    [row] = [row for row in soup.select(".three-way tbody tr") if row.th.get_text() == "labels"]
    assert [cell.get_text(strip=True) for cell in row.select("td")][:3] == ["empty", "meanwhile", "fire"]
    assert site.desk.writes == []


async def test_the_side_panel_shows_the_record_before_and_after(site):
    draft = await site.draft()
    _, before = await site.get("/playground/record", draft=draft.id, person="ada")
    site.desk.change("SUP-1", labels=("fire",))
    _, after = await site.get("/playground/record", draft=draft.id, person="ada")
    site.desk.is_down = True
    status, down = await site.get("/playground/record", draft=draft.id, person="ada")
    assert "is-same" in before
    assert "is-written" not in before
    assert "is-written" in after
    assert (status, "cannot be read right now" in down) == (200, True)


async def test_the_side_panel_keeps_direct_messages_private_but_shows_what_one_may_decide(site):
    await site.say("/triage SUP-1", channel="dm:ada")
    [draft] = await site.wait(site.drafts.waiting)
    assert [(await site.get("/playground/record", draft=draft.id, person=who))[0] for who in ("ada", "bo", "cy")] == [
        200,
        200,
        404,
    ]
    assert (await site.get("/playground/record", draft="zzzzzzzz", person="ada"))[0] == 404


@pytest.mark.parametrize("path", ["/", "/playground/posts", "/playground/static/mark.svg", "/playground/events"])
async def test_a_foreign_host_name_is_refused(site, path):
    async with site.http.get(f"{site.url}{path}", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 421
        assert "localhost" in (await answer.json())["error"]


async def test_a_foreign_page_cannot_post_even_with_the_key(site):
    assert (await site.post("say", text="x", headers={"Origin": "https://evil.example"})).status == 403
    assert (await site.post("say", text="x", headers={"Origin": site.url})).status == 202
    assert (await site.post("say", text="x", headers={"Host": "bot.example", "Origin": "https://bot.example"})).status == 202


async def test_without_the_pages_key_nothing_is_taken(site):
    for key in ("", "wrong"):
        for path in ("say", "press"):
            assert (await site.post(path, text="x", headers={"X-Playground-Key": key})).status == 401


@pytest.mark.parametrize(
    "form",
    [{"text": ""}, {"text": " \n "}, {"text": "x", "more": 1}, {"text": "x", "person": "mallory"}, {"text": "x", "channel": "nowhere"}, {"text": "x" * 20_001}],
)  # fmt: skip
async def test_a_message_without_its_shape_is_refused_in_a_sentence(site, form):
    answer = await site.post("say", **form)
    assert answer.status == 400
    assert len((await answer.json())["error"]) > 10
    assert site.script.heard == []


async def test_a_body_over_one_mebibyte_is_too_large(site):
    headers = {"X-Playground-Key": "0f" * 32}
    async with site.http.post(f"{site.url}/playground/say", data=io.BytesIO(b"x" * 1_100_000), headers=headers) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"].startswith("This is larger than 1 MiB")


async def test_a_file_goes_with_a_message_and_is_named_under_it(site):
    await site.say("/summarize", files=[{"name": "talk <b>.vtt", "data": base64.b64encode(b"WEBVTT").decode()}])

    heard = await site.wait(lambda: site.script.heard and site.script.heard[-1])
    assert [(file.name, file.size) for file in heard.files] == [("talk <b>.vtt", 6)]
    assert await site.voice.file(heard.files[0], heard.place) == b"WEBVTT"
    with pytest.raises(NotFound, match="Send it again"):
        await site.voice.file(heard.files[0], replace(heard.place, channel="dm:bo"))
    assert "talk &lt;b&gt;.vtt" in await site.shown()


async def test_a_file_that_is_no_base64_is_refused(site):
    answer = await site.post("say", text="/summarize", files=[{"name": "a", "data": "***"}])

    assert answer.status == 400


async def test_static_files_stay_in_their_folder(site):
    for name in ("..%2fpage.py", "nothing.js", "%2e%2e%2fpage.py"):
        assert (await site.get(f"/playground/static/{name}"))[0] == 404


async def test_a_card_in_several_places_is_one_draft(site):
    draft = await site.draft()
    await site.say("/bot again", person="bo", channel="dm:bo")
    await site.wait(lambda: len(site.script.heard) == 2)
    await site.voice.say(
        Place("playground", "dm:bo"), Reply("1 waiting for you:", waiting=(draft,), private=True), key="w", to="playground:bo"
    )
    await site.post("press", person="bo", channel="dm:bo", draft=draft.id, version=1, verb="reject")
    for person, channel in (("ada", "general"), ("bo", "dm:bo")):
        await site.shows("rejected by Bo Lindqvist", person=person, channel=channel)
    assert (await site.drafts.read(draft.id)).state is State.REJECTED


async def test_every_error_is_json_with_a_sentence(site):
    async with ClientSession() as http, http.get(f"{site.url}/playground/posts?person=mallory") as answer:
        assert (answer.status, "name" in json.loads(await answer.text())["error"]) == (404, True)


async def test_a_body_that_is_no_json_is_refused_in_a_sentence(site):
    for path in ("say", "press"):
        async with site.http.post(f"{site.url}/playground/{path}", data="{", headers={"X-Playground-Key": "0f" * 32}) as answer:
            assert (answer.status, await answer.json()) == (400, {"error": "The body is no JSON object."})


async def test_a_database_that_is_down_is_said_everywhere_and_nothing_breaks(site, listen):
    page = await listen(person="bo")
    async with site.database.write() as tx:
        await tx.execute(text("ALTER TABLE posts RENAME TO gone"))
    assert (await site.get("/"))[0] == 503
    answer = await site.post("say", text="hello")
    assert (answer.status, await answer.json()) == (503, {"error": "This could not be recorded. Send it again."})
    await site.wait(page.task.done)
    async with site.database.write() as tx:
        await tx.execute(text("ALTER TABLE gone RENAME TO posts"))
    await site.say("again")
    assert "again" in await site.shown()


async def test_a_thread_that_began_long_ago_still_has_its_beginning(site):
    await site.say("the beginning")
    for number in range(200):
        await site.posts.say(
            NewPost(
                f"n{number}", "general", "playground:bo", "Bo", {"text": f"number {number}"}, thread=1 if number == 199 else 0
            )
        )
    soup = BeautifulSoup(await site.shown(), "html.parser")
    assert "the beginning" in soup.select_one("#thread-1").get_text()
    assert "number 199" in soup.select_one("#thread-1 .replies").get_text()


async def test_a_card_whose_draft_is_gone_says_so(site):
    await site.posts.say(NewPost("k", "general", "bot", "Countersign", {}, draft="gggggggg"))
    assert "not there any more" in await site.shown()


@pytest.mark.parametrize("name", ["a%0d%0ab", "%00", "..%2f..%2fx", "%E2%98%83"])
async def test_a_strange_name_is_a_plain_refusal(site, name):
    async with site.http.get(f"{site.url}/playground/record?person=ada&draft={name}") as answer:
        assert (answer.status, list(await answer.json())) == (404, ["error"])
    async with site.http.get(f"{site.url}/playground/static/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("event", ["\0", "a b", "", "x" * 101, "\u2028", "\ud800"])
async def test_an_event_id_is_printable(site, event):
    answer = await site.post("say", id=event, text="/ask x")

    assert answer.status == 400
