"""Drafts: kept once, decided once, written about in the same transaction; on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta

import pytest

from handlers.errors import AlreadyDecided, Expired, NotFound, Stale
from handlers.models import Policy, Ref, State, Verb


async def test_a_draft_comes_back_as_it_was_kept(stores):
    draft = await stores.draft()

    found = await stores.drafts.read(draft.id)

    assert found == draft
    assert found.changes[0].after == Ref("2", "High")
    assert found.changes[1].after == ("payments",)
    assert found.digest == draft.digest


async def test_the_same_call_keeps_one_draft_however_often_it_runs(stores):
    first = await stores.draft("same")
    again = await stores.draft("same")

    assert first.id == again.id
    assert len(await stores.drafts.waiting()) == 1


async def test_an_unknown_draft_is_not_found(stores):
    with pytest.raises(NotFound, match="no draft nope"):
        await stores.drafts.read("nope")


async def test_an_approval_and_its_write_job_are_one_transaction(stores):
    draft = await stores.draft()

    approved = await stores.drafts.approve(stores.press(draft, Verb.APPROVE))

    assert approved.state is State.APPROVED
    assert [vote.name for vote in approved.votes] == ["Bo"]
    states = {job.key: job.state for job in await stores.jobs.list()}
    assert states[f"write:{draft.id}:1"] == "pending"
    assert states[f"expire:{draft.id}:1"] == "cancelled"


async def test_of_eight_people_who_press_at_once_one_is_first(stores):
    draft = await stores.draft()
    presses = [
        stores.drafts.approve(stores.press(draft, Verb.APPROVE, f"p{n}"))
        if n % 2
        else stores.drafts.reject(stores.press(draft, Verb.REJECT, f"p{n}"))
        for n in range(8)
    ]

    ends = await asyncio.gather(*presses, return_exceptions=True)

    assert sum(not isinstance(end, BaseException) for end in ends) == 1
    assert all(isinstance(end, AlreadyDecided) for end in ends if isinstance(end, BaseException))
    assert len((await stores.drafts.read(draft.id)).votes) == 1


async def test_a_quorum_counts_different_people_only(stores):
    draft = await stores.draft(policy=Policy(quorum=2))

    once = await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "bo"))
    twice = await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "bo"))
    other = await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "cy"))

    assert [once.state, twice.state, other.state] == [State.PENDING, State.PENDING, State.APPROVED]
    assert twice.approvals == 1


async def test_an_edit_makes_the_old_version_stale_and_voids_its_votes(stores):
    draft = await stores.draft(policy=Policy(quorum=2))
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "bo"))

    edited = await stores.drafts.amend(stores.press(draft, Verb.EDIT, "cy"), draft.edited({"labels": ("refunds",)}))

    assert (edited.version, edited.state, edited.approvals) == (2, State.PENDING, 0)
    assert edited.changes[1].after == ("refunds",)
    with pytest.raises(Stale, match="was edited"):
        await stores.drafts.approve(stores.press(draft, Verb.APPROVE, version=1))


async def test_after_its_time_nobody_can_decide(stores):
    draft = await stores.draft(policy=Policy(expires=timedelta(seconds=0)))

    with pytest.raises(Expired, match="expired"):
        await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
    await stores.drafts.expire(draft.id, 1)

    assert (await stores.drafts.read(draft.id)).state is State.EXPIRED


async def test_an_expiry_that_comes_late_changes_nothing(stores):
    draft = await stores.draft()
    await stores.drafts.reject(stores.press(draft, Verb.REJECT))

    await stores.drafts.expire(draft.id, 1)

    assert (await stores.drafts.read(draft.id)).state is State.REJECTED


async def test_the_intent_is_written_once_and_the_outcome_stands(stores):
    draft = await stores.draft()
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE))

    assert await stores.drafts.begin(draft.id, 1) is True
    assert await stores.drafts.begin(draft.id, 1) is False
    await stores.drafts.conclude(draft.id, 1, State.UNKNOWN, "being checked")
    await stores.drafts.conclude(draft.id, 1, State.WRITTEN, "url")
    await stores.drafts.conclude(draft.id, 1, State.FAILED, "too late")

    found = await stores.drafts.read(draft.id)
    assert (found.state, found.outcome) == (State.WRITTEN, "url")


async def test_every_step_is_on_the_audit_trail(stores):
    draft = await stores.draft()
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
    await stores.drafts.begin(draft.id, 1)
    await stores.drafts.conclude(draft.id, 1, State.WRITTEN, "url")
    await stores.drafts.refuse(stores.press(draft, Verb.REJECT), "already decided")

    assert await stores.audit.verify() == 5
