"""The embedding model of a provider in the place of the local one: texts in batches, cut to what a model reads, one length of vectors."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Self

import numpy as np

from bot.llm.counting import estimated
from bot.llm.provider import Embedded
from handlers.errors import Unavailable
from knowledge.ports import Vectors

Embed = Callable[[Sequence[str]], Awaitable[Embedded]]
"""What asks the provider. The gate stands in it, with its masking, its budget and its deadline."""
TEXTS, BYTES = 64, 200_000
"""Texts, and bytes of them, in one request: an answer of 64 long vectors is 4 MB of JSON, and servers take 300,000 tokens."""
LONGEST = 8_000
"""Bytes of one text. A token is a byte at least, and OpenAI's models read 8,191 tokens."""
BLANK = " "
"""In the place of an empty text, which servers refuse."""
KNOWN: Mapping[str, int] = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
"""Lengths of vectors that need not be asked for, so that the bot starts while the server is away. As OpenAI's guide has them, 2025."""


class ModelEmbedder:
    """Embedder over a provider. It gives no vectors of tokens, so answers come without late interaction."""

    def __init__(self, embed: Embed, model: str, dimensions: int) -> None:
        self._embed = embed
        self._model = model
        self._dimensions = dimensions

    @classmethod
    async def open(cls, embed: Embed, model: str) -> Self:
        """With the length of its vectors, asked for where it is not known. Raises what `embed` raises."""
        dimensions = KNOWN.get(model)
        if dimensions is None:
            dimensions = (await embed(["dimensions"])).vectors.shape[1]
        return cls(embed, model, dimensions)

    @property
    def id(self) -> str:
        """Model and length; a server that puts other weights under the same name cannot be told apart."""
        return f"{self._model}-{self._dimensions}"

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors in the order of the texts. Raises Busy, Unavailable, Rejected; nothing is kept of a part."""
        found = [await self._batch(batch) for batch in batches([cut(text) for text in texts])]
        return np.concatenate([np.zeros((0, self._dimensions), dtype=np.float32), *found])

    async def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """No rows for any text: providers give no such vectors."""
        return [np.zeros((0, self._dimensions), dtype=np.float32) for _ in texts]

    def count(self, text: str) -> int:
        """About how many tokens a text costs."""
        return estimated(text)

    async def _batch(self, texts: Sequence[str]) -> Vectors:
        vectors = (await self._embed(texts)).vectors
        if vectors.shape != (len(texts), self._dimensions):
            words = f"The embedding model gives vectors of {vectors.shape[-1]} numbers, no longer of {self._dimensions}."
            raise Unavailable(f"{words} An operator has to restart the bot and ingest again.")
        return vectors


def cut(text: str) -> str:
    """A text that every server takes: not empty, and not longer than a model reads."""
    raw = text.encode("utf-8", "replace")
    return raw[:LONGEST].decode("utf-8", "ignore") or BLANK


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in order, in parts that fit a request."""
    batch, size = list[str](), 0
    for text in texts:
        length = len(text.encode())
        if batch and (len(batch) == TEXTS or size + length > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch
