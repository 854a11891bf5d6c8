# ruff: noqa: T201 - what it prints is what it is for
"""From a slash command of Slack to its draft card, with a model and vendors that answer at once.

    python tests/bench/bench_card.py [--commands 60] [--offline]

The whole program on SQLite (synchronous=FULL) with the real embedding model; the stand-ins of Slack, of the vendors and of the model in
processes of their own. One command at a time, a bit more than a second apart, so that neither a vendor's pace nor Slack's is felt; the first of each workflow, which
reads its past cases for the first time, is shown by itself. The time runs from the signed request until the message with the buttons
stands in the channel, looked at every few milliseconds by Slack's own times.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

import aiohttp  # noqa: E402 - the path has to be set first
from bench_slack_ack import Stage  # noqa: E402

APART = 1.2
"""Seconds from one command to the next."""
GOALS = (150.0, 500.0)
"""Milliseconds, p50 and p99."""
LINES = {
    "triage": [("/triage", f"SUP-{number}") for number in range(1, 61)],
    "issue": [("/issue", f"new: the export of list {number} hangs for some customers") for number in range(1, 200)],
    "spec": [("/spec", f"SUP-{number} test-plan") for number in range(1, 61)],
    "reply": [("/reply", str(number)) for number in range(101, 161)],
    "lead": [("/lead", str(number)) for number in range(701, 741)],
    "deal": [("/deal", f"deal/{number}") for number in range(901, 931)],
    "email": [("/email", f"{number} confirm the winter pause") for number in range(701, 741)],
    "enrich": [("/enrich", f"company/{number}") for number in range(801, 831)],
}
"""What is asked, a different record each time as long as there are some."""


class Channel:
    """The stand-in of Slack, driven and looked at from outside."""

    def __init__(self, http: aiohttp.ClientSession, slack: str) -> None:
        self._http, self._control = http, slack.removesuffix("/api/") + "/_sandbox"

    async def meet(self, bot: str) -> None:
        await self._http.post(f"{self._control}/events-url", json={"url": bot})

    async def messages(self) -> list[dict[str, Any]]:
        async with self._http.get(f"{self._control}/state") as answer:
            return (await answer.json())["channels"]["C1"]["messages"]

    async def command(self, name: str, text: str) -> float | None:
        """Milliseconds until a card stands there; None where the answer is none."""
        before, began = len(await self.messages()), time.time()
        drive = {"do": "command", "user": "U1", "channel": "C1", "name": name, "text": text}
        async with self._http.post(f"{self._control}/drive", json=drive) as answer:
            assert answer.status == 200, await answer.text()
        end = time.monotonic() + 30
        while not (new := (await self.messages())[before:]):
            assert time.monotonic() < end, f"no answer to {name} {text}"
            await asyncio.sleep(0.01)
        is_card = any(e.get("action_id") == "approve" for m in new for b in m.get("blocks", ()) for e in b.get("elements", ()))
        return (float(new[0]["ts"]) - began) * 1000 if is_card else None


async def measured(channel: Channel, name: str, lines: list[tuple[str, str]], count: int) -> bool:
    """One workflow; whether it keeps the goals."""
    took: list[float] = []
    others = 0
    for number in range(count + 1):
        found = await channel.command(*lines[number % len(lines)])
        took, others = (took, others + 1) if found is None else ([*took, found], others)
        await asyncio.sleep(APART)
    if len(took) < 2:
        print(f"{name:<10} {others} answers, no card")
        return False
    first, *rest = took
    rest.sort()
    p50, p99 = statistics.median(rest), rest[min(int(len(rest) * 0.99), len(rest) - 1)]
    met = p50 < GOALS[0] and p99 < GOALS[1]
    print(
        f"{name:<10} {len(rest):>4} cards  p50 {p50:6.0f}  p99 {p99:6.0f} ms  first {first:6.0f} ms  answers without a card {others}"
    )
    return met


async def main(given: argparse.Namespace) -> int:
    """Everything started and timed."""
    with tempfile.TemporaryDirectory() as name:
        async with contextlib.AsyncExitStack() as stack:
            stage = Stage(stack, Path(name), os.environ.get("MODEL_DIR") or str(ROOT / "data" / "models"))
            slack = await stage.settings("bot.sandbox.slack", "--channels", "1", ready="SLACK_BOT_TOKEN")
            vendors = await stage.settings("bot.sandbox", ready="SALESFORCE_CLIENT_SECRET")
            model = {} if given.offline else await stage.settings("bot.sandbox.openai", ready="OPENAI_MODEL")
            http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=40)))
            bot = await stage.bot(slack | vendors | model)
            channel = Channel(http, slack["SLACK_API_URL"])
            await channel.meet(bot.url)
            print(
                f"load {os.getloadavg()[0]:.1f}, {'offline' if given.offline else 'with a model'}; goals p50 {GOALS[0]:.0f}, p99 {GOALS[1]:.0f} ms"
            )
            met = [await measured(channel, workflow, lines, given.commands) for workflow, lines in LINES.items()]
    return 0 if all(met) else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=60, help="of each workflow")
    options.add_argument("--offline", action="store_true", help="without a language model")
    sys.exit(asyncio.run(main(options.parse_args())))
