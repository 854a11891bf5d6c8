"""The stores on a database of a test's own, and a draft to put into them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.settings.retention import RetentionTable
from bot.store.audit.trail import Audit
from bot.store.database import Database
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.jobs import Job, Jobs
from bot.store.retention.retention import Retention
from bot.work.retention import Keeping
from handlers.models import Call, Change, Decision, Draft, Person, Place, Policy, Record, Ref, Verb

ADA = Person("playground:ada", "Ada", "ada@example.com")
HERE = Place("playground", "general", "1")


@dataclass
class Stores:
    """The stores on a fresh database, and a draft to put into them."""

    database: Database
    jobs: Jobs
    audit: Audit
    drafts: DraftStore

    async def draft(self, call: str = "call-1", policy: Policy | None = None) -> Draft:
        record = Record("jira", "issue", "SUP-1", "v1", "Payments fail", "text", {}, "https://jira.example/browse/SUP-1")
        asked = Call(call, "triage", "SUP-1", ADA, HERE)
        changes = [
            Change("priority", Ref("3", "Medium"), Ref("2", "High"), (Ref("2", "High"), Ref("3", "Medium"))),
            Change("labels", (), ("payments",)),
        ]
        new = Draft.of("triage", record, changes, call=asked)
        return await self.drafts.keep(
            replace(new, reasons=("because",), subject=f"about {call}"), call=asked, policy=policy or Policy()
        )

    async def whole(self, *, state: str = "", limit: int = 50) -> list[Job]:
        """The latest jobs with what they carry."""
        return [await self.jobs.read(one.id) for one in await self.jobs.list(state=state, limit=limit)]

    async def swept(self, table: RetentionTable, **more: Collection[str]) -> None:
        """Delete everything that may go, as a run of retention does but for its pauses."""
        await Keeping(Retention(self.database, table, **more), least=0.0).kinds()["retention"].run({})

    def press(self, draft: Draft, verb: Verb, who: str = "bo", version: int | None = None) -> Decision:
        person = Person(f"playground:{who}", who.title(), f"{who}@example.com")
        return Decision(draft.id, version or draft.version, verb, person, HERE)
