"""Whether a form is worth filling in: asked of the policy, and never in the way when nobody can say."""

import asyncio

from shapes import new_draft

from bot.members.deciding import MayDecide
from handlers.models import Person, Policy

LEADS = Policy(("group:leads",))


async def who(name):
    return Person(name, name, groups=frozenset({"leads"}) if name == "x:bo" else frozenset())


async def test_the_policy_is_asked_about_the_person():
    may = MayDecide(who, lambda _: LEADS)
    assert await may.refusal(new_draft(), "x:bo") == ""
    assert "not allowed: only group leads" in await may.refusal(new_draft(), "x:ada")


async def test_who_cannot_be_looked_up_in_time_gets_the_form():
    async def slow(_name):
        await asyncio.Event().wait()

    assert await MayDecide(slow, lambda _: LEADS, patience=0.01).refusal(new_draft(), "x:ada") == ""
