"""Addresses that no citation has, whatever their scheme: shown, never opened. And what is cut, is cut between letters."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.cutting import split
from bot.cards.markdown import markdown
from bot.platforms.slack.words import passages

GITHUB = re.compile(r"(?:https?://|ftp://|www\.)\w|(?:mailto|xmpp):[\w.+-]+@|[\w.+-]+@[\w-]+\.[\w-]", re.IGNORECASE)
"""What GitHub's dialect makes links of by itself (spec of GFM, section 6.9)."""
PASSIVE = re.compile(r"^```[^`\n]*$(?:.*?^```+[ \t]*$|.*\Z)|\\[!-/:-@\[-`{-~]|`[^`\n]*`", re.MULTILINE | re.DOTALL)
"""A fence with its info string, up to its end or the text's; escaped signs; and code within a line."""
OWN = "https://good.example/a"


@pytest.mark.parametrize(
    "address",
    ["mailto:a@evil.example", "ftp://evil.example/x", "slack://user?team=T1", "a.b+c@evil.example", "tel:+491234", "HTTPS://EVIL.example", "vscode://x"],
)  # fmt: skip
def test_a_foreign_address_stands_as_code_whatever_its_scheme(address):
    assert markdown(f"write to {address} now", links={OWN}) == f"write to `{address}` now"


def test_a_sentence_keeps_its_signs_and_a_citation_its_link():
    assert markdown(f"Mail a@evil.example. See {OWN}.", links={OWN}) == f"Mail `a@evil.example`. See [{OWN}]({OWN})."


PARTS = [
    "a@evil.example",
    "mailto:",
    "ftp://",
    "slack://evil",
    "https://evil.example",
    OWN,
    "`",
    "\\",
    "@",
    ".",
    "x",
    " ",
    "\n",
    "[1]",
    "(",
    ")",
    "www.",
]


@given(st.lists(st.sampled_from(PARTS), max_size=20).map("".join))
def test_outside_of_code_and_citations_there_is_nothing_to_open(text):
    made = markdown(text, links={OWN}).replace(f"[{OWN}]({OWN})", " ")
    assert not GITHUB.search(PASSIVE.sub("·", made)), made


@pytest.mark.parametrize("sign", ["a.", "a@", "a", "a+", "a://", "a@a.", "www.", "mailto:", "`a", "["])
def test_the_longest_text_takes_no_time(sign):
    began = time.process_time()
    passages(sign * (30_000 // len(sign)))
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("aaaa\U0001f1e9\U0001f1eabb", ["aaaa", "\U0001f1e9\U0001f1eabb"]),
        ("aaa\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", ["aaa\U0001f1e9\U0001f1ea", "\U0001f1eb\U0001f1f7"]),
        ("aaaa\u0915\u093f\u0915", ["aaaa", "\u0915\u093f\u0915"]),
    ],
)
def test_flags_and_letters_of_any_script_stay_whole(text, pieces):
    assert split(text, 5) == pieces


@given(st.text(st.sampled_from("a \u0301\u093f\U0001f1e9\U0001f3fd"), max_size=80), st.integers(2, 12))
def test_nothing_is_lost_between_pieces(text, limit):
    found = split(text, limit)
    assert "".join(found) == text
    assert all(0 < len(piece) <= limit for piece in found) or not text
