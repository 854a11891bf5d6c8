"""Several drafts under one signature: what is shown and signed, how it is edited, and who is enough for all of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.bundles import MOST, bundle, edited, standing
from handlers.errors import Invalid
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State
from handlers.policy import refusal, strictest

HERE = Place("slack", "C1")
CALL = Call("call-1", "triage", "SUP-1", Person("p:ada", "Ada"), HERE)
PEOPLE = [
    Person(f"p:{n}", n, groups=frozenset(groups)) for n, groups in (("a", "x"), ("b", "y"), ("c", "xy"), ("d", ""), ("ada", "xy"))
]
POLICIES = st.builds(
    Policy,
    approvers=st.lists(st.sampled_from(["*", "group:x", "group:y", "p:d"]), max_size=2).map(tuple),
    quorum=st.integers(1, 3),
    requester_may_approve=st.booleans(),
    expires=st.integers(1, 48).map(lambda h: timedelta(hours=h)),
    also=st.lists(st.sampled_from([("group:x",), ("group:y",)]), max_size=2).map(tuple),
    shadow=st.booleans(),
)


def one(name, *fields, **more):
    record = Record("jira", "issue", name, "v1", f"title of {name}", "", {})
    changes = [Change(field, None, f"new {field}") for field in fields or ("priority",)]
    return replace(Draft.of("triage", record, changes, call=CALL), **more)


def test_a_bundle_shows_every_change_behind_the_number_of_its_item():
    whole = bundle([one("SUP-1", "priority", "labels"), one("SUP-2", tainted=True, reasons=("so",))], call=CALL)

    assert [(c.field, c.after) for c in whole.changes] == [
        ("1.priority", "new priority"), ("1.labels", "new labels"), ("2.priority", "new priority"),
    ]  # fmt: skip
    assert (whole.tainted, whole.reasons, whole.record.name) == (True, ("2. SUP-2: so",), "jira SUP-1 + jira SUP-2")


@pytest.mark.parametrize("number", [0, 1, MOST + 1])
def test_a_bundle_of_no_size_for_one_is_refused(number):
    with pytest.raises(Invalid, match="2 to 10 changes"):
        bundle([one(f"SUP-{n}") for n in range(number)], call=CALL)


def test_two_changes_of_one_record_and_a_bundle_in_a_bundle_are_refused():
    with pytest.raises(Invalid, match="one record"):
        bundle([one("SUP-1"), one("SUP-1", "labels")], call=CALL)
    with pytest.raises(Invalid):
        bundle([bundle([one("SUP-1"), one("SUP-2")], call=CALL), one("SUP-3")], call=CALL)


@given(st.dictionaries(st.sampled_from(["1.priority", "2.priority", "2.labels"]), st.text(min_size=1, max_size=5), min_size=1))
def test_an_edit_is_a_new_version_of_everything_and_changes_nothing_else(values):
    whole = bundle([one("SUP-1"), one("SUP-2", "priority", "labels")], call=CALL)

    after = edited(whole, values, by="Bo")

    assert {c.field: c.after for c in after.changes} == {c.field: c.after for c in whole.changes} | values
    assert [item.version for item in (after, *after.items)] == [2, 2, 2]
    assert after.digest != whole.digest
    assert all(a.digest != b.digest for a, b in zip(after.items, whole.items, strict=True))


def test_nothing_may_be_left_of_an_item_only_on_purpose():
    whole = bundle([one("SUP-1"), one("SUP-2")], call=CALL)

    with pytest.raises(Invalid, match=r"of 2 \(SUP-2\)"):
        edited(whole, {"2.priority": None}, by="Bo")


@given(st.integers(0, 1), st.sampled_from(["version", "reasons", "changes", "record"]))
def test_what_is_signed_covers_all_of_every_item(number, part):
    whole = bundle([one("SUP-1"), one("SUP-2")], call=CALL)
    item = whole.items[number]
    other = {"version": 2, "reasons": ("x",), "changes": (), "record": replace(item.record, version="v2")}[part]
    items = list(whole.items)
    items[number] = replace(item, **{part: other})

    assert replace(whole, items=tuple(items)).digest != whole.digest


@given(st.lists(POLICIES, min_size=2, max_size=4), st.sampled_from(PEOPLE))
def test_who_may_decide_a_bundle_may_decide_each_item(policies, person):
    item, together = one("SUP-1"), strictest(policies)

    may_each = not any(refusal(item, person, policy) for policy in policies)

    assert (not refusal(item, person, together)) == may_each
    assert together.quorum == max(policy.quorum for policy in policies)
    assert together.expires == min(policy.expires for policy in policies)


@given(st.lists(st.sampled_from(list(State)[1:]), min_size=2, max_size=5))
def test_a_bundle_is_written_only_when_every_item_is(states):
    items = [one(f"SUP-{n}", state=state) for n, state in enumerate(states)]

    state, told = standing(items)

    assert (state is State.WRITTEN) == (set(states) == {State.WRITTEN})
    assert told.startswith(f"{states.count(State.WRITTEN)} of {len(states)} written")
    assert not (state is State.STALE and State.WRITTEN in states[: states.index(State.STALE)])
