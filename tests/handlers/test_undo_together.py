"""Taking back a bundle whose records have owners of their own: somebody can decide all of it, or it is said how it goes one by one."""

import pytest
from bound import bound
from voices import PEOPLE

from bot.connectors.registry import WritesBySystem
from bot.dispatch import Dispatch, Heard
from bot.sandbox.company import PEOPLE as COLLEAGUES
from bot.settings import Configuration
from handlers.approvals import carry_out
from handlers.bundles import bundle
from handlers.models import Call, Change, Draft, Place, Policy, State, Verb
from handlers.policy import refusal

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HERE, ADA = Place("playground", "general"), PEOPLE.find("playground:ada")
OWNERS = {"approvals": {"jira": {"approvers": ["owner"]}}}
CALL = Call("first", "triage", "", ADA, HERE)
KEYS = ("SUP-25", "SUP-24")


@pytest.fixture
async def written(stores, connectors, sandbox):
    """A bundle on two issues, approved and written when anybody could; afterwards these people own them."""

    async def make(*owners):
        records = [await connectors["jira"].read(key) for key in KEYS]
        items = [Draft.of("triage", one, [Change("labels", one.fields.get("labels"), ("new",))], call=CALL) for one in records]
        whole = await stores.drafts.keep(bundle(items, call=CALL), call=CALL, policy=Policy())
        await stores.drafts.approve(stores.press(whole, Verb.APPROVE))
        for item in whole.items:
            await carry_out(item.id, item.version, drafts=stores.drafts, writes=WritesBySystem(connectors))
        for key, owner in zip(KEYS, owners, strict=True):
            account = next((one.jira for one in COLLEAGUES if one.id == owner), None)
            await sandbox.jira.edit(key, {"assignee": account})
        return await stores.drafts.read(whole.id)

    return make


@pytest.fixture
def undo(stores, connectors):
    """`/undo` under these rules."""

    async def said(draft, rules=OWNERS):
        configuration = Configuration.model_validate(rules)
        given = bound(connectors, stores.drafts, configuration)
        dispatch = Dispatch(given, configuration=configuration, drafts=stores.drafts, policies=configuration.policy_of)
        return await dispatch(Heard(f"undo {draft}", f"/undo {draft}", ADA, HERE))

    return said


@pytest.mark.parametrize("owners", [("dara", "eli"), ("dara", ""), ("", "")])
async def test_what_no_one_person_may_decide_is_taken_back_one_by_one_by_the_owner_of_each(written, undo, stores, owners):
    whole = await written(*owners)
    assert whole.state is State.WRITTEN

    refused = await undo(whole.id)

    first, second = whole.items
    assert refused.trouble
    assert f"one by one, the last change first: /undo {second.id} (SUP-24), /undo {first.id} (SUP-25)." in refused.text
    assert await stores.drafts.waiting() == []
    for item, owner in zip(whole.items, owners, strict=True):
        reply = await undo(item.id)
        if not owner:
            assert (
                reply.text
                == f"Only the owner of jira {item.record.id} may decide what becomes of it, and it has none. Give it one there, then ask again."
            )
            continue
        draft = reply.draft
        may = {
            one.id
            for one in COLLEAGUES
            if not refusal(draft, PEOPLE.find(one.email), Configuration.model_validate(OWNERS).policy_of(draft))
        }
        assert (draft.undoes, may) == (item.id, {owner})


@pytest.mark.parametrize(("owners", "rules", "may"), [
    (("dara", "dara"), OWNERS, {"dara"}),
    (("dara", "eli"), {"approvals": {"jira": {"approvers": ["owner", "bo@harbourlight.example"]}}}, {"bo"}),
])  # fmt: skip
async def test_where_somebody_may_decide_all_of_it_it_is_one_draft_of_theirs(written, undo, owners, rules, may):
    draft = (await undo((await written(*owners)).id, rules)).draft

    policy = Configuration.model_validate(rules).policy_of(draft)
    assert len(draft.items) == 2
    assert {one.id for one in COLLEAGUES if not refusal(draft, PEOPLE.find(one.email), policy)} == may
