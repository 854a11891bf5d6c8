"""What no webhook told: each system is asked now and then what has changed since the last time.

Only kinds of records are asked for that a trigger or an alert names. What is found goes the way of every event, so what a webhook told as
well has one effect. The checkpoint moves in the transaction that takes the events up to it: a process that ends anywhere loses none, and
tells none twice. A system that is away is asked again at the next firing; any other trouble is a dead letter, once until it changes.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connectors.changing import Changing, Mark
from bot.connectors.event import Event
from bot.settings import Configuration
from bot.store.ledger.checkpoints import Checkpoints, Look
from bot.watch import log
from bot.work.events import Events
from bot.work.kinds import text
from bot.work.runner import Kind, Payload
from handlers.errors import Invalid, Trouble, Unavailable, Unknown

KIND = "reconcile"
TOGETHER = 50
"""Events in one transaction: a look through thousands keeps nobody else from writing for long."""
ROUNDS = 200
"""Times that a system is asked on in one look: after a long outage that is what the next firing has to go on with."""
LONGEST = 600.0
"""Seconds of one look."""
PASSING = (Unavailable, Unknown)
logger = log.get("reconcile")


class Reconciler:
    """The jobs that look for changes. `connectors` are those that are on.

    `answers` is awaited with the name of a system whose changes could not be looked through and now could: a breaker only knows of
    systems that are asked often.
    """

    def __init__(
        self,
        *,
        configuration: Configuration,
        connectors: Mapping[str, Changing[Any]],
        events: Events,
        checkpoints: Checkpoints,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        answers: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._connectors = connectors
        self._kinds = {name: named(configuration, name, one.watched) for name, one in connectors.items()}
        self._events = events
        self._checkpoints = checkpoints
        self._clock = clock
        self._answers = answers

    @property
    def systems(self) -> Sequence[str]:
        """The systems that are asked for anything."""
        return [name for name, kinds in self._kinds.items() if kinds]

    @property
    def asked(self) -> Sequence[str]:
        """The kinds of records that they are asked for, like `jira/issue`."""
        return [f"{name}/{kind}" for name, kinds in self._kinds.items() for kind in kinds]

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {KIND: Kind(self._look, budget=LONGEST)}

    async def begin(self) -> None:
        """Have the first looks begin now: what is older is no news. Raises Unavailable."""
        for name, kinds in self._kinds.items():
            for kind in kinds:
                await self._checkpoints.begin(name, kind, self._connectors[name].checkpoint.now(self._clock()).text)

    async def _look(self, payload: Payload) -> None:
        """Look through everything of one system that something waits for. One kind that makes trouble does not hold up the others."""
        name, new, rung = text(payload, "connector"), list[Trouble](), False
        for kind in self._kinds.get(name, ()):
            try:
                await self._catch_up(name, kind)
                rung = await self._went_through(name, kind, rung=rung)
            except Trouble as trouble:
                is_new = await self._checkpoints.ended(name, kind, str(trouble))
                logger.warning("changes not looked through", connector=name, record_kind=kind, reason=str(trouble))
                new += [trouble] if is_new and not isinstance(trouble, PASSING) else []
        if new:
            raise new[0]

    async def _went_through(self, name: str, kind: str, *, rung: bool) -> bool:
        """Note it; before that, once in a look, tell that the system answers again. Whether that was told."""
        before = await self._checkpoints.read(name, kind)
        if self._answers is not None and before is not None and before.trouble and not rung:
            await self._answers(name)
            rung = True
        await self._checkpoints.ended(name, kind)
        return rung

    async def _catch_up(self, name: str, kind: str) -> None:
        connector = self._connectors[name]
        for _ in range(ROUNDS):
            if (look := await self._checkpoints.read(name, kind)) is None:
                await self._checkpoints.begin(name, kind, connector.checkpoint.now(self._clock()).text)
                return
            if not await self._round(connector, look):
                return

    async def _round(self, connector: Changing[Any], look: Look) -> bool:
        """Take what has changed since a checkpoint. False: there was nothing, however far it was looked for."""
        here, found, reached, taken = look, list[Event](), None, 0
        async for event, reached in connector.changes(look.kind, mark(connector, look)):
            found += [event] if event is not None else []
            if len(found) == TOGETHER:
                here, found, taken = await self._take(here, found, reached), [], taken + len(found)
        if reached is not None and (found or reached.text != here.checkpoint):
            await self._take(here, found, reached)
        return taken + len(found) > 0

    async def _take(self, look: Look, found: Sequence[Event], reached: Mark) -> Look:
        await self._events.take(look.connector, found, beside=self._checkpoints.moved(look, reached.text))
        return Look(look.connector, look.kind, reached.text, look.trouble, look.at)


def mark(connector: Changing[Any], look: Look) -> Any:  # noqa: ANN401 - the connector's own kind of checkpoint
    """The checkpoint of a row; of one that cannot be read, the time at which the last look went through."""
    try:
        return connector.checkpoint.of(look.checkpoint)
    except Invalid:
        at = datetime.fromtimestamp(look.at, UTC)
        logger.exception("a checkpoint cannot be read; changes since the last look are told again", connector=look.connector)
        return connector.checkpoint.now(at)


def named(configuration: Configuration, system: str, watched: Sequence[str]) -> Sequence[str]:
    """The kinds of records of a system that a trigger or an alert names, of those that it can be asked for."""
    names = {tuple(name.split(".")[:2]) for name in (*configuration.triggers, *configuration.alerts)}
    return [kind for kind in watched if (system, kind) in names]
