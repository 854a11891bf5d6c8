"""What the Bot Connector sends, as pure questions: any JSON is either an activity with its parts or a clear refusal."""

import json

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.teams.receive import Letter, letter
from bot.platforms.teams.translate import about, asked_about, decision, handle, said, spoken, voted, words
from handlers.catalogue import COMMANDS, parse
from handlers.errors import Invalid

leaves = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["message", "invoke", "msteams", "29:x"])
)
anything = st.recursive(
    leaves, lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=4), max_leaves=12
)
FIELDS = (
    "type",
    "id",
    "serviceUrl",
    "channelId",
    "conversation",
    "from",
    "recipient",
    "channelData",
    "value",
    "entities",
    "text",
    "name",
)
bodies = st.dictionaries(st.sampled_from(FIELDS), anything)
GOOD = {
    "type": "message", "id": "17", "serviceUrl": "https://smba.trafficmanager.net/emea/", "channelId": "msteams",
    "from": {"id": "29:ada", "name": "Ada", "aadObjectId": "guid"}, "recipient": {"id": "28:bot"},
    "conversation": {"id": "19:c@thread.tacv2;messageid=16", "conversationType": "channel"}, "text": "x",
}  # fmt: skip


def of(**over):
    return Letter({**GOOD, **over})


def mentioning(text, name="Countersign"):
    entity = {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": "28:bot"}}
    return of(text=text, entities=[entity])


@given(anything | bodies)
def test_any_json_is_an_activity_or_a_clear_refusal(body):
    try:
        found = letter(json.dumps(body).encode())
    except Invalid:
        return
    assert found.kind
    assert found.conversation
    assert len(found.key) == 40


@given(bodies)
def test_the_parts_of_any_body_can_be_asked_for(body):
    found = Letter(body)
    assert all(
        isinstance(part, str)
        for part in (found.sender, found.thread, found.tenant, found.team, found.id, found.key, words(found))
    )
    assert {"person", "channel", "id"} <= about(found).keys()
    assert decision(found, "approve", {})["version"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_what_is_said_keeps_its_letters_but_for_spaces_and_marks(text):
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert words(of(text=plain)).split() == text.split()


@given(HOSTILE)
def test_hostile_text_is_data(text):
    assert isinstance(words(of(text=text)), str)


def test_the_bots_mention_is_one_wherever_it_stands_and_others_keep_their_names():
    asked = mentioning("<at>Countersign</at> triage SUP-21&nbsp;")
    assert spoken(asked) == "@countersign triage SUP-21"
    other = mentioning("<at>Countersign</at> ask <at>Bo Lindqvist</at> why")
    assert words(other) == "@countersign ask @Bo Lindqvist why"


def test_one_activity_has_one_key_and_another_has_another():
    assert of().key == of(text="changed").key
    assert len({of().key, of(id="18").key, of(conversation={"id": "19:d@thread.tacv2"}).key, of(type="invoke").key}) == 4


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_of_the_menu_is_understood_without_a_slash(name):
    """Teams' menu types the bare name; in a personal chat there is no mention."""
    command = COMMANDS[name]
    line = command.example.removeprefix("/")
    personal = of(text=line, conversation={"id": "a:1", "conversationType": "personal"})
    targeted = of(text=line, recipient={"id": "28:bot", "isTargeted": True})
    for heard in (personal, targeted):
        assert parse(spoken(heard)) == parse(command.example)


def test_a_question_in_a_direct_message_stays_one():
    direct = {"id": "a:1", "conversationType": "personal"}
    assert parse(spoken(of(text="reply times are long, why?", conversation=direct)))[0].name == "ask"
    assert parse(spoken(of(text="@countersign help", conversation=direct))) == (COMMANDS["bot"], "help")


@given(st.one_of(anything, st.fixed_dictionaries({"draft": anything, "version": anything})))
def test_a_button_that_nobody_made_names_no_draft(data):
    pressed = of(type="invoke", value={"action": {"verb": "approve", "data": data}})
    try:
        name, version = handle(pressed)
    except Invalid:
        return
    assert name.isalnum()
    assert version > 0


def test_a_button_of_ours_names_its_draft():
    for version in (3, "3"):
        assert handle(of(value={"action": {"data": {"draft": "k7m2p9qa", "version": version}}})) == ("k7m2p9qa", 3)


def test_ask_about_this_takes_the_words_of_the_message():
    payload = {"id": "15", "body": {"contentType": "html", "content": "<p>a customer<br/>wants &lt;b&gt; <at id='0'>Bo</at></p>"}}
    asked = asked_about(of(type="invoke", value={"commandId": "ask_about", "messagePayload": payload}))
    assert asked["text"] == "/ask a customer\nwants <b> @Bo"
    assert (asked["thread"], asked["post"]) == ("16", "15")
    with pytest.raises(Invalid, match="no text"):
        asked_about(of(value={"commandId": "ask_about", "messagePayload": {"body": {"content": "<img src='x'>"}}}))
    with pytest.raises(Invalid, match="not one of ours"):
        asked_about(of(value={"commandId": "dance_about", "messagePayload": payload}))


@pytest.mark.parametrize(
    ("author", "command", "text", "outside", "named"),
    [
        ({"user": {"id": "d-1"}}, "ask_about", "Nobody can pay", False, ""),
        ({"user": {"id": "d-2"}}, "ask_about", "Nobody can pay", True, "teams:d-2"),
        ({"user": None, "application": {"id": "bot"}}, "ask_about", "Nobody can pay", True, ""),
        ({"user": {"id": "d-2"}}, "triage_about", "SUP-21: nobody can pay", False, ""),
    ],
)
def test_words_of_somebody_else_are_known_as_theirs(author, command, text, outside, named):
    payload = {"id": "15", "from": author, "body": {"content": text}}
    sender = {"id": "29:ada", "aadObjectId": "d-1"}
    found = asked_about(of(**{"type": "invoke", "from": sender, "value": {"commandId": command, "messagePayload": payload}}))
    assert (found["outside"], found["author"]) == (outside, named)


def test_a_vote_is_like_or_dislike():
    vote = of(value={"actionName": "feedback", "actionValue": {"reaction": "like"}})
    assert voted(vote, "a1")["verdict"] == "up"
    with pytest.raises(Invalid):
        voted(of(value={"actionValue": {"reaction": "heart"}}), "a1")


def test_where_something_was_said_decides_where_the_answer_stands():
    assert said(of())["thread"] == "16"
    assert said(of(conversation={"id": "19:c@thread.tacv2", "conversationType": "channel"}))["thread"] == "17"
    assert said(of(conversation={"id": "a:1", "conversationType": "personal"}))["thread"] == ""
