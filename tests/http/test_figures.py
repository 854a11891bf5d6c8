"""/metrics: what was counted, and what stands in the database while there is one."""

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families as families

from bot.http.gate import Gate
from bot.http.routes import application, figures_only
from bot.store.figures.counts import Counts
from bot.watch.health import Health
from handlers.errors import Unavailable


@pytest.fixture
async def serve():
    """Start an application on loopback; its address."""
    runners = []

    async def started(app):
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield started
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def scrape():
    """(status, samples by name and labels) of /metrics."""
    async with aiohttp.ClientSession() as session:

        async def scraped(url):
            async with session.get(f"{url}/metrics") as answer:
                text = await answer.text()
                if answer.status != 200:
                    return answer.status, {}
                assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
                return 200, {
                    (sample.name, *sorted(sample.labels.values())): sample.value
                    for family in families(text)
                    for sample in family.samples
                }

        yield scraped


sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_the_database_is_read_at_the_moment_of_the_scrape(serve, scrape, stores):
    url = await serve(application(Health({}), (), standing=Counts(stores.database).standing))
    assert (await scrape(url))[1]["bot_drafts", "pending"] == 0

    await stores.draft()

    status, found = await scrape(url)
    assert (status, found["bot_drafts", "pending"], found["bot_drafts", "unknown"]) == (200, 1, 0)
    assert (found["bot_queue_depth",], found["bot_queue_oldest_seconds",], found["bot_dlq_depth",]) == (0, 0, 0)


async def test_a_database_that_is_down_costs_only_its_own_figures(serve, scrape):
    async def down():
        raise Unavailable("The database cannot be used.")

    status, found = await scrape(await serve(figures_only(down)))

    assert status == 200
    assert ("bot_ack_seconds_count",) in found
    assert [name for name, *_ in found if name.startswith(("bot_queue", "bot_drafts", "bot_dlq"))] == []


@sqlite
async def test_acknowledgements_and_rejects_are_counted_once(serve, scrape, stores, deliveries):
    gate = Gate(deliveries.verify, deliveries.parse, deliveries.record)
    url = await serve(
        application(Health({}), [web.post("/playground/say", gate.__call__)], standing=Counts(stores.database).standing)
    )
    _, before = await scrape(url)

    async with aiohttp.ClientSession() as session:
        for key in ("let me in", "wrong", "wrong"):
            await session.post(f"{url}/playground/say", json={"id": key, "text": "x"}, headers={"X-Key": key})

    _, after = await scrape(url)
    rejects = ("bot_auth_rejects_total", "playground", "signature")
    assert after["bot_ack_seconds_count",] - before["bot_ack_seconds_count",] == 1
    assert after[rejects] - before.get(rejects, 0) == 2


async def test_without_a_standing_there_is_no_scrape_and_the_own_port_knows_nothing_else(serve, scrape):
    async def nothing():
        raise Unavailable("nothing")

    assert (await scrape(await serve(application(Health({}), ()))))[0] == 404
    own = await serve(figures_only(nothing))
    async with aiohttp.ClientSession() as session, session.get(f"{own}/healthz") as answer:
        assert answer.status == 404
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
