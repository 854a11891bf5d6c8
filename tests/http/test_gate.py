"""The gate: nothing is parsed before it is verified, nothing is acknowledged before it is durable, nothing is said twice."""

import asyncio
import io

import pytest
from sqlalchemy import text

from bot.http.gate import MAX_BODY, MOST_LATE

SAID = {"id": "e1", "text": "confidential words"}


async def test_a_delivery_is_durable_when_it_is_acknowledged(deliver, stores):
    status, answer, _ = await deliver(SAID)

    assert (status, answer) == (202, {"id": "e1", "new": True})
    [job] = await stores.jobs.list()
    assert (job.kind, job.key, job.state) == ("call", "test:e1", "pending")


async def test_copies_are_acknowledged_and_have_no_second_effect(deliver, stores):
    answers = await asyncio.gather(*(deliver(SAID) for _ in range(5)))

    assert [status for status, _, _ in answers] == [202] * 5
    assert sorted(answer["new"] for _, answer, _ in answers) == [False] * 4 + [True]
    assert len(await stores.jobs.list()) == 1


sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@sqlite
@pytest.mark.parametrize("key", [None, "", "wrong", "lét me in", "☃"])
@pytest.mark.parametrize("body", [SAID, b"", b"no json", b"[" * 100_000, b"\xff"])
async def test_what_is_not_verified_is_not_even_parsed(deliver, deliveries, stores, key, body):
    status, answer, _ = await deliver(body, key=key)

    assert (status, "signature" in answer["error"]) == (401, True)
    assert deliveries.parsed == []
    assert await stores.jobs.list() == []


@sqlite
async def test_the_signature_covers_the_body(deliver):
    assert (await deliver(b"forged"))[0] == 401


@sqlite
@pytest.mark.parametrize("body", [b"", b"no json", b"null", b"[]", b"{}", b"\xff"])
async def test_what_cannot_be_read_says_why(deliver, stores, body):
    status, answer, _ = await deliver(body)

    assert (status, answer) == (400, {"error": "The body has no id and text."})
    assert await stores.jobs.list() == []


@sqlite
@pytest.mark.parametrize("key", ["let me in", "wrong"])
@pytest.mark.parametrize("chunked", [True, False])
async def test_a_body_over_one_mebibyte_is_too_large(ask, deliveries, key, chunked):
    async def pieces():
        for _ in range(17):
            yield b"x" * (MAX_BODY // 16)

    data = pieces() if chunked else io.BytesIO(b"x" * (MAX_BODY + 1))

    status, answer, _ = await ask("/in", method="POST", data=data, headers={"X-Key": key})

    assert (status, isinstance(answer["error"], str)) == (413, True)
    assert deliveries.parsed == []


@sqlite
async def test_a_body_of_one_mebibyte_is_not(deliver):
    head, tail = b'{"id": "e1", "text": "', b'"}'

    assert (await deliver(head + b"x" * (MAX_BODY - len(head) - len(tail)) + tail))[0] == 202


async def test_what_could_not_be_recorded_is_to_be_sent_again(deliver, stores, capsys):
    async with stores.database.write() as tx:
        await tx.execute(text("ALTER TABLE inbound RENAME TO away"))
    status, answer, _ = await deliver(SAID)
    assert (status, "Send it again" in answer["error"]) == (503, True)
    assert await stores.jobs.list() == []

    async with stores.database.write() as tx:
        await tx.execute(text("ALTER TABLE away RENAME TO inbound"))
    assert (await deliver(SAID))[1]["new"] is True

    seen = capsys.readouterr()
    assert "delivery not recorded" in seen.out + seen.err
    assert "confidential" not in seen.out + seen.err


@sqlite
async def test_a_database_that_is_too_slow_is_not_waited_for_and_the_late_delivery_still_counts(
    deliver, deliveries, stores, wait_until
):
    """The platform sends it again; by then the first one holds, and there is one job."""
    slow = asyncio.Event()
    record = deliveries.record

    async def hung(delivery):
        await slow.wait()
        return await record(delivery)

    deliveries.record = hung
    assert (await deliver(SAID))[0] == 503
    assert await stores.jobs.list() == []

    slow.set()
    await wait_until(stores.jobs.list)
    status, answer, _ = await deliver(SAID)
    assert (status, answer["new"]) == (202, False)
    assert len(await stores.jobs.list()) == 1


@sqlite
async def test_while_many_recordings_are_late_nothing_new_is_begun(deliver, deliveries, wait_until):
    slow, begun = asyncio.Event(), []

    async def hung(delivery):
        begun.append(delivery)
        await slow.wait()
        return True

    deliveries.record = hung
    answers = await asyncio.gather(*(deliver(SAID | {"id": f"e{n}"}) for n in range(MOST_LATE)))
    assert {status for status, _, _ in answers} == {503}

    assert (await deliver(SAID))[0] == 503
    assert len(begun) == MOST_LATE
    slow.set()

    async def taken():
        return (await deliver(SAID))[0] == 202

    await wait_until(taken)
