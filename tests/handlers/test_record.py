"""A record that is still to be made: told apart from every other, and kept in a draft like any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.card import card
from bot.store.drafts.bodies import BODY, dump
from handlers.approvals import is_as_seen, now_utc
from handlers.models import Change, Record


@given(st.text(max_size=20), st.sampled_from(["issue", "ticket", "task"]))
def test_where_it_is_to_be_made_comes_back_whatever_it_holds(where, kind):
    record = Record.new("jira", kind, where, title="Payments fail")

    assert (record.is_new, record.where, record.version) == (True, where, "")
    assert record.name.startswith(f"new {kind}")
    assert where in record.name


def test_two_of_them_are_never_the_same():
    one, other = (Record.new("jira", "issue", "SUP", title="Payments fail") for _ in range(2))

    assert one.key != other.key


@given(st.from_regex(r"[A-Za-z0-9/_-]{0,20}", fullmatch=True))
def test_what_is_there_is_not_new(identity):
    record = Record("jira", "issue", identity, "v1", "Payments fail", "", {})

    assert (record.is_new, record.where, record.name) == (False, "", identity)


def test_it_says_in_words_what_it_will_be(draft):
    record = Record.new("jira", "issue", "SUP", title="Payments fail")

    shown = card(draft(Change("summary", None, "Payments fail"), of=record), now=now_utc())

    assert (shown.key, shown.url) == ("new issue in SUP", "")
    assert Record.new("zendesk", "ticket", title="Payments fail").name == "new ticket"


@pytest.mark.parametrize("outside", [True, False])
def test_it_is_the_same_after_it_was_stored(draft, outside):
    record = Record.new("jira", "issue", "SUP", title="Payments fail", outside_text=outside)
    kept = BODY.validate_python(dump(draft(Change("summary", None, "Payments fail"), of=record)))

    assert kept.record == record
    assert kept.tainted is outside
    assert is_as_seen(kept.record, kept)
