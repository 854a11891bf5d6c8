# ruff: noqa: T201 - what it prints is what it is for
"""How long Slack waits for the bot's 200 at 50 signed requests a second, while the worker hangs on a vendor that never answers.

    python tests/bench/bench_slack_ack.py [--seconds 300] [--rate 50] [--short]

The whole program on SQLite (synchronous=FULL), the stand-ins of Slack and of the vendors in processes of their own. Beside it, in the same
run, a bare Bolt app that stores nothing and one that adds each request to a Redis stream first: each at a fifth of the rate while the bot is
under load, and at the whole rate before and after it, when nothing else runs.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

import aiohttp  # noqa: E402 - the path has to be set first
from conftest import Redis  # noqa: E402
from programs import RULES, Process  # noqa: E402
from slack_mix import MIX, Mix, signed  # noqa: E402
from sqlalchemy import func, select  # noqa: E402

from bot.sandbox.company import HANDBOOK  # noqa: E402
from bot.store.database import Database  # noqa: E402
from bot.store.tables import jobs  # noqa: E402

CHANNELS = [f"C{number}" for number in range(101, 141)]
CARDS = 5
"""Real cards whose buttons are pressed; they are drawn up while the vendor still answers."""
ALONE_SHARE = 10
"""Of this many parts of the run, one is spent on each comparator before and one after."""
GOALS = {"p99 of the bot, ms": 250.0, "p50 of the bot, ms": 15.0, "p50 / bare Bolt": 5.0, "p50 / Bolt with Redis": 3.0}


@dataclass
class Target:
    """A front door and how long it took, in milliseconds by kind of request."""

    name: str
    url: str
    took: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def all(self) -> list[float]:
        return sorted(each for kind in self.took.values() for each in kind)

    @property
    def p50(self) -> float:
        return statistics.median(self.all)

    def row(self) -> str:
        found = self.all
        points = [found[min(int(len(found) * share), len(found) - 1)] for share in (0.5, 0.99, 0.999)]
        wrong = {status: count for status, count in self.statuses.items() if status != 200}
        return (
            f"{self.name:<28} {len(found):>6} requests  p50 {points[0]:6.1f}  p99 {points[1]:6.1f}  p99.9 {points[2]:6.1f}"
            f"  max {found[-1]:6.1f} ms  not 200: {wrong or 0}"
        )


class Load:
    """Sends at a rate, whether earlier requests were answered or not."""

    def __init__(self, http: aiohttp.ClientSession, secret: str) -> None:
        self.http, self.secret = http, secret

    async def stream(self, target: Target, mix: Mix, *, rate: float, seconds: float) -> None:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, post in zip(itertools.count(), mix.posts(), strict=False):
                at = began + number / rate
                if at > began + seconds:
                    break
                if (wait := at - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                group.create_task(self.once(target, post))

    async def once(self, target: Target, post) -> None:
        began = time.perf_counter()
        status = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self.http.post(target.url, data=post.body, headers=signed(post, self.secret)) as answer:
                await answer.read()
                status = answer.status
        target.statuses[status] += 1
        target.took.setdefault(post.kind, []).append((time.perf_counter() - began) * 1000)


class Stage:
    """All the processes, started and ended."""

    def __init__(self, stack: contextlib.AsyncExitStack, folder: Path, models: str) -> None:
        self.stack, self.folder, self.models = stack, folder, models

    async def process(self, *arguments: str, ready: str, **environment: str) -> Process:
        process = await Process(*arguments, environment=environment).start()
        self.stack.push_async_callback(process.end, 15)
        end = time.monotonic() + 60
        while not process.said(ready):
            assert time.monotonic() < end, process.output
            await asyncio.sleep(0.02)
        return process

    async def settings(self, *arguments: str, ready: str) -> dict[str, str]:
        process = await self.process(*arguments, ready=ready)
        return dict(line.split("=", 1) for line in process.lines if "=" in line)

    async def comparator(self, name: str, secret: str, *urls: str) -> Target:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        path = str(ROOT / "tests" / "bench")
        await self.process("bolt_app", str(port), *urls, ready="listening", SLACK_SIGNING_SECRET=secret, PYTHONPATH=path)
        return Target(name, f"http://127.0.0.1:{port}/slack/events")

    async def bot(self, settings: Mapping[str, str], *, documents: Sequence[Path] = ()) -> Target:
        given = {
            **settings,
            "CONFIG_FILE": str(RULES),
            "MODEL_DIR": self.models,
            "DATA_DIR": str(self.folder / "data"),
            "PORT": "0",
        }
        code = await (
            await Process("bot", "ingest", str(HANDBOOK), *map(str, documents), environment=given).start()
        ).process.wait()
        assert code == 0, "the handbook was not taken in"
        process = await self.process("bot", "run", ready="is ready after", **given)
        return Target("the bot", process.said("is ready after").rsplit(" ", 1)[1].rstrip("/") + "/slack/events")


async def cards(http: aiohttp.ClientSession, slack: str, bot: Target) -> list[str]:
    """Values of the buttons of real cards, drawn up as everywhere: by a command."""
    control = slack.removesuffix("/api/") + "/_sandbox"
    await http.post(f"{control}/events-url", json={"url": bot.url})
    for number, channel in enumerate(CHANNELS[:CARDS]):
        await http.post(
            f"{control}/drive",
            json={"do": "command", "user": "U1", "channel": channel, "name": "/triage", "text": f"SUP-{21 + number}"},
        )
    found: list[str] = []
    end = time.monotonic() + 60
    while len(found) < CARDS:
        assert time.monotonic() < end, f"{len(found)} of {CARDS} cards"
        await asyncio.sleep(0.2)
        async with http.get(f"{control}/state") as answer:
            channels = (await answer.json())["channels"]
        blocks = [
            block for channel in channels.values() for message in channel["messages"] for block in message.get("blocks", ())
        ]
        found = [e["value"] for block in blocks for e in block.get("elements", ()) if e.get("action_id") == "approve"]
    return found


async def backlog(folder: Path) -> str:
    """What the worker came to meanwhile."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'data' / 'countersign.db'}")
    async with database.read() as tx:
        counted = (await tx.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state))).all()
    await database.close()
    return ", ".join(f"{count} {state}" for state, count in counted)


