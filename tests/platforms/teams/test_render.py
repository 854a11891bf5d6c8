"""Replies in Teams: cited answers, sources, what is private, and plain words."""

import pytest
from hostile import HOSTILE, LONG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from platforms.teams.reading import opened, read, wrong

from bot.cards.clean import clean
from bot.platforms.teams.elements import LARGEST_CARD, size
from bot.platforms.teams.render import fits, say
from bot.platforms.teams.words import LONGEST_TEXT
from bot.store.talk.offers import buttons
from handlers.models import MOST_OFFERS, Offer, Reply, Source
from handlers.speech import Picture

DOCS = "https://docs.example/refunds"
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
ANSWER = Reply("Duplicates go back the same day. [1]", (Source("Refunds", DOCS, "Duplicates go back"),), confidence=0.9)
SHOWN = """Duplicates go back the same day. [1]

Sources

1\\. Refunds: “Duplicates go back” [docs.example](https://docs.example/refunds)

confidence 90 % (high)"""
CLAIM = {
    "@type": "Claim",
    "position": 1,
    "appearance": {"@type": "DigitalDocument", "name": "Refunds", "url": DOCS, "abstract": "Duplicates go back"},
}


def test_an_answer_has_its_words_its_sources_how_sure_it_is_and_the_mark_of_ai():
    [message] = say(ANSWER, answer_id="a1")
    assert message.text == SHOWN
    assert message.is_answer
    assert message.attachments == []
    assert message.summary == ANSWER.text
    assert message.entities == [
        {
            "type": "https://schema.org/Message",
            "@type": "Message",
            "@context": "https://schema.org",
            "@id": "",
            "additionalType": ["AIGeneratedContent"],
            "citation": [CLAIM],
        }
    ]
    assert wrong([message]) == []


def test_a_private_answer_says_so_and_can_be_shared():
    [message] = say(Reply("x", ANSWER.citations, confidence=0.6, private=True), answer_id="a1", share=True)
    assert message.text.endswith("confidence 60 % (medium), only you can see this")
    [attached] = message.attachments
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attached["content"]["actions"] == [
        {"type": "Action.Execute", "title": "Share here", "verb": "share", "data": {"answer": "a1"}}
    ]
    assert wrong([message]) == []


def test_an_answer_without_a_name_cannot_be_shared():
    assert say(ANSWER, share=True)[0].card is None


def test_an_abstention_names_the_nearest_sources():
    [message] = say(Reply("I don't know.", ANSWER.citations, confidence=0.1, abstained=True))
    assert "\n\nNearest sources\n\n" in message.text


def test_words_without_a_confidence_are_shown_letter_by_letter():
    [message] = say(Reply("Type /bot *help* <at>Ada</at>"))
    assert message.text == "Type /bot \\*help\\* &lt;at&gt;Ada&lt;/at&gt;"
    assert message.summary == "Type /bot *help* <at>Ada</at>"
    assert not message.is_answer
    assert message.entities == []


def test_trouble_has_a_sign_before_it():
    assert say(Reply("That did not work.", trouble=True))[0].text == "⚠ That did not work."


def test_what_is_empty_is_not_said():
    assert say(Reply("")) == say(Reply(" \n\u200b")) == ()


def test_words_that_nobody_can_see_still_have_a_notification():
    assert [message.summary for message in say(Reply("\u200b", ANSWER.citations, confidence=0.9))] == ["…"]


def test_only_the_addresses_of_its_own_citations_can_be_followed():
    [message] = say(Reply(f"See {DOCS} and https://evil.example.", ANSWER.citations, confidence=0.9))
    assert message.text.startswith(f"See [{DOCS}]({DOCS}) and `https://evil.example`.\n\n")


def test_what_a_citation_holds_is_cut_to_what_teams_takes():
    sources = tuple(Source(f"{'Long title ' * 8}{n}", "javascript:alert(1)", "word\n" * 90) for n in range(24))
    [message] = say(Reply("x [1]", sources, confidence=0.9))
    claims = message.entities[0]["citation"]
    assert [claim["position"] for claim in claims] == list(range(1, 21))
    for shown in (claim["appearance"] for claim in claims):
        assert (len(shown["name"]) <= 80, len(shown["abstract"]) <= 160, "url" in shown) == (True, True, False)
        assert shown["abstract"].endswith("…")
    assert "24\\. Long title" in message.text
    assert wrong([message]) == []


