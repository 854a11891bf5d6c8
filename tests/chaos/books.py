"""What the bot's own database says, read from outside while it runs, and put together as evidence at the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chaos.desk import Desk
from chaos.oracle import DONE, Cast, Event, Evidence, Kept, Trace
from chaos.script import LEADS
from chaos.vendors import plain
from sqlalchemy import Row, Select, select

from bot.store.bodies import BODY, OF
from bot.store.database import Database
from bot.store.tables import audit, drafts, inbound, jobs, posts, votes

WAITING = ("expire", "remind")
"""Jobs that wait for a day that no run reaches."""
OVER = ("done", "dead", "unknown")


@dataclass(frozen=True)
class Seen:
    """A draft at a glance. An empty id: the question was answered without one."""

    id: str
    version: int = 1
    state: str = ""
    outcome: str = ""

    @property
    def is_over(self) -> bool:
        return self.state in DONE


class Books:
    """A deployment's state of record."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    async def close(self) -> None:
        await self._database.close()

    async def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async with self._database.read() as tx:
            return (await tx.execute(query)).all()

    async def draft_of(self, event: str) -> Seen | None:
        """The draft that a question led to, None while it is not answered."""
        if found := await self.rows(OF.params(call=event)):
            return glance(found[0])
        ended = await self.rows(select(jobs.c.state).where(jobs.c.key == f"playground:{event}", jobs.c.state.in_(OVER)))
        if not ended:
            return None
        found = await self.rows(OF.params(call=event))  # it may have come in between the two looks
        return glance(found[0]) if found else Seen("")

    async def look(self, draft: str) -> Seen:
        """The draft now."""
        return glance((await self.rows(select(drafts).where(drafts.c.id == draft)))[0])

    async def pending(self) -> list[Seen]:
        """Drafts that nobody has decided."""
        return [glance(row) for row in await self.rows(select(drafts).where(drafts.c.state == "pending"))]

    async def unfinished(self) -> int:
        """Jobs that still have to be done, and drafts that have not ended."""
        open_jobs = select(jobs.c.id).where(jobs.c.state.in_(("pending", "running")), jobs.c.kind.not_in(WAITING))
        return len(await self.rows(open_jobs)) + len(await self.rows(select(drafts.c.id).where(drafts.c.state.not_in(DONE))))

    async def evidence(self, events: Iterable[Event], desk: Desk, *, trail: str) -> Evidence:
        """Everything that the oracle needs; `trail` is what is wrong with the audit chain."""
        taken = {row.event_id for row in await self.rows(select(inbound.c.event_id))}
        ended = {row.key.partition(":")[2] for row in await self.rows(select(jobs.c.key).where(jobs.c.state.in_(OVER)))}
        answered = {row.key.split(":")[1] for row in await self.rows(select(posts.c.key).where(posts.c.key.like("playground:%")))}
        kept = tuple(draft(row) for row in await self.rows(select(drafts)))
        cast = [Cast(v.draft, name(v.person), v.verb, v.digest, v.version) for v in await self.rows(select(votes))]
        rows = await self.rows(select(audit).where(audit.c.object.like("draft/%")).order_by(audit.c.seq))
        traces = [Trace(row.object.removeprefix("draft/"), row.action, row.detail["version"]) for row in rows]
        return Evidence(
            tuple(events), frozenset(ended & taken), frozenset(answered), kept, tuple(cast), tuple(await desk.writes(kept)),
            tuple(traces), frozenset(LEADS), trail,
        )  # fmt: skip


def name(person: str) -> str:
    """`playground:bo` and `bo@harbourlight.example` are the same person."""
    return person.partition("@")[0].rpartition(":")[2]


def glance(row: Row[Any]) -> Seen:
    return Seen(row.id, row.version, row.state, row.outcome)


def draft(row: Row[Any]) -> Kept:
    """A draft as the oracle reads it: what was shown and what was asked, in the vendor's words."""
    body, record = row.body, BODY.validate_python(row.body).record
    sides = [
        {change["field"]: plain(record.system, change["field"], change[side]) for change in body["changes"]}
        for side in ("before", "after")
    ]
    return Kept(
        row.id, row.state, f"{record.system}/{record.id}", name(body["asked_by"]["id"]), *sides, row.digest, row.version,
        body["policy"]["quorum"], record.version,
    )  # fmt: skip
