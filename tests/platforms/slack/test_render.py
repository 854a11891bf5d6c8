"""Replies in Slack's blocks: cited answers, sources, votes, and plain words."""

import pytest
from hostile import HOSTILE, LONG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.clean import clean
from bot.platforms.slack.render import say
from bot.sandbox.slack.dangers import dangers
from bot.sandbox.slack.gate import problems
from handlers.models import Reply, Source

DOCS = "https://docs.example/refunds"
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
ANSWER = Reply("Duplicates go back the same day. [1]", (Source("Refunds", DOCS, "Duplicates go back"),), confidence=0.9)


def wrong(messages):
    sent = [{"channel": "C1", "text": message.text, "blocks": list(message.blocks)} for message in messages]
    return [line for message in sent for line in problems(message) + dangers(message)]


def kinds(message):
    return [block["type"] for block in message.blocks]


def small(message):
    """The words of the small lines."""
    return [each["text"] for block in message.blocks if block["type"] == "context" for each in block["elements"]]


def test_an_answer_has_its_words_its_sources_how_sure_it_is_and_two_thumbs():
    (message,) = say(ANSWER, answer_id="a1")
    assert kinds(message) == ["markdown", "context", "context", "context", "context_actions"]
    assert message.blocks[0]["text"] == ANSWER.text
    assert small(message) == ["Sources", "1. Refunds: “Duplicates go back”", f"<{DOCS}|docs.example>", "confidence 90 % (high)"]
    thumbs = message.blocks[-1]["elements"][0]
    assert (thumbs["positive_button"]["value"], thumbs["negative_button"]["value"]) == ("up.a1", "down.a1")
    assert message.text == ANSWER.text
    assert wrong([message]) == []


def test_an_answer_that_nobody_can_vote_on_has_no_thumbs():
    assert "context_actions" not in kinds(say(ANSWER)[0])


def test_a_private_answer_says_so_and_can_be_shared():
    (message,) = say(Reply("x", ANSWER.citations, confidence=0.6, private=True), answer_id="a1", share=True)
    share = next(block for block in message.blocks if block["type"] == "actions")["elements"][0]
    assert (share["action_id"], share["value"]) == ("share", "a1")
    assert "confidence 60 % (medium), only you can see this" in small(message)
    assert wrong([message]) == []


def test_an_abstention_names_the_nearest_sources():
    assert "Nearest sources" in small(say(Reply("I don't know.", ANSWER.citations, confidence=0.1, abstained=True))[0])


def test_words_without_a_confidence_are_shown_letter_by_letter():
    (message,) = say(Reply("Type /bot *help* <!channel>"))
    assert message.blocks == (
        {"type": "section", "text": {"type": "plain_text", "text": "Type /bot *help* <!channel>", "emoji": False}},
    )
    assert message.text == "Type /bot *help* &lt;!channel&gt;"


def test_sources_are_shown_even_where_there_is_no_confidence():
    assert "Sources" in small(say(Reply("See there.", ANSWER.citations))[0])


def test_what_is_empty_is_not_said():
    assert say(Reply("")) == ()


def test_words_that_nobody_can_see_still_have_a_notification():
    assert [message.text for message in say(Reply("\u200b", ANSWER.citations, confidence=0.9))] == ["…"]


def test_only_the_addresses_of_its_own_citations_can_be_followed():
    (message,) = say(Reply(f"See {DOCS} and https://evil.example.", ANSWER.citations, confidence=0.9))
    assert message.blocks[0]["text"] == f"See [{DOCS}]({DOCS}) and `https://evil.example`."


def test_what_is_streamed_is_as_inert_as_what_takes_its_place():
    reply = Reply("![x](https://evil.example/p.png) [y](https://evil.example)", (), confidence=0.9)
    (message,) = say(reply)
    assert dangers({"blocks": [{"type": "markdown", "text": message.markdown}]}) == []
    assert message.markdown == message.blocks[0]["text"]


def test_a_long_quote_is_cut_where_the_link_leads_to_the_rest():
    (message,) = say(Reply("x", (Source("Refunds", DOCS, "word " * 200),), confidence=0.9))
    assert small(message)[1].endswith("…”")
    assert len(small(message)[1]) < 330


def test_the_buttons_stand_in_the_last_of_several_messages():
    messages = say(Reply("A sentence of an answer. " * 1000, ANSWER.citations * 60, confidence=0.9), answer_id="a1")
    assert len(messages) > 2
    assert ["context_actions" in kinds(message) for message in messages] == [False] * (len(messages) - 1) + [True]
    assert wrong(messages) == []


@given(LONG, HOSTILE, HOSTILE, st.sampled_from([None, 0.2, 0.9]), st.booleans())
@slow
def test_hostile_text_in_a_reply_stays_text(one, two, three, confidence, private):
    citations = (Source(two, f"https://docs.example/{three}", one), Source(three, two, three), Source(one, three))
    messages = say(Reply(one, citations, confidence=confidence, private=private), answer_id="a1", share=private)
    assert wrong(messages) == []
    for message in messages:
        assert dangers({"blocks": [{"type": "markdown", "text": message.markdown}]}) == []


@given(LONG)
@slow
def test_no_letter_of_what_is_said_is_lost(one):
    told = "".join(block["text"]["text"] for message in say(Reply(one)) for block in message.blocks)
    assert "".join(told.split()) == "".join(clean(one).split())


@pytest.mark.parametrize("text", ["```\n" + "x = 1 < 2\n" * 900 + "```\nDone.", "| a | b |\n" * 900])
def test_code_and_tables_of_any_length_are_taken(text):
    assert wrong(say(Reply(text, (), confidence=0.9), answer_id="a1")) == []
