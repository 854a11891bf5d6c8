"""Answers that were given, so that they can be voted on, shared and learned from."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import func, select, update

from bot.store.database import Database
from bot.store.tables import answers, feedback, now
from handlers.errors import Invalid, NotFound
from handlers.models import Reply

BODY = TypeAdapter(Reply)
PAGE = 500
VERDICTS = ("up", "down")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given. `place` is the key of the place, `asked_by` the id of the person."""

    id: str
    question: str
    history: tuple[str, ...]
    reply: Reply
    asked_by: str
    place: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and how many people found it right or wrong."""

    answer: Given
    up: int
    down: int


def answer_id(key: str) -> str:
    """The name of an answer on its buttons: opaque, and the same however often the answer is sent."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


def worded(reply: Reply) -> Reply:
    """A reply without its pictures."""
    return replace(reply, picture=None, aside=worded(reply.aside) if reply.aside else None)


class Answers:
    """The answers on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, answer: Given) -> None:
        """Store it once, without its picture: whoever reads it again reads its words."""
        async with self._database.write() as tx:
            await self._database.insert_once(
                tx, answers, id=answer.id, question=answer.question, history=list(answer.history),
                body=BODY.dump_python(worded(answer.reply), mode="json"), asked_by=answer.asked_by, place=answer.place, at=now(),
            )  # fmt: skip

    async def read(self, name: str) -> Given:
        """One answer. Raises NotFound."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(answers).where(answers.c.id == name))).one_or_none()
        if row is None:
            raise NotFound("This answer is not there any more. Ask again.")
        return Given(row.id, row.question, tuple(row.history), BODY.validate_python(row.body), row.asked_by, row.place)

    async def vote(self, name: str, person: str, verdict: str) -> None:
        """Remember what a person thinks of an answer; a second vote replaces the first. Raises NotFound, Invalid."""
        if verdict not in VERDICTS:
            raise Invalid("A vote is up or down.")
        await self.read(name)
        async with self._database.write() as tx:
            new = await self._database.insert_once(tx, feedback, answer=name, person=person, verdict=verdict, at=now())
            if not new:
                mine = (feedback.c.answer == name, feedback.c.person == person)
                await tx.execute(update(feedback).where(*mine).values(verdict=verdict, at=now()))

    async def judged(self) -> AsyncIterator[Judged]:
        """Every answer that somebody voted on, oldest first."""
        last: tuple[float, str] = (0.0, "")
        while rows := await self._page(last):
            for judged, at in rows:
                yield judged
                last = (at, judged.answer.id)

    async def _page(self, after: tuple[float, str]) -> Sequence[tuple[Judged, float]]:
        ups = func.count().filter(feedback.c.verdict == "up")
        later = (answers.c.at > after[0]) | ((answers.c.at == after[0]) & (answers.c.id > after[1]))
        query = (
            select(answers.c.id, answers.c.at, ups.label("up"), func.count().label("all"))
            .join(feedback, feedback.c.answer == answers.c.id)
            .where(later)
            .group_by(answers.c.id, answers.c.at)
            .order_by(answers.c.at, answers.c.id)
            .limit(PAGE)
        )
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return [(Judged(await self.read(row.id), row.up, row.all - row.up), row.at) for row in rows]
