"""Dead letters as admins see them in chat, and the one way to replay one, in chat and on the command line."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.connectors.transformations import Mask
from bot.settings import Configuration
from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.drafts import DraftStore
from bot.store.jobs import REPLAYABLE, Job, Jobs
from bot.store.subjects import OPEN
from handlers.errors import Invalid
from handlers.models import Person
from handlers.policy import is_named

MOST = 20
"""Dead letters that are listed in one answer."""
LONGEST = 200
"""Characters of a reason."""


class Letters:
    """The DeadLetters port."""

    def __init__(
        self, database: Database, jobs: Jobs, drafts: DraftStore, audit: Audit, *, configuration: Configuration, mask: Mask
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._drafts = drafts
        self._audit = audit
        self._configuration = configuration
        self._mask = mask

    def admits(self, person: Person) -> bool:
        """See the port."""
        return any(is_named(entry, person) for entry in self._configuration.admins.people)

    async def list(self) -> Sequence[str]:
        """See the port: what a reason says of people, keys and addresses is masked, and what a job carries is not shown."""
        found = [job for state in ("dead", "unknown") for job in await self._jobs.list(state=state, limit=MOST)]
        shown = sorted(found, key=lambda job: -job.updated)[:MOST]
        reasons = self._mask([job.error for job in shown], people=())
        return [line(job, reason) for job, reason in zip(shown, reasons, strict=True)]

    async def replay(self, name: str, *, by: str) -> str:
        """See the port."""
        await refuse_what_stands(await self._jobs.read(name), self._drafts)
        if not await self._jobs.replay(name):
            raise Invalid(unfit(await self._jobs.read(name)))
        async with self._database.write() as tx:
            await self._audit.append(tx, actor=by, action="replayed", subject=f"job/{name}")
        return f"{name} is due again."


def line(job: Job, reason: str) -> str:
    """One dead letter."""
    when = f"{datetime.fromtimestamp(job.updated, UTC):%Y-%m-%d %H:%M} UTC"
    return f"{job.id} {job.state}: {job.kind}, {job.attempts} attempts, {when}. {' '.join(reason.split())[:LONGEST]}"


async def refuse_what_stands(job: Job, drafts: DraftStore) -> None:
    """Raises Invalid for the write of a draft that has ended."""
    if job.kind != "write":
        return
    draft = await drafts.read(str(job.payload["draft"]))
    if draft.state not in OPEN:
        raise Invalid(f"The draft {draft.id} of this job has ended as {draft.state}, and that stands. Draw the change up again.")


def unfit(job: Job) -> str:
    """Why a job is not replayed."""
    return f"Job {job.id} is {job.state}; only a job that is {', '.join(REPLAYABLE[:-1])} or unknown can be replayed."
