"""Presses that are taken up again, one after the other or at the same time: each has its effect once, and none is refused because of itself."""

import asyncio
from dataclasses import replace

import pytest

from handlers.approvals import decide
from handlers.errors import AlreadyDecided, NotFound, Refused
from handlers.models import Policy, State, Verb

TWO = Policy(quorum=2)


@pytest.fixture
def press(stores):
    async def decided(draft, verb, name, *, who="bo", policy=None):
        decision = replace(stores.press(draft, verb, who), press=name, values={"labels": "x"} if verb is Verb.EDIT else {})
        return await decide(decision, drafts=stores.drafts, policies=lambda _: policy or Policy())

    return decided


@pytest.fixture
async def refused(stores):
    async def rows():
        return [row["actor"] async for row in stores.audit.export() if row["action"] == "refused"]

    return rows


@pytest.mark.parametrize("verb", list(Verb))
async def test_taken_up_twice_at_the_same_time(stores, press, refused, verb):
    """What Teams was answered late for is recorded, and may be worked on while the first is still under way."""
    drafts = [await stores.draft(f"call {n}") for n in range(8)]

    ends = await asyncio.gather(*(press(draft, verb, f"p{draft.id}") for draft in drafts for _ in range(3)))

    assert {end.state for end in ends} == {
        {Verb.APPROVE: State.APPROVED, Verb.REJECT: State.REJECTED, Verb.EDIT: State.PENDING}[verb]
    }
    assert {(await stores.drafts.read(draft.id)).version for draft in drafts} == {2 if verb is Verb.EDIT else 1}
    assert await refused() == []


async def test_who_approved_and_then_thought_better_of_it(stores, press, refused):
    draft = await stores.draft(policy=TWO)
    await press(draft, Verb.APPROVE, "p1", policy=TWO)
    rejected = await press(draft, Verb.REJECT, "p2", policy=TWO)

    again = [await press(draft, verb, name, policy=TWO) for verb, name in ((Verb.REJECT, "p2"), (Verb.APPROVE, "p1"))]

    assert again == [rejected, rejected]
    assert (rejected.state, await refused()) == (State.REJECTED, [])


async def test_a_double_click_before_somebody_else_decides(stores, press, refused):
    draft = await stores.draft(policy=TWO)
    for name in ("p1", "p2"):
        await press(draft, Verb.APPROVE, name, policy=TWO)
    approved = await press(draft, Verb.APPROVE, "p3", who="cy", policy=TWO)

    assert await press(draft, Verb.APPROVE, "p2", policy=TWO) == approved
    assert (approved.approvals, await refused()) == (2, [])


async def test_a_press_is_its_own_persons_verbs_and_versions(stores, press, refused):
    draft = await stores.draft()
    first = replace(stores.press(draft, Verb.EDIT), press="slack:1")
    assert await stores.drafts.taken(first) is None

    amended = await stores.drafts.amend(first, draft.edited({"labels": ("x",)}))
    last = replace(stores.press(amended, Verb.REJECT), press="slack:2")
    rejected = await stores.drafts.reject(last)

    assert await stores.drafts.taken(first) == await stores.drafts.taken(last) == rejected
    others = [replace(first, press="slack:2"), replace(first, version=2), replace(first, press=""), replace(last, press="")]
    others += [replace(each, person=stores.press(draft, each.verb, "cy").person) for each in (first, last)]
    others += [
        replace(last, verb=Verb.APPROVE),
        replace(last, version=1),
        replace(last, version=10**30),
        replace(last, draft="?"),
    ]
    assert [await stores.drafts.taken(each) for each in others] == [None] * len(others)

    with pytest.raises(AlreadyDecided):
        await press(draft, Verb.REJECT, "slack:2", who="cy")
    with pytest.raises(Refused):
        await press(amended, Verb.REJECT, "slack:3")
    assert await refused() == ["playground:cy", "playground:bo"]


async def test_a_press_that_had_no_effect_is_not_taken(stores, press):
    draft = await stores.draft()
    with pytest.raises(Refused):
        await press(replace(draft, version=7), Verb.APPROVE, "p1")

    assert (await press(draft, Verb.APPROVE, "p1")).state is State.APPROVED


@pytest.mark.parametrize("name", ["", "?", "é" * 300, "' OR 1=1 --", "\x00", "\ud800"], ids=ascii)
async def test_a_press_of_what_nobody_made_is_refused_and_witnessed(stores, press, refused, name):
    draft = await stores.draft()

    with pytest.raises(NotFound):
        await press(replace(draft, id=name), Verb.APPROVE, "p1")

    assert await refused() == ["playground:bo"]
    assert await stores.drafts.read(draft.id) == draft
