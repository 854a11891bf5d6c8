import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.plain import cells, plain
from knowledge.quotable import quotables


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Bold** and *slanted* and `code`", "Bold and slanted and code"),
        ("- [x] done", "done"),
        ("3. third", "third"),
        ("## Heading", "Heading"),
        ("> said", "said"),
        ('see [the page](https://x.example/a_b "t") and ![pic](p.png)', "see the page and pic"),
        ("<https://x.example/a_b_c>", "https://x.example/a_b_c"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("```py\nx = 1\n```", "x = 1"),
        ("two\n  lines", "two lines"),
    ],
)
def test_marks_of_formatting_go_and_words_stay(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_cells_of_a_row() -> None:
    assert cells("| a | **b** | c \\| d |") == ["a", "b", "c | d"]
    assert cells("a|b") == ["a", "b"]


@given(st.text(alphabet="abc |\\*`_[]()#-\n", max_size=80))
def test_letters_survive(text: str) -> None:
    links_aside = text.replace("](", "] (").replace("`", "").replace("```", "")
    assert sorted(c for c in plain(links_aside) if c in "abc") == sorted(c for c in links_aside if c in "abc")


def test_quotables_are_verbatim_and_a_question_brings_its_answer() -> None:
    text = "# Head\n\nLost it? Call us. Bye\n\n- one item\n- two items\n\n| Day | Time |\n|---|---|\n| Mon | 9 |\n\n```\nrun it now\n```\n"
    found = quotables(text)
    assert [one.words for one in found] == ["Lost it? Call us.", "one item", "two items", "Day: Mon, Time: 9", "run it now"]
    assert all(text[one.start : one.start + len(one.quote)] == one.quote for one in found)


def test_a_text_of_questions_only_still_quotes_the_last() -> None:
    assert [one.words for one in quotables("Who is it? Why is it?")] == ["Who is it? Why is it?"]


def test_an_announcement_brings_what_it_announces() -> None:
    text = "A refund needs three things:\n\n- the booking number,\n- the *amount*;\n- a reason.\n\nNothing else is asked for."
    first = quotables(text)[0]

    assert first.words == "A refund needs three things: the booking number; the amount; a reason"
    assert first.quote == text[: text.index("\n\nNothing")]
    assert text.count(first.quote) == 1


def test_an_announcement_of_nothing_stays_as_it_is() -> None:
    assert [one.words for one in quotables("What we sell:\n\nBikes are rented by the hour.")] == [
        "What we sell:",
        "Bikes are rented by the hour.",
    ]
