"""What drafts are about: two requests for the same thing lead to one draft for as long as that draft is open."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import draft_calls, draft_subjects, drafts, now
from handlers.models import Draft, State

OPEN = (State.APPROVED, State.WRITING, State.UNKNOWN)
"""States of an approved draft whose end does not stand yet."""


async def one_for(database: Database, tx: AsyncConnection, draft: Draft, call: str) -> str:
    """The id of the draft that answers a call: the open one about the same thing, else this one, which now stands for it.

    The row of the subject is locked until the caller's transaction ends, so of two calls at the same moment the second one waits.
    """
    if not draft.subject:
        return draft.id
    if await database.insert_once(tx, draft_subjects, subject=draft.subject, draft=draft.id):
        return draft.id
    mine = draft_subjects.c.subject == draft.subject
    holder = str((await tx.execute(select(draft_subjects.c.draft).where(mine).with_for_update())).scalar_one())
    if await is_open(tx, holder):
        await database.insert_once(tx, draft_calls, call_key=call, draft=holder)
        return holder
    await tx.execute(update(draft_subjects).where(mine).values(draft=draft.id))
    return draft.id


async def stand_for(database: Database, tx: AsyncConnection, whole: Draft, instead_of: Draft | None) -> None:
    """From now on a bundle answers whoever asks for what one of its items is about, unless another open draft does.

    The rows are locked in one order, so that two bundles never wait for each other, and before anything is witnessed: whoever keeps a
    draft locks its subject first and the audit trail after it.
    """
    for subject in sorted(item.subject for item in whole.items if item.subject):
        if await database.insert_once(tx, draft_subjects, subject=subject, draft=whole.id):
            continue
        mine = draft_subjects.c.subject == subject
        holder = str((await tx.execute(select(draft_subjects.c.draft).where(mine).with_for_update())).scalar_one())
        if (instead_of and holder == instead_of.id) or not await is_open(tx, holder):
            await tx.execute(update(draft_subjects).where(mine).values(draft=whole.id))


async def holder(tx: AsyncConnection, subject: str) -> str:
    """The id of the draft that answers for a subject; empty for none."""
    found = await tx.execute(select(draft_subjects.c.draft).where(draft_subjects.c.subject == subject))
    return str(found.scalar_one_or_none() or "")


async def is_open(tx: AsyncConnection, draft: str) -> bool:
    """Whether a draft waits for a decision, or for the end of its write."""
    row = (await tx.execute(select(drafts.c.state, drafts.c.expires_at > now()).where(drafts.c.id == draft))).one_or_none()
    return row is not None and (row[0] in OPEN or (row[0] == State.PENDING and bool(row[1])))
