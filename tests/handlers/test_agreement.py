"""What people did later against what shadow mode had proposed."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.agreement import agreement
from handlers.models import Change, Ref

VALUES = st.sampled_from(["Low", "High", "Highest"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=6))
def test_each_proposal_counts_once_by_what_the_record_holds_now(draft, record, cases):
    seen = []
    for before, after, now in cases:
        drawn = draft(Change("priority", Ref(before, before), Ref(after, after)), Change("note", None, "words"))
        seen.append((drawn, record(fields={"priority": Ref(now, "called otherwise")})))

    [one] = agreement(seen)

    assert (one.workflow, one.field) == ("triage", "priority")
    assert one.agreed == sum(now == after for _, after, now in cases)
    assert one.untouched == sum(now == before != after for before, after, now in cases)
    assert one.agreed + one.otherwise + one.untouched == len(cases)
    assert (one.share is None) == (one.agreed + one.otherwise == 0)


def test_workflows_are_counted_apart(draft, record):
    drawn = draft(Change("labels", (), ("a", "b")))

    found = agreement(
        [(replace(drawn, workflow=name), record(fields={"labels": ("b", "a")})) for name in ("triage", "issue", "triage")]
    )

    assert [(one.workflow, one.agreed, one.share) for one in found] == [("issue", 1, 1.0), ("triage", 2, 1.0)]
