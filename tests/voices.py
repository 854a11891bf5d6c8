"""A platform for the worker's tests, and what stands in for retrieval there."""

from collections.abc import Sequence

import numpy as np

from bot.dispatch import place_of
from bot.settings import Configuration
from bot.settings.people import People
from handlers.errors import Unavailable

RULES = Configuration.model_validate(
    {
        "people": {
            "ada@example.com": {"name": "Ada", "playground": "ada", "groups": ["support"]},
            "bo@example.com": {"playground": "bo"},
        },
        "channels": {"playground:quiet": {"commands": ["ask"]}},
        "admins": {"channel": "playground:ops"},
    }
)
PEOPLE = People(RULES)


class Voice:
    """A platform that writes down what it was asked to say."""

    def __init__(self) -> None:
        self.said: dict[str, tuple] = {}
        self.under: dict[str, str] = {}
        self.amended: list[str] = []
        self.away = 0

    async def person(self, name, *, shown_as=""):
        return PEOPLE.find(name, shown_as=shown_as)

    async def place(self, channel, thread, person):
        return place_of(RULES, "playground", channel, thread, alone=person if channel.startswith("dm:") else None)

    async def direct(self, person):
        return await self.place(f"dm:{person.partition(':')[2]}", "", PEOPLE.find(person))

    async def busy(self, place, *, key):
        """Nobody looks."""

    async def say(self, place, reply, *, key, to, via="", under=""):  # noqa: ARG002 - the port's signature
        self._reached()
        self.under[key] = under
        self.said.setdefault(key, (place, reply, to))

    async def revise(self, place, reply, *, key):
        self._reached()
        self.said[key] = (place, reply, "")

    def _reached(self):
        if self.away:
            self.away -= 1
            raise Unavailable("The platform is away.")

    async def amend(self, draft):
        self.amended.append(f"{draft.id}.{draft.version} {draft.state}")

    async def history(self, place, *, before):  # noqa: ARG002 - the port's signature
        return ()


async def by_words(record, pool, *, limit):
    words = set(f"{record.title} {record.text}".lower().split())
    return sorted(((other, len(words & set(other.title.lower().split())) / 9) for other in pool), key=lambda pair: -pair[1])[
        :limit
    ]


async def readable(document_ids, *, audience):
    """Everybody may read what carries no name of a group."""
    return frozenset(d for d in document_ids if not d.startswith("secret/") or "leads" in audience)


async def nothing_stored(url, *, audience):  # noqa: ARG001 - the port's signature
    """A knowledge base without documents."""
    return


class OneTicket:
    """The Tickets port: one ticket, and nothing before it or beside it."""

    def __init__(self, ticket):
        self.ticket = ticket

    async def read(self, _name):
        return self.ticket

    async def past(self, _like, *, limit):  # noqa: ARG002 - the port's signature
        return ()

    async def comments(self, _name):
        return ()

    async def groups(self):
        return ()

    async def macros(self):
        return ()


class Letters:
    """An Embedder: how often each letter occurs. Writes down what it was asked."""

    id = "letters"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str]):
        self.asked += texts
        counts = np.array([[text.lower().count(chr(97 + n)) + 1e-3 for n in range(26)] for text in texts], dtype=np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)
