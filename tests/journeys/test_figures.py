"""Docs, code and a real scrape name the same figures, and each of them moves when it should."""

import re
import socket
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from bot.sandbox.openai.server import MODEL, ModelStandin
from bot.watch import metrics

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "operating.md"
ONLY_IN_TROUBLE = {
    "bot_wrong_total", "bot_firings_left_out_total", "bot_sources_lost_total", "bot_rows", "bot_rows_deleted_total",
}  # fmt: skip
"""A bot that is well has none of them, or none within its first hour; tests of the watch, of timetables, of sources and of retention see
them move."""
OURS = re.compile(r"^\| `(bot_\w+)` \|(.*?)\|", re.MULTILINE)


@pytest.fixture
async def standin():
    """A language model for the program to ask."""
    running = ModelStandin()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def environment(environment, standin):
    return environment | standin.environment()


def documented():
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in OURS.findall(PAGE.read_text(encoding="utf-8"))}


def declared():
    standing = metrics.gauges(metrics.Standing(0, 0.0, 0, {"pending": 0}))
    found = {}
    for registry in (metrics.REGISTRY, standing):
        for family in registry.collect():
            if family.name.startswith("bot_"):
                found[family.name + ("_total" if family.type == "counter" else "")] = family.type
    return found


async def scraped(http, url):
    async with http.get(f"{url}/metrics") as answer:
        assert answer.status == 200
        return [sample for family in families(await answer.text()) for sample in family.samples]


def test_the_page_lists_what_the_code_has():
    assert documented().keys() == declared().keys()


async def test_every_figure_is_fed_by_real_traffic(handbook, http):
    bot = handbook
    await bot.say("/ask How many hours before pick-up can a renter cancel for free? I am bo@example.com.")
    await bot.shows("No summary: ")
    await bot.say("/triage SUP-21")
    await bot.press(await bot.card("pending"), "approve", person="bo")
    await bot.card("written")
    async with http.post(f"{bot.url}/playground/say", json={}, headers={"X-Playground-Key": "forged"}) as refused:
        assert refused.status == 401

    samples = await scraped(http, bot.url)

    def value(name, **labels):
        return next((each.value for each in samples if each.name == name and each.labels == labels), None)

    assert value("bot_ack_seconds_count") == 3
    assert value("bot_llm_calls_total", prompt="answer.v1", outcome="answered") == 1
    assert value("bot_masked_total", kind="EMAIL_ADDRESS") >= 1
    assert (
        value("gen_ai_client_token_usage_count", gen_ai_request_model=MODEL, gen_ai_token_type="input") == 2
    )  # /triage asks it, too
    assert value("bot_handler_seconds_count", workflow="triage") == 1
    assert value("bot_writes_total", target="jira", outcome="ok") == 1
    assert value("bot_dependency_requests_total", dependency="jira", outcome="ok") >= 3
    assert value("bot_dependency_seconds_count", dependency="jira", outcome="ok") >= 3
    assert value("bot_breaker_state", dependency="jira") == 0
    assert value("bot_auth_rejects_total", platform="playground", reason="signature") == 1
    assert value("bot_drafts", state="written") == 1
    assert value("bot_dlq_depth") == 0
    assert value("bot_queue_depth") >= 0 <= value("bot_queue_oldest_seconds")  # the cards may still be on their way

    labels = documented()
    stripped = {each.name: re.sub(r"_(bucket|sum|count)$", "", each.name) for each in samples}
    seen = {stripped[each.name] for each in samples if each.name.startswith("bot_")}
    assert seen | ONLY_IN_TROUBLE == labels.keys()
    for each in samples:
        if each.name.startswith("bot_"):
            assert set(each.labels) - {"le"} == labels[stripped[each.name]], each
            assert not {"SUP-21", "ada", "bo", "support"} & set(each.labels.values())


async def test_figures_have_a_port_of_their_own_where_it_is_set(bot, http):
    await bot.process.end(15)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot.environment["METRICS_PORT"] = str(port)
    await bot.start()

    assert any(each.name == "bot_queue_depth" for each in await scraped(http, f"http://127.0.0.1:{port}"))
    async with http.get(f"{bot.url}/metrics") as answer:
        assert answer.status == 404

    bot.environment["DATA_DIR"] += "-other"
    code, output = await bot.cli("run")
    assert (code, f"Port {port}" in output, "METRICS_PORT" in output, "Traceback" in output) == (1, True, True, False), output
