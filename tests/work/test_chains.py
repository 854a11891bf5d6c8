"""The jobs of chains: what they do when a system is away, and whom they tell where nobody asked."""

from dataclasses import dataclass

import pytest
from bound import NAMES
from voices import PEOPLE, RULES, Voice

from bot.dispatch import Dispatch
from bot.store.links import LinkStore
from bot.work.chains import ChainWork
from bot.work.triggers import BOT
from bot.work.voice import Everybody
from handlers.errors import Unavailable
from handlers.models import Call, Change, Draft, Person, Place, Policy, Record

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
