"""A workspace of Slack in a process of its own, and the people in it: they ask, command and press while things die."""

import asyncio
import itertools
import random
import time
import uuid
from collections.abc import Mapping
from typing import Any

import aiohttp
from chaos.books import Books, Seen
from chaos.desk import Desk
from chaos.drive import Log
from chaos.oracle import Event
from chaos.script import CUT
from chaos.slack_oracle import Scene, Told, shown, told
from sqlalchemy import select

from bot.store.tables import drafts, jobs

ADA, BO, GUS = "U1", "U2", "U7"
"""Who asks, and the two who may decide, by the sandbox's rules."""
PATIENCE = 180.0
"""Seconds until an answer stands there; a full minute may go by until Slack's own limits let the bot speak again."""
LOOK = 0.1
FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "reset", "after": True},
    {"kind": "reset"},
    {"kind": "status", "status": 503, "after": True},
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "half_body"},
)
"""How Slack's answer to a message may go wrong."""
QUESTIONS = (
    "How many hours before pick-up can a renter cancel for free?",
    "How long does a deleted customer's data stay in our backups?",
    "Who gets paged when payments are down at night?",
)


class Workspace:
    """The stand-in's process, through its own routes."""

    def __init__(self, http: aiohttp.ClientSession, settings: Mapping[str, str], channels: int) -> None:
        self.http = http
        self.settings = dict(settings)
        self.channels = itertools.cycle([f"C{number}" for number in range(101, 101 + channels)])
        self._url = settings["SLACK_API_URL"].removesuffix("api/") + "_sandbox/"

    async def get(self, path: str, /, **query: str) -> Any:
        async with self.http.get(self._url + path, params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, /, **body: object) -> Any:
        limit = aiohttp.ClientTimeout(total=None)
        async with self.http.post(self._url + path, json=body, timeout=limit) as answer:
            assert answer.status in (200, 201), await answer.text()
            return await answer.json()

    async def mend(self) -> None:
        async with self.http.delete(self._url + "faults") as answer:
            assert answer.status == 204

    async def told(self) -> tuple[list[Told], int]:
        """Everything that was delivered and asks for something, and by how many requests."""
        kept = [(told(each), len(each["answers"])) for each in (await self.get("deliveries"))["deliveries"]]
        return [each for each, _ in kept if each is not None], sum(count for each, count in kept if each is not None)


class Person:
    """One after the other: questions, and changes from the command to the card that says that it is written."""

    def __init__(self, slack: Workspace, books: Books, desk: Desk, log: Log, *, seed: int, number: int) -> None:
        self.slack, self.books, self.desk, self.log, self.number = slack, books, desk, log, number
        self.dice = random.Random(f"{seed}/slack/{number}")  # noqa: S311 - repeatable, not secret
        self.vain = self.troubles = 0

    async def live(self, events: int) -> None:
        """Until so many deliveries were acknowledged."""
        while len(self.log.events) < events:
            await self.trouble()
            await (self.question() if self.dice.random() < 0.5 else self.change())

    async def trouble(self) -> None:
        """Perhaps something goes wrong with one of the next messages."""
        if self.dice.random() < 0.35:
            path = f"/api/{self.dice.choice(('chat.postMessage', 'chat.postMessage', 'chat.update'))}$"
            await self.slack.post("faults", method="POST", path=path, **self.dice.choice(FAULTS))
            self.troubles += 1

    async def question(self) -> None:
        """Asked with a mention, which Slack tells twice; over when the answer stands in its thread."""
        channel = next(self.slack.channels)
        ts = (await self.deliver("question", do="say", user=ADA, channel=channel, text=f"<@UBOT> {self.dice.choice(QUESTIONS)}"))[
            "ts"
        ]
        await self.until(lambda: self._message(channel, ts, lambda m: m.thread == ts))

    async def change(self) -> None:
        """A command, a card, presses of several people at once, and the card that shows what came of it."""
        self.number += 1000
        channel, record = next(self.slack.channels), await self.desk.open("jira", self.number)
        since = f"{time.time() - 5:.6f}"
        if self.dice.random() < 0.2:
            await self.desk.break_next("jira", record, CUT)
        await self.deliver("command", do="command", user=ADA, channel=channel, name="/triage", text=record)
        draft = await self.until(lambda: self.draft_on(f"jira/issue/{record}"))
        if not draft:
            return
        ts = await self.until(lambda: self._message(channel, since, lambda m: m.card and m.card[0] == draft.id))
        if not ts:
            return
        people = [(BO, "reject" if self.dice.random() < 0.1 else "approve")]
        people += [(GUS, "approve")] * (self.dice.random() < 0.3) + [(ADA, "approve")] * (self.dice.random() < 0.1)
        presses = [self.deliver("press", do="press", user=u, channel=channel, ts=ts, action_id=verb) for u, verb in people]
        first, *_ = await asyncio.gather(*presses, return_exceptions=True)  # the buttons may be gone when the others press
        if isinstance(first, BaseException):
            raise first
        await self.until(lambda: self._message(channel, ts, lambda m: m.card and m.card[0] == draft.id and not m.is_open))

    async def deliver(self, kind: str, **deed: object) -> Any:
        """One to five copies, and again until one is acknowledged."""
        name = uuid.uuid4().hex
        self.log.note("deliver", kind=kind, id=name, **{key: deed[key] for key in ("channel", "user")})
        done = await self.slack.post("drive", copies=self.dice.choice((1, 1, 2, 3, 4, 5)), insist=PATIENCE, **deed)
        if any(status == 200 for status, _ in done["answers"]):
            self.log.acknowledged(Event(name, kind, str(deed["user"])))
        return done

    async def draft_on(self, record: str) -> Seen | None:
        """The draft of a record, which only one command is about."""
        found = await self.books.rows(select(drafts).where(drafts.c.record_key == record))
        return Seen(found[0].id, found[0].version, found[0].state) if found else None

    async def until(self, probe: Any) -> Any:
        """What the probe finds; None when it takes too long: then the oracle has a word about it."""
        end = time.monotonic() + PATIENCE
        while not (found := await probe()) and time.monotonic() < end:  # noqa: ASYNC110 - another process is looked at
            await asyncio.sleep(LOOK)
        if not found:
            self.log.note("waited in vain", number=self.number)
            self.vain += 1
        return found

    async def _message(self, channel: str, since: str, fits: Any) -> str:
        """The time of the bot's first message that fits; empty while there is none."""
        for message in (await self.slack.get("messages", channel=channel, since=since))["messages"]:
            if message.get("bot_id") and fits(shown(channel, message)):
                return str(message["ts"])
        return ""


async def scene(slack: Workspace, books: Books) -> Scene:
    """What is left at the end."""
    state = await slack.get("state")
    messages = [shown(name, m) for name, c in state["channels"].items() for m in c["messages"] if m.get("bot_id")]
    kept = await books.rows(select(drafts.c.call_key, drafts.c.id, drafts.c.version, drafts.c.state))
    deliveries, copies = await slack.told()
    return Scene(
        deliveries, messages, {row.key: row.state for row in await books.rows(select(jobs.c.key, jobs.c.state))},
        [(row.call_key, row.id) for row in kept], {row.id: (row.version, row.state) for row in kept}, state["refused"],
        copies,
    )  # fmt: skip
