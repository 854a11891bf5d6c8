"""Dispatch: every call ends in a reply; ports are bound by name; what a place may see is what it may show."""

import re

import pytest
from bound import NAMES

from bot.dispatch import Dispatch, Heard, UnboundPortError, place_of
from bot.settings import Configuration
from handlers.errors import Unavailable
from handlers.models import Person, Place
from knowledge.errors import KnowledgeError
from knowledge.models import ASKED, Answer

ADA = Person("p:ada", "Ada", groups=frozenset({"support"}))
RULES = Configuration.model_validate({"channels": {"slack:T1/C1": {"audience": ["leads"], "commands": ["triage"]}}})


@pytest.fixture
def dispatch():
    def make(**ports):
        return Dispatch(dict.fromkeys(NAMES) | ports, configuration=RULES, drafts=None, policies=RULES.policy_of)

    return make


def heard(text, channel="C2"):
    return Heard("id", text, ADA, Place("slack", channel))


def failing(trouble):
    async def answer(_question, *, audience, history=(), quoted=False, origin=ASKED):  # noqa: ARG001 - the port's signature
        raise trouble

    return answer


async def test_a_question_is_answered(dispatch):
    async def answer(question, *, audience, history=(), quoted=False, origin=ASKED):  # noqa: ARG001 - as above
        return Answer(f"{question} {sorted(audience)} {history}", 0.9, abstained=False, citations=(), passages=())

    reply = await dispatch(answer=answer)(heard("how?"))

    assert (reply.text, reply.trouble) == ("how? ['everyone'] ()", False)


@pytest.mark.parametrize("trouble", [Unavailable("Jira is away."), KnowledgeError("The index is closed.")])
async def test_what_is_down_is_said(dispatch, trouble):
    reply = await dispatch(answer=failing(trouble))(heard("how?"))

    assert (reply.text, reply.trouble, reply.private) == (str(trouble), True, False)


async def test_a_bug_is_an_error_id_and_no_details(dispatch):
    reply = await dispatch(answer=failing(KeyError("secret")))(heard("how?"))

    assert re.fullmatch(
        r"Something went wrong inside the bot \(error [0-9a-f]{8}\)\. An operator finds it in the log\.", reply.text
    )
    assert reply.trouble


async def test_a_command_that_is_off_here_is_refused_in_private(dispatch):
    reply = await dispatch()(heard("how?", "T1/C1"))

    assert reply.text.startswith("not allowed: /ask is switched off in this channel")
    assert (reply.private, reply.trouble) == (True, True)


async def test_what_is_not_understood_is_said(dispatch):
    assert "Did you mean /triage" in (await dispatch()(heard("/traige X"))).text


def test_a_port_that_nobody_offers_is_found_at_start():
    with pytest.raises(UnboundPortError, match="triage asks for ports nobody offers: issues, similar"):
        Dispatch({"answer": None}, configuration=RULES, drafts=None, policies=RULES.policy_of)


def test_a_place_shows_what_its_channel_may_and_alone_what_the_person_may():
    assert place_of(RULES, "slack", "T1/C1", "t") == Place("slack", "T1/C1", "t", frozenset({"everyone", "leads"}))
    assert place_of(RULES, "slack", "C2", "").audience == {"everyone"}
    assert place_of(RULES, "slack", "T1/C1", "", alone=ADA).audience == {"everyone", "support"}
