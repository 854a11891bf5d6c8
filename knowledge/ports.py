"""What the knowledge floor needs from an engine. Protocols only: an adapter does not inherit."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from knowledge.models import Origin, Passage, Written

Vectors = NDArray[np.float32]
"""Row vectors of unit length, shape (n, dimensions)."""

Progress = Callable[[str, int, int], None]
"""Called with (what, done, total) while a long task goes on; never awaited, must be cheap."""


class Embedder(Protocol):
    """Text to vectors. One instance is shared by ingestion, search and nearest neighbours."""

    @property
    def id(self) -> str:
        """Model and weights, for example `all-MiniLM-L6-v2-int8-<hash>`; vectors of different ids are never compared."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors in the order of `texts`, shape (len(texts), dimensions). Longer texts than the model reads are cut."""
        ...

    async def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """One unit vector per token of each text, special tokens left out: the material of late interaction.

        A model that gives no such vectors returns arrays without rows; late interaction then counts as 0 everywhere.
        """
        ...

    def count(self, text: str) -> int:
        """Tokens that `text` costs, special tokens not counted."""
        ...


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An Embedder that gives both kinds of vectors at the price of one: ingestion then keeps the token vectors."""

    async def embed_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """What `embed` and `tokens` return."""
        ...


class Writer(Protocol):
    """Puts into words what passages say to a question. What it writes is checked against them, and dropped when it does not hold."""

    async def __call__(
        self, question: str, *, passages: Sequence[Passage], history: Sequence[str], audience: AbstractSet[str], origin: Origin
    ) -> Sequence[Written]:
        """Sentences, each with its passages; none where they do not answer. `audience` will read them. Raises NotWritten.

        `origin` says whose words the question is.
        """
        ...
