"""Conditions of `bot.toml`: what they see, what they may hold, and that nothing in them runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.conditions import Condition, facts
from handlers.errors import Invalid
from handlers.models import Change, Ref

SEEN = {"priority": "Highest", "labels": ("vpn", "login"), "score": "72", "title": "Payments fail", "tainted": True}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("priority == 'Highest'", True),
        ("priority in ['High', 'Highest'] and 'vpn' in labels", True),
        ("priority != 'Highest' or not tainted", False),
        ("score >= 70", True),
        ("score > 72", False),
        ("1 < score <= 72", True),
        ("title > 5 or title < 5", False),
        ("component == ''", True),
        ("'x' in component", False),
        ("'fail' in title and 'vpn' not in title", True),
        ("tainted", True),
        ("'a' in tainted", False),
    ],
)
def test_a_condition_is_about_the_fields(text, holds):
    assert Condition.read(text).holds(SEEN) is holds


@pytest.mark.parametrize(
    "text",
    [
        "priority =", "priority = 'x'", "print(1)", "priority.upper() == 'X'", "labels[0] == 'a'", "__import__('os')", "2 ** 99", "'a' * 9999999",
        "[x for x in labels]", "lambda: 1", "priority if 1 else 2", "f'{priority}'", "b'x' == priority", "{'a': 1}", "(a := 1)", "*a", "a; b",
        "None is None", "a" * 501, "(" * 300, "1j == 1",
    ],
)  # fmt: skip
def test_whatever_else_is_written_is_refused_when_it_is_read(text):
    with pytest.raises(Invalid):
        Condition.read(text)


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=5) | st.booleans()))
def test_any_text_is_refused_or_holds_or_does_not(text, known):
    try:
        condition = Condition.read(text)
    except Invalid:
        return
    assert condition.holds(known) in (True, False)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_field_is_compared_as_a_person_reads_it(one, other):
    assert Condition.read(f"a == {other!r}").holds({"a": one}) is (one == other)


def test_a_draft_is_seen_as_it_would_be_afterwards_and_never_under_a_false_name(draft):
    drawn = draft(
        Change("priority", None, Ref("1", "Highest")), Change("labels", (), ("vpn",)), Change("system", None, "zendesk"), Change("owner", "a", None)
    )  # fmt: skip

    seen = facts(drawn)

    assert (seen["priority"], seen["labels"], seen["owner"]) == ("Highest", ("vpn",), "")
    assert (seen["system"], seen["workflow"], seen["record"]) == ("jira", "triage", "SUP-1")
