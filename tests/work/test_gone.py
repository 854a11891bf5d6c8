"""What was deleted and no webhook told: the look finds it where a system says so, and its alert is there once."""

from datetime import UTC, datetime, timedelta

import pytest
from hooked import told

from bot.settings import Configuration

WHERE = "playground:general"
KINDS = {"hubspot": "contact", "salesforce": "lead"}
RULES = Configuration.model_validate(
    {"alerts": {f"{system}.{kind}.deleted": {"channel": WHERE} for system, kind in KINDS.items()}},
)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def town(stores, sandbox, connectors, wait_until):
    begin = datetime.now(UTC) - timedelta(minutes=5)
    async with told(RULES, stores, connectors, sandbox, wait_until, clock=lambda: begin) as running:
        await running.reconciler.begin()
        yield running


async def checkpoint(town, system):
    return next(one.checkpoint for one in await town.checkpoints.all() if one.connector == system)


@ON_SQLITE
@pytest.mark.parametrize("system", KINDS)
async def test_what_was_deleted_is_an_alert(town, sandbox, system):
    standin = getattr(sandbox, system)
    record = "721" if system == "hubspot" else next(key for key in standin.vendor.records if key.startswith("00Q"))
    await standin.edit(record, {"archived": True} if system == "hubspot" else {"IsDeleted": True})
    for number in range(3):
        await town.look(system, key=str(number))

    assert [(one.record, one.count) for one in await town.alerts.standing()] == [(f"{system}:{record}", 1)]
    assert {job.state for job in await town.jobs("reconcile")} == {"done"}


@ON_SQLITE
async def test_how_far_the_archive_was_read_is_kept_where_nothing_was_news(town):
    before = await checkpoint(town, "hubspot")
    await town.look("hubspot")
    after = await checkpoint(town, "hubspot")

    assert before != after
    assert await town.jobs("alert") == []
