"""Text to vectors on this machine: MiniLM with 8-bit weights on onnxruntime, loaded at first use."""

import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.batches import in_batches
from knowledge.lane import Lane
from knowledge.ports import Embedder, Progress, TokenEmbedder, Vectors
from knowledge.weights import MODEL_ID, prepare

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

READS = 256
"""Tokens that the model reads, the two special ones included; the rest of a text would be cut."""
BATCH = 8
"""Texts per run. Small batches of similar length were the fastest on two cores: little padding, warm caches."""
CHARACTERS = 20_000
"""Of a text are looked at before tokens are cut: far more than 256 tokens of any real text, and a bound on the work."""
WIDTH = 384


class _Session(Protocol):
    """What is used of onnxruntime, which brings no types."""

    def run(self, names: list[str], inputs: dict[str, NDArray[np.int64]]) -> list[Vectors]: ...


class _Loaded(NamedTuple):
    session: _Session
    tokenizer: "Tokenizer"


class MiniLM:
    """The local Embedder. Building, loading and running happen on its own threads; nothing is loaded before it is needed.

    Two threads: a question does not wait for the rest of a long ingestion, only for the batch that runs.
    """

    def __init__(self, models: Path, *, progress: Progress | None = None) -> None:
        self._models = models
        self._progress = progress
        self._loaded: _Loaded | None = None
        self._loading = threading.Lock()
        self._lane = Lane("embed", threads=2)

    @property
    def id(self) -> str:
        """Model, recipe and weights; known without loading anything."""
        return MODEL_ID

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors in the order of `texts`, shape (len(texts), 384). What exceeds 254 tokens of a text is not read."""
        result = np.zeros((len(texts), WIDTH), dtype=np.float32)
        async for place, vector, _ in self._runs(texts, ("sentence_embedding",)):
            result[place] = vector
        return result

    async def tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """One unit vector per token of each text, special tokens left out: arrays of shape (tokens, 384)."""
        return (await self.embed_with_tokens(texts))[1]

    async def embed_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """What `embed` and `tokens` return, from one run of the model."""
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        tokens: list[Vectors] = [np.zeros((0, WIDTH), dtype=np.float32)] * len(texts)
        async for place, vector, states in self._runs(texts, ("sentence_embedding", "last_hidden_state")):
            vectors[place] = vector
            tokens[place] = states
        return vectors, tokens

    def count(self, text: str) -> int:
        """Tokens that `text` costs, special tokens not counted. Loads the model when it is not loaded yet."""
        return len(self._load().tokenizer.encode(_readable(text), add_special_tokens=False).ids)

    async def load(self) -> None:
        """Build (first time, a few seconds) and load the model now instead of at the first text."""
        await self._lane(self._load)

    async def close(self) -> None:
        """Let running batches end and give the threads back."""
        await self._lane.close()

    async def _runs(self, texts: Sequence[str], outputs: tuple[str, ...]) -> AsyncIterator[tuple[int, Vectors, Vectors]]:
        """Each text's place in `texts`, its vector and its token vectors; runs batches of similar length."""
        encodings = await self._lane(self._encode, list(texts))
        order = sorted(range(len(texts)), key=lambda place: len(encodings[place].ids))
        for places in in_batches(order, BATCH):
            ran = await self._lane(self._run, [encodings[place] for place in places], outputs)
            for place, (vector, states) in zip(places, ran, strict=True):
                yield place, vector, states

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._models, self._progress)
            return self._loaded

    def _encode(self, texts: list[str]) -> "list[Encoding]":
        tokenizer = self._load().tokenizer
        return [tokenizer.encode(_readable(text[:CHARACTERS])) for text in texts]

    def _run(self, encodings: "list[Encoding]", outputs: tuple[str, ...]) -> list[tuple[Vectors, Vectors]]:
        """One batch through the model: the vector of each text, and its token vectors when they are among the outputs."""
        lengths = [min(len(encoding.ids), READS) for encoding in encodings]
        ids = np.zeros((len(encodings), max(lengths)), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, (encoding, length) in enumerate(zip(encodings, lengths, strict=True)):
            ids[row, :length] = encoding.ids[:length]
            ids[row, length - 1] = encoding.ids[-1]
            mask[row, :length] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        values = self._load().session.run(list(outputs), inputs)
        states = values[1] if len(values) > 1 else np.zeros((len(encodings), 0, WIDTH), np.float32)
        return [(vector, _unit(state[1 : length - 1])) for vector, state, length in zip(values[0], states, lengths, strict=True)]


async def both(embedder: Embedder, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
    """What `embed` and `tokens` return, from one run where the model gives both at once."""
    if isinstance(embedder, TokenEmbedder):
        return await embedder.embed_with_tokens(texts)
    return await embedder.embed(texts), await embedder.tokens(texts)


def _readable(text: str) -> str:
    """Without half surrogates, which the tokenizer refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unit(rows: Vectors) -> Vectors:
    """The rows at length 1."""
    scaled: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))
    return scaled


def _load(models: Path, progress: Progress | None) -> _Loaded:
    """The built model as a session, and its tokenizer without the padding and cutting of its published settings."""
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 - heavy, and a process that never embeds needs none of it
    from tokenizers import Tokenizer  # noqa: PLC0415 - as above

    files = prepare(models, progress=progress)
    tokenizer = Tokenizer.from_file(str(files.tokenizer))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # Waiting threads give their core back: questions and web requests share the machine with ingestion.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return _Loaded(onnxruntime.InferenceSession(files.model, options, providers=["CPUExecutionProvider"]), tokenizer)
