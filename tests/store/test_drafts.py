"""Drafts: kept once, decided once, written about in the same transaction; on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.errors import AlreadyDecided, Expired, NotAllowed, NotFound, Stale
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

    assert (await stores.drafts.begin(draft.id, 1))[1] is True
    assert (await stores.drafts.begin(draft.id, 1))[1] is False
    assert await stores.drafts.begin(draft.id, 2) is None
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


SLOW = Policy(quorum=2, channels=("playground:support", "playground:general"))


async def jobs_of(stores, draft):
    return {job.key.replace(draft.id, "ID"): job.state for job in await stores.jobs.list()}


async def test_the_policy_posts_the_card_elsewhere_too_and_reminds(stores):
    draft = await stores.draft(policy=SLOW)  # asked in playground:general, where it stands already

    assert await jobs_of(stores, draft) == {
        "expire:ID:1": "pending", "remind:ID": "pending", "card:ID:playground:support": "pending",
    }  # fmt: skip


@pytest.mark.parametrize("hours", [0, 24, 48])
async def test_nobody_is_reminded_of_what_is_over(stores, hours):
    draft = await stores.draft(policy=Policy(remind_after=timedelta(hours=hours)))

    assert await jobs_of(stores, draft) == {"expire:ID:1": "pending"}


async def test_a_vote_and_an_edit_leave_the_reminder_and_a_decision_cancels_it(stores):
    draft = await stores.draft(policy=SLOW)
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
    await stores.drafts.amend(stores.press(draft, Verb.EDIT, "cy"), draft.edited({"labels": ("refunds",)}))
    assert (await jobs_of(stores, draft))["remind:ID"] == "pending"

    await stores.drafts.reject(stores.press(draft, Verb.REJECT, version=2))

    states = await jobs_of(stores, draft)
    assert (states["remind:ID"], states["expire:ID:2"]) == ("cancelled", "cancelled")


async def test_what_expires_reminds_nobody(stores):
    draft = await stores.draft()
    await stores.drafts.expire(draft.id, 1)

    assert (await jobs_of(stores, draft))["remind:ID"] == "cancelled"


async def test_a_vote_that_does_not_count_any_more_leaves_the_draft_waiting(stores):
    draft = await stores.draft(policy=SLOW)
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "bo"))

    second = await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "cy"), without={"bo@example.com"})
    third = await stores.drafts.approve(stores.press(draft, Verb.APPROVE, "dara"), without={"bo@example.com"})

    assert (second.state, third.state) == (State.PENDING, State.APPROVED)


async def test_one_person_has_one_vote_however_the_address_is_spelled(stores):
    draft = await stores.draft(policy=SLOW)
    for spelling in ("Bo@Example.com", "bo@example.com"):
        press = stores.press(draft, Verb.APPROVE)
        again = await stores.drafts.approve(replace(press, person=replace(press.person, email=spelling)))

    assert (again.state, again.approvals) == (State.PENDING, 1)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE drafts SET body = REPLACE(CAST(body AS TEXT), 'payments', 'paymentz')",
        "UPDATE drafts SET body = REPLACE(CAST(body AS TEXT), 'SUP-1', 'SUP-2'), digest = 'x'",
        "UPDATE votes SET digest = 'x'",
        "DELETE FROM votes",
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_is_not_what_was_signed_is_not_begun(stores, damage):
    draft = await stores.draft()
    await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
    async with stores.database.write() as tx:
        await tx.execute(text(damage))

    with pytest.raises(NotAllowed, match="not what was approved"):
        await stores.drafts.begin(draft.id, 1)

    assert (await stores.drafts.read(draft.id)).state is State.APPROVED


async def test_cards_that_wait_to_be_drawn_are_drawn_once_and_those_under_way_again(stores):
    draft = await stores.draft(policy=Policy(quorum=3))

    async def amends():
        return [job.state for job in await stores.jobs.list() if job.kind == "amend"]

    for who in ("bo", "cy"):
        await stores.drafts.approve(stores.press(draft, Verb.APPROVE, who))
    assert await amends() == ["pending"]

    [waiting] = [job for job in await stores.jobs.list() if job.kind == "amend"]
    await stores.jobs.claim(waiting.id, lease=30)
    await stores.drafts.reject(stores.press(draft, Verb.REJECT, "dara"))
    assert sorted(await amends()) == ["pending", "running"]
