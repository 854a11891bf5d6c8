"""The jobs that a draft's life makes, each in the transaction of the change that it follows from."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings.chains import Follower, When
from bot.store.ledger.jobs import Jobs
from handlers.models import Draft

WRITE_ATTEMPTS = 8


class Followers(Protocol):
    """What follows from a draft."""

    def __call__(self, draft: Draft, on: When) -> Sequence[Follower]:
        """The jobs to be made, now that it was drafted or written."""
        ...


def no_followers(draft: Draft, on: When) -> Sequence[Follower]:  # noqa: ARG001 - the protocol's signature
    """Where there are no chains."""
    return ()


class Errands:
    """What has to be done about drafts later, as rows of the ledger."""

    def __init__(self, jobs: Jobs, followers: Followers) -> None:
        self._jobs = jobs
        self._followers = followers

    async def follow(self, tx: AsyncConnection, draft: Draft, on: When) -> None:
        """What the chains of `bot.toml` make of a draft that was drafted or written, each link once."""
        for follower in self._followers(draft, on):
            await self._jobs.enqueue(tx, follower.kind, key=follower.key, payload=follower.payload)

    async def write(self, tx: AsyncConnection, draft: Draft) -> None:
        """Write an approved draft, after everything else that waits to be done to its record."""
        payload = {"draft": draft.id, "version": draft.version}
        key = f"write:{draft.id}:{draft.version}"
        await self._jobs.enqueue(
            tx, "write", key=key, payload=payload, record_key=draft.record.key, attempts=WRITE_ATTEMPTS
        )  # fmt: skip

    async def announce(self, tx: AsyncConnection, draft: Draft) -> None:
        """Post the card where the policy wants it too, and remind people when nobody decides."""
        for channel in dict.fromkeys(draft.policy.channels):
            if channel != draft.place.key:
                payload = {"draft": draft.id, "also": channel}
                await self._jobs.enqueue(tx, "card", key=f"card:{draft.id}:{channel}", payload=payload)
        wait = draft.policy.remind_after.total_seconds()
        if not draft.policy.shadow and 0 < wait < draft.policy.expires.total_seconds():
            await self._jobs.enqueue(tx, "remind", key=f"remind:{draft.id}", payload={"draft": draft.id}, delay=wait)

    async def expire(self, tx: AsyncConnection, draft: Draft, seconds: float) -> None:
        """End the version in so many seconds, if nobody decides."""
        payload = {"draft": draft.id, "version": draft.version}
        await self._jobs.enqueue(tx, "expire", key=f"expire:{draft.id}:{draft.version}", payload=payload, delay=seconds)

    async def void(self, tx: AsyncConnection, draft: Draft) -> None:
        """Cancel what was to come if nobody had decided, in the transaction of the decision."""
        await self._jobs.cancel(tx, f"expire:{draft.id}:{draft.version}")
        await self._jobs.cancel(tx, f"remind:{draft.id}")

    async def renew(self, tx: AsyncConnection, old: Draft, new: Draft, seconds: float) -> None:
        """The expiry of an edited version in the place of the one before it."""
        await self._jobs.cancel(tx, f"expire:{old.id}:{old.version}")
        await self.expire(tx, new, seconds)

    async def card(self, tx: AsyncConnection, draft: Draft) -> None:
        """Post the card of a draft that nobody waits for."""
        await self._jobs.enqueue(tx, "card", key=f"card:{draft.id}", payload={"draft": draft.id})

    async def amend(self, tx: AsyncConnection, draft: Draft, what: str) -> None:
        """Draw the cards again; of an item those of its bundle."""
        shown = draft.parent or draft.id
        if await self._jobs.waits(tx, f"card/{shown}"):
            return  # it has not begun, so it will draw what this transaction leaves
        key = f"amend:{draft.id}:{draft.version}:{what}"
        # One after the other: a card that is drawn twice at once could end as the older of the two.
        await self._jobs.enqueue(tx, "amend", key=key, payload={"draft": shown}, record_key=f"card/{shown}")
