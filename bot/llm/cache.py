"""Answers that were paid for once. They are kept masked, and sealed where others could read them."""

import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Protocol

from bot.net.shared import Client, Shared
from handlers.errors import Invalid
from handlers.material import Material

MOST = 1000
"""Answers that one process holds."""
TTL = 3600.0
"""Seconds for which an answer is good. What it was made of is in its key, so only the model's mood could change it."""
PREFIX = "countersign:llm:"


class Seals(Protocol):
    """Closes and opens texts that are good in one place only."""

    def close(self, where: str, text: str) -> str:
        """A text that nobody reads without the key."""
        ...

    def open(self, where: str, closed: str) -> str:
        """The text again. Raises Invalid when it was not closed for this place by us."""
        ...


class Cache:
    """In this process, and sealed in Redis for the others. Redis away or emptied costs a call to the model, nothing else."""

    def __init__(self, redis_url: str, *, secret: bytes, seal: Seals, ttl: float = TTL, most: int = MOST) -> None:
        self._redis = Shared(redis_url, what="answers of the language model")
        self._secret = secret
        self._seal = seal
        self._ttl = ttl
        self._most = most
        self._here: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def close(self) -> None:
        """Let go of Redis."""
        await self._redis.close()

    def key(self, *asked: str, material: Sequence[Material], people: Sequence[str], audience: AbstractSet[str]) -> str:
        """The name of an answer: a keyed hash over everything that it depends on and who may read it.

        `asked` are the prompt's id, the model and the schema. The same words for another audience are another answer.
        """
        read = [[one.label, one.text, one.outside, one.source] for one in material]
        whole = json.dumps([asked, read, sorted(people), sorted(audience)], ensure_ascii=False).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, whole, sha256).hexdigest()

    async def get(self, key: str) -> str:
        """The masked answer; empty where there is none."""
        kept = self._here.get(key)
        if kept is not None and kept[0] > time.monotonic():
            self._here.move_to_end(key)
            return kept[1]

        async def asked(client: Client) -> bytes | str | None:
            found: bytes | str | None = await client.get(PREFIX + key)
            return found

        closed = await self._redis.ask(asked, otherwise=None)
        if not closed:
            return ""
        try:
            masked = self._seal.open(key, closed.decode("ascii", "replace") if isinstance(closed, bytes) else closed)
        except Invalid:  # another key, or not from us: as good as not there
            return ""
        self._keep(key, masked)
        return masked

    async def put(self, key: str, masked: str) -> None:
        """Keep an answer that was checked."""
        self._keep(key, masked)
        closed = self._seal.close(key, masked)

        async def told(client: Client) -> None:
            await client.set(PREFIX + key, closed, px=int(self._ttl * 1000))

        await self._redis.ask(told, otherwise=None)

    def _keep(self, key: str, masked: str) -> None:
        self._here[key] = (time.monotonic() + self._ttl, masked)
        self._here.move_to_end(key)
        while len(self._here) > self._most:
            self._here.popitem(last=False)
