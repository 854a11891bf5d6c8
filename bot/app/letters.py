"""Dead letters as admins see and replay them, in chat and on the command line. What leaves the ledger is masked."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.app.observing import Masked
from bot.app.store import Store
from bot.connectors.transformations import Mask
from bot.settings import Configuration, Settings
from bot.settings.review import secret_values
from bot.store.ledger.jobs import Entry, Job, Jobs
from bot.store.ledger.replays import Replays, Which
from bot.work.replaying import Replaying, put_right
from handlers.models import Person
from handlers.policy import is_named

MOST = 20
"""Dead letters that are listed in one answer."""
LONGEST = 200
"""Characters of a reason, and of a value in a difference."""
LONGEST_PAYLOAD = 2000
"""Characters of what a job carries, in an answer."""
LONGEST_READ = 5 * LONGEST_PAYLOAD
"""Characters of it that are masked for that: a body of a megabyte would keep the whole process waiting for seconds."""
EDGE = 500
"""Characters before the place where it was cut that are not shown: half of an address is not known for one."""


class Letters:
    """The DeadLetters port."""

    def __init__(self, jobs: Jobs, replaying: Replaying, *, configuration: Configuration, mask: Mask) -> None:
        self.replaying = replaying
        self._jobs = jobs
        self._configuration = configuration
        self._mask = mask

    @classmethod
    def of(cls, settings: Settings, configuration: Configuration, store: Store) -> "Letters":
        """Those of one ledger; the secrets of the settings are masked too."""
        replaying = Replaying(store.jobs, store.drafts, Replays(store.database, store.jobs, store.audit))
        return cls(store.jobs, replaying, configuration=configuration, mask=Masked(secret_values(settings)))

    def admits(self, person: Person) -> bool:
        """See the port."""
        return any(is_named(entry, person) for entry in self._configuration.admins.people)

    async def list(self) -> Sequence[str]:
        """See the port: what a reason says of people, keys and addresses is masked, and what a job carries is not shown."""
        found = [job for state in ("dead", "unknown") for job in await self._jobs.list(state=state, limit=MOST)]
        shown = sorted(found, key=lambda job: -job.updated)[:MOST]
        return [line(job, reason) for job, reason in zip(shown, self.masked([job.error for job in shown]), strict=True)]

    async def show(self, name: str) -> str:
        """See the port."""
        job = await self._jobs.read(name)
        whole = json.dumps(job.payload, ensure_ascii=False)
        reason, payload = self.masked([job.error, whole[:LONGEST_READ]])
        if len(whole) > LONGEST_READ:
            payload = payload[:-EDGE]
        return f"{line(job, reason)}\n{payload[:LONGEST_PAYLOAD]}"

    async def replay(self, name: str, *, by: str) -> str:
        """See the port."""
        await self.replaying.one(name, by=by)
        return f"{name} is due again."

    async def replay_all(self, kind: str, *, by: str) -> str:
        """See the port."""
        done, stays = await self.replaying.every(Which(kind=kind), by=by, told=unwatched, detail={"kind": kind})
        return "\n".join([f"{done} of {done + len(stays)} dead letters of kind {kind} are due again.", *stays[:MOST]])

    async def replay_with(self, name: str, given: Mapping[str, str], *, by: str) -> str:
        """See the port."""
        changed = self.masked(await self.fix(name, given, by=by))
        return "\n".join(
            [f"{name} is due again, with another value in it:" if changed else f"{name} is due again as it was.", *changed]
        )

    async def fix(self, name: str, given: Mapping[str, str], *, by: str) -> Sequence[str]:
        """Replay one with other values in its payload; the differences, in full. Raises as `put_right` does, NotFound, Invalid."""
        job = await self._jobs.read(name)
        after = put_right(job, given)
        changed = differences("", job.payload, after)
        masked = self.masked([text for change in changed for text in change[1:]])
        told = {change[0]: [cut(old), cut(new)] for change, old, new in zip(changed, masked[::2], masked[1::2], strict=True)}
        await self.replaying.fixed(job, after, by=by, detail={"set": told})
        return [f"{field}: {old} → {new}" for field, old, new in changed]

    def carried(self, job: Job) -> tuple[str, str]:
        """Why a job ended badly, and the whole of what it carries as JSON, both masked. That text is JSON still unless a mask took a bracket."""
        reason, payload = self.masked([job.error, json.dumps(job.payload, ensure_ascii=False)])
        return reason, payload

    def masked(self, texts: Sequence[str]) -> Sequence[str]:
        """Texts of a job without what is private in them."""
        return self._mask(texts, people=())


def unwatched(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def line(job: Entry, reason: str) -> str:
    """One dead letter."""
    when = f"{datetime.fromtimestamp(job.updated, UTC):%Y-%m-%d %H:%M} UTC"
    return f"{job.id} {job.state}: {job.kind}, {job.attempts} attempts, {when}. {' '.join(reason.split())[:LONGEST]}"


def cut(value: str) -> str:
    """A value of a difference, so that one sees whether it is whole."""
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"


def differences(path: str, before: object, after: object) -> Sequence[tuple[str, str, str]]:
    """Each value that is another one now: its dotted path, before and after as JSON."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        pairs = [(str(key), value, after[key]) for key, value in before.items()]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(str(key), *both) for key, both in enumerate(zip(before, after, strict=True))]
    elif before == after:
        return []
    else:
        return [(path, json.dumps(before, ensure_ascii=False), json.dumps(after, ensure_ascii=False))]
    return [found for key, old, new in pairs for found in differences(f"{path}.{key}" if path else key, old, new)]