async def alternate(load: Load, targets: Sequence[Target], mixes: Mapping[str, Mix], *, rate: float, seconds: float) -> None:
    """Each comparator at the whole rate while nothing else runs, in turns."""
    for _ in range(2):
        for target in targets:
            await load.stream(target, mixes[target.name], rate=rate, seconds=seconds / 2)


async def measured(stage: Stage, given: argparse.Namespace) -> list[Target]:
    """Everything started, loaded and timed: the bot, then the comparators beside it, then alone."""
    redis = Redis(stage.folder)
    await redis.start()
    stage.stack.push_async_callback(redis.stop)
    slack = await stage.settings("bot.sandbox.slack", "--channels", str(len(CHANNELS)), ready="SLACK_BOT_TOKEN")
    vendors = await stage.settings("bot.sandbox", ready="SALESFORCE_CLIENT_SECRET")
    secret = slack["SLACK_SIGNING_SECRET"]
    http = await stage.stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)))
    bot = await stage.bot(slack | vendors)
    beside = [
        await stage.comparator("bare Bolt, beside", secret),
        await stage.comparator("Bolt with Redis, beside", secret, redis.url),
    ]
    alone = [Target(each.name.replace("beside", "alone"), each.url) for each in beside]
    buttons = await cards(http, slack["SLACK_API_URL"], bot)
    await http.post(f"{vendors['JIRA_URL']}/_sandbox/faults", json={"kind": "hang", "count": None})
    mixes = {t.name: Mix(run=t.name[:8].replace(" ", ""), channels=CHANNELS, cards=buttons) for t in (bot, *beside, *alone)}
    load = Load(http, secret)
    part = given.seconds / ALONE_SHARE
    await alternate(load, alone, mixes, rate=given.rate, seconds=part)
    async with asyncio.TaskGroup() as group:
        group.create_task(load.stream(bot, mixes[bot.name], rate=given.rate, seconds=given.seconds))
        for target in beside:
            group.create_task(load.stream(target, mixes[target.name], rate=given.rate / 5, seconds=given.seconds))
    print(f"jobs of the bot right after: {await backlog(stage.folder)}")
    await alternate(load, alone, mixes, rate=given.rate, seconds=part)
    return [bot, *beside, *alone]


def report(found: Sequence[Target]) -> bool:
    """The table, and whether the goals are met; the ratios are those beside the bot and, harder, to an idle comparator."""
    bot, *others = found
    for target in found:
        print(target.row())
    for kind, took in sorted(bot.took.items()):
        print(f"  the bot, {kind:<10} {len(took):>6} requests  p50 {statistics.median(took):6.1f}  max {max(took):6.1f} ms")
    for target in others:
        print(f"p50 of the bot is {bot.p50 / target.p50:.1f} times that of {target.name}")
    p99 = bot.all[int(len(bot.all) * 0.99)]
    reached = dict(zip(GOALS, (p99, bot.p50, bot.p50 / others[0].p50, bot.p50 / others[1].p50), strict=True))
    for name, most in GOALS.items():
        print(f"{'met   ' if reached[name] <= most else 'MISSED'} {name}: {reached[name]:.1f}, goal {most:g}")
    return all(reached[name] <= most for name, most in GOALS.items()) and set(bot.statuses) == {200}


async def run(given: argparse.Namespace, models: str) -> bool:
    print(
        f"{given.rate:g} requests a second for {given.seconds:g} s, of a hundred: {', '.join(f'{n} {k}' for k, n in MIX.items())}"
    )
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        async with contextlib.AsyncExitStack() as stack:
            found = await measured(Stage(stack, Path(folder), models), given)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    return report(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--short", action="store_true", help="20 seconds")
    given = parser.parse_args()
    given.seconds = 20 if given.short else given.seconds
    return 0 if asyncio.run(run(given, os.environ.get("MODEL_DIR") or str(ROOT / "data" / "models"))) else 1


if __name__ == "__main__":
    sys.exit(main())
