"""What a server says, read strictly: text, why it ended, tokens, vectors. Pure; what does not fit is Unknown, without a word of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from bot.llm.counting import estimated, estimated_all
from bot.llm.openai.refusals import SYSTEM
from bot.llm.provider import Completion, Embedded, Usage
from bot.net.answer import whole
from handlers.errors import Unknown

End = Literal["done", "length", "filtered", "refused"]
ENDS: Final[Mapping[str, End]] = {"length": "length", "content_filter": "filtered"}
"""Any other reason ends an answer that is complete."""

MOST = 10_000_000
"""Tokens; no model reads or says as many, and the book holds no price of much more."""


class Spoken(BaseModel):
    """A message, or a piece of one."""

    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    """One answer. Only one is ever asked for."""

    message: Spoken
    finish_reason: str | None = None


class Answered(BaseModel):
    """A whole chat completion."""

    choices: list[Choice] = Field(min_length=1)
    usage: object = None


class Part(BaseModel):
    """A piece of an answer."""

    delta: Spoken = Spoken()
    finish_reason: str | None = None


class Chunk(BaseModel):
    """An event of a stream. The last one may hold nothing but the count."""

    choices: list[Part] = []
    usage: object = None


class Row(BaseModel):
    """The vector of one text, by the text's place."""

    index: int
    embedding: list[float] = Field(min_length=1)


class Rows(BaseModel):
    """The vectors of a request."""

    data: list[Row]
    usage: object = None


class Model(BaseModel):
    """A model that the server has."""

    id: str


class Models(BaseModel):
    """All of them."""

    data: list[Model]


def completion(raw: bytes, model: str, asked: Sequence[str]) -> Completion:
    """A whole answer. `asked` is what was sent, for an estimate where the server counts nothing."""
    try:
        found = Answered.model_validate(whole(json.loads(raw)))
    except (ValueError, RecursionError):
        raise garbage() from None
    choice = found.choices[0]
    return ended(choice.message, choice.finish_reason, usage_of(found.usage, model, asked, choice.message.content or ""))


def ended(message: Spoken, reason: str | None, usage: Usage) -> Completion:
    """An answer with its end. A text is missing only where the server said why."""
    if message.refusal:
        return Completion(message.refusal, usage, "refused")
    end = ENDS.get(reason or "", "done")
    if message.content is None and end == "done":
        raise garbage()
    return Completion(message.content or "", usage, end)


def usage_of(counted: object, model: str, asked: Sequence[str], answered: str) -> Usage:
    """The tokens by the server's count; by ours where it has none, or one that makes no sense."""
    numbers = counted if isinstance(counted, Mapping) else {}
    sent, said = numbers.get("prompt_tokens"), numbers.get("completion_tokens", 0)
    if is_count(sent) and is_count(said) and sent:
        return Usage(model, int(sent), int(said))
    return Usage(model, estimated_all(asked), estimated(answered), estimated=True)


def is_count(found: object) -> bool:
    """Whether this is a number of things."""
    return isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= MOST


class Gathered:
    """A stream on its way to an answer."""

    def __init__(self, model: str, asked: Sequence[str]) -> None:
        self._model, self._asked = model, asked
        self._said: list[str] = []
        self._refusal: list[str] = []
        self._reason: str | None = None
        self._usage: object = None

    def add(self, event: object) -> str:
        """The text that an event adds. Raises Unknown for one that is none."""
        try:
            chunk = Chunk.model_validate(whole(event))
        except (ValidationError, RecursionError):
            raise garbage() from None
        self._usage = chunk.usage or self._usage
        if not chunk.choices:
            return ""
        part = chunk.choices[0]
        self._reason = part.finish_reason or self._reason
        self._refusal.append(part.delta.refusal or "")
        self._said.append(piece := part.delta.content or "")
        return piece

    def whole(self) -> Completion:
        """The answer. Raises Unknown where the stream ended before it did."""
        if self._reason is None:
            raise Unknown(f"{SYSTEM} broke off in the middle of its answer")
        text = "".join(self._said)
        usage = usage_of(self._usage, self._model, self._asked, text)
        return ended(Spoken(content=text, refusal="".join(self._refusal)), self._reason, usage)


def embedded(raw: bytes, model: str, texts: Sequence[str]) -> Embedded:
    """Vectors in the order of the texts, made unit vectors. Raises Unknown unless there is one for each, all of one length."""
    try:
        found = Rows.model_validate_json(raw)
        rows = {row.index: row.embedding for row in found.data}
        vectors = np.array([rows[place] for place in range(len(texts))], dtype=np.float32)
    except (KeyError, ValueError, OverflowError):
        raise garbage() from None
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if len(found.data) != len(texts) or not np.isfinite(lengths).all() or not lengths.all():
        raise garbage()
    return Embedded(vectors / lengths, usage_of(found.usage, model, texts, ""))


def model_names(raw: bytes) -> frozenset[str]:
    """The models that a server lists. Raises Unknown where it lists none."""
    try:
        return frozenset(model.id for model in Models.model_validate_json(raw).data)
    except ValidationError:
        raise garbage() from None


def garbage() -> Unknown:
    """The answer makes no sense, and is not repeated: it may hold what was sent."""
    return Unknown(f"{SYSTEM} answered with something that is no answer")
