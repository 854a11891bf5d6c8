"""The oracle itself: a clean run passes, and each promise that is broken is seen. An oracle that cannot fail proves nothing."""

from dataclasses import replace

import pytest
from chaos.oracle import KINDS, Bundle, Cast, Event, Evidence, Kept, Trace, Write, table, violations

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
ITEMS = tuple(Kept(f"i{n}", "written", f"SUP-{n}", "ada", {}, {}, parent="b1") for n in (1, 2, 3))
CAUSE = "chain:i1:written:1:tell"
TOGETHER = Evidence(
    drafts=ITEMS,
    bundles=(Bundle("b1", "written", ("i1", "i2", "i3")),),
    votes=tuple(Cast(draft, "bo") for draft in ("b1", "i1", "i2", "i3")),
    writes=tuple(Write(f"i{n}", 1, f"SUP-{n}", {}, {}, f"2026-01-01T00:00:0{n}") for n in (1, 2, 3)),
    audit=(Trace("b1", "approved"), *(Trace(f"i{n}", action) for n in (1, 2, 3) for action in ("writing", "written"))),
    leads=frozenset({"bo"}),
    causes=frozenset({CAUSE}),
    followed={CAUSE: 1},
    told={CAUSE: 1},
)
FIRST, SECOND, THIRD = ITEMS
STOPPED = replace(
    TOGETHER,
    drafts=(FIRST, replace(SECOND, state="stale"), replace(THIRD, state="failed")),
    bundles=(replace(TOGETHER.bundles[0], state="failed"),),
    writes=TOGETHER.writes[:1],
    audit=(*TOGETHER.audit[:4], Trace("i2", "stale"), Trace("i3", "failed")),
)
PLANTED = {
    "another order": (replace(TOGETHER, writes=tuple(replace(w, at=f"{9 - n}") for n, w in enumerate(TOGETHER.writes))), {"bundle"}),
    "gone on behind a stop": (replace(STOPPED, audit=(*STOPPED.audit[:-1], Trace("i3", "writing"), Trace("i3", "failed"))), {"bundle"}),
    "a bundle that is not as its items": (replace(STOPPED, bundles=TOGETHER.bundles), {"bundle"}),
    "a bundle without its approval": (replace(TOGETHER, audit=TOGETHER.audit[1:]), {"audit"}),
    "not followed": (replace(TOGETHER, followed={}), {"chain"}),
    "told twice": (replace(TOGETHER, told={CAUSE: 2}), {"chain"}),
    "followed without a cause": (replace(TOGETHER, causes=frozenset()), {"chain"}),
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


def test_clean_bundles_pass():
    assert violations(TOGETHER) == []
    assert violations(STOPPED) == []


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
