# ruff: noqa: T201 - what it prints is what it is for
"""What our way out adds to one call of a language model, against a stand-in that answers at once, in a process of its own.

    python tests/bench/bench_model.py [--calls 400]

Every round asks once in each way, so that whatever else the machine does hits all of them: aiohttp by itself with kept-alive
connections, the SDK over the client that it brings, and the provider with its pace, slot and breaker (in this process, and in Redis).
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import aiohttp  # noqa: E402 - the path has to be set first
import openai  # noqa: E402
from conftest import Redis  # noqa: E402

from bot.llm.openai.server import OpenAI  # noqa: E402
from bot.llm.provider import Message  # noqa: E402
from bot.net.breaker import Breakers  # noqa: E402
from bot.net.http import Http  # noqa: E402
from bot.net.pace import Pace  # noqa: E402

QUESTION = "How do refunds work? " * 50
WARM = 20
"""Calls in each way that are not counted."""
Ask = Callable[[], Awaitable[object]]


@asynccontextmanager
async def standin() -> AsyncIterator[Mapping[str, str]]:
    """The settings that point at a stand-in in a process of its own."""
    program = (sys.executable, "-m", "bot.sandbox.openai")
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    yield dict([(await process.stdout.readline()).decode().strip().split("=", 1) for _ in range(3)])
    process.terminate()
    await process.wait()


async def bare(stack: AsyncExitStack, given: Mapping[str, str]) -> Ask:
    """aiohttp and nothing else."""
    headers = {"Authorization": f"Bearer {given['OPENAI_API_KEY']}"}
    session = await stack.enter_async_context(aiohttp.ClientSession(headers=headers))
    body = {"model": given["OPENAI_MODEL"], "max_tokens": 200, "messages": [{"role": "user", "content": QUESTION}]}

    async def ask() -> object:
        async with session.post(f"{given['OPENAI_BASE_URL']}/chat/completions", json=body) as answer:
            return await answer.json()

    return ask


async def sdk(stack: AsyncExitStack, given: Mapping[str, str]) -> Ask:
    """The SDK as it comes."""
    client = openai.AsyncOpenAI(api_key=given["OPENAI_API_KEY"], base_url=given["OPENAI_BASE_URL"], max_retries=0)
    await stack.enter_async_context(client)

    async def ask() -> object:
        said = {"role": "user", "content": QUESTION}
        return await client.chat.completions.create(model=given["OPENAI_MODEL"], max_tokens=200, messages=[said])

    return ask


async def ours(stack: AsyncExitStack, given: Mapping[str, str], redis: str) -> Ask:
    """The provider over `bot.net`."""
    pace = await stack.enter_async_context(Pace(redis))
    breakers = await stack.enter_async_context(Breakers(redis))
    http = await stack.enter_async_context(Http(pace=pace, breakers=breakers))
    url, key, model = (given[f"OPENAI_{name}"] for name in ("BASE_URL", "API_KEY", "MODEL"))
    provider = OpenAI(http, base_url=url, key=key, model=model)

    async def ask() -> object:
        return await provider.complete([Message("user", QUESTION)], longest=200, within=8)

    return ask


async def measured(ways: Mapping[str, Ask], calls: int) -> dict[str, list[tuple[float, float]]]:
    """Milliseconds of every call by the wall and by this process' processor, by way, after a warm-up."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for turn in range(calls + WARM):
        for name, ask in ways.items():
            started, spent = time.perf_counter(), time.process_time()
            await ask()
            if turn >= WARM:
                found[name].append(((time.perf_counter() - started) * 1000, (time.process_time() - spent) * 1000))
    return found


async def main(calls: int) -> None:
    folder = Path(tempfile.mkdtemp())
    redis = Redis(folder)
    await redis.start()
    async with AsyncExitStack() as stack, standin() as given:
        ways = {
            "aiohttp alone": await bare(stack, given),
            "the SDK with its own client": await sdk(stack, given),
            "provider, in this process": await ours(stack, given, "memory://"),
            "provider, shared in Redis": await ours(stack, given, redis.url),
        }
        print(f"{calls} calls each, load {os.getloadavg()[0]:.1f}")
        found = await measured(ways, calls)
    await redis.stop()
    least = [statistics.median(column) for column in zip(*found["aiohttp alone"], strict=True)]
    for name, times in found.items():
        wall, own = zip(*times, strict=True)
        middle, high, spent = statistics.median(wall), statistics.quantiles(wall, n=20)[-1], statistics.median(own)
        print(
            f"{name:<28} p50 {middle:6.2f} ms (+{middle - least[0]:5.2f}, {middle / least[0]:4.2f} x)  p95 {high:6.2f} ms  "
            f"processor p50 {spent:5.2f} ms (+{spent - least[1]:4.2f})"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=400)
    asyncio.run(main(parser.parse_args().calls))
