"""States of one second, as systems have them that count whole seconds: the one that is read later is the newer one."""

from dataclasses import replace

import pytest
from work.alarms import alarmed

URGENT = {"alerts": {"zendesk.ticket.updated": {"channel": "playground:general", "when": "priority == 'urgent'"}}}
SECOND = "2026-11-20T12:00:00Z"


class InOneSecond:
    """Zendesk, where everything that happens to tickets happens within a second."""

    def __init__(self, own):
        self._own = own

    async def read(self, name):
        return replace(await self._own.read(name), version=SECOND)


@pytest.fixture
async def town(stores, connectors, sandbox, wait_until):
    async with alarmed(
        URGENT, stores, {**connectors, "zendesk": InOneSecond(connectors["zendesk"])}, sandbox, wait_until
    ) as town:
        yield town


async def change(town, number, priority):
    await town.sandbox.zendesk.edit("153", {"priority": priority, "subject": f"Edit {number}"})
    await town.told("153", system="zendesk", kind="ticket")


async def test_whatever_the_order_of_their_names_the_last_state_counts(town):
    for number in range(8):
        priority = ("urgent", "low")[number % 2]
        await change(town, number, priority)
        assert [alert.title for alert in await town.alerts.standing()] == ([f"Edit {number}"] if priority == "urgent" else [])


async def test_the_same_state_told_again_is_no_news_and_one_that_comes_back_is(town):
    await change(town, 1, "urgent")
    await change(town, 2, "low")
    await change(town, 1, "urgent")
    [alert] = await town.alerts.standing()
    for _ in range(3):
        await town.told("153", system="zendesk", kind="ticket")

    assert await town.alerts.standing() == [alert]
    assert alert.title == "Edit 1"