def test_a_source_that_has_no_quote_is_described_by_its_title():
    [message] = say(Reply("x [1]", (Source("  ", DOCS),), confidence=0.9))
    assert message.entities[0]["citation"][0]["appearance"] == {
        "@type": "DigitalDocument", "name": "untitled", "url": DOCS, "abstract": "untitled",
    }  # fmt: skip


def test_a_source_that_cannot_be_followed_shows_its_address():
    url = f"https://docs.example/{'x' * 4000}"
    text = "".join(message.text for message in say(Reply("x", (Source("Refunds", url),), confidence=0.9)))
    assert url in text
    assert list(opened(text)) == []


def test_a_long_answer_goes_over_several_messages_and_only_the_last_can_be_shared():
    messages = say(Reply("A sentence of an answer. " * 2000, ANSWER.citations * 60, confidence=0.9), answer_id="a1", share=True)
    assert len(messages) > 2
    assert [message.card is not None for message in messages] == [False] * (len(messages) - 1) + [True]
    assert all(message.is_answer and len(message.text) <= LONGEST_TEXT for message in messages)
    assert wrong(messages) == []


@given(LONG, HOSTILE, HOSTILE, st.sampled_from([None, 0.2, 0.9]), st.booleans())
@slow
def test_hostile_text_in_a_reply_stays_text(one, two, three, confidence, private):
    citations = (Source(two, f"https://docs.example/{three}", one), Source(three, two, three), Source(one, three))
    messages = say(Reply(one, citations, confidence=confidence, private=private), answer_id="a1", share=private)
    assert wrong(messages) == []
    for message in messages:
        led = [url for url in opened(message.text) if not url.startswith(("https://docs.example/", "https://good.example"))]
        assert [url for url in led if url not in (two, three)] == []
        assert "<" not in message.text


@given(LONG)
@slow
def test_no_letter_of_what_is_said_is_lost(one):
    told = "".join(read(message.text) for message in say(Reply(one)))
    assert "".join(told.split()) == "".join(clean(one).split())


@pytest.mark.parametrize("text", ["```\n" + "x = 1 < 2\n" * 3000 + "```\nDone.", "| a | b |\n" * 3000])
def test_code_and_tables_of_any_length_are_taken(text):
    messages = say(Reply(text, (), confidence=0.9), answer_id="a1")
    assert len(messages) > 1
    assert wrong(messages) == []


def test_a_picture_stands_above_the_buttons_with_its_words():
    reply = Reply("Since nine.", picture=Picture(b"png", "Alerts: 3 {{DATE(x)}}"), offers=(Offer("Look", "/triage SUP-1"),))
    [message] = say(reply, offers=buttons("k", reply))

    picture, row = message.card["body"]
    assert picture == {
        "type": "Image",
        "url": "data:image/png;base64,cG5n",
        "altText": "Alerts: 3 { {DATE(x)}}",
        "size": "Stretch",
    }
    assert (row["type"], wrong([message])) == ("ActionSet", [])


@given(st.integers(0, 20_000), LONG, HOSTILE)
@slow
def test_a_picture_that_fits_leaves_room_for_every_button(length, alt, label):
    picture = Picture(bytes(length), alt)
    offers = tuple(Offer(f"{label}{'🙂' * 80}", f"/ask {n}") for n in range(MOST_OFFERS))
    reply = Reply("Since nine. [1]", ANSWER.citations, confidence=0.9, private=True, picture=picture, offers=offers)
    if fits(picture):
        messages = say(reply, answer_id="a" * 24, share=True, offers=buttons("k", reply))
        assert max(size(one.card) for one in messages if one.card) <= LARGEST_CARD
        assert wrong(messages) == []
    else:
        assert length > 12_000 or len(alt) > 1000
