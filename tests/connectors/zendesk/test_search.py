"""Zendesk's search made from parts: nothing from outside is a sign of its language."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.zendesk.search import STATUSES, Wanted, query
from handlers.errors import Invalid

TERM = re.compile(r'type:ticket|(?:requester|status|group|tags):"[^"]+"|\w+')
hostile = st.text(max_size=40) | st.lists(
    st.sampled_from(['"', "\\", " OR ", "status:solved", "-", "type:user", ":", "*", "<", "\n"])
).map("".join)


@given(
    st.builds(
        Wanted, hostile, hostile, st.just("") | st.sampled_from(STATUSES), hostile, st.lists(hostile, max_size=2).map(tuple)
    )
)
def test_every_part_is_one_term_whatever_it_holds(wanted):
    try:
        found = query(wanted)
    except Invalid:
        return
    assert TERM.sub("", found).strip() == ""
    assert found.startswith("type:ticket ")
    assert found.count('"') == 2 * sum(bool(one) for one in (wanted.requester, wanted.status, wanted.group, *wanted.tags))


def test_what_is_wanted_in_their_words():
    wanted = Wanted("charged (twice)", "mira@kestrelboats.example", "open", "Billing", ("refund",))

    assert (
        query(wanted)
        == 'type:ticket charged twice requester:"mira@kestrelboats.example" status:"open" group:"Billing" tags:"refund"'
    )


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (Wanted(), "Type some words"),
        (Wanted("?!"), "Type some words"),
        (Wanted(status="done"), "no status of Zendesk"),
        (Wanted(requester='"'), "empty value"),
        (Wanted(group="x" * 201), "more than 200"),
    ],
)
def test_what_cannot_be_asked_is_refused(wanted, sentence):
    with pytest.raises(Invalid, match=sentence):
        query(wanted)
