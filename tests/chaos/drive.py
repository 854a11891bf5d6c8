"""Plays a script against a running program, whatever dies meanwhile, and writes down every event."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from chaos.books import Seen
from chaos.desk import Desk
from chaos.oracle import Event
from chaos.script import Round
from chaos.vendors import VENDORS

PLACE = {"channel": "support", "thread": 0}
CHAIN = 12
"""Changes of one record before a lane takes a new one: a record with a long history is slow to read."""
INSIST = 120.0
"""Seconds for which a delivery is tried: longer than any start takes."""
LOOK = 0.03
"""Seconds between two looks at a draft."""


class Target(Protocol):
    """A program under test."""

    async def offer(self, path: str, form: dict[str, object]) -> bool: ...

    async def draft_of(self, event: str) -> Seen | None: ...

    async def look(self, draft: str) -> Seen: ...

    async def approve_by_command(self, person: str, draft: Seen) -> None: ...


class Log:
    """The events of a run, a JSON object a line, and those that were acknowledged."""

    def __init__(self, path: Path, *, progress: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.events: dict[str, Event] = {}
        self._file = path.open("w", encoding="utf-8")
        self._began = self._told = time.monotonic()
        self._progress = progress

    def note(self, what: str, **more: Any) -> None:
        now = time.monotonic()
        self._file.write(json.dumps({"at": round(now - self._began, 3), "what": what, **more}) + "\n")
        if self._progress and now - self._told > 5:
            self._told = now
            print(f"  {now - self._began:6.0f} s  {len(self.events)} events acknowledged", flush=True)  # noqa: T201 - progress

    def acknowledged(self, event: Event) -> None:
        self.events[event.id] = event
        self.note("acknowledged", id=event.id, kind=event.kind, person=event.person, draft=event.draft)

    def close(self) -> None:
        self._file.close()


class Lane:
    """One record after the other, each changed again and again: drawn up, decided, written, taken back."""

    def __init__(self, target: Target, desk: Desk, log: Log, *, vendor: str, number: int, patience: float = 120.0) -> None:
        self.target, self.desk, self.log = target, desk, log
        self.vendor, self.number, self.patience = vendor, number, patience
        self.record, self.changes, self.written = "", 0, ""
        self.ended: list[Seen] = []
        self.given_up = 0

    async def play(self, plan: Iterator[Round], go_on: Callable[[], bool]) -> "Lane":
        """Until `go_on` says that it is enough."""
        while go_on():
            await self.turn(next(plan))
        return self

    async def turn(self, step: Round) -> Seen | None:
        """One change from the question to its end; None when there was nothing to propose."""
        if not self.record or self.changes >= CHAIN:
            self.number += 1000
            self.record, self.changes, self.written = await self.desk.open(self.vendor, self.number), 0, ""
        self.changes += 1
        text = f"/undo {self.written}" if self.written else VENDORS[self.vendor].command.format(self.record)
        draft = await self.ask(text, step.copies)
        if draft is None or not draft.id:
            self.record = ""
            return None
        if step.edited:
            await self.desk.edit(self.vendor, self.record)
        if step.fault is not None:
            await self.desk.break_next(self.vendor, self.record, step.fault)
        await self.click(draft, step)
        end = await self.until(lambda: self._over(draft.id))
        if end is None:
            self.record = ""
            return None
        self.log.note("ended", draft=end.id, state=end.state, outcome=end.outcome)
        self.ended.append(end)
        if end.state == "stale" and (fresh := await self.target.draft_of(f"after:{end.id}")) is not None:
            end = await self.follow(fresh)
        self.written = end.id if end is not None and end.state == "written" else ""
        if not self.written:
            self.record = ""
        return end

    async def follow(self, fresh: Seen) -> Seen | None:
        """What was drawn up again, because the record had moved, is looked at and approved."""
        await self.click(fresh, Round())
        end = await self.until(lambda: self._over(fresh.id))
        if end is not None:
            self.ended.append(end)
        return end

    async def ask(self, text: str, copies: int = 1) -> Seen | None:
        """What the question led to."""
        event = Event(uuid.uuid4().hex, "say", "ada")
        await self.insist("say", event, {"person": "ada", "text": text, **PLACE}, copies)
        return await self.until(lambda: self.target.draft_of(event.id))

    async def click(self, draft: Seen, step: Round) -> None:
        """Everybody at once."""
        presses: list[Awaitable[None]] = []
        for click in step.clicks:
            if click.on == "page":
                form = {"draft": draft.id, "version": draft.version, "verb": click.verb, "values": {}, "person": click.person}
                event = Event(uuid.uuid4().hex, "press", click.person, draft.id)
                presses.append(self.insist("press", event, {**form, **PLACE}, step.copies))
            else:
                presses.append(self.target.approve_by_command(click.person, draft))
        await asyncio.gather(*presses)

    async def insist(self, path: str, event: Event, form: dict[str, object], copies: int) -> None:
        """Deliver `copies` times, and go on until it is acknowledged: the same id each time, as a platform does."""
        form = {"id": event.id, **form}
        end = time.monotonic() + INSIST
        while not any(await asyncio.gather(*(self.target.offer(path, form) for _ in range(copies)))):
            assert time.monotonic() < end, f"{path} is not acknowledged for {INSIST:.0f} s"
            copies = 1
            await asyncio.sleep(0.1)
        self.log.acknowledged(event)

    async def until(self, probe: Callable[[], Awaitable[Seen | None]]) -> Seen | None:
        """What the probe finds, or None when it takes too long: then the oracle has a word about it."""
        end = time.monotonic() + self.patience
        while (found := await probe()) is None:
            if time.monotonic() > end:
                self.given_up += 1
                return None
            await asyncio.sleep(LOOK)
        return found

    async def _over(self, draft: str) -> Seen | None:
        found = await self.target.look(draft)
        return found if found.is_over else None
