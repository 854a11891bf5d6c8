"""Posts and threads as one viewer sees them, and hostile text that stays text wherever it stands."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.card import card
from bot.platforms.playground.panel import panel
from bot.platforms.playground.render import GONE, initials, post, threads
from bot.platforms.playground.templates import card_html, post_html, record_html, threads_html
from bot.store.talk.posts import Post
from handlers.models import Change, Draft, Person, Place, Record, Ref, Source, State

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
AT = NOW.timestamp() - 60
TAGS = {
    "a", "article", "b", "blockquote", "button", "code", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "form",
    "h3", "header", "i", "img", "input", "label", "legend", "li", "ol", "option", "p", "q", "rect", "section", "select", "span", "strong",
    "summary", "svg", "table", "tbody", "td", "textarea", "th", "thead", "time", "tr", "ul",
}  # fmt: skip
ATTACKS = st.sampled_from([
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", "javascript:alert(1)", "</textarea><svg onload=x>",
    "{{ 7 * 7 }}", "{% raw %}", "<!--", "]]>", "&lt;b&gt;", 'https://a.example/"onclick="x', "[1](javascript:alert(1))", "**<b>x</b>**", "`<i>`",
    "\u202e", "\x00", "</p></section>", "https://a.example/'><script>",
])  # fmt: skip
HOSTILE = st.lists(st.one_of(ATTACKS, st.text(max_size=20)), min_size=1, max_size=4).map("".join)


def said(**different: object) -> Post:
    values = {
        "id": 1,
        "revision": 1,
        "channel": "general",
        "thread": 0,
        "author": "playground:ada",
        "name": "Ada Novak",
        "private_to": "",
    }
    return Post(**{**values, "draft": "", "at": AT, "body": {"text": "hello"}, **different})


def assert_inert(html: str) -> None:
    """Whatever came in, only our own tags stand there, without scripts, styles, handlers or other schemes."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in TAGS, tag
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), tag
            assert name != "style", tag
            if name in ("href", "src"):
                assert value.lower().startswith(("https://", "http://", "#source-", "/playground/static/")), tag


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_hostile_text_in_a_card_stays_text(one, two, three):
    ref = Ref(one, two)
    record = Record(two, "issue", one, "1", three, three, {two: one, one: ref}, url=three)
    changes = (
        Change(one, two, three),
        Change("reply", one, three),
        Change(two, None, ref, (ref, Ref(three, one))),
        Change(three, (), (ref,), (ref,)),
    )
    draft = Draft(
        "k7mp2xqa", two, record, changes, Person(one, two), Place("playground", "general"), reasons=(one, three),
        sources=(Source(two, one, three),), confidence={one: 0.5}, follows=three,
    )  # fmt: skip
    assert_inert(card_html(card(draft, now=NOW)))
    ended = Draft("k7mp2xqa", two, record, changes, Person(one, two), Place("p", "c"), state=State.FAILED, outcome=three)
    assert_inert(card_html(card(ended, now=NOW)))
    assert_inert(record_html(panel(draft, record)))
    assert_inert(record_html(panel(draft, None, three)))


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60, deadline=None)
def test_hostile_text_in_a_post_stays_text(one, two, three):
    body = {"text": one, "citations": [{"title": two, "url": three, "quote": one}, {"title": one, "url": one, "quote": three}]}
    view = post(said(name=two, body=body), viewer="playground:bo", draft=None, now=NOW)
    assert_inert(post_html(view))


def test_citation_marks_lead_to_their_source():
    body = {
        "text": "Five days. [2]",
        "citations": [{"title": "A", "url": "", "quote": ""}, {"title": "B", "url": "https://b.example", "quote": "q"}],
    }
    soup = BeautifulSoup(post_html(post(said(body=body), viewer="x", draft=None, now=NOW)), "html.parser")
    target = soup.select_one("a.mark")["href"]
    assert soup.select_one(target).get_text(" ", strip=True).startswith("B")
    assert soup.select_one(f"{target} a")["rel"] == ["noopener", "noreferrer", "nofollow"]


def test_lines_of_a_message_are_kept():
    html = post_html(post(said(body={"text": "one\n\n  two"}), viewer="x", draft=None, now=NOW))
    assert "one\n\n  two" in html


@pytest.mark.parametrize("kept", [None, "text", [1, "x"], {"a": 1}])
def test_citations_of_another_shape_are_none(kept):
    assert post(said(body={"text": "x", "citations": kept}), viewer="x", draft=None, now=NOW).sources == ()


def test_a_card_whose_draft_is_gone_says_so():
    view = post(said(draft="k7mp2xqa", body={}), viewer="x", draft=None, now=NOW)
    assert (view.card, view.missing) == (None, GONE)


def test_answers_stand_under_what_they_answer():
    found = threads(
        [said(id=1), said(id=2), said(id=3, thread=1), said(id=4, thread=2), said(id=5, thread=1)], viewer="x", drafts={}, now=NOW
    )
    assert [(thread.root.id, [reply.id for reply in thread.replies]) for thread in found] == [(1, [3, 5]), (2, [4])]


def test_an_answer_whose_root_the_viewer_may_not_see_stands_by_itself():
    found = threads([said(id=3, thread=1), said(id=5, thread=1)], viewer="x", drafts={}, now=NOW)
    assert [(thread.root.id, [reply.id for reply in thread.replies]) for thread in found] == [(3, [5])]
    assert 'id="thread-1"' in threads_html(found)


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada Novak", "AN"), ("Ada", "A"), ("Ada von Berg", "AB"), ("(bot) x", "X"), ("!!", "?")]
)
def test_initials(name, letters):
    assert initials(name) == letters
