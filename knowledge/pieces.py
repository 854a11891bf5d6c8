"""What could be quoted of passages, as the model reads it: each piece once, and kept with its passage."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.engines import Engines
from knowledge.ports import Vectors
from knowledge.tokenstore import part_of


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the passage `chunk_id`: alone (`words`), and under its title and heading (`context`)."""

    chunk_id: str
    words: str
    context: str

    @property
    def name(self) -> str:
        """Under which it is kept: what it says is in it, so that an entry never goes stale."""
        return part_of(self.chunk_id, hashlib.sha256(f"{self.context}\0{self.words}".encode()).hexdigest()[:16])


class Pieces:
    """Vectors of pieces. Those that were asked for before cost no run of the model, also in another process of this folder."""

    def __init__(self, engines: Engines) -> None:
        self._embedder = engines.embedder
        self._tokens = engines.tokens
        self._pages = engines.pages

    async def __call__(self, pieces: Sequence[Piece]) -> tuple[Vectors, list[Vectors]]:
        """The vector of each context, shape (len(pieces), dimensions), and the token vectors of the words; rounded to 8 bits."""
        kept = await self._pages(self._tokens.read, [piece.name for piece in pieces])
        missing = [piece for piece in pieces if piece.name not in kept]
        if missing:
            vectors = await self._embedder.embed([piece.context for piece in missing])
            tokens = await self._embedder.tokens([piece.words for piece in missing])
            rows = zip(missing, vectors, tokens, strict=True)
            fresh = {piece.name: np.concatenate([vector[np.newaxis], states]) for piece, vector, states in rows}
            kept |= await self._pages(self._tokens.write, fresh)
        found = [kept[piece.name] for piece in pieces]
        return np.stack([one[0] for one in found]), [one[1:] for one in found]
