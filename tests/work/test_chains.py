"""The jobs of chains: what they do when a system is away, and whom they tell where nobody asked."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from bound import NAMES, bound
from kb import Kb
from voices import PEOPLE, RULES, Voice

from bot.dispatch import Dispatch, Heard
from bot.settings import Configuration
from bot.store.links.links import LinkStore
from bot.work.chains import ChainWork
from bot.work.triggers import BOT
from bot.work.voice import Everybody
from handlers.approvals import decide
from handlers.errors import Unavailable
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record, State, Verb, shown
from knowledge.errors import BrokenIndex

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass
class Guide:
    """What the bot says about itself in private, or that it cannot."""

    trouble: Exception | None = None

    def help(self, person, place):  # noqa: ARG002 - the port's signature
        if self.trouble:
            raise self.trouble
        return "words"


@pytest.fixture
def follow(stores):
    """Run one link behind a draft that somebody asked for; what was said then, and to whom."""

    async def run(asker, guide):
        voice, place = Voice(), Place("playground", "general")
        call = Call("c1", "triage", "help", asker, place)
        drawn = Draft.of(
            "triage", Record("jira", "issue", "help", "v1", "t", "", {}), [Change("labels", (), ("new",))], call=call
        )
        first, voices = await stores.drafts.keep(drawn, call=call, policy=Policy()), {"playground": voice}
        ports = dict.fromkeys(NAMES) | {"guide": guide}
        dispatch = Dispatch(ports, configuration=RULES, drafts=stores.drafts, policies=RULES.policy_of)
        links, persons = LinkStore(stores.database), Everybody(PEOPLE, voices)
        work = ChainWork(dispatch=dispatch, drafts=stores.drafts, links=links, persons=persons, voices=voices)
        await work.kinds()["chain"].run({"id": "k", "draft": first.id, "then": "bot", "argument": "record"})
        _, reply, to = voice.said["k"]
        return reply, to

    return run


@pytest.mark.parametrize(
    ("asker", "is_private"), [(BOT, False), (Person("cli:ada", "Ada"), False), (Person("playground:ada", "Ada"), True)]
)
async def test_only_somebody_who_is_on_the_platform_is_told_in_private(follow, asker, is_private):
    reply, _ = await follow(asker, Guide())

    assert (reply.text, reply.private) == ("words", is_private)


async def test_a_link_waits_for_a_system_that_is_away(follow):
    with pytest.raises(Unavailable, match="Jira is away"):
        await follow(PEOPLE.find("playground:ada"), Guide(Unavailable("Jira is away.")))


async def test_a_link_waits_for_a_knowledge_base_that_is_damaged(follow):
    with pytest.raises(Unavailable, match="the index cannot be read"):
        await follow(PEOPLE.find("playground:ada"), Guide(BrokenIndex("the index cannot be read")))


async def test_a_bundle_is_never_easier_to_approve_than_the_draft_that_it_takes_up(stores, connectors):
    rules = Configuration.model_validate({"risk": {"urgent": {"fields": ["jira.priority"], "quorum": 2}}})
    kb, policies, place = Kb(), rules.policy_of, Place("playground", "general")
    kb.gate.set()
    given = bound(connectors, stores.drafts, rules, answer=kb.answer)
    dispatch, ada = Dispatch(given, configuration=rules, drafts=stores.drafts, policies=policies), PEOPLE.find("playground:ada")
    first = (await dispatch.answer(Heard("c1", "/triage SUP-21", ada, place))).draft
    [before] = [str(shown(change.before)) for change in first.changes if change.field == "priority"]
    edit = replace(stores.press(first, Verb.EDIT), values={"priority": before})
    edited = await decide(edit, drafts=stores.drafts, policies=policies)
    assert ("priority" in {change.field for change in edited.changes}, edited.policy.quorum) == (False, 2)

    reply = await dispatch.answer(Heard("c2", "/reply 153", ada, place, joins=first.id))

    assert (len(reply.draft.items), reply.draft.policy.quorum, reply.draft.policy.tier) == (2, 2, "urgent")


async def test_what_follows_an_item_of_a_bundle_joins_that_bundle(stores, connectors):
    kb, place, ada = Kb(), Place("playground", "general"), PEOPLE.find("playground:ada")
    kb.gate.set()
    given = bound(connectors, stores.drafts, RULES, answer=kb.answer)
    dispatch = Dispatch(given, configuration=RULES, drafts=stores.drafts, policies=RULES.policy_of)
    first = (await dispatch.answer(Heard("c1", "/triage SUP-21", ada, place))).draft
    two = (await dispatch.answer(Heard("c2", "/reply 153", ada, place, joins=first.id))).draft

    three = (await dispatch.answer(Heard("c3", "/triage SUP-22", ada, place, joins=two.items[1].id))).draft

    assert [item.record.id for item in three.items] == ["SUP-21", "153", "SUP-22"]
    assert [draft.id for draft in await stores.drafts.waiting()] == [three.id]
    assert {item.state for item in (await stores.drafts.read(two.id)).items} == {State.SUPERSEDED}


@pytest.mark.parametrize("item", [0, 1])
async def test_two_that_follow_the_same_draft_are_one_bundle_with_it(stores, connectors, item):
    kb, place, ada = Kb(), Place("playground", "general"), PEOPLE.find("playground:ada")
    kb.gate.set()
    given = bound(connectors, stores.drafts, RULES, answer=kb.answer)
    dispatch = Dispatch(given, configuration=RULES, drafts=stores.drafts, policies=RULES.policy_of)
    first = (await dispatch.answer(Heard("c1", "/triage SUP-21", ada, place))).draft
    two = (await dispatch.answer(Heard("c2", "/reply 153", ada, place, joins=first.id))).draft
    if item:
        await dispatch.answer(Heard("c3", "/triage SUP-22", ada, place, joins=first.id))

    last = (await dispatch.answer(Heard("c4", "/lead 721", ada, place, joins=two.items[item].id if item else first.id))).draft

    assert [one.record.id for one in last.items] == ["SUP-21", "153", *(["SUP-22"] if item else []), "721"]
    assert [draft.id for draft in await stores.drafts.waiting()] == [last.id]


async def test_two_that_follow_the_same_draft_at_once_are_one_bundle_with_it(stores, connectors):
    kb, place, ada = Kb(), Place("playground", "general"), PEOPLE.find("playground:ada")
    kb.gate.set()
    given = bound(connectors, stores.drafts, RULES, answer=kb.answer)
    dispatch = Dispatch(given, configuration=RULES, drafts=stores.drafts, policies=RULES.policy_of)
    first = (await dispatch.answer(Heard("c1", "/triage SUP-21", ada, place))).draft

    lines = ("/reply 153", "/lead 721", "/triage SUP-22")
    await asyncio.gather(*(dispatch.answer(Heard(f"c{n}", line, ada, place, joins=first.id)) for n, line in enumerate(lines, 2)))

    [last] = await stores.drafts.waiting()
    assert {one.record.id for one in last.items} == {"SUP-21", "153", "721", "SUP-22"}


async def test_changes_that_only_different_owners_may_decide_are_no_bundle(stores, connectors):
    rules = Configuration.model_validate({"approvals": {"default": {"approvers": ["owner"]}}})
    kb, place, ada = Kb(), Place("playground", "general"), PEOPLE.find("playground:ada")
    kb.gate.set()
    given = bound(connectors, stores.drafts, rules, answer=kb.answer)
    dispatch = Dispatch(given, configuration=rules, drafts=stores.drafts, policies=rules.policy_of)
    first = (await dispatch.answer(Heard("c1", "/triage SUP-21", ada, place))).draft

    second = (await dispatch.answer(Heard("c2", "/reply 153", ada, place, joins=first.id))).draft

    assert first.record.owner.isdisjoint(second.record.owner)
    assert [draft.id for draft in await stores.drafts.waiting()] == [first.id, second.id]
    assert second.reasons[-1] == (
        f"not in one draft with {first.id}: only the owner of each record may decide, and they have no owner in common."
    )
