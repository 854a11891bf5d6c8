"""Hostile text in Slack's dialects: nothing is lost, nothing is too long, nothing comes alive."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote

import pytest
from hostile import EVIL, HOSTILE, LONG
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.cards.clean import clean
from bot.cards.markdown import markdown
from bot.platforms.slack.words import (
    LONGEST_FALLBACK,
    LONGEST_JSON,
    LONGEST_MARKDOWN,
    MOST_BLOCKS,
    date,
    escaped,
    fallback,
    link,
    mrkdwn,
    packed,
    passages,
    plain,
    size,
)
from bot.sandbox.slack.dangers import dangers
from bot.sandbox.slack.gate import problems

BARE = re.compile(r"https?://|www\.", re.IGNORECASE)
OWN = ("https://good.example/a_(b)", "https://good.example")
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
many = settings(max_examples=250, deadline=None)


def opened(text):
    """Where another reader of Markdown could be led: addresses of links and pictures, and bare addresses outside code."""
    depth = 0
    for token in (inner for block in MarkdownIt("commonmark").enable("table").parse(text) for inner in (block.children or ())):
        depth += token.nesting if token.type.startswith("link") else 0
        if token.type == "link_open":
            yield unquote(token.attrs["href"])
        if token.type in ("image", "html_inline") or (token.type == "text" and not depth and BARE.search(token.content)):
            yield f"{token.type} {token.content}"


def shown(*blocks, text="x"):
    """Complaints about a message of these blocks."""
    message = {"text": text, "blocks": list(blocks)}
    return problems(message) + dangers(message)


@given(LONG)
@slow
def test_plain_text_is_taken_whatever_it_holds(text):
    block = plain(text)
    assert shown({"type": "section", "text": block}) == []
    assert block["text"] == clean(text)[:2900] or not clean(text)


@given(HOSTILE)
@many
def test_escaped_text_mentions_nobody_and_links_nowhere(text):
    safe = escaped(text)
    assert shown({"type": "section", "text": mrkdwn(safe or " ")}, text=safe if safe.strip() else "x") == []
    assert not set("<>") & set(safe)


@given(LONG)
@slow
def test_the_fallback_is_short_and_ends_in_no_half_entity(text):
    found = fallback(text)
    assert len(found) <= LONGEST_FALLBACK
    assert dangers({"text": found}) == []
    if len(escaped(text)) > LONGEST_FALLBACK and clean(text).strip():
        assert found.endswith("…")
        assert "&" not in found[-5:-1] or ";" in found[found.rindex("&") :]


@given(HOSTILE)
@many
@example(f"`a {EVIL} b")
@example(f"`see `{EVIL}` there`")
@example("\\[x\\](mailto:a@b.example)")
@example(f"  ```\n{EVIL}\n```\n{EVIL}")
@example(f"1. a\n   ```\n{EVIL}\n")
@example(f"```\n{EVIL}\n```{EVIL}\n`")
def test_markdown_makes_no_link_to_an_address_of_somebody_else(text):
    for links in ((), OWN):
        made = markdown(text, links=links)
        assert dangers({"blocks": [{"type": "markdown", "text": made}]}) == []
        assert set(opened(made)) <= set(links)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Five days. [1]", "Five days. [1]"),
        ("**bold** and `code`", "**bold** and `code`"),
        (f"see {EVIL}.", "see `https://evil.example/p?a=1&amp;b=2`."),
        ("see https://good.example.", "see [https://good.example](https://good.example)."),
        ("(see https://good.example/a_(b))", "(see [https://good.example/a_(b)](https://good.example/a_%28b%29))"),
        ("https://good.example.evil.example", "`https://good.example.evil.example`"),
        ("C:\\temp", "C:\\\\temp"),
        ("[a](b)", "\\[a\\](b)"),
        ("a `stray tick", "a \\`stray tick"),
        (f"```\ncurl {EVIL}\n```", "```\ncurl https://evil.example/p?a=1&amp;b=2\n```"),
        ("a | b", "a \\| b"),
        ("5 < 6 & 7", "5 &lt; 6 &amp; 7"),
    ],
)
def test_markdown_reads_as_it_was_written(text, wanted):
    assert markdown(text, links=OWN) == wanted


def test_an_address_that_no_browser_may_open_is_no_link_even_where_a_citation_has_it():
    assert markdown("www.good.example https://u@good.example", links=("www.good.example", "https://u@good.example")) == (
        "`www.good.example` `https://u@good.example`"
    )


@given(LONG)
@slow
@example(f"{'x' * 2492}{EVIL}")
@example(f"{'x' * 2496}www.evil.example")
@example("&" * 9000)
@example("👩" * 9000)
@example("```\n" + "<" * 9000)
@example("\\" * 9000)
def test_passages_hold_everything_and_none_is_too_long(text):
    found = passages(text, links=OWN)
    assert all(len(piece) <= LONGEST_MARKDOWN for piece in found)
    for piece in found:
        assert shown({"type": "markdown", "text": piece}) == []
    told = Counter("".join(passages(text)))
    assert Counter(letter for letter in clean(text) if letter.isalnum()) <= told


@given(st.lists(st.integers(1, 5500), max_size=120), st.integers(0, 3))
@slow
def test_messages_are_filled_in_order_and_the_foot_stands_in_the_last(sizes, feet):
    body = [{"type": "section", "block_id": f"b{n}", "text": plain('"' * (length // 2 + 1))} for n, length in enumerate(sizes)]
    foot = [{"type": "divider", "block_id": f"f{n}"} for n in range(feet)]
    found = packed(body, foot)
    assert [block for blocks in found for block in blocks] == [*body, *foot]
    assert found[-1][len(found[-1]) - feet :] == foot
    assert all(len(blocks) <= MOST_BLOCKS and size(blocks) <= LONGEST_JSON for blocks in found)
    assert all(found) or found == [[]]


@pytest.mark.parametrize(
    ("url", "label", "wanted"),
    [
        ("https://docs.example/a?b=1&c=<x>", "", "<https://docs.example/a?b=1&amp;c=%3Cx%3E|docs.example>"),
        ("https://jira.example/browse/SUP-1", "Open in jira", "<https://jira.example/browse/SUP-1|Open in jira>"),
        ("https://evil.example/a|b", "good.example", "<https://evil.example/a%7Cb|evil.example>"),
        ("https://evil.example", "https://good", "<https://evil.example|evil.example>"),
        ("javascript:alert(1)", "", ""),
        ("https://u@good.example", "", ""),
        (f"https://good.example/{'é' * 400}", "", ""),
        ("", "x", ""),
    ],
)
def test_a_link_shows_where_it_leads(url, label, wanted):
    assert link(url, label) == wanted


@given(HOSTILE, HOSTILE)
@many
def test_no_link_pretends_to_lead_elsewhere(url, label):
    for address in (url, f"https://host.example/{url}"):
        if found := link(address, label):
            assert shown({"type": "section", "text": mrkdwn(found)}) == []


def test_a_time_is_said_in_utc_to_readers_without_zones():
    at = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert date(at) == date(at.astimezone(UTC)) == "<!date^1772445600^{date_short_pretty}, {time}|02 Mar 2026, 10:00 UTC>"
