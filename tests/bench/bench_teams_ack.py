# ruff: noqa: T201 - what it prints is what it is for
"""How long Teams waits for the bot's 200 while the key server hangs, and how often the bot asks for keys and tokens meanwhile.

    python tests/bench/bench_teams_ack.py [--seconds 60] [--rate 20]

The whole program on SQLite (synchronous=FULL); the stand-ins of Teams and of the vendors run in other processes or beside this script.
The first half of the run has a healthy key server. In the second its answers take five seconds, and one request in ten carries a token
whose key nobody publishes: those may wait, the others must not notice.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

import aiohttp  # noqa: E402 - the path has to be set first
from bench_slack_ack import Stage  # noqa: E402

from bot.sandbox.faults import Fault  # noqa: E402
from bot.sandbox.teams.server import TeamsStandin  # noqa: E402

SLOW = 5.0
FORGED = 10
"""One request of so many has a key that nobody publishes, in the second half."""


def row(name: str, took: list[float]) -> str:
    found = sorted(took)
    points = [found[min(int(len(found) * share), len(found) - 1)] for share in (0.5, 0.99)]
    return f"{name:<34} {len(found):>6} requests  p50 {points[0]:7.1f}  p99 {points[1]:7.1f}  max {found[-1]:7.1f} ms"


class Load:
    """Messages of one person at a rate, whether earlier ones were answered or not."""

    def __init__(self, http: aiohttp.ClientSession, teams: TeamsStandin, url: str) -> None:
        self.http, self.teams, self.url = http, teams, f"{url}/api/messages"
        self.numbers = itertools.count()
        self.foreign = teams.issuer.foreign()
        person = teams.tenant.person("ada")
        self.about = {
            "type": "message", "channelId": "msteams", "serviceUrl": teams.service_url, "from": person.as_sender,
            "recipient": {"id": "28:bot"}, "channelData": {"tenant": {"id": teams.tenant.id}},
            "conversation": {"id": teams.tenant.personal("ada").id, "conversationType": "personal"},
        }  # fmt: skip

    async def stream(self, *, rate: float, seconds: float, forged: bool) -> tuple[list[float], list[float], list[int]]:
        good: list[float] = []
        bad: list[float] = []
        statuses: list[int] = []
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(rate * seconds)):
                if (wait := began + number / rate - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                is_bad = forged and number % FORGED == 0
                group.create_task(self.once(bad if is_bad else good, [] if is_bad else statuses, is_bad=is_bad))
        return good, bad, statuses

    async def once(self, took: list[float], statuses: list[int], *, is_bad: bool) -> None:
        raw = json.dumps({**self.about, "id": f"b{next(self.numbers)}", "text": "/bot help"})
        token = self.teams.issuer.sign(key=self.foreign if is_bad else None)
        began = time.perf_counter()
        async with self.http.post(self.url, data=raw, headers={"Authorization": f"Bearer {token}"}) as answer:
            await answer.read()
            statuses.append(answer.status)
        took.append((time.perf_counter() - began) * 1000)


async def run(seconds: float, rate: float) -> int:
    teams = TeamsStandin()
    await teams.start()
    async with contextlib.AsyncExitStack() as stack, aiohttp.ClientSession() as http:
        stack.push_async_callback(teams.stop)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stage = Stage(stack, folder, os.environ.get("MODEL_DIR") or str(ROOT / "data" / "models"))
        bot = await stage.bot(teams.environment())
        load = Load(http, teams, bot.url.removesuffix("/slack/events"))
        await load.stream(rate=5, seconds=2, forged=False)
        calm, _, first = await load.stream(rate=rate, seconds=seconds / 2, forged=False)
        teams.faults.add(Fault("delay", path="/issuer/", seconds=SLOW, count=None))
        hung, bad, second = await load.stream(rate=rate, seconds=seconds / 2, forged=True)
        print(row("healthy key server", calm))
        print(row("key server takes 5 s, known keys", hung))
        print(row("key server takes 5 s, unknown keys", bad))
        wrong = [status for status in first + second if status != 200]
        keys = len([call for call in teams.calls if call.path.startswith("/issuer/")])
        print(f"not 200: {len(wrong)}   documents of the key server asked for: {keys}   tokens asked for: {teams.token_requests}")
        extra = statistics.median(hung) - statistics.median(calm)
        print(f"median costs of the trouble for the others: {extra:.1f} ms (goal < 50)")
        return 0 if not wrong and extra < 50 and teams.token_requests <= 1 else 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=20.0)
    given = parser.parse_args()
    raise SystemExit(asyncio.run(run(given.seconds, given.rate)))


if __name__ == "__main__":
    main()
