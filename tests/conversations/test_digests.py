"""A digest at its time, on every platform: to a channel with its links and its chart, once; and to a person in a direct message."""

from datetime import UTC, datetime, timedelta

import pytest
from conversations.places import PLACES
from conversations.test_pictures import account
from conversations.town import town
from conversations.walls import Wall, pictures

from bot.work.digests import told
from handlers.alert import Severity, Sighting

ADDRESS = "https://help.example/{}"
CHANNELS = {name: f"{name}:{channel}" for name, channel in PLACES.items()}
RULES = {"digests": {name: {"channel": channel, "at": "09:00"} for name, channel in CHANNELS.items()}}


@pytest.fixture(params=PLACES)
async def wall(request, tmp_path, fresh_state, wait_until):
    async with town(fresh_state(tmp_path / "state.db"), RULES, wait_until) as place:
        yield await Wall.of(place.player(request.param))


async def sight(wall, number, *, hours=0):
    at, rule, channel = datetime.now(UTC) - timedelta(hours=hours), "zendesk.ticket.updated", CHANNELS[wall.player.stage.name]
    given = (channel, f"zendesk:{number}", f"Ticket {number}", ADDRESS.format(number), Severity.CRITICAL)
    await wall.player.office.alerts.sight(Sighting(f"e{number}", rule, *given, at))


async def come(wall, name, *, times=1):
    """Let a digest be due, as often as that: its firings take turns, as those of one record do."""
    office, payload = wall.player.office, told(name, datetime.now(UTC).timestamp() // 60 * 60)
    for number in range(times):
        async with office.database.write() as tx:
            await office.jobs.enqueue(tx, "digest", key=f"{payload['id']}:{number}", payload=payload, record_key=name)
    await office.idle()


async def test_a_digest_stands_in_its_channel_once_with_links_and_a_chart(wall):
    for number in range(6):
        await sight(wall, number, hours=2 * number)
    await come(wall, wall.player.stage.name, times=3)

    found = [one.text for one in await wall.stands() if one.text.startswith("Alert digest")]
    assert len(found) == 1
    assert "6 new (6 critical)." in found[0]
    assert "5 Ticket 5, new" in found[0]
    assert "and 3 more, critical among them: 2, 1, 0" in found[0]
    assert all(ADDRESS.format(number) in found[0] for number in (5, 4, 3))
    [chart] = await pictures(wall.player)
    assert chart.png.startswith(b"\x89PNG")
    assert "Alerts per hour" in chart.alt
    assert "6 critical" in chart.alt


async def test_a_person_is_told_in_a_direct_message(tmp_path, fresh_state, wait_until):
    async with town(fresh_state(tmp_path / "before.db"), {}, wait_until) as place:
        people = {name: await account(place.player(name), "ada") for name in PLACES}
    rules = {"digests": {name: {"person": people[name], "channels": [CHANNELS[name]], "at": "09:00"} for name in PLACES}}
    async with town(fresh_state(tmp_path / "state.db"), rules, wait_until) as place:
        for name in PLACES:
            wall = await Wall.of(place.player(name))
            await sight(wall, 7)
            await come(wall, name)
            seen = {person: [one for one in await wall.player.stage.seen(person) if "Alert digest" in one.text] for person in ("ada", "bo")}  # fmt: skip
            assert [(one.private, "7 Ticket 7, new" in one.text) for one in seen["ada"]] == [(True, True)]
            assert seen["bo"] == []
