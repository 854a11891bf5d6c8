"""Stores on a fresh database, and a draft to put into them."""

from dataclasses import dataclass, replace

import pytest

from bot.store.audit import Audit
from bot.store.database import Database
from bot.store.drafts import DraftStore
from bot.store.jobs import Jobs
from handlers.models import Call, Change, Decision, Draft, Person, Place, Policy, Record, Ref, Verb

ADA = Person("playground:ada", "Ada", "ada@example.com")
HERE = Place("playground", "general", "1")


@dataclass
class Stores:
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
        return await self.drafts.keep(replace(new, reasons=("because",)), call=asked, policy=policy or Policy())

    def press(self, draft: Draft, verb: Verb, who: str = "bo", version: int | None = None) -> Decision:
        person = Person(f"playground:{who}", who.title(), f"{who}@example.com")
        return Decision(draft.id, version or draft.version, verb, person, HERE)


@pytest.fixture
def stores(database: Database) -> Stores:
    jobs, audit = Jobs(database), Audit(database, b"key")
    return Stores(database, jobs, audit, DraftStore(database, jobs, audit))
