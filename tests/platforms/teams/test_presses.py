"""Presses while the state of record is slow or away: Teams has its answer in time, and nothing that was pressed is lost."""

import asyncio
import time

import pytest
from sqlalchemy import text
from tenants import GENERAL, card_of, cards, verbs, words_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
IN_TIME = 8.0
"""Seconds; the bot gives itself two and a half, the rest is for a busy machine. Who waited for the writer would wait for good."""


@pytest.fixture
async def drawn(company):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    return await company.wait(
        lambda: next((m for m in cards(company.teams) if "approve" in verbs(card_of(m.activity))), None), within=30
    )


async def press(company, drawn, verb, **how):
    before = time.monotonic()
    [(status, answer)] = await company.teams.drive.press(GENERAL, drawn.id, verb, "bo", **how)
    assert time.monotonic() - before < IN_TIME
    return status, answer


@pytest.fixture
async def held(company):
    """A writer that nobody gets past until it lets go."""
    await company.idle()
    let_go, holding = asyncio.Event(), asyncio.Event()

    async def hold():
        async with company.database.write() as tx:
            await tx.execute(text("UPDATE inbound SET owner = owner"))
            holding.set()
            await let_go.wait()

    task = asyncio.create_task(hold())
    await holding.wait()
    yield let_go
    let_go.set()
    await task


async def test_a_decision_that_cannot_be_recorded_is_not_acknowledged_and_can_be_pressed_again(company, drawn, held, sandbox):
    company.teams.courier.insist = 0.0  # Teams shows the failure to the person, who presses again
    status, _ = await press(company, drawn, "approve")
    assert status == 503
    held.set()
    await company.wait(lambda: "approved by Bo" in words_of(drawn.card()), within=30)  # the press under way came to its end
    await company.wait(lambda: sandbox.jira.writes("SUP-21"), within=30)
    assert len(sandbox.jira.writes("SUP-21")) == 1


async def test_a_look_is_answered_though_the_writer_is_busy(company, drawn, held):  # noqa: ARG001 - held is held
    old = drawn.card()
    status, answer = await press(company, drawn, "show", as_shown={**old, "actions": [old["refresh"]["action"]]})
    assert status == 200
    assert "May approve" in words_of(answer["value"])
