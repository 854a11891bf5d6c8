"""Bundles on both databases: one decision, items one after the other, and an end for each of them."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from handlers.approvals import carry_out, decide, give_up
from handlers.bundles import bundle, edited, renewed
from handlers.errors import NotAllowed, Stale, Unavailable, Unknown
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State, Verb
from handlers.undo import undo

HERE = Place("slack", "C1")
ADA = Person("p:ada", "Ada", "ada@example.com")


def record(name, version="v1"):
    return Record("jira", "issue", name, version, "t", "", {"labels": ("new",) if version == "v2" else ()})


class Vendor:
    """A system that writes what it is given, unless an item has trouble."""

    def __init__(self, **trouble):
        self.trouble, self.written, self.moved = trouble, [], set()

    async def reread(self, draft):
        name = draft.record.id
        return record(name, "v2" if name in self.written else "v9" if name in self.moved else "v1")

    async def write(self, draft):
        if trouble := self.trouble.get(draft.record.id):
            raise trouble
        self.written.append(draft.record.id)
        return f"https://jira.example/{draft.record.id}"

    async def landed(self, draft):
        return draft.record.id in self.written


async def kept(stores, *names, quorum=1):
    call = Call("call-1", "triage", "A", ADA, HERE)
    items = [Draft.of("triage", record(name), [Change("labels", (), ("new",))], call=call) for name in names]
    return await stores.drafts.keep(bundle(items, call=call), call=call, policy=Policy(quorum=quorum))


async def run(stores, vendor, *, last=False):
    """Every write job that is due, each once; what became of them."""
    for job in await stores.jobs.list(state="pending"):
        if job.kind == "write":
            claim = await stores.jobs.claim(job.id, lease=30)
            name, version = str(claim.payload["draft"]), int(claim.payload["version"])
            try:
                await carry_out(name, version, drafts=stores.drafts, writes=vendor)
            except (Unknown, Unavailable) as trouble:
                if last:
                    await give_up(name, version, trouble, drafts=stores.drafts)
                else:
                    await stores.jobs.retry(claim, "later", after=0)
                    continue
            await stores.jobs.finish(claim)


def states(whole):
    return [str(item.state) for item in whole.items]


async def test_one_approval_writes_all_of_it_in_order(stores):
    whole, vendor = await kept(stores, "A", "B", "C"), Vendor()
    approved = await stores.drafts.approve(stores.press(whole, Verb.APPROVE))
    assert states(approved) == ["approved"] * 3

    for number in range(1, 4):
        await run(stores, vendor)
        found = await stores.drafts.read(whole.id)
        assert states(found) == ["written"] * number + ["approved"] * (3 - number)
        assert vendor.written == ["A", "B", "C"][:number]

    assert (found.state, found.outcome) == (State.WRITTEN, "3 of 3 written")
    assert await stores.audit.verify() >= 11


@pytest.mark.parametrize("end", [NotAllowed("no"), None], ids=["failed", "stale"])
async def test_the_rest_ends_behind_an_item_that_is_not_written(stores, end):
    whole, vendor = await kept(stores, "A", "B", "C"), Vendor(**({"B": end} if end else {}))
    vendor.moved |= set() if end else {"B"}
    await stores.drafts.approve(stores.press(whole, Verb.APPROVE))

    for _ in range(4):
        await run(stores, vendor)

    found = await stores.drafts.read(whole.id)
    word = "failed" if end else "stale"
    assert states(found) == ["written", word, "failed"]
    assert found.items[2].outcome == f"not begun: jira B before it ended as {word}; nothing was written"
    assert (found.state, found.outcome) == (State.FAILED, f"1 of 3 written; stopped at 2 (jira B: {word})")
    assert vendor.written == ["A"]
    rows = [row["object"] async for row in stores.audit.export() if row["action"] == "failed"]
    assert f"draft/{found.items[2].id}" in rows
    assert f"draft/{whole.id}" in rows


async def test_the_rest_waits_while_an_item_is_unknown_and_ends_when_a_person_has_to_look(stores):
    whole, vendor = await kept(stores, "A", "B"), Vendor(A=Unknown("no answer"))
    await stores.drafts.approve(stores.press(whole, Verb.APPROVE))

    await run(stores, vendor)
    waiting = await stores.drafts.read(whole.id)
    assert (waiting.state, states(waiting)) == (State.UNKNOWN, ["unknown", "approved"])

    await run(stores, vendor, last=True)
    found = await stores.drafts.read(whole.id)
    assert (found.state, states(found)) == (State.UNKNOWN, ["unknown", "failed"])
    assert vendor.written == []


async def test_an_unknown_item_that_is_found_again_lets_the_rest_go_on(stores):
    whole, vendor = await kept(stores, "A", "B"), Vendor(A=Unknown("no answer"))
    await stores.drafts.approve(stores.press(whole, Verb.APPROVE))
    await run(stores, vendor)
    vendor.written.append("A")

    await run(stores, vendor)
    await run(stores, vendor)

    found = await stores.drafts.read(whole.id)
    assert (found.state, states(found)) == (State.WRITTEN, ["written", "written"])


async def test_an_item_is_never_decided_by_itself(stores):
    whole = await kept(stores, "A", "B")
    press = stores.press(whole.items[0], Verb.APPROVE)

    with pytest.raises(NotAllowed, match=f"on the card of draft {whole.id}"):
        await decide(press, drafts=stores.drafts, policies=lambda _: Policy())
    assert [draft.id for draft in await stores.drafts.waiting()] == [whole.id]
    assert [draft.id for draft in await stores.drafts.list()] == [whole.id]


async def test_an_edit_of_one_item_makes_the_older_buttons_dead(stores):
    whole = await kept(stores, "A", "B", quorum=2)
    await stores.drafts.approve(stores.press(whole, Verb.APPROVE, "bo"))
    after = edited(whole, {"2.labels": ("other",)}, by="Bo")

    amended = await stores.drafts.amend(stores.press(whole, Verb.EDIT), after)

    assert (amended.version, amended.digest, amended.approvals) == (2, after.digest, 0)
    with pytest.raises(Stale, match="version 2"):
        await stores.drafts.approve(stores.press(whole, Verb.APPROVE, "cy"))


async def test_what_was_changed_behind_the_signatures_is_not_written(stores, database):
    whole, vendor = await kept(stores, "A", "B"), Vendor()
    await stores.drafts.approve(stores.press(whole, Verb.APPROVE))
    async with database.write() as tx:
        statement = "UPDATE drafts SET body = (SELECT body FROM drafts WHERE id = :other) WHERE id = :name"
        await tx.execute(text(statement), {"name": whole.items[0].id, "other": whole.items[1].id})

    with pytest.raises(NotAllowed, match="not what was approved"):
        await run(stores, vendor)
    assert vendor.written == []


@pytest.mark.parametrize("verb", [Verb.REJECT, None], ids=["rejected", "expired"])
async def test_all_of_it_ends_without_an_approval(stores, verb):
    whole = await kept(stores, "A", "B")
    if verb:
        await stores.drafts.reject(stores.press(whole, verb))
    else:
        await stores.drafts.expire(whole.id, 1)

    found = await stores.drafts.read(whole.id)

    assert len({found.state, *(item.state for item in found.items)}) == 1
    assert not [job for job in await stores.jobs.list() if job.kind == "write"]


async def test_a_draft_that_a_bundle_holds_ends_unless_somebody_was_at_it(stores):
    for call, voted in (("one", False), ("two", True)):
        first = await stores.draft(call, Policy(quorum=2))
        if voted:
            await stores.drafts.approve(stores.press(first, Verb.APPROVE))
        new = Call(f"{call}:chain", "triage", "A", ADA, HERE)
        other = Draft.of("triage", record("B"), [Change("labels", (), ("new",))], call=new)
        whole = bundle((renewed(first, call=new), other), call=new)
        if voted:
            with pytest.raises(Stale):
                await stores.drafts.keep(whole, call=new, policy=Policy(), absorbs=first)
            assert (await stores.drafts.read(first.id)).state is State.PENDING
        else:
            await stores.drafts.keep(whole, call=new, policy=Policy(), absorbs=first)
            assert (await stores.drafts.read(first.id)).state is State.SUPERSEDED


async def test_a_bundle_is_taken_back_in_reverse_order_as_far_as_it_was_written(stores):
    whole, vendor = await kept(stores, "A", "B", "C"), Vendor(C=NotAllowed("no"))
    await stores.drafts.approve(stores.press(whole, Verb.APPROVE))
    for _ in range(3):
        await run(stores, vendor)

    call = Call("call-2", "undo", whole.id, ADA, HERE)
    back = await undo(call, drafts=stores.drafts, reread=vendor.reread, policies=lambda _draft: Policy())

    assert [item.record.id for item in back.items] == ["B", "A"]
    assert [(c.field, c.before, c.after) for c in back.changes] == [("1.labels", ("new",), ()), ("2.labels", ("new",), ())]
    assert back.undoes == whole.id
    assert replace(back, items=()).record.name == "jira B + jira A"
