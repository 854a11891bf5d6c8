"""The words by which other issues of the same matter are looked for."""

from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.jira.jql import query
from bot.connectors.jira.likeness import MOST, telling, wording
from bot.sandbox.jira.jql import parse
from handlers.models import Record


def record(title, text=""):
    return Record("jira", "issue", "SUP-1", "v", title, text, {})


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_was_written_is_a_query_of_words(title, text):
    words, where = telling(record(title, text)), wording(record(title, text))

    assert len(words) == len(set(words)) <= MOST
    assert all(word.isalnum() and word in f"{title}\n{text}".casefold() for word in words)
    assert (where is None) == (not words)
    if where is not None:
        assert parse(query(where)).where is not None


def test_the_long_words_of_the_title_come_first():
    assert telling(record("Export of bookings hangs", "The spreadsheet stays empty")) == [
        "bookings", "export", "hangs", "spreadsheet", "stays", "empty",
    ]  # fmt: skip
