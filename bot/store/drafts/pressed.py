"""Whether one press of a button has had its effect: it may be taken up again after a crash, or by a worker beside its first answer."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.drafts.bodies import LARGEST, voter
from bot.store.tables import draft_versions, votes
from handlers.models import Decision, Verb


async def is_taken(tx: AsyncConnection, decision: Decision) -> bool:
    """Whether a vote, or the version that an edit made, came by this press of this person's."""
    if not decision.press or not 0 < decision.version < LARGEST:
        return False
    if decision.verb is Verb.EDIT:
        made = (draft_versions.c.version == decision.version + 1, draft_versions.c.by == decision.person.id)
        query = select(draft_versions.c.draft).where(
            draft_versions.c.draft == decision.draft, *made, draft_versions.c.press == decision.press
        )
    else:
        cast = (votes.c.version == decision.version, votes.c.person == voter(decision), votes.c.verb == str(decision.verb))
        query = select(votes.c.draft).where(votes.c.draft == decision.draft, *cast, votes.c.press == decision.press)
    return (await tx.execute(query)).first() is not None
