"""The oracle itself: a clean run passes, and each promise that is broken is seen. An oracle that cannot fail proves nothing."""

from dataclasses import replace

import pytest
from chaos.oracle import KINDS, Cast, Event, Evidence, Kept, Trace, Write, table, violations

DRAFT = Kept("d1", "written", "SUP-1", "ada", {"priority": "High"}, {"priority": "Low"})
WRITE = Write("d1", 1, "SUP-1", {"priority": "High"}, {"priority": "Low"})
CLEAN = Evidence(
    events=(Event("e1", "say"), Event("e2", "press", "bo", "d1")),
    ended=frozenset({"e1", "e2"}),
    answered=frozenset({"e1"}),
    drafts=(DRAFT,),
    votes=(Cast("d1", "bo"),),
    writes=(WRITE,),
    audit=tuple(Trace("d1", action) for action in ("drafted", "approved", "writing", "written")),
    leads=frozenset({"bo", "gus"}),
)
PLANTED = {
    "never done": (replace(CLEAN, ended=frozenset({"e1"})), {"lost event"}),
    "nobody was told": (replace(CLEAN, answered=frozenset()), {"lost event"}),
    "written twice": (replace(CLEAN, writes=(WRITE, WRITE)), {"double write"}),
    "nobody's draft": (replace(CLEAN, writes=(WRITE, replace(WRITE, draft=""))), {"unapproved write", "audit"}),
    "another record": (replace(CLEAN, writes=(replace(WRITE, record="SUP-2"),)), {"unapproved write"}),
    "another version": (replace(CLEAN, writes=(replace(WRITE, version=2),)), {"unapproved write"}),
    "no vote": (replace(CLEAN, votes=(), answered=frozenset({"e1", "e2"})), {"unapproved write"}),
    "the asker's own vote": (
        replace(CLEAN, votes=(Cast("d1", "ada"),), answered=frozenset({"e1", "e2"}), leads=frozenset({"ada"})), {"unapproved write"},
    ),
    "a stranger's vote": (replace(CLEAN, leads=frozenset({"gus"})), {"unapproved write"}),
    "a vote on other words": (replace(CLEAN, votes=(Cast("d1", "bo", digest="x"),)), {"unapproved write"}),
    "other values": (replace(CLEAN, writes=(replace(WRITE, after={"priority": "Highest"}),)), {"unapproved write"}),
    "over somebody's edit": (replace(CLEAN, writes=(replace(WRITE, before={"priority": "Lowest"}),)), {"lost update"}),
    "never ended": (replace(CLEAN, drafts=(replace(DRAFT, state="writing"),)), {"open draft"}),
    "said to be written": (replace(CLEAN, writes=()), {"false state"}),
    "said to be stale": (replace(CLEAN, drafts=(replace(DRAFT, state="stale"),)), {"false state", "audit"}),
    "approved and rejected": (replace(CLEAN, votes=(Cast("d1", "bo"), Cast("d1", "gus", "reject"))), {"two decisions"}),
    "approved twice": (replace(CLEAN, votes=(Cast("d1", "bo"), Cast("d1", "gus"))), {"two decisions"}),
    "broken chain": (replace(CLEAN, trail="row 3 was edited"), {"audit"}),
    "no intent": (replace(CLEAN, audit=tuple(Trace("d1", a) for a in ("drafted", "approved", "written"))), {"audit"}),
}  # fmt: skip


def test_a_clean_run_passes():
    assert violations(CLEAN) == []


def test_an_unknown_outcome_may_be_either_as_long_as_it_says_so():
    unknown = replace(DRAFT, state="unknown")

    assert violations(replace(CLEAN, drafts=(unknown,))) == []
    assert violations(replace(CLEAN, drafts=(unknown,), writes=())) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_violation_is_seen(planted):
    evidence, kinds = PLANTED[planted]

    assert {violation.kind for violation in violations(evidence)} == kinds


def test_every_kind_of_violation_is_planted_once():
    assert set().union(*(kinds for _, kinds in PLANTED.values())) == set(KINDS)
    assert set(table([])) == set(KINDS)
