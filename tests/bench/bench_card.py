# ruff: noqa: T201 - what it prints is what it is for
"""From a slash command of Slack to its draft card or answer, with a model and vendors that answer at once, and without a model.

    python tests/bench/bench_card.py [--commands 20] [--only reply,deal] [--model | --offline]

The whole program on SQLite (synchronous=FULL) with the real embedding model; the stand-ins of Slack, of the vendors and of the model in
processes of their own. One command at a time, a bit more than a second apart, so that neither a vendor's pace nor Slack's is felt; the first of each workflow, which
reads its past cases for the first time, is shown by itself. The time runs from the signed request until the message stands in the
channel, by Slack's own times. Beside it the processor's time that the bot's process spent on a command, which another program on the
machine disturbs less. `again` asks a second time for what waits already.
"""

import argparse
import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

import aiohttp  # noqa: E402 - the path has to be set first
from bench_slack_ack import Stage  # noqa: E402
from card_lines import DOCUMENT, TALK, WORKFLOWS, Workflow  # noqa: E402
from programs import Process  # noqa: E402

GOALS = (150.0, 500.0)
"""Milliseconds, p50 and p99."""
TICK = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds of one tick of the kernel's count of a process' time."""


@dataclass
class Took:
    """Milliseconds of one workflow's commands: by the clock until what was asked for stood there, and of the bot's processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    others: int = 0

    @property
    def points(self) -> tuple[float, float]:
        """p50 and p99 without the first command."""
        rest = sorted(self.wall[1:])
        return statistics.median(rest), rest[min(int(len(rest) * 0.99), len(rest) - 1)]

    @property
    def is_met(self) -> bool:
        """Whether the goals are kept."""
        return len(self.wall) > 1 and all(reached < goal for reached, goal in zip(self.points, GOALS, strict=True))

    @property
    def cells(self) -> str:
        """The part of a row: p50 / p99, the first one, the processor, how many these are."""
        if len(self.wall) < 2:
            return f"| | | | {len(self.wall)} ({self.others} others) "
        p50, p99 = self.points
        said = f"{p50:.0f} / {p99:.0f}" if self.is_met else f"**{p50:.0f} / {p99:.0f}**"
        count = f"{len(self.wall) - 1}{f' ({self.others} others)' if self.others else ''}"
        return f"| {said} | {self.wall[0]:.0f} | {statistics.median(self.cpu[1:]):.0f} | {count} "


class Channel:
    """The stand-in of Slack, driven and looked at from outside, and the stand-ins of the vendors, where people change records."""

    def __init__(self, http: aiohttp.ClientSession, slack: str, vendors: Mapping[str, str], spent: Callable[[], float]) -> None:
        self._http, self._control, self._vendors = http, slack.removesuffix("/api/") + "/_sandbox", vendors
        self._spent = spent
        self._last = "0"

    async def meet(self, bot: str) -> None:
        """The bot is there, and people have talked."""
        await self._http.post(f"{self._control}/events-url", json={"url": bot})
        for text in TALK:
            await self._drive({"do": "say", "user": "U2", "channel": "C1", "text": text})

    async def command(
        self, name: str, text: str, took: Took, *, wanted: Callable[[dict[str, Any]], bool], apart: float = 1.2
    ) -> None:
        """Give a command, and note how long it took where the answer is the one that is wanted."""
        seen = {message["ts"] for message in await self._messages()}
        began, spent = time.time(), self._spent()
        await self._drive({"do": "command", "user": "U1", "channel": "C1", "name": f"/{name}", "text": text})
        end = time.monotonic() + 10
        while not (new := [message for message in await self._messages() if message["ts"] not in seen]):
            if time.monotonic() > end:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(apart)
        if new and wanted(new[0]):
            took.wall.append((float(new[0]["ts"]) - began) * 1000)
            took.cpu.append(self._spent() - spent)
        else:
            took.others += 1
        self._last = new[-1]["ts"] if new else self._last

    async def move(self, vendor: str, record: str, fields: Mapping[str, object]) -> None:
        """Somebody changes a record in the vendor's own pages."""
        url = f"{self._vendors[f'{vendor}_URL']}/_sandbox/records/{record}"
        async with self._http.post(url, json=dict(fields)) as answer:
            assert answer.status == 200, await answer.text()

    async def _drive(self, deed: Mapping[str, object]) -> None:
        async with self._http.post(f"{self._control}/drive", json=dict(deed)) as answer:
            assert answer.status == 200, await answer.text()

    async def _messages(self) -> list[dict[str, Any]]:
        query = {"channel": "C1", "since": self._last}
        async with self._http.get(f"{self._control}/messages", params=query) as answer:
            return (await answer.json())["messages"]


