"""Buttons under replies: what each of them asks for stands here, so that nothing but its name is taken from a press."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from bot.store.database import Database
from bot.store.tables import now, offers
from handlers.errors import AlreadyDecided, NotAllowed, NotFound
from handlers.models import MOST_OFFERS, Offer, Reply

DAYS = 30
"""After which a button is gone: what it asks for are words of people."""
GONE = "This button is not there any more. Ask again."
TAKEN = "This was drawn up already; its card stands further down."
NOT_YOURS = "not allowed: this button was shown to somebody else. Ask yourself."


@dataclass(frozen=True, slots=True)
class Button:
    """An offer as a platform draws it: the opaque name of what a press asks for, and what the button says."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a press asks for: a command, whether its words are somebody else's than the person's who pressed, and whose they are."""

    line: str
    outside: bool
    authors: frozenset[str] = frozenset()


def offer_id(key: str, number: int, offer: Offer) -> str:
    """The name of an offer of the reply under this key: the same however often the reply is sent, another one when it asks for something else.

    So a button of a reply that was drawn again since then goes on asking for what it says.
    """
    return hashlib.sha256(f"offer:{number}:{key}:{offer.line}".encode()).hexdigest()[:24]


def buttons(key: str, reply: Reply) -> tuple[Button, ...]:
    """The buttons of the reply that is said under this key."""
    return tuple(Button(offer_id(key, number, one), one.label) for number, one in enumerate(reply.offers[:MOST_OFFERS]))


class Offers:
    """The offers on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, key: str, reply: Reply, *, place: str, to: str) -> None:
        """Write down what the buttons of a reply ask for, once; what nobody drew for DAYS goes. `place` is the key of the place, `to` who alone sees a private one."""
        for name, one in named(key, reply.offers[:MOST_OFFERS]):
            private_to = to if reply.private else ""
            async with self._database.write() as tx:
                is_new = await self._database.insert_once(
                    tx,
                    offers,
                    id=name,
                    line=one.line,
                    outside=one.outside,
                    authors=sorted(one.authors),
                    place=place,
                    private_to=private_to,
                    press="",
                    at=now(),
                )
                if not is_new:  # it was drawn again, so people may press it as long as a new one
                    await tx.execute(update(offers).where(offers.c.id == name).values(at=now()))
                await tx.execute(delete(offers).where(offers.c.at < now() - DAYS * 86400.0))

    async def pressed(self, name: str, *, press: str, place: str, person: str) -> Wanted:
        """What a press asks for. Raises NotFound, NotAllowed, or AlreadyDecided when another press led to a draft."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(offers).where(offers.c.id == name, offers.c.place == place))).one_or_none()
        if row is None:
            raise NotFound(GONE)
        if row.private_to not in ("", person):
            raise NotAllowed(NOT_YOURS)
        if row.press not in ("", press):
            raise AlreadyDecided(TAKEN)
        return Wanted(row.line, row.outside, frozenset(row.authors))

    async def taken(self, name: str, *, press: str) -> None:
        """Write down that a press led to a draft. The first one stays."""
        async with self._database.write() as tx:
            await tx.execute(update(offers).where(offers.c.id == name, offers.c.press == "").values(press=press))


def named(key: str, given: Iterable[Offer]) -> Iterator[tuple[str, Offer]]:
    """Each offer under its name."""
    return ((offer_id(key, number, one), one) for number, one in enumerate(given))
