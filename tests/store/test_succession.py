"""What a newer draft ends, on both databases: nobody who decides and nobody who keeps ever waits for the other in a circle."""

import asyncio
from dataclasses import replace

from handlers.bundles import bundle, renewed
from handlers.errors import Refused
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State, Verb

HERE = Place("slack", "C1")
ADA = Person("p:ada", "Ada", "ada@example.com")


def asked(call):
    return Call(call, "triage", "A", ADA, HERE)


def drawn(call, name="A", *, follows=""):
    record = Record("jira", "issue", name, "v1", "t", "", {})
    draft = Draft.of("triage", record, [Change("labels", (), ("new",))], call=asked(call))
    return replace(draft, subject="", follows=follows)


async def keep(stores, draft, call, *, absorbs=None):
    return await stores.drafts.keep(draft, call=asked(call), policy=Policy(), absorbs=absorbs)


async def test_a_newer_proposal_ends_only_what_the_bot_drew_up_again_by_itself(stores):
    asked_for, again = await keep(stores, drawn("a1"), "a1"), await keep(stores, drawn("a2", follows="x"), "a2")
    newer = await keep(stores, drawn("a3"), "a3")

    states = [(await stores.drafts.read(one.id)).state for one in (asked_for, again, newer)]

    assert states == [State.PENDING, State.SUPERSEDED, State.PENDING]


async def test_decisions_and_newer_proposals_never_wait_for_each_other(stores):
    count = 3
    for turn in range(6):
        old = [await keep(stores, drawn(f"o{turn}.{n}", follows="x"), f"o{turn}.{n}") for n in range(count)]
        waiting = [one for one in old if (await stores.drafts.read(one.id)).state is State.PENDING]
        first = await keep(stores, drawn(f"f{turn}", "B", follows="x"), f"f{turn}")
        calls = [f"n{turn}.{n}" for n in range(count)]
        whole = bundle((renewed(first, call=asked(f"w{turn}")), drawn(f"w{turn}", "C")), call=asked(f"w{turn}"))

        ended = await asyncio.gather(
            *(keep(stores, drawn(call, follows="x"), call) for call in calls),
            keep(stores, whole, f"w{turn}", absorbs=first),
            *(stores.drafts.approve(stores.press(one, Verb.APPROVE)) for one in (*waiting, first)),
            return_exceptions=True,
        )

        assert [one for one in ended if isinstance(one, BaseException) and not isinstance(one, Refused)] == []
    assert await stores.audit.verify() > 6 * count


async def test_successors_of_two_stale_drafts_and_a_decision_never_wait_for_each_other(stores):
    for turn in range(6):
        there = [await keep(stores, drawn(f"s{turn}.{n}"), f"s{turn}.{n}") for n in range(2)]
        for one in there:
            await stores.drafts.approve(stores.press(one, Verb.APPROVE))
            await stores.drafts.begin(one.id, 1)
        again = await keep(stores, drawn(f"a{turn}", follows="x"), f"a{turn}")

        ended = await asyncio.gather(
            *(
                stores.drafts.conclude(one.id, 1, State.STALE, "moved", successor=drawn(f"z{turn}.{n}", follows=one.id))
                for n, one in enumerate(there)
            ),
            stores.drafts.approve(stores.press(again, Verb.APPROVE)),
            return_exceptions=True,
        )

        assert [one for one in ended if isinstance(one, BaseException) and not isinstance(one, Refused)] == []
