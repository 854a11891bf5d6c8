"""What the bot's own database says, read from outside while it runs, and put together as evidence at the end."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chaos.desk import Desk
from chaos.oracle import DONE, Bundle, Cast, Event, Evidence, Kept, Trace
from chaos.script import LEADS
from chaos.vendors import plain
from sqlalchemy import Row, Select, select

from bot.store.database import Database
from bot.store.drafts.bodies import BODY, OF
from bot.store.tables import audit, drafts, inbound, jobs, posts, votes

TOLD = "incidents"
"""The channel that the chains of `chaos.together` tell, and nobody else speaks in."""
WAITING = ("expire", "remind", "schedule", "watch", "reconcile", "alert-tidy", "retention")
"""Jobs that wait for a day that no run reaches, and what the clock starts by itself, of which there is always some."""
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

    def __init__(self, url: str, *, chained: str = "") -> None:
        self.database = Database(url)
        self.chained = chained

    async def close(self) -> None:
        await self.database.close()

    async def rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        async with self.database.read() as tx:
            return (await tx.execute(query)).all()

    async def draft_of(self, event: str, *, job: str = "") -> Seen | None:
        """The draft that a question led to, or another `job`; None while it is not answered."""
        if found := await self.rows(OF.params(call=event)):
            return glance(found[0])
        ended = await self.rows(select(jobs.c.state).where(jobs.c.key == (job or f"playground:{event}"), jobs.c.state.in_(OVER)))
        if not ended:
            return None
        found = await self.rows(OF.params(call=event))  # it may have come in between the two looks
        return glance(found[0]) if found else Seen("")

    async def look(self, draft: str) -> Seen:
        """The draft now."""
        return glance((await self.rows(select(drafts).where(drafts.c.id == draft)))[0])

    async def pending(self) -> list[Seen]:
        """Drafts that nobody has decided."""
        return [glance(row) for row in await self.rows(select(drafts).where(drafts.c.state == "pending", drafts.c.parent == ""))]

    async def unfinished(self) -> int:
        """Jobs that still have to be done, and drafts that have not ended."""
        open_jobs = select(jobs.c.id).where(jobs.c.state.in_(("pending", "running")), jobs.c.kind.not_in(WAITING))
        return len(await self.rows(open_jobs)) + len(await self.rows(select(drafts.c.id).where(drafts.c.state.not_in(DONE))))

    async def evidence(self, events: Iterable[Event], desk: Desk, *, trail: str) -> Evidence:
        """Everything that the oracle needs; `trail` is what is wrong with the audit chain."""
        taken = {row.event_id for row in await self.rows(select(inbound.c.event_id))}
        ended = {row.key.partition(":")[2] for row in await self.rows(select(jobs.c.key).where(jobs.c.state.in_(OVER)))}
        answered = {row.key.split(":")[1] for row in await self.rows(select(posts.c.key).where(posts.c.key.like("playground:%")))}
        every = await self.rows(select(drafts).order_by(drafts.c.position))
        kept = tuple(draft(row) for row in every if not row.body["items"])
        cast = [Cast(v.draft, name(v.person), v.verb, v.digest, v.version) for v in await self.rows(select(votes))]
        rows = await self.rows(select(audit).where(audit.c.object.like("draft/%")).order_by(audit.c.seq))
        traces = [Trace(row.object.removeprefix("draft/"), row.action, row.detail["version"]) for row in rows]
        return Evidence(
            tuple(events), frozenset(ended & taken), frozenset(answered), kept, tuple(cast), tuple(await desk.writes(kept)),
            tuple(traces), frozenset(LEADS), trail, tuple(whole(row, every) for row in every if row.body["items"]),
            frozenset(key for row in every for key in causes(row, self.chained)), await self.counted(select(jobs.c.key).where(jobs.c.key.like("chain:%"))),
            await self.counted(select(posts.c.key).where(posts.c.channel == TOLD)),
        )  # fmt: skip

    async def counted(self, keys: Select[Any]) -> Counter[str]:
        """How often each key stands there, as a job has it."""
        return Counter(row[0].removeprefix("playground:") for row in await self.rows(keys))


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
        body["policy"]["quorum"], record.version, row.parent,
    )  # fmt: skip


def whole(row: Row[Any], every: Sequence[Row[Any]]) -> Bundle:
    """A bundle with its items in their order."""
    items = tuple(other.id for other in every if other.parent == row.id)
    return Bundle(row.id, row.state, items, row.body["policy"]["quorum"])


def causes(row: Row[Any], chained: str) -> Iterator[str]:
    """The keys of what has to follow from a draft by the chains of `chaos.together`."""
    body = row.body
    if not chained or row.workflow != chained or body["items"] or body["undoes"]:
        return
    if not body["follows"] and not row.parent:
        yield f"chain:{row.id}:drafted:0"
    if row.state == "written":
        yield f"chain:{row.id}:written:1:tell"
