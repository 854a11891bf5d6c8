# ruff: noqa: T201 - what a run came to is part of it
"""Eight people press at the same moment, and the clock may run out: one decision, one write job, everybody else is told why not."""

import asyncio
import random
from collections import Counter

import pytest
from chaos.knobs import LIMIT, RACES, SEED
from sqlalchemy import select

from bot.store.tables import drafts, jobs, votes
from handlers.approvals import decide
from handlers.errors import AlreadyDecided, Expired, Stale
from handlers.models import Policy, State, Verb

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(LIMIT)]
CLICKS = 8
ABREAST = 4
"""Races at a time."""
REFUSED = (AlreadyDecided, Expired, Stale)
ENDS = {State.APPROVED, State.REJECTED, State.EXPIRED}


async def race(stores, number):
    """How many of the clicks won."""
    dice = random.Random(f"{SEED}/{number}")  # noqa: S311 - repeatable, not secret
    draft = await stores.draft(f"race-{number}")
    verbs = [Verb.REJECT if dice.random() < 0.3 else Verb.APPROVE for _ in range(CLICKS)]

    async def click(number, verb):
        decision = stores.press(
            draft, verb, f"lead{number}", version=draft.version if dice.random() < 0.95 else draft.version + 1
        )
        try:
            await decide(decision, drafts=stores.drafts, policies=lambda _: Policy())
        except REFUSED:
            return 0
        return 1

    clicks = [click(number, verb) for number, verb in enumerate(verbs)]
    clock = [stores.drafts.expire(draft.id, draft.version)] if dice.random() < 0.1 else []
    return sum(filter(None, await asyncio.gather(*clicks, *clock)))


async def test_exactly_one_decision_each(stores, database):
    count = RACES if database.is_sqlite else RACES // 5
    won = Counter()
    for start in range(0, count, ABREAST):
        won.update(await asyncio.gather(*(race(stores, number) for number in range(start, min(start + ABREAST, count)))))

    async with database.read() as tx:
        ended = {row.id: row.state for row in await tx.execute(select(drafts.c.id, drafts.c.state))}
        cast = Counter((await tx.execute(select(votes.c.draft))).scalars())
        writes = (await tx.execute(select(jobs.c.key).where(jobs.c.kind == "write"))).scalars().all()
    states = Counter(ended.values())
    print(f"CHAOS_SEED={SEED} races={count} of {CLICKS} clicks: {dict(won)} {dict(states)}")
    assert set(states) <= ENDS
    assert won == Counter({1: count - states[State.EXPIRED]}) + Counter({0: states[State.EXPIRED]})
    assert cast == Counter({draft: 1 for draft, state in ended.items() if state != State.EXPIRED})
    assert len(set(writes)) == len(writes) == states[State.APPROVED]
    assert await stores.audit.verify() > count
