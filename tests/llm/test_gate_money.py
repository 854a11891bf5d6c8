"""The gate and money: limits of the day, of a person, of a workflow, and what a call leaves standing."""

import pytest
from llm.note import ask

from bot.llm.allowance import today
from bot.llm.prompts import prompt
from bot.net.asking import Asking, asking
from bot.net.budget import within
from bot.sandbox.faults import Fault
from handlers.errors import NoModel
from handlers.material import Material


async def test_at_the_limit_of_the_day_nobody_is_asked_and_it_says_so(desk):
    gate = desk.gate(usd=0.002)
    ends = [await ended(gate, Material("ticket", str(number), outside=True)) for number in range(9)]

    assert set(ends) == {"", "today's money for the language model is used up; it is filled again at midnight UTC."}
    assert 1 <= len(desk.sent) == ends.count("") < 9
    await gate.close()
    [spent] = (await desk.spending.of(today())).values()
    assert spent <= 2_000


async def ended(gate, material):
    """What was said instead of an answer."""
    try:
        await ask(gate, material)
    except NoModel as none:
        return str(none)
    return ""


async def test_a_persons_limit_and_a_workflows_are_theirs_alone(desk):
    gate = desk.gate(workflows={"ask": 0.0}, persons={"*": 0.0, "ada@example.com": 1.0})
    ada, bo = Asking("reply", "slack:T1/U1", frozenset({"ada@example.com"})), Asking("reply", "slack:T1/U2")

    with asking(ada):
        await ask(gate)
    with asking(bo), pytest.raises(NoModel, match="your money of today"):
        await ask(gate, Material("ticket", "other", outside=True))
    with asking(Asking("ask")), pytest.raises(NoModel, match="money of /ask"):
        await ask(gate, Material("ticket", "other", outside=True))

    await gate.close()
    scopes = await desk.spending.of(today())
    assert not any("U1" in scope or "ada" in scope for scope in scopes)
    assert len(scopes) == 3


async def test_what_a_call_cost_is_what_stays_taken(desk):
    gate = desk.gate()
    await ask(gate)
    desk.standin.faults.add(Fault("status", status=429))
    with pytest.raises(NoModel):
        await ask(gate, Material("ticket", "other", outside=True))

    await gate.close()
    usage = desk.standin.asked[0]
    assert usage.status == 200
    spent = (await desk.spending.of(today()))["all"]
    assert 0 < spent < 700


async def test_an_answer_that_nobody_heard_counts_as_the_longest_and_what_was_never_sent_as_nothing(desk):
    gate = desk.gate()
    desk.standin.faults.add(Fault("hang"))
    with within(2), pytest.raises(NoModel, match="away"):
        await ask(gate)
    await desk.standin.stop()
    with pytest.raises(NoModel, match="away"):
        await ask(gate, Material("ticket", "other", outside=True))

    await gate.close()
    longest = prompt("answer").longest
    assert longest < (await desk.spending.of(today()))["all"] < 2 * longest