def is_card(message: Mapping[str, Any]) -> bool:
    """Whether a message has the buttons of a draft."""
    return any(e.get("action_id") == "approve" for block in message.get("blocks", ()) for e in block.get("elements", ()))


def is_answer(message: Mapping[str, Any]) -> bool:
    """Whether a message is what was asked for in words, and no trouble."""
    return not is_card(message) and "⚠" not in str(message)


async def measured(channel: Channel, name: str, workflow: Workflow, count: int) -> Took:
    """One workflow."""
    took = Took()
    for number in range(count + 1):
        if (moved := workflow.moves(number)) is not None:
            await channel.move(workflow.vendor, *moved)
        line = workflow.lines[number % len(workflow.lines)]
        await channel.command(name, line, took, wanted=is_card if workflow.is_card else is_answer, apart=workflow.apart)
    return took


async def again(channel: Channel, count: int) -> Took:
    """The same thing once more, while its draft waits."""
    took = Took()
    for _ in range(count + 1):
        await channel.command("lead", "740", took, wanted=lambda message: "asked for already" in str(message))
    return took


class Watched(Stage):
    """The stage, and what the process that was started last has spent."""

    last: Process

    async def process(self, *arguments: str, ready: str, **environment: str) -> Process:
        self.last = await super().process(*arguments, ready=ready, **environment)
        return self.last

    def spent(self) -> float:
        """Milliseconds of the processor, of all threads."""
        ticks = Path(f"/proc/{self.last.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) * TICK


async def run(names: Sequence[str], count: int, *, offline: bool) -> dict[str, Took]:
    """Everything started and timed."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stage = Watched(stack, folder, os.environ.get("MODEL_DIR") or str(ROOT / "data" / "models"))
        slack = await stage.settings("bot.sandbox.slack", "--channels", "1", ready="SLACK_BOT_TOKEN")
        vendors = await stage.settings("bot.sandbox", ready="SALESFORCE_CLIENT_SECRET")
        model = {} if offline else await stage.settings("bot.sandbox.openai", ready="OPENAI_MODEL")
        (folder / "lease.md").write_text(DOCUMENT)
        bot = await stage.bot(slack | vendors | model, documents=(folder / "lease.md",))
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=40)))
        channel = Channel(http, slack["SLACK_API_URL"], vendors, stage.spent)
        await channel.meet(bot.url)
        print(f"{'offline' if offline else 'with a model'}: load {os.getloadavg()[0]:.1f} at the start", flush=True)
        found = {}
        for name in names:
            found[name] = await (again(channel, count) if name == "again" else measured(channel, name, WORKFLOWS[name], count))
            print(f"  {len(found)} of {len(names)}: {name} {found[name].cells}", flush=True)
        print(f"{'offline' if offline else 'with a model'}: load {os.getloadavg()[0]:.1f} at the end", flush=True)
    return found


async def main(given: argparse.Namespace) -> int:
    """Both ways, or the one that was asked for; one table of them."""
    names = given.only.split(",") if given.only else [*WORKFLOWS, "again"]
    print(f"goals: p50 {GOALS[0]:.0f}, p99 {GOALS[1]:.0f} ms; {given.commands} commands each; bold: missed")
    ways = [offline for offline in (False, True) if not (given.model and offline) and not (given.offline and not offline)]
    found = [await run(names, given.commands, offline=offline) for offline in ways]
    titles = ["offline" if offline else "model" for offline in ways]
    print("\n|" + "".join(f" | {way}: p50 / p99 | the first | CPU | commands" for way in titles) + " |")
    print("| ---" + " | ---" * 4 * len(ways) + " |")
    for name in names:
        print(f"| `{name}` {''.join(took[name].cells for took in found)}|")
    return 0 if all(took.is_met for each in found for took in each.values()) else 1


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=20, help="of each workflow")
    options.add_argument("--only", default="", help="workflows by name, with commas between them")
    options.add_argument("--model", action="store_true", help="only with a language model")
    options.add_argument("--offline", action="store_true", help="only without one")
    sys.exit(asyncio.run(main(options.parse_args())))
