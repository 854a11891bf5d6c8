"""What the gate and the way out cost: one call against a model that answers at once, and the parts of it.

    python tests/bench/bench_gate.py [calls]

Prints medians and 95th percentiles in milliseconds, and the processor's time of a call, which a busy machine leaves nearly as it is. The
server runs in the same process and counts in both. "the server alone" is the same request over a bare session, so the difference is ours.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import aiohttp
import structlog

from bot.llm.allowance import Allowance, Ceilings
from bot.llm.cache import Cache
from bot.llm.gate import Gate
from bot.llm.openai.server import OpenAI
from bot.llm.request import Secrecy
from bot.net.http import Http
from bot.sandbox.openai.server import KEY, MODEL, ModelStandin
from bot.store.access.seal import Seal
from bot.store.database import Database
from bot.store.figures.spending import Spending
from handlers.material import Material

ALL = frozenset({"everyone"})
WORDS = "Renters may cancel for free up to 48 hours before pick-up; write to bo@example.com or call +1 555 123 4567. "


@dataclass(frozen=True, slots=True)
class Note:
    text: str


def short(number: int) -> list[Material]:
    """A question and one short passage, other ones each time."""
    return [Material("question", f"How do I cancel order {number}?", outside=True), Material("passage 1", WORDS, outside=True)]


def long(number: int) -> list[Material]:
    """A question and six passages of 500 characters."""
    passages = [Material(f"passage {n}", f"{number}.{n} {WORDS * 5}", outside=True) for n in range(1, 7)]
    return [Material("question", f"How do I cancel order {number}?", outside=True), *passages]


async def timed(count: int, call) -> tuple[list[float], float]:
    """Milliseconds of each call, and of the processor for one on average."""
    found, worked = [], time.process_time()
    for number in range(count):
        begun = time.perf_counter()
        await call(number)
        found.append((time.perf_counter() - begun) * 1000)
    return found, (time.process_time() - worked) * 1000 / count


def row(name: str, measured: tuple[list[float], float]) -> float:
    """Print one line; the median."""
    times, worked = measured
    middle, last = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    sys.stdout.write(f"{name:<40} p50 {middle:7.2f} ms   p95 {last:7.2f} ms   processor {worked:6.2f} ms\n")
    return middle


async def bare(standin: ModelStandin, count: int) -> tuple[list[float], float]:
    """The last question that the gate sent, sent again without it."""
    body = standin.asked[-1].body
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:

        async def post(_number: int) -> None:
            async with session.post(f"{standin.base_url}/chat/completions", json=body) as answer:
                await answer.read()

        return await timed(count, post)


async def main(count: int) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("warning"))
    standin = ModelStandin()
    await standin.start()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'state.db'}")
        await database.migrate()
        async with Http() as http:
            allowance = Allowance(Spending(database), Ceilings(1e6, {}, {}))
            gate = Gate(
                OpenAI(http, base_url=standin.base_url, key=KEY, model=MODEL), secrecy=Secrecy(),
                cache=Cache("memory://", secret=b"x", seal=Seal.derived(b"x")), allowance=allowance, cost=lambda _usage: Decimal("0.0001"),
            )  # fmt: skip

            async def ask(number: int) -> None:
                await gate("answer", Note, material=short(number), audience=ALL)

            async def ask_long(number: int) -> None:
                await gate("answer", Note, material=long(number), audience=ALL)

            async def take(_number: int) -> None:
                await allowance.take(Decimal("0.0001"))

            async def mask(number: int) -> None:
                vault = Secrecy().vault()
                for one in short(number):
                    vault.mask(one.text)

            await timed(20, ask)
            whole = row("through the gate", await timed(count, lambda number: ask(number + 20)))
            server = row("the server alone", await bare(standin, count))
            sys.stdout.write(f"{'gate and way out':<40} p50 {whole - server:7.2f} ms\n")
            row("of it: masking", await timed(count, mask))
            row("of it: taking money", await timed(count, take))
            row("through the gate, 3 KB of passages", await timed(count, ask_long))
            row("from the cache", await timed(count, lambda _number: ask(19)))
            await gate.close()
        await database.close()
    await standin.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
