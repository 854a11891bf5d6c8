"""What drafts are about, on both databases: no request is answered with a draft of something else, and none is drawn up twice."""

import asyncio

from handlers.bundles import bundle, renewed
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State, Verb

HERE = Place("slack", "C1")
ADA = Person("p:ada", "Ada", "ada@example.com")


def asked(call):
    return Call(call, "triage", "A", ADA, HERE)


def drawn(name, call, *, version="v1", new=False):
    record = Record.new("jira", "issue", name, title="t") if new else Record("jira", "issue", name, version, "t", "", {})
    return Draft.of("triage", record, [Change("labels", (), ("new",))], call=asked(call))


async def keep(stores, draft, call, *, absorbs=None):
    return await stores.drafts.keep(draft, call=asked(call), policy=Policy(), absorbs=absorbs)


async def absorbed(stores):
    """A draft, and the bundle that holds it since."""
    first = await keep(stores, drawn("A", "c1"), "c1")
    items = (renewed(first, call=asked("c2")), drawn("B", "c2"))
    return first, await keep(stores, bundle(items, call=asked("c2")), "c2", absorbs=first)


async def test_a_request_for_what_a_bundle_holds_is_answered_with_the_bundle(stores):
    first, whole = await absorbed(stores)

    for number, name in enumerate("AB"):
        assert (await keep(stores, drawn(name, f"d{number}"), f"d{number}")).id == whole.id
    assert [draft.id for draft in await stores.drafts.waiting()] == [whole.id]
    assert (await stores.drafts.read(first.id)).state is State.SUPERSEDED


async def test_a_bundle_that_was_decided_is_in_nobodys_way(stores):
    _, whole = await absorbed(stores)
    await stores.drafts.reject(stores.press(whole, Verb.REJECT))

    again = await keep(stores, drawn("A", "d1"), "d1")

    assert (again.id == whole.id, again.state) == (False, State.PENDING)


async def test_a_bundle_does_not_take_the_place_of_an_open_draft_that_it_does_not_hold(stores):
    other = await keep(stores, drawn("B", "c0"), "c0")
    await absorbed(stores)

    assert (await keep(stores, drawn("B", "d1"), "d1")).id == other.id


async def test_bundles_of_records_that_moved_or_are_new_are_not_taken_for_one(stores):
    made = [
        bundle([drawn("A", "c1"), drawn("B", "c1")], call=asked("c1")),
        bundle([drawn("A", "c2", version="v2"), drawn("B", "c2")], call=asked("c2")),
        bundle([drawn("A", "c3", new=True), drawn("B", "c3", new=True)], call=asked("c3")),
        bundle([drawn("A", "c4", new=True), drawn("B", "c4", new=True)], call=asked("c4")),
    ]

    kept = [await keep(stores, whole, f"c{number}") for number, whole in enumerate(made, 1)]

    assert [one.id for one in kept] == [whole.id for whole in made]


async def test_a_bundle_and_requests_for_what_it_holds_never_wait_for_each_other(stores):
    for turn in range(12):
        first = await keep(stores, drawn("A", f"f{turn}"), f"f{turn}")
        calls = [f"w{turn}", *(f"r{turn}.{number}" for number in range(4))]
        whole = bundle((renewed(first, call=asked(calls[0])), drawn("B", calls[0])), call=asked(calls[0]))

        kept, *others = await asyncio.gather(
            keep(stores, whole, calls[0], absorbs=first),
            *(keep(stores, drawn("AB"[n % 2], c), c) for n, c in enumerate(calls[1:])),
        )

        waiting = await stores.drafts.waiting()
        assert {kept.id, *(one.id for one in others)} - {first.id} == {draft.id for draft in waiting}
        for draft in waiting:
            await stores.drafts.reject(stores.press(draft, Verb.REJECT))
