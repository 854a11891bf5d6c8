"""A draft as rows hold it, and the words for a decision that does not fit it any more."""

import re
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import moment
from bot.store.tables import draft_calls, drafts, now, votes
from handlers.errors import AlreadyDecided, Expired, Stale
from handlers.models import Decision, Draft, State, Verb, Vote

BODY = TypeAdapter(Draft)
ID = re.compile(r"[a-z0-9]{1,16}\Z")
"""What an id may look like: anything else was made up, and is not repeated on the audit trail."""
ONE = select(drafts).where(drafts.c.id == bindparam("name"))
ITEMS = select(drafts).where(drafts.c.parent == bindparam("name")).order_by(drafts.c.position)
OF = select(drafts).where(
    or_(
        drafts.c.call_key == bindparam("call"),
        drafts.c.id.in_(select(draft_calls.c.draft).where(draft_calls.c.call_key == bindparam("call"))),
    )
)
TURN = (
    update(drafts)
    .where(or_(drafts.c.id == bindparam("name"), drafts.c.parent == bindparam("name")))
    .values(state=bindparam("to"), updated=now())
)
CAST = select(votes).where(votes.c.draft == bindparam("name")).order_by(votes.c.at)
LARGEST = 2**31 - 1
"""What a database's integer holds: a version that somebody made up may be larger."""


def dump(draft: Draft) -> dict[str, Any]:
    """The draft as JSON data: everything a person is shown, nothing more of the record's text than that."""
    found: dict[str, Any] = BODY.dump_python(lean(draft), mode="json")
    return found


def lean(draft: Draft) -> Draft:
    """The draft and its items without what nobody is shown of their records."""
    items = tuple(lean(item) for item in draft.items)
    return replace(draft, record=replace(draft.record, text="", fields={}), votes=(), items=items)


async def assembled(tx: AsyncConnection, row: Row[Any]) -> Draft:
    """A draft out of its row and its votes."""
    found = (await tx.execute(CAST, {"name": row.id})).all()
    cast = tuple(Vote(Verb(vote.verb), vote.version, vote.person, vote.name, moment(vote.at), vote.actor) for vote in found)
    state, expires = State(row.state), moment(row.expires_at)
    draft = replace(
        BODY.validate_python(row.body), version=row.version, state=state, votes=cast, expires=expires, outcome=row.outcome,
        parent=row.parent,
    )  # fmt: skip
    if not draft.items:
        return draft
    rows = (await tx.execute(ITEMS, {"name": row.id})).all()
    return replace(draft, items=tuple([await assembled(tx, item) for item in rows]))


def voter(decision: Decision) -> str:
    """The one name under which a person has one vote, wherever they press."""
    return (decision.person.email or decision.person.id).casefold()


def misfit(draft: Draft, decision: Decision) -> Stale | AlreadyDecided | Expired:
    """Why a decision does not fit the draft any more, in the words that people search for."""
    if draft.state is State.PENDING and draft.version != decision.version:
        return Stale(f"stale: this draft was edited; decide on version {draft.version} of it.")
    if draft.state in (State.PENDING, State.EXPIRED):
        return Expired("expired: nobody decided in time, nothing was written. Ask again to get a fresh one.")
    last = draft.votes[-1] if draft.votes else None
    by = f" by {last.name}, {last.at:%H:%M} UTC" if last else ""
    return AlreadyDecided(f"already decided{by}: {draft.state}.")
