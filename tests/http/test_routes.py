"""Live, ready, and what every answer carries."""

import asyncio
import io

import pytest

from bot.http.gate import MAX_BODY
from bot.http.routes import SECURITY_HEADERS

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_live(ask):
    status, answer, _ = await ask("/healthz")

    assert (status, answer) == (200, {"status": "ok"})


async def test_ready(ask):
    status, answer, _ = await ask("/readyz")

    assert (status, answer) == (200, {"ready": True, "reasons": {}})


async def test_not_ready_says_why(ask, probes):
    async def says():
        return "the ledger cannot be reached"

    async def raises():
        raise RuntimeError("no")

    probes |= {"worker": says, "index": raises}

    status, answer, _ = await ask("/readyz")

    assert status == 503
    assert answer == {"ready": False, "reasons": {"worker": "the ledger cannot be reached", "index": "RuntimeError: no"}}


async def test_a_probe_that_hangs_is_an_answer_too(ask, probes):
    async def hangs():
        await asyncio.Event().wait()

    probes["database"] = hangs

    status, answer, _ = await ask("/readyz")

    assert (status, answer["reasons"]) == (503, {"database": "no answer within 2 s"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nowhere", "/in"])
async def test_every_answer_is_hardened(ask, path):
    _, _, headers = await ask(path)

    assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_what_is_not_there_and_what_may_not_be_done(ask):
    assert (await ask("/nowhere"))[:2] == (404, {"error": "Not Found"})
    status, answer, headers = await ask("/in")
    assert (status, answer, headers["Allow"]) == (405, {"error": "Method Not Allowed"}, "POST")


async def test_a_redirect_passes(ask):
    status, _, headers = await ask("/moved")

    assert (status, headers["Location"]) == (302, "/healthz")


@pytest.mark.parametrize("path", ["/nowhere", "/healthz", "/in"])
async def test_a_post_over_one_mebibyte_is_too_large_everywhere(ask, path):
    status, answer, _ = await ask(path, method="POST", data=io.BytesIO(b"x" * (MAX_BODY + 1)))

    assert (status, "larger than 1 MiB" in answer["error"]) == (413, True)
