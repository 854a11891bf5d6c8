"""Risk tiers: found in what would be written, and they only tighten. Nothing in a draft, an edit or a ticket lowers them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Configuration
from handlers.approvals import decide
from handlers.errors import NotAllowed
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State, Verb
from handlers.policy import Tier, kept_tight, refusal, tightened, who

FIELDS = ("reply", "note", "priority", "labels")
PEOPLE = tuple(
    Person(f"slack:T1/U{n}", f"P{n}", f"p{n}@example.com", frozenset(g)) for n, g in enumerate(({"leads"}, {"ops"}, set()))
)
entries = st.sampled_from(["*", "group:leads", "group:ops", "p0@example.com", "slack:T1/U2"])
some = st.lists(entries, max_size=2).map(tuple)
policies = st.builds(Policy, approvers=some, quorum=st.integers(1, 3), requester_may_approve=st.booleans())
tiers = st.lists(
    st.builds(
        Tier,
        name=st.sampled_from(["high", "medium"]),
        fields=st.lists(st.sampled_from([f"{s}.{f}" for s in ("jira", "zendesk", "*") for f in FIELDS]), max_size=3).map(tuple),
        outside_text=st.booleans(),
        quorum=st.integers(1, 3),
        requester_may_approve=st.booleans(),
        approvers=some,
    ),
    max_size=3,
)


def draft_of(*fields, system="zendesk", tainted=False, asked_by=PEOPLE[2]):
    record = Record(system, "ticket", "17", "v1", "t", "x", {}, outside_text=tainted)
    changes = [Change(field, None, f"new {field}") for field in fields]
    return Draft.of("reply", record, changes, call=Call("c", "reply", "17", asked_by, Place("slack", "C1")))


drafts = st.builds(
    lambda fields, system, tainted: draft_of(*fields, system=system, tainted=tainted),
    st.sets(st.sampled_from(FIELDS)),
    st.sampled_from(["jira", "zendesk"]),
    st.booleans(),
)


@given(policies, drafts, tiers)
def test_a_tier_only_tightens(policy, draft, found):
    after = tightened(policy, draft, found)

    assert after.quorum >= policy.quorum
    assert after.requester_may_approve <= policy.requester_may_approve
    for person in PEOPLE:
        if not refusal(draft, person, after):
            assert not refusal(draft, person, policy)
            for tier in found:
                if tier.fits(draft) and tier.approvers:
                    assert not refusal(draft, person, Policy(tier.approvers))


@given(policies, drafts, tiers)
def test_a_tier_that_does_not_fit_changes_nothing(policy, draft, found):
    assert tightened(policy, draft, [tier for tier in found if not tier.fits(draft)]) == policy


@given(policies, policies, drafts, drafts, tiers)
def test_an_edit_never_lowers_what_a_draft_was_kept_with(policy, other, draft, edited, found):
    old, new = tightened(policy, draft, found), tightened(other, edited, found)

    after = kept_tight(old, new)

    assert after.quorum >= max(old.quorum, new.quorum)
    assert after.requester_may_approve == (old.requester_may_approve and new.requester_may_approve)
    assert set(after.also) == {*old.also, *new.also}
    assert (after.approvers, after.expires) == (old.approvers, old.expires)


@pytest.mark.parametrize(
    ("tier", "draft", "fits"),
    [
        (Tier("high", ("zendesk.reply",)), draft_of("reply", "priority"), True),
        (Tier("high", ("zendesk.reply",)), draft_of("priority"), False),
        (Tier("high", ("jira.reply",)), draft_of("reply"), False),
        (Tier("high", ("*.priority",)), draft_of("priority", system="jira"), True),
        (Tier("high", outside_text=True), draft_of("priority", tainted=True), True),
        (Tier("high", outside_text=True), draft_of("priority"), False),
    ],
)
def test_what_is_of_a_tier(tier, draft, fits):
    assert tier.fits(draft) is fits


def test_the_card_says_what_a_tier_demands():
    policy = tightened(
        Policy(("group:ops",)), draft_of("reply"), [Tier("high", ("*.reply",), quorum=2, approvers=("group:leads",))]
    )

    assert who(policy) == "2 of group ops, and one of group leads; risk high"


RULES = Configuration.model_validate(
    {"risk": {"high": {"fields": ["jira.labels"], "quorum": 2, "requester_may_approve": False, "approvers": ["group:leads"]}}}
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_two_leads_have_to_approve_what_is_of_the_tier_and_an_edit_does_not_help(stores):
    plain = await stores.draft("one", policy=Policy())
    draft = await stores.drafts.read(plain.id)
    draft = await stores.drafts.keep(
        replace(draft, id="tiered22", subject="another"),
        call=Call("two", "triage", "SUP-1", draft.asked_by, draft.place),
        policy=RULES.policy_of(draft),
    )

    async def press(verb, who, *groups, version=1, **values):
        decision = stores.press(draft, verb, who, version)
        decision = replace(decision, person=replace(decision.person, groups=frozenset(groups)), values=values)
        return await decide(decision, drafts=stores.drafts, policies=RULES.policy_of)

    with pytest.raises(NotAllowed, match="risk tier high, only group leads"):
        await press(Verb.APPROVE, "cy")
    with pytest.raises(NotAllowed, match="second person"):
        await press(Verb.APPROVE, "ada", "leads")
    edited = await press(Verb.EDIT, "bo", "leads", labels="")
    assert [change.field for change in edited.changes] == ["priority"]
    assert (edited.policy.quorum, edited.policy.tier) == (2, "high")
    assert (await press(Verb.APPROVE, "bo", "leads", version=2)).state is State.PENDING
    with pytest.raises(NotAllowed, match="risk tier high"):
        await press(Verb.APPROVE, "cy", version=2)
    assert (await press(Verb.APPROVE, "dara", "leads", version=2)).state is State.APPROVED
