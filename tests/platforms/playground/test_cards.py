"""Every shape of a card against its golden file. UPDATE_GOLDEN=1 writes the files anew: read the difference before you keep it."""

import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from shapes import BO, NOW, SHAPES

from bot.cards.card import card, relative
from bot.platforms.playground.templates import card_html
from handlers.models import Policy

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", SHAPES)
def test_a_card_looks_as_it_was_last_agreed(name, new_draft):
    html = card_html(card(new_draft(**SHAPES[name]), now=NOW))
    file = GOLDEN / f"{name}.html"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(html, encoding="utf-8")
    assert html == file.read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_every_shape_and_none_besides():
    assert {file.stem for file in GOLDEN.glob("*.html")} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_the_last_line_names_the_draft_and_the_word_stands_nowhere_else(name, new_draft):
    soup = BeautifulSoup(card_html(card(new_draft(**SHAPES[name]), now=NOW)), "html.parser")
    text = soup.get_text(" ", strip=True)
    assert text.endswith("draft k7mp2xqa")
    assert text.casefold().count("draft") == 1


@pytest.mark.parametrize("name", SHAPES)
def test_only_what_waits_has_buttons_and_they_say_what_they_do(name, new_draft):
    soup = BeautifulSoup(card_html(card(new_draft(**SHAPES[name]), now=NOW)), "html.parser")
    labels = [button.get_text(strip=True) for button in soup.select(".buttons button")]
    assert labels == (["Approve", "Edit", "Reject"] if "state" not in SHAPES[name] and name != "shadow" else [])
    others = [button.get_text(strip=True) for button in soup.select(".edit button")]
    assert not any(label.startswith(("Approve", "Edit", "Reject")) for label in others)


@pytest.mark.parametrize(("name", "word"), [("written", "written"), ("rejected", "rejected"), ("stale", "stale"), ("expired", "expired"), ("failed", "failed"), ("unknown", "unknown")])  # fmt: skip
def test_the_outcome_is_said_in_the_word_that_people_search_for(name, word, new_draft):
    soup = BeautifulSoup(card_html(card(new_draft(**SHAPES[name]), now=NOW)), "html.parser")
    assert soup.select_one(".verdict").get_text(" ", strip=True).startswith(word)


def test_votes_for_an_older_version_do_not_count(new_draft):
    view = card(new_draft(**SHAPES["edited"]), now=NOW)
    assert view.progress == "0 of 2 approvals"


def test_a_person_who_approved_twice_is_named_once(new_draft):
    view = card(new_draft(policy=Policy(quorum=3), votes=(BO, BO)), now=NOW)
    assert view.progress == "1 of 3 approvals: Bo Lindqvist"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(86_400, "in 24 h"), (259_200, "in 3 d"), (5_399, "in 90 min"), (59, "in less than a minute"), (-1, "just now"), (-7_200, "2 h ago")],
)  # fmt: skip
def test_a_distance_in_time_is_said_in_its_largest_unit(seconds, words):
    assert relative(seconds) == words
