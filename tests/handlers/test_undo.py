"""Taking back what was written: a draft like any other, drawn up against the record as it is now."""

from dataclasses import replace

import pytest

from bot.connectors.registry import WritesBySystem
from handlers.approvals import carry_out
from handlers.errors import Invalid, NotFound
from handlers.models import PUBLIC_REPLY, Call, Change, Draft, Person, Place, Policy, Ref, State, Verb
from handlers.undo import undo

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

HIGH = Change("priority", None, Ref("2", "High"))
LABELS = Change("labels", None, ("a", "b"))
REPLY = Change("reply", None, "Your refund is on its way.")
BO = Person("p:bo", "Bo")


@pytest.fixture
def write(stores, connectors):
    """Approve and write a draft; the draft as it ended."""

    async def approve(draft):
        approved = await stores.drafts.approve(stores.press(draft, Verb.APPROVE))
        return await carry_out(approved.id, approved.version, drafts=stores.drafts, writes=WritesBySystem(connectors))

    return approve


@pytest.fixture
def written(stores, connectors, write):
    async def make(system, name, *changes):
        record = await connectors[system].read(name)
        drawn = [replace(change, before=record.fields.get(change.field)) for change in changes]
        call = Call(f"call {name}", "triage", name, Person("p:ada", "Ada"), Place("playground", "general"))
        draft = replace(Draft.of("triage", record, drawn, call=call), confidence={"labels": 0.8}, tainted=True)
        return await write(await stores.drafts.keep(draft, call=call, policy=Policy()))

    return make


@pytest.fixture
def back(stores, connectors):
    async def taken(argument, call="undo"):
        asked = Call(call, "undo", argument, BO, Place("playground", "support"))
        found = await undo(
            asked, drafts=stores.drafts, reread=WritesBySystem(connectors).reread, policies=lambda _draft: Policy()
        )
        return await stores.drafts.keep(found, call=asked, policy=Policy()) if isinstance(found, Draft) else found

    return taken


async def test_the_record_holds_again_what_it_held(written, back, write, connectors, sandbox):
    before = await connectors["jira"].read("SUP-25")
    done = await written("jira", "SUP-25", HIGH, LABELS)

    draft = await back(f"draft `{done.id.upper()}`")

    assert [(c.field, c.before, c.after, c.saw) for c in draft.changes] == [
        (c.field, c.after, c.before, None) for c in done.changes
    ]
    assert (draft.undoes, draft.follows, draft.workflow, draft.asked_by, draft.tainted) == (done.id, "", "triage", BO, True)
    assert (await write(draft)).state is State.WRITTEN
    after = await connectors["jira"].read("SUP-25")
    assert (after.fields["priority"], after.fields["labels"]) == (before.fields["priority"], before.fields["labels"])
    assert len(sandbox.jira.writes("SUP-25")) == 2


async def test_an_undo_can_be_undone(written, back, write, connectors):
    done = await written("jira", "SUP-25", LABELS)
    gone = await write(await back(done.id))

    again = await write(await back(gone.id, "again"))

    assert again.state is State.WRITTEN
    assert (await connectors["jira"].read("SUP-25")).fields["labels"] == ("a", "b")


async def test_what_somebody_changed_since_is_shown_three_ways(written, back, sandbox):
    done = await written("jira", "SUP-25", HIGH, LABELS)
    await sandbox.jira.edit("SUP-25", {"priority": "Low"})

    draft = await back(done.id)

    priority = draft.changes[0]
    assert (priority.saw.label, priority.before.label, priority.after) == ("High", "Low", done.changes[0].before)
    assert draft.follows == done.id
    assert draft.reasons == (f"takes back what {done.id} wrote", "priority was written as High and is now Low")


async def test_a_record_that_moves_again_keeps_saying_what_is_taken_back(written, back, write, stores, sandbox):
    draft = await back((await written("jira", "SUP-25", HIGH)).id)
    await sandbox.jira.edit("SUP-25", {"priority": "Low"})

    stale = await write(draft)

    [fresh] = [each for each in await stores.drafts.waiting() if each.follows == stale.id]
    assert (stale.state, fresh.undoes) == (State.STALE, draft.undoes)


async def test_what_people_have_read_stays(written, back):
    done = await written("zendesk", "149", REPLY)

    said = await back(done.id)

    assert said.text == f"There is nothing to take back of {done.id}: reply stays: what people have read cannot be taken back."


async def test_who_read_the_words_is_no_change_of_its_own(written, back):
    done = await written("zendesk", "149", REPLY, Change("visibility", None, PUBLIC_REPLY))

    assert (await back(done.id)).text.endswith(": reply stays: what people have read cannot be taken back.")


async def test_the_other_fields_of_a_reply_go_back(written, back):
    done = await written("zendesk", "149", REPLY, Change("priority", None, "high"))

    draft = await back(done.id)

    assert [change.field for change in draft.changes] == ["priority"]
    assert draft.reasons[-1] == "reply stays: what people have read cannot be taken back"


async def test_what_is_back_already_is_not_written_again(written, back, write):
    done = await written("jira", "SUP-25", LABELS)
    await write(await back(done.id))

    assert "everything else already is as it was" in (await back(done.id, "again")).text


async def test_a_field_that_was_empty_and_cannot_be_emptied_stays(written, back, sandbox):
    sandbox.zendesk.vendor.records["149"]["priority"] = None
    done = await written("zendesk", "149", Change("priority", None, "high"))
    assert done.changes[0].before is None

    assert "priority stays: it was empty" in (await back(done.id)).text


@pytest.mark.parametrize("verb", [None, Verb.APPROVE, Verb.REJECT])
async def test_only_what_was_written_can_be_taken_back(stores, back, verb):
    draft = await stores.draft()
    if verb is Verb.APPROVE:
        await stores.drafts.approve(stores.press(draft, verb))
    elif verb is Verb.REJECT:
        await stores.drafts.reject(stores.press(draft, verb))

    with pytest.raises(Invalid, match="only what was written"):
        await back(draft.id)


async def test_a_draft_that_is_not_there(back):
    with pytest.raises(NotFound, match="no draft nope"):
        await back("nope")
