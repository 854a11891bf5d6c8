"""JQL made from parts: whatever is asked for stands between quotes, and names come from a list."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.connectors.jira.jql import OPERATORS, Ago, All, Condition, Either, Me, Words, query
from bot.sandbox.jira.jql import Both, Clause, Value, parse
from bot.sandbox.jira.jql import Either as AnyOf
from handlers.errors import Invalid

hostile = st.text(max_size=40) | st.lists(
    st.sampled_from(['"', "\\", "'", " OR ", " AND ", "project", "=", "SEC", ")", "(", "ORDER BY", "\n", "*", "~", "EMPTY", ","])
).map("".join)


@given(hostile)
def test_a_value_is_one_value_whatever_it_holds(text):
    shown = "".join(sign if sign.isprintable() else " " for sign in text)

    found = parse(query(All((Condition("project", "=", "SUP"), Condition("labels", "in", (text, "x"))))))

    assert found.where == Both((Clause("project", "=", (Value("SUP"),)), Clause("labels", "in", (Value(shown), Value("x")))))
    assert found.order == ()


@given(hostile)
@example("_")
@example("__ x_y _z")
def test_words_are_words_whatever_they_hold(text):
    found = parse(query(Condition("text", "~", Words(f"a {text}")), order=("updated DESC", "key")))

    [value] = found.where.values
    assert all(word.replace("_", "").isalnum() and word == word.casefold() for word in value.text.split())
    assert [(one.field, one.descending) for one in found.order] == [("updated", True), ("key", False)]


def test_joined_conditions_keep_together():
    either = Either((Condition("assignee", "=", None), Condition("assignee", "!=", Me()), Condition("updated", ">=", Ago(90))))

    shown = query(All((Condition("project", "=", "SUP"), either)))

    assert shown == '(project = "SUP" AND (assignee is EMPTY OR assignee != currentUser() OR updated >= "-90m"))'
    assert isinstance(parse(shown).where.parts[1], AnyOf)
    assert query(Condition("assignee", "!=", None)) == "assignee is not EMPTY"


@pytest.mark.parametrize(
    "asked",
    [
        Condition("cf[10010]", "=", "x"), Condition('project" OR "', "=", "x"), Condition("text", "=", "x"), Condition("text", "~", "x"),
        Condition("project", "~", Words("x")), Condition("project", "in", ()), Condition("project", "in", "x"), Condition("labels", "= 1 OR", "x"),
        Condition("updated", ">=", "2026-01-01"), Condition("updated", "=", Ago(1)), Condition("project", "=", "x" * 1001),
        Condition("project", "in", ("x",) * 101), All(()), Either(()), Condition("text", "~", Words("?!")), Condition("text", "~", Words("_ __")), Condition("project", "=", ("x",)),
        Condition("summary", "~", None),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(asked):
    with pytest.raises(Invalid):
        query(asked)


@given(st.text(max_size=20).filter(lambda name: name not in OPERATORS))
def test_a_strange_name_stands_nowhere(name):
    with pytest.raises(Invalid, match="does not ask"):
        query(Condition(name, "=", "x"))
    with pytest.raises(Invalid, match="does not ask"):
        query(Condition("project", "=", "x"), order=(name + " DESC",))
