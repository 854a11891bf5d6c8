"""Votes: the winner was really voted for, by most; shares are shares; the same cases always say the same."""

from hypothesis import example, given
from hypothesis import strategies as st

from handlers.models import Change, Record, Ref, same, shown
from handlers.rules import MAX_CHOICES, MIN_VOTES, ballot, choices, proposed

words = st.sampled_from(["billing", "bug", "payments", "login"])
refs = st.sampled_from([Ref("1", "High"), Ref("2", "Low"), Ref("3", "Medium")])
one = st.none() | words | refs
several = st.none() | st.lists(words, max_size=3).map(tuple) | st.lists(refs, max_size=3).map(tuple)


def cases(values):
    return st.lists(st.tuples(values, st.floats(-1, 1)), max_size=9).map(
        lambda pairs: [(Record("jira", "issue", f"SUP-{n}", "v", "t", "x", {"f": v}), w) for n, (v, w) in enumerate(pairs)]
    )


@given(cases(one), st.floats(0, 1))
def test_the_winner_is_held_by_most_and_was_not_invented(near, need):
    won = ballot(near, "f", need=need)

    held = [record.fields["f"] for record, _ in near if record.fields["f"]]
    if won is None:
        assert not any(held.count(value) >= MIN_VOTES and held.count(value) / len(held) >= need for value in held)
        return
    assert won.winner in held
    assert len(won.voters) == held.count(won.winner) == max(held.count(value) for value in held)
    assert won.share == len(won.voters) / len(held) >= need
    assert 0 < won.share <= 1
    assert won.votes == len(held)
    assert f"{len(won.voters)} of {won.votes}" in won.reason
    assert shown(won.winner) in won.reason


@given(cases(several), st.floats(0, 1))
@example([(Record("jira", "issue", "SUP-1", "v", "t", "x", {"f": ("bug", "bug")}), 1.0)], 0.5)
def test_of_several_values_each_is_elected_by_itself(near, need):
    won = ballot(near, "f", need=need)

    held = [record.fields["f"] for record, _ in near if record.fields["f"]]
    if won is None:
        return
    assert isinstance(won.winner, tuple)
    assert len(set(won.winner)) == len(won.winner) > 0
    for value in won.winner:
        assert sum(value in values for values in held) >= max(MIN_VOTES, need * len(held))
    assert 0 < won.share <= 1
    assert set(won.voters) <= {record for record, _ in near} if not near else True
    assert won.share == len(won.voters) / len(held)


@given(cases(one | several))
def test_the_same_cases_say_the_same(near):
    assert ballot(near, "f") == ballot(list(near), "f")


def test_a_tie_goes_to_the_nearer_cases():
    def case(n, value, weight):
        return Record("jira", "issue", f"SUP-{n}", "v", "t", "x", {"f": value}), weight

    near = [case(1, "far", 0.1), case(2, "far", 0.2), case(3, "near", 0.8), case(4, "near", 0.9)]

    assert ballot(near, "f").winner == "near"


def test_one_case_is_an_anecdote():
    assert ballot([(Record("jira", "issue", "SUP-1", "v", "t", "x", {"f": "bug"}), 1.0)], "f") is None
    assert ballot([], "f") is None


@given(cases(one | several), one | several)
def test_what_a_record_holds_already_is_no_change(near, held):
    record = Record("jira", "issue", "SUP-9", "v", "t", "x", {"f": held})
    won = ballot(near, "f")

    found = proposed(record, {"f": won} if won else {}, [case for case, _ in near])

    for change in found:
        assert (change.field, change.before) == ("f", held)
        assert not same(held, change.after)
        if isinstance(held, tuple) and isinstance(won.winner, tuple):
            assert set(change.after) >= set(held)
        else:
            assert change.after == won.winner


def test_the_same_labels_in_another_order_are_no_change():
    near = [(Record("jira", "issue", f"SUP-{n}", "v", "t", "x", {"labels": ("b", "a")}), 1.0) for n in range(3)]
    record = Record("jira", "issue", "SUP-9", "v", "t", "x", {"labels": ("b", "a")})

    assert proposed(record, {"labels": ballot(near, "labels")}, []) == ()


@given(cases(one | several), one | several)
def test_choices_are_of_the_records_and_hold_what_is_proposed(near, after):
    records = [record for record, _ in near]

    found = choices("f", records, after)

    seen = {item for r in records for item in (r.fields["f"] if isinstance(r.fields["f"], tuple) else [r.fields["f"]])}
    proposed_now = set(after) if isinstance(after, tuple) else {after}
    assert set(found) <= seen | proposed_now
    assert len(found) == len(set(found)) <= MAX_CHOICES + len(proposed_now)
    if not isinstance(after, tuple) and after is not None:
        assert after in found or any(isinstance(item, Ref) for item in found)


def test_words_in_a_free_list_have_no_choices():
    assert choices("labels", [Record("jira", "issue", "S-1", "v", "t", "x", {"labels": ("a",)})], ("b",)) == ()


def test_a_change_keeps_what_it_saw():
    assert Change("f", "a", "b").saw is None


def test_what_an_issue_has_is_never_taken_away():
    def case(name, labels, component):
        return Record("jira", "issue", name, "v", "t", "x", {"labels": labels, "component": component})

    has = case("SUP-9", ("vip", "payments"), (Ref("1", "Web"),))
    near = [(case(f"SUP-{n}", ("payments", "refund"), (Ref("2", "Payments"),)), 0.9) for n in range(3)]

    found = {c.field: c.after for c in proposed(has, {name: ballot(near, name) for name in ("labels", "component")}, [])}

    assert found == {"labels": ("vip", "payments", "refund"), "component": (Ref("1", "Web"), Ref("2", "Payments"))}
