"""SOQL from parts: no value can change the question, and no name can be smuggled in. The stand-in's own parser is the judge."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.salesforce.soql import All, Begins, Condition, Either, select
from bot.sandbox.salesforce import soql as theirs
from handlers.errors import Invalid

KNOWN = frozenset({"Id", "Name", "Email", "Score__c", "CreatedDate", "Owner.Name"})
texts = st.text(max_size=40) | st.text("'\\%_ \n\r\t\"()=ORid", max_size=40)


def asked(where, **more):
    return theirs.parse(select("Lead", ("Id", "Owner.Name"), known=KNOWN, where=where, **more))


@given(texts)
def test_a_text_stays_the_one_value_of_its_condition(text):
    found = asked(Condition("Email", "=", text))

    assert found.where == theirs.Condition("Email", "=", found.where.values)
    (value,) = found.where.values
    assert value.plain() == text
    assert (found.fields, found.object, found.order, found.limit) == (("Id", "Owner.Name"), "Lead", (), None)


@given(texts, texts)
def test_a_pattern_fits_exactly_what_begins_with_its_text(text, more):
    found = asked(Condition("Name", "LIKE", Begins(text)))

    pattern = found.where.values[0].pattern()
    assert pattern.fullmatch(text + more)
    other = f"x{text}" if not text.casefold().startswith("x") else f"y{text}"
    assert not text or not pattern.fullmatch(other)


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_list_keeps_its_values(values):
    found = asked(Condition("Name", "IN", tuple(values)))

    assert [value.plain() for value in found.where.values] == values


tests = st.builds(Condition, st.sampled_from(["Name", "Email"]), st.sampled_from(["=", "!=", "<"]), texts)
trees = st.recursive(
    tests,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(lambda p: st.sampled_from([All(tuple(p)), Either(tuple(p))])),
)


def shape(node):
    """The tree with single parts unwrapped, values as texts."""
    match node:
        case Condition(field, operator, value):
            return field, operator, value
        case theirs.Condition(field, operator, (value,)):
            return field, operator, value.plain()
        case All(parts) | Either(parts) | theirs.Both(parts) | theirs.Either(parts):
            if len(parts) == 1:
                return shape(parts[0])
            return "and" if isinstance(node, All | theirs.Both) else "or", [shape(part) for part in parts]


@given(trees)
def test_conditions_are_joined_as_they_were_meant(tree):
    assert shape(asked(tree).where) == shape(tree)


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]), min_value=datetime(1900, 1, 2)))  # noqa: DTZ001 - hypothesis adds the zone
def test_a_time_is_the_same_moment_to_the_millisecond(moment):
    (value,) = asked(Condition("CreatedDate", ">=", moment)).where.values

    assert moment - value < timedelta(milliseconds=1)
    assert value <= moment


@pytest.mark.parametrize(("value", "shown"), [(None, "NULL"), (True, "TRUE"), (False, "FALSE"), (5, "5")])
def test_other_values(value, shown):
    assert select("Lead", ("Id",), known=KNOWN, where=Condition("Score__c", "=", value)).endswith(f"Score__c = {shown}")


def test_order_and_limit():
    found = asked(None, order=("Name DESC", "Id"), limit=9999)

    assert found.order == (theirs.Order("Name", descending=True), theirs.Order("Id"))
    assert found.limit == 2000


@given(st.text(max_size=30))
def test_a_name_that_is_not_known_is_refused(text):
    for where, order in ((Condition(text, "=", "x"), ()), (None, (text,))):
        if text.removesuffix(" DESC") not in KNOWN:
            with pytest.raises(Invalid, match="does not ask Salesforce"):
                select("Lead", ("Id",), known=KNOWN, where=where, order=order)


@pytest.mark.parametrize("name", ["Id, (SELECT Id FROM Tasks)", "Name FROM Lead --", "a.b.c.d", "", "Ünique"])
def test_a_name_that_is_none_is_refused_even_where_it_is_known(name):
    with pytest.raises(Invalid, match="does not ask Salesforce"):
        select("Lead", (name,), known=KNOWN | {name})
    with pytest.raises(Invalid, match="does not ask Salesforce"):
        select(name, ("Id",), known=KNOWN)


@pytest.mark.parametrize(
    "test",
    [
        Condition("Name", "= 'x' OR Name =", "x"), Condition("Name", "IN", "x"), Condition("Name", "IN", ()), Condition("Name", "=", ("x",)),
        Condition("Name", "LIKE", "x"), Condition("Name", "=", Begins("x")), Condition("Name", "=", "x" * 4001),
    ],
)  # fmt: skip
def test_what_makes_no_condition_is_refused(test):
    with pytest.raises(Invalid):
        select("Lead", ("Id",), known=KNOWN, where=test)
