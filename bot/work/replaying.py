"""Trying dead letters again: which may be, in which order, and what of them may be put right first."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.store.drafts.drafts import DraftStore
from bot.store.drafts.subjects import OPEN
from bot.store.ledger.jobs import REPLAYABLE, Job, Jobs
from bot.store.ledger.replays import Replays, Which
from handlers.errors import Invalid, NotAllowed
from handlers.models import canonical

SAID = ("person", "draft", "offer")
"""Parts of a payload that say whose words or whose decision it carries: no operator puts another one into somebody's mouth."""
BODIES = ("slack", "teams")
"""Kinds of jobs that carry a signed body of a chat platform."""
BOUND = frozenset({"id", "connector", "workflow"})
"""Fields that make the job what it is: its effects carry keys of them, and what runs under them was configured."""

Told = Callable[[str, int, int], None]
Path = tuple[str, ...]


class Replaying:
    """The one way to replay, for chat, for the command line and for the bot itself."""

    def __init__(self, jobs: Jobs, drafts: DraftStore, replays: Replays) -> None:
        self._jobs = jobs
        self._drafts = drafts
        self._replays = replays

    async def found(self, which: Which) -> Sequence[Job]:
        """Dead letters, in the order in which they were made."""
        return await self._replays.found(which)

    async def one(
        self, name: str, *, by: str, detail: Mapping[str, object] | None = None, delay: float = 0.0, alone: bool = False
    ) -> Job:
        """Replay one, in `delay` seconds. Raises NotFound; Invalid where it has not ended without success, or its draft has ended.

        `alone`: the bot does it by itself.
        """
        job = await self._jobs.read(name)
        await self._refuse_what_stands(job)
        if not await self._replays.replay(name, by=by, detail=detail, delay=delay, alone=alone):
            raise Invalid(unfit(await self._jobs.read(name)))
        return job

    async def every(
        self, which: Which, *, by: str, told: Told, detail: Mapping[str, object] | None = None
    ) -> tuple[int, Sequence[str]]:
        """Replay all of these, in the order in which they were made; how many, and a sentence for each that stays."""
        done, stays, found = 0, list[str](), await self._replays.ids(which)
        for number, name in enumerate(found, 1):
            try:
                await self.one(name, by=by, detail=detail)
                done += 1
            except Invalid as kept:
                stays.append(str(kept))
            told("replaying", number, len(found))
        return done, stays

    async def fixed(self, job: Job, payload: Mapping[str, object], *, by: str, detail: Mapping[str, object]) -> None:
        """Replay one with another payload. Raises Invalid where it has not ended without success.

        The trail names the bodies by their digests as well: values in `detail` may be masked and cut.
        """
        bodies = {"before": digest(job.payload), "after": digest(payload)}
        if not await self._replays.replay(job.id, by=by, payload=payload, detail={**detail, **bodies}):
            raise Invalid(unfit(await self._jobs.read(job.id)))

    async def _refuse_what_stands(self, job: Job) -> None:
        """Raises Invalid for the write of a draft that has ended."""
        if job.kind != "write":
            return
        draft = await self._drafts.read(str(job.payload["draft"]))
        if draft.state not in OPEN:
            raise Invalid(
                f"The draft {draft.id} of this job has ended as {draft.state}, and that stands. Draw the change up again."
            )


def digest(payload: Mapping[str, object]) -> str:
    """SHA-256 over canonical JSON of what a job carries: who has a body can say whether it was this one."""
    return hashlib.sha256(canonical(payload)).hexdigest()


def unfit(job: Job) -> str:
    """Why a job is not replayed."""
    return f"Job {job.id} is {job.state}; only a job that is {', '.join(REPLAYABLE[:-1])} or unknown can be replayed."


def is_somebodys(job: Job) -> bool:
    """Whether a job carries what a person said or decided. Whoever that was has been told of its end."""
    return job.kind in BODIES or job.kind == "write" or any(job.payload.get(part) for part in SAID)


def put_right(job: Job, given: Mapping[str, str]) -> Mapping[str, object]:
    """The payload with other values, by the dotted paths of fields that are there.

    Raises NotAllowed for what a person said, decided or approved and for what makes the job what it is; Invalid for a field that is not
    there and a value of another type.
    """
    if is_somebodys(job):
        raise NotAllowed(f"not allowed: job {job.id} ({job.kind}) carries what a person said or approved, which nobody changes.")
    payload: dict[str, object] = json.loads(json.dumps(job.payload))
    for name, text in given.items():
        path = tuple(name.split("."))
        if BOUND & set(path):
            raise NotAllowed(f"not allowed: {name} makes this job what it is. Fields that stay: {', '.join(sorted(BOUND))}.")
        replace_at(payload, path, name, text)
    return payload


def replace_at(payload: Any, path: Path, name: str, text: str) -> None:  # noqa: ANN401 - JSON of any shape
    """Put a value where another one stands. Raises Invalid."""
    for part in path[:-1]:
        payload = payload[at(payload, part, name)]
    key = at(payload, path[-1], name)
    payload[key] = typed(payload[key], text, name)


def at(payload: Any, part: str, name: str) -> Any:  # noqa: ANN401 - as above
    """The key, or the index, under which a part of a path stands. Raises Invalid."""
    if isinstance(payload, dict) and part in payload:
        return part
    if isinstance(payload, list) and part.isascii() and part.isdecimal() and int(part) < len(payload):
        return int(part)
    there = (
        ", ".join(payload) if isinstance(payload, dict) else f"0 to {len(payload) - 1}" if isinstance(payload, list) else "none"
    )
    raise Invalid(f"The job has no field {name}; at {part!r} there are: {there}.")


def typed(before: object, text: str, name: str) -> object:
    """A text as the type that stood there. Raises Invalid."""
    if isinstance(before, str):
        return text
    try:
        after: object = json.loads(text)
    except ValueError:
        after = text
    if before is not None and type(after) is not type(before):
        raise Invalid(f"{name} is {json.dumps(before, ensure_ascii=False)}; {text!r} is not of that type.")
    return after
