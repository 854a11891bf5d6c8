"""Hostile text in Teams' dialects: nothing is lost, nothing is too long, nothing comes alive."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hostile import EVIL, HOSTILE, LONG
from hypothesis import HealthCheck, example, given, settings
from platforms.teams.reading import inlines, opened, read

from bot.cards.clean import clean
from bot.platforms.teams.elements import LARGEST_CARD, size, words_card
from bot.platforms.teams.words import LONGEST_SUMMARY, LONGEST_TEXT, Message, date, letters, link, passages, spelled, summary

OWN = ("https://good.example/a_(b)", "https://good.example")
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
many = settings(max_examples=250, deadline=None)
DRAWN = frozenset({"text", "softbreak", "code_inline", "paragraph_open", "paragraph_close"})


def answer(text, links=()):
    return "\n\n".join(passages(text, links=links))


@given(HOSTILE)
@many
@example(f"`a {EVIL} b")
@example(f"`see `{EVIL}` there`")
@example("\\[x\\](mailto:a@b.example)")
@example(f"  ```\n{EVIL}\n```\n{EVIL}")
@example(f"1. a\n   ```\n{EVIL}\n")
@example("<at>Ada</at> <img src=x> `<b>`")
def test_an_answer_makes_no_link_to_an_address_of_somebody_else(text):
    for links in ((), OWN):
        made = answer(text, links)
        assert set(opened(made)) <= set(links)
        assert "<" not in made


@given(HOSTILE)
@many
@example(f"`a {EVIL} b` www.evil.example a@b.example")
@example("1. a\n2) b\n- c\n+ d\n# e\n===\n---\n    f\n\tg\n> h\n*i* _j_ ~~k~~ | l |")
@example("a\\\n\\*b")
def test_plain_words_are_shown_letter_by_letter_and_nothing_in_them_is_markdown(text):
    made = letters(text)
    assert list(opened(made)) == []
    assert {token.type for token in inlines(made)} <= DRAWN
    assert "".join(read(made).split()) == "".join(clean(text).split())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Five days. [1]", "Five days. [1]"),
        ("**bold** and `code`", "**bold** and `code`"),
        (f"see {EVIL}.", "see `https://evil.example/p?a=1&b=2`."),
        ("see https://good.example.", "see [https://good.example](https://good.example)."),
        ("https://good.example.evil.example", "`https://good.example.evil.example`"),
        ("one\ntwo\n\nthree", "one\n\ntwo\n\nthree"),
        ("```\na\n<b> & c\n```\nd\ne", "```\na\n&lt;b&gt; & c\n```\n\nd\n\ne"),
        ("[a](b) <at>x</at> & y", "\\[a\\](b) &lt;at&gt;x&lt;/at&gt; &amp; y"),
    ],
)
def test_an_answer_reads_as_it_was_written(text, wanted):
    assert passages(text, links=OWN) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Type /bot help.", "Type /bot help."),
        ("one\ntwo", "one\n\ntwo"),
        ("**a** `b` [1]", "\\*\\*a\\*\\* \\`b\\` \\[1\\]"),
        ("- a\n1. b", "\\- a\n\n1\\. b"),
        ("  a  b", "\u00a0 a \u00a0b".replace("\u00a0 a", "\u00a0\u00a0a")),
        (f"see {EVIL}.", "see `https://evil.example/p?a=1&b=2`."),
    ],
)
def test_plain_words_look_like_this(text, wanted):
    assert letters(text) == wanted


@given(LONG)
@slow
@example("&" * 30_000)
@example("*" * 30_000)
@example("```\n" + "<" * 30_000)
def test_texts_hold_everything_and_none_is_too_long(text):
    for found in (passages(text, links=OWN), spelled(text)):
        assert all(0 < len(piece) <= LONGEST_TEXT for piece in found)
        told = Counter("".join(found))
        assert Counter(letter for letter in clean(text) if letter.isalnum()) <= told


@given(LONG)
@slow
def test_a_summary_is_one_short_line(text):
    found = summary(text)
    assert found.strip()
    assert "\n" not in found
    assert len(found) <= LONGEST_SUMMARY
    if len(" ".join(clean(text).split())) > LONGEST_SUMMARY:
        assert found.endswith("…")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://docs.example/a?b=1&c=<x>", "[docs.example](https://docs.example/a?b=1&c=%3Cx%3E)"),
        ("https://docs.example/a_(b)[c]", "[docs.example](https://docs.example/a_%28b%29%5Bc%5D)"),
        ("https://b\u00fccher.example/", "[xn--bcher-kva.example](https://xn--bcher-kva.example/)"),
        ("javascript:alert(1)", ""),
        ("https://u@good.example", ""),
        (f"https://good.example/{'é' * 400}", ""),
        ("", ""),
    ],
)
def test_a_link_shows_where_it_leads(url, wanted):
    assert link(url) == wanted


@given(HOSTILE)
@many
def test_a_link_is_one_link_whatever_its_address_holds(text):
    made = link(f"https://host.example/{text}")
    if made:
        assert len(list(opened(made))) == 1
        assert read(made).strip() == "host.example"


def test_a_time_is_said_so_that_every_client_shows_it_in_its_own_zone():
    at = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert date(at) == date(at.astimezone(UTC)) == "{{DATE(2026-03-02T10:00:00Z,SHORT)}} {{TIME(2026-03-02T10:00:00Z)}}"


def test_a_message_of_plain_words_carries_nothing_else():
    message = Message("Hello", "Hello")
    assert (message.attachments, message.entities) == ([], [])


def test_a_card_of_plain_words_fits_whatever_is_said():
    assert [part["inlines"][0]["text"] for part in words_card("already decided: written.\nLook below.")["body"]] == [
        "already decided: written.",
        "Look below.",
    ]
    for text in ("x " * 40_000, "👩" * 20_000, "", "\u200b"):
        assert size(words_card(text)) <= LARGEST_CARD
        assert words_card(text)["body"][-1]["inlines"][0]["text"] == "…"
