"""The standing: what is due, what is dead, and every state of a draft by name."""

from bot.store.figures.counts import Counts
from handlers.models import State, Verb


async def test_an_empty_database(stores):
    found = await Counts(stores.database).standing()

    assert (found.queue, found.oldest, found.dead) == (0, 0.0, 0)
    assert found.drafts == {str(state): 0 for state in State}


async def test_only_what_is_due_counts_as_waiting(stores, wait_until):
    async with stores.database.write() as tx:
        await stores.jobs.enqueue(tx, "call", key="now", payload={})
        await stores.jobs.enqueue(tx, "call", key="later", payload={}, delay=3600)
    counts = Counts(stores.database)

    assert (await counts.standing()).queue == 1

    async def has_waited():
        return (await counts.standing()).oldest > 0.05

    assert await wait_until(has_waited)


async def test_dead_letters_and_what_is_running(stores):
    async with stores.database.write() as tx:
        await stores.jobs.enqueue(tx, "call", key="a", payload={})
        await stores.jobs.enqueue(tx, "call", key="b", payload={})
    first, second = await stores.jobs.due(2)
    claim = await stores.jobs.claim(first, lease=60)
    await stores.jobs.bury(claim, "it does not work")
    assert await stores.jobs.claim(second, lease=60)

    found = await Counts(stores.database).standing()

    assert (found.queue, found.oldest, found.dead) == (0, 0.0, 1)


async def test_drafts_by_state(stores):
    await stores.draft("one")
    ended = await stores.draft("two")
    await stores.drafts.reject(stores.press(ended, Verb.REJECT))

    found = (await Counts(stores.database).standing()).drafts

    assert {state: number for state, number in found.items() if number} == {"pending": 1, "rejected": 1}
