"""What the jobs need of a platform: who is who there, what may be shown where, and how to speak."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.settings.people import People
from handlers.models import Attachment, Draft, Person, Place, Reply, Utterance


class Voice(Protocol):
    """How a platform speaks."""

    async def person(self, name: str, *, shown_as: str = "") -> Person:
        """Who stands behind an id of this platform, with the groups that hold now. Raises Unavailable."""
        ...

    async def place(self, channel: str, thread: str, person: Person | None) -> Place:
        """A place with what may be shown there; `person` is who speaks, for a direct message is for one person alone."""
        ...

    async def direct(self, person: str) -> Place:
        """The direct message with the person of this id, opened where there was none. Raises Invalid, Unavailable.

        What the person may read may be shown there.
        """
        ...

    async def busy(self, place: Place, *, key: str) -> None:
        """Show that the answer under this key is being worked on, where the platform can show it. Never fails."""
        ...

    async def say(self, place: Place, reply: Reply, *, key: str, to: str, via: str = "", under: str = "") -> None:
        """Post a reply once per key; `to` is the id of the person it answers, who alone sees a private one.

        `via` is an address that the platform gave for answering this very request, where it gave one. `under` is the key of a reply that
        was said in this channel before: this one is said in its thread, or where it would stand without `under` when that one is not known.
        """
        ...

    async def revise(self, place: Place, reply: Reply, *, key: str) -> None:
        """Draw the reply that was said under this key again as it is now, with its buttons; say it where it is not there (any more).

        Only its words, citations, buttons and picture (in Slack a picture that was shared stays): drafts are drawn by `amend`. Whoever calls
        has kept the offers (see `bot.store.talk.offers`). In one process revisions of one key end in the order in which they were begun; over
        several it is the ledger that lets them take turns, so what is to be shown is read in a job whose `record_key` stands for the message.
        Raises Invalid for a private reply outside of a direct message: what one person sees there cannot be drawn again.
        """
        ...

    async def amend(self, draft: Draft) -> None:
        """Draw every card of a draft again, as the draft is now."""
        ...

    async def history(self, place: Place, *, before: str) -> tuple[Utterance, ...]:
        """Up to four earlier turns of a thread, oldest first, people's and the bot's, with whose they are. Speaker and time are left empty."""
        ...

    async def talk(self, place: Place, *, since: datetime | None, last: int, link: str) -> Sequence[Utterance]:
        """What people said, oldest first: since a time or the `last` messages of the channel, else the thread of the place or of `link`.

        Raises Invalid for a link that leads out of the channel.
        """
        ...

    async def file(self, file: Attachment, place: Place) -> bytes:
        """The bytes of a file that was sent there. Raises Invalid, NotFound, NotAllowed, Unavailable."""
        ...


class Everybody:
    """The Persons port: people as `bot.toml` has them, with the groups that their platforms know of them."""

    def __init__(self, people: People, voices: Mapping[str, Voice]) -> None:
        self._people = people
        self._voices = voices

    async def __call__(self, name: str) -> Person:
        """The person with this id or e-mail address. Raises Unavailable when a platform cannot be asked."""
        found = self._people.find(name)
        groups = set(found.groups)
        for account in sorted({found.id, *found.accounts}):
            if (voice := self._voices.get(account.partition(":")[0])) is not None:
                there = await voice.person(account, shown_as=found.name)
                groups |= there.groups
        return replace(found, groups=frozenset(groups))
