"""Foreign text: nothing hidden survives, nothing visible is lost, only web addresses become links."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.clean import clean, has_invisible, pieces, web_link

ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=200)


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("pay\u202eevil\u202c", "payevil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("half\ud800", "half"),
        ("filler\u3164", "filler"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("Zürich\t→ 東京 é 👍", "Zürich\t→ 東京 é 👍"),
    ],
)
def test_what_a_reader_cannot_see_is_taken_out(hostile, harmless):
    assert clean(hostile) == harmless


@given(ANYTHING)
def test_cleaning_leaves_visible_text_and_is_done_after_once(text):
    once = clean(text)
    assert clean(once) == once
    assert not has_invisible(once)
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in once if letter not in "\n\t")
    once.encode()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " https://a.example", "data:text/html,x", "//a.example", "/local", "ftp://a.example",
        "https://", "https://trusted.example@evil.example/", "https://a.exa\u202emple/", "http://[::1", "java\nscript:alert(1)", "",
        "HTTPS://EVIL.example<!here|x>", "https://a%2fb.example", "https://a.example\\b", "https://`a`.example",
    ],
)  # fmt: skip
def test_no_other_address_becomes_a_link(url):
    assert web_link(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/b?c=d#e", "http://127.0.0.1:3000/browse/SUP-1", "HTTPS://A.example"])
def test_web_addresses_become_links(url):
    assert web_link(url) == url


@given(ANYTHING, st.integers(0, 5))
def test_pieces_hold_the_whole_text_but_for_marks_of_style(text, citations):
    found = pieces(text, citations=citations)
    whole = "".join({"strong": f"**{p.text}**", "code": f"`{p.text}`"}.get(p.style, p.text) for p in found)
    assert whole == clean(text)
    assert all(1 <= piece.mark <= citations for piece in found if piece.mark)


def test_marks_links_and_styles_are_told_apart():
    found = pieces("See **this** [1] at https://a.example/x. Not [7], not `x` [2]", citations=2)
    assert [(p.text, p.url, p.mark, p.style) for p in found] == [
        ("See ", "", 0, ""),
        ("this", "", 0, "strong"),
        (" ", "", 0, ""),
        ("[1]", "", 1, ""),
        (" at ", "", 0, ""),
        ("https://a.example/x", "https://a.example/x", 0, ""),
        (". Not [7], not ", "", 0, ""),
        ("x", "", 0, "code"),
        (" ", "", 0, ""),
        ("[2]", "", 2, ""),
    ]
