"""What happens to drafts, as rows of the audit trail, each in the transaction of the change that it witnesses."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.audit.trail import Audit
from bot.store.ledger.jobs import Jobs
from handlers.models import Draft, plain

HEAD_EVERY = 32
"""Rows of the audit trail after which its head is published: what could be cut off unseen is less than that."""


class Witness:
    """Writes the rows. The first one of a transaction locks the trail's head until the end: lock rows of drafts before it."""

    def __init__(self, jobs: Jobs, audit: Audit) -> None:
        self._jobs = jobs
        self._audit = audit

    async def draft(self, tx: AsyncConnection, actor: str, action: str, draft: Draft, **more: str) -> None:
        """Something was done to a draft: who, what, and the exact changes that it has then."""
        changes = [{"field": c.field, "before": plain(c.before), "after": plain(c.after)} for c in draft.changes]
        detail = {"version": draft.version, "digest": draft.digest, "record": draft.record.key, "changes": changes, **more}
        await self.attempt(tx, actor, action, draft.id, detail)

    async def attempt(self, tx: AsyncConnection, actor: str, action: str, draft: str, detail: dict[str, Any]) -> None:
        """Something was tried with what is perhaps no draft at all."""
        seq = await self._audit.append(tx, actor=actor, action=action, subject=f"draft/{draft}", detail=detail)
        if seq % HEAD_EVERY == 0:
            await self._jobs.enqueue(tx, "head", key=f"head:{seq}", payload={})
