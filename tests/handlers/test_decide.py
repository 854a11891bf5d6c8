"""A press of a button: refused with the word that people search for, witnessed, and never applied to what was not seen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store.tables import audit
from handlers.approvals import approvals, decide
from handlers.errors import AlreadyDecided, Expired, Invalid, NotAllowed, NotFound, Stale
from handlers.models import Call, Change, Decision, Person, Policy, Ref, State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ANYBODY = Policy()
LEADS = Policy(approvers=("group:leads",))


@pytest.fixture
def press(stores):
    async def decided(draft, verb, *, who="bo", version=None, policy=ANYBODY, **values):
        decision = replace(stores.press(draft, verb, who, version), values=values)
        return await decide(decision, drafts=stores.drafts, policies=lambda _: policy)

    return decided


@pytest.fixture
async def refused(stores):
    async def rows():
        async with stores.database.read() as tx:
            found = (await tx.execute(select(audit).where(audit.c.action == "refused"))).all()
        return [(row.actor, row.detail["verb"], row.detail["reason"]) for row in found]

    return rows


async def test_each_verb_does_what_it_says(stores, press):
    assert (await press(await stores.draft("a"), Verb.APPROVE)).state is State.APPROVED
    assert (await press(await stores.draft("b"), Verb.REJECT)).state is State.REJECTED
    edited = await press(await stores.draft("c"), Verb.EDIT, labels="refunds")
    assert (edited.version, edited.changes[1].after) == (2, ("refunds",))


@pytest.mark.parametrize("verb", list(Verb))
async def test_who_is_not_named_changes_nothing(stores, press, refused, verb):
    draft = await stores.draft()

    with pytest.raises(NotAllowed, match="only group leads"):
        await press(draft, verb, policy=LEADS, labels="x")

    assert await stores.drafts.read(draft.id) == draft
    assert await refused() == [("playground:bo", verb, "not allowed: only group leads may decide this.")]


async def test_a_draft_that_is_not_there(stores, press, refused):
    draft = await stores.draft()

    with pytest.raises(NotFound, match="no draft nope"):
        await press(replace(draft, id="nope"), Verb.APPROVE)

    assert await refused() == [("playground:bo", "approve", "There is no draft nope. Type /approvals to see what waits.")]


@pytest.mark.parametrize("verb", list(Verb))
async def test_the_button_of_an_older_version_is_stale(stores, press, refused, verb):
    draft = await stores.draft()
    await press(draft, Verb.EDIT, priority="Medium")  # back to what it was: the field leaves the draft

    with pytest.raises(Stale, match=r"^stale: this draft was edited"):
        await press(draft, verb, version=1, priority="High")

    assert [reason.partition(":")[0] for _, _, reason in await refused()] == ["stale"]


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("version", [2, 2**31, 10**30])
async def test_a_version_that_was_never_shown_is_stale(stores, press, refused, verb, version):
    with pytest.raises(Stale):
        await press(await stores.draft(), verb, version=version, labels="x")

    assert [reason.partition(":")[0] for _, _, reason in await refused()] == ["stale"]


@pytest.mark.parametrize("verb", list(Verb))
async def test_who_comes_second_is_told_who_was_first(stores, press, verb):
    draft = await stores.draft()
    await press(draft, Verb.REJECT, who="cy")

    with pytest.raises(AlreadyDecided, match="already decided by Cy"):
        await press(draft, verb, strange="x")


@pytest.mark.parametrize("verb", list(Verb))
async def test_after_its_time_nothing_is_decided(stores, press, verb):
    draft = await stores.draft(policy=Policy(expires=timedelta(0)))

    with pytest.raises(Expired, match=r"^expired"):
        await press(draft, verb, labels="x")


@pytest.mark.parametrize(("field", "words"), [("priority", "Choose one of"), ("owner", "no field owner")])
async def test_a_mistyped_edit_leaves_the_draft_as_it_is(stores, press, refused, field, words):
    draft = await stores.draft()

    with pytest.raises(Invalid, match=words):
        await press(draft, Verb.EDIT, **{field: "Nonsense"})

    assert (await stores.drafts.read(draft.id)).version == 1
    assert [words in reason for _, _, reason in await refused()] == [True]


async def test_approvals_shows_what_waits_for_this_person(stores, press, here):
    mine, other = await stores.draft("a"), await stores.draft("b")
    await press(other, Verb.REJECT)
    person = Person("playground:bo", "Bo", "bo@example.com")
    call = Call("c", "approvals", "", person, here)

    reply = await approvals(call, drafts=stores.drafts, policies=lambda _: ANYBODY)
    nothing = await approvals(call, drafts=stores.drafts, policies=lambda _: LEADS)

    assert ([draft.id for draft in reply.waiting], reply.private) == ([mine.id], True)
    assert (nothing.text, nothing.waiting) == ("Nothing waits for you.", ())


async def test_approvals_leaves_out_what_has_expired(stores, here):
    await stores.draft(policy=Policy(expires=timedelta(0)))
    call = Call("c", "approvals", "", Person("playground:bo", "Bo"), here)

    assert (await approvals(call, drafts=stores.drafts, policies=lambda _: ANYBODY)).waiting == ()


async def test_the_values_of_a_decision_reach_the_store_as_their_kind(stores, press):
    draft = await stores.draft()

    edited = await press(draft, Verb.EDIT, priority="medium", labels="a,b")
    decision = Decision(draft.id, 2, Verb.APPROVE, Person("playground:cy", "Cy"), draft.place)

    assert edited.changes[0].after == ("a", "b")
    assert Ref("3", "Medium") not in [change.after for change in edited.changes]
    assert (await decide(decision, drafts=stores.drafts, policies=lambda _: ANYBODY)).state is State.APPROVED


async def test_the_vote_of_somebody_who_left_does_not_complete_a_quorum(stores):
    groups = {"bo@example.com": {"leads"}, "cy@example.com": {"leads"}, "dara@example.com": {"leads"}}
    two = Policy(approvers=("group:leads",), quorum=2)
    draft = await stores.draft(policy=two)

    async def find(name):
        return Person(name, name, name, frozenset(groups.get(name, ())))

    async def approve(name):
        decision = Decision(draft.id, 1, Verb.APPROVE, await find(name), draft.place)
        return (await decide(decision, drafts=stores.drafts, policies=lambda _: two, persons=find)).state

    assert await approve("bo@example.com") is State.PENDING
    groups["bo@example.com"] = set()
    assert await approve("cy@example.com") is State.PENDING
    assert (await stores.drafts.read(draft.id)).approvals == 1, "the card counts who counts"
    with pytest.raises(NotAllowed):
        await approve("bo@example.com")
    assert await approve("dara@example.com") is State.APPROVED


async def test_a_delegate_decides_once_nobody_else_has(stores):
    policy = Policy(approvers=("group:leads",), delegate_to=("bo@example.com",))
    draft = await stores.draft(policy=policy)
    drawn = draft.expires - policy.expires

    async def approve(after):
        decision = stores.press(draft, Verb.APPROVE)
        return await decide(decision, drafts=stores.drafts, policies=lambda _: policy, clock=lambda: drawn + after)

    with pytest.raises(NotAllowed, match="only group leads may"):
        await approve(timedelta(hours=3, minutes=59))
    assert (await approve(timedelta(hours=4))).state is State.APPROVED


async def test_a_value_that_a_person_typed_has_no_confidence_and_the_version_names_the_person(stores, press, draft):
    drawn = replace(draft(Change("labels", (), ("a",)), Change("note", None, "x")), confidence={"labels": 0.8, "note": 0.4})
    kept = await stores.drafts.keep(drawn, call=Call("c", "triage", "SUP-1", drawn.asked_by, drawn.place), policy=ANYBODY)

    edited = await press(kept, Verb.EDIT, labels="b", note="x")

    assert (edited.confidence, edited.editor, edited.version) == ({"note": 0.4}, "Bo", 2)
    assert edited.digest != replace(edited, editor="").digest
