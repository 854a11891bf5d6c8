"""Scripted trouble: what the caller sees, and whether the write happened."""

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Fault, Sandbox

ISSUE = "/rest/api/3/issue/SUP-21"
EDIT = {"fields": {"summary": "Changed"}}


async def test_a_status_fault_comes_with_body_and_retry_after_and_without_effect(sandbox: Sandbox, jira: Any) -> None:
    sandbox.jira.faults.add(Fault("status", status=429, retry_after=7, body={"errorMessages": ["slow down"], "errors": {}}))
    answer = await jira("PUT", ISSUE, EDIT)
    assert (answer.status, answer.headers["Retry-After"], answer.body["errorMessages"]) == (429, "7", ["slow down"])
    assert sandbox.jira.writes("SUP-21") == []
    assert [(entry.status, entry.fault) for entry in sandbox.jira.ledger.entries] == [(429, "status, before the write")]
    assert (await jira("PUT", ISSUE, EDIT)).status == 204


async def test_a_status_fault_after_the_write_hides_an_effect(sandbox: Sandbox, jira: Any) -> None:
    sandbox.jira.faults.add(Fault("status", status=502, after=True))
    assert (await jira("PUT", ISSUE, EDIT)).status == 502
    assert [write.status for write in sandbox.jira.writes("SUP-21")] == [502]


@pytest.mark.parametrize(("after", "effects"), [(False, 0), (True, 1)])
async def test_a_reset_breaks_the_connection_before_or_after_the_write(
    *, sandbox: Sandbox, jira: Any, after: bool, effects: int
) -> None:
    sandbox.jira.faults.add(Fault("reset", after=after))
    with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
        await jira("POST", f"{ISSUE}/comment", {"body": {"type": "doc", "version": 1, "content": []}})
    assert len(sandbox.jira.writes("SUP-21")) == effects
    assert len(sandbox.jira.record("SUP-21")["comments"]) == effects
    assert [entry.status for entry in sandbox.jira.ledger.entries] == [0]


async def test_half_a_body_comes_after_the_effect(sandbox: Sandbox, zendesk: Any) -> None:
    sandbox.zendesk.faults.add(Fault("half_body", method="PUT"))
    with pytest.raises(aiohttp.ClientPayloadError):
        await zendesk("PUT", "/api/v2/tickets/153", {"ticket": {"priority": "high"}})
    assert sandbox.zendesk.record(153)["priority"] == "high"


async def test_malformed_json_comes_after_the_effect(sandbox: Sandbox, zendesk: Any) -> None:
    sandbox.zendesk.faults.add(Fault("malformed"))
    with pytest.raises(json.JSONDecodeError):
        await zendesk("PUT", "/api/v2/tickets/153", {"ticket": {"priority": "high"}})
    assert len(sandbox.zendesk.writes(153)) == 1


async def test_a_delay_answers_late_and_truly(sandbox: Sandbox, jira: Any) -> None:
    sandbox.jira.faults.add(Fault("delay", seconds=0.2), Fault("delay", seconds=0.2, after=True))
    for _ in range(2):
        start = time.monotonic()
        assert (await jira("GET", ISSUE)).status == 200
        assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize(("after", "effects"), [(False, 0), (True, 1)])
async def test_a_hang_gives_no_answer_and_stopping_does_not_wait_for_it(speak: Any, after: bool, effects: int) -> None:  # noqa: FBT001
    async with asyncio.timeout(10):
        async with Sandbox.start(None) as sandbox, speak(sandbox.jira.url, sandbox.jira.email, sandbox.jira.token) as api:
            sandbox.jira.faults.add(Fault("hang", after=after))
            with pytest.raises(TimeoutError):
                await api("PUT", ISSUE, EDIT, timeout=aiohttp.ClientTimeout(total=0.3))
            assert (await api("GET", ISSUE)).status == 200
            assert len(sandbox.jira.writes("SUP-21")) == effects
            start = time.monotonic()
        assert time.monotonic() - start < 5


async def test_a_duplicate_carries_the_request_out_twice(sandbox: Sandbox, zendesk: Any) -> None:
    sandbox.zendesk.faults.add(Fault("duplicate"))
    await zendesk("POST", "/api/v2/tickets", {"ticket": {"comment": {"body": "Once, please"}}})
    assert [record["description"] for record in (sandbox.zendesk.record(161), sandbox.zendesk.record(162))] == [
        "Once, please"
    ] * 2


async def test_a_duplicate_with_an_idempotency_key_has_one_effect(sandbox: Sandbox, zendesk: Any) -> None:
    sandbox.zendesk.faults.add(Fault("duplicate"))
    await zendesk("POST", "/api/v2/tickets", {"ticket": {"comment": {"body": "Once"}}}, headers={"Idempotency-Key": "k"})
    assert [entry.effect for entry in sandbox.zendesk.ledger.entries] == [True, False]


async def test_the_fault_waits_for_its_method_path_and_turn(sandbox: Sandbox, jira: Any) -> None:
    sandbox.jira.faults.add(Fault("status", method="GET", path=r"/issue/SUP-\d+$", nth=2, count=2))
    seen = [(await jira("GET", path)).status for path in (ISSUE, f"{ISSUE}/comment", ISSUE, ISSUE, ISSUE)]
    assert seen == [200, 200, 503, 503, 200]


async def test_probability_is_drawn_from_the_seed(sandbox: Sandbox, jira: Any) -> None:
    rounds = []
    for seed in (4, 4, 5):
        sandbox.jira.faults.clear()
        sandbox.jira.faults.add(Fault("status", probability=0.5, seed=seed, count=None))
        rounds.append([(await jira("GET", "/rest/api/3/myself")).status for _ in range(20)])
    assert rounds[0] == rounds[1] != rounds[2]
    assert set(rounds[0]) == {200, 503}


async def test_faults_are_set_and_cleared_over_http(jira: Any) -> None:
    armed = await jira("POST", "/_sandbox/faults", [{"kind": "status", "status": 500, "count": None}])
    assert (armed.status, armed.body) == (201, {"armed": 1})
    assert (await jira("GET", ISSUE)).status == 500
    assert (await jira("DELETE", "/_sandbox/faults")).status == 204
    assert (await jira("GET", ISSUE)).status == 200


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({"kind": "gremlin"}, "There is no fault named 'gremlin'"),
        ({"kind": "hang", "speed": 3}, "A fault has no speed"),
        ({"status": 500}, "not complete"),
        ({"kind": "hang", "path": "("}, "no regex"),
        ({"kind": "hang", "nth": 0}, "nth >= 1"),
        (["hang"], "JSON object"),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused_with_a_sentence(jira: Any, payload: Any, sentence: str) -> None:
    answer = await jira("POST", "/_sandbox/faults", payload)
    assert answer.status == 400
    assert sentence in answer.body["error"]


async def test_a_client_that_repeats_below_its_own_retries_is_seen_in_the_ledger(sandbox: Sandbox) -> None:
    """A client session of aiohttp sends a PUT again by itself when a kept-alive connection breaks: the write happens twice."""
    headers = {"Authorization": aiohttp.encode_basic_auth(sandbox.jira.email, sandbox.jira.token)}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(sandbox.jira.url + ISSUE) as answer:
            assert answer.status == 200
        sandbox.jira.faults.add(Fault("reset", after=True))
        async with session.put(sandbox.jira.url + ISSUE, json=EDIT) as answer:
            assert answer.status == 204
    assert [write.status for write in sandbox.jira.writes("SUP-21")] == [0, 204]
