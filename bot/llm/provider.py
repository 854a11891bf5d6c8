"""What the gate needs from whoever runs a language model. A Protocol only: the gate knows no vendor, a provider knows no masking."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from knowledge.ports import Vectors


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of what a model is given. `system` is ours alone; nothing that came from outside stands there."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The JSON that is asked for: a name (letters, digits, `_`), and a JSON Schema in the strict form that providers take."""

    name: str
    schema: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that were paid for, as the server counted them; an estimate where it did not say."""

    model: str
    asked: int
    answered: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model said. `end` is why it stopped: done, out of room, kept back by a filter, or it refused."""

    text: str
    usage: Usage
    end: Literal["done", "length", "filtered", "refused"] = "done"


@dataclass(frozen=True, slots=True)
class Embedded:
    """Unit vectors in the order of the texts, and what they cost."""

    vectors: Vectors
    usage: Usage


class Provider(Protocol):
    """A language model behind `bot.net`: with its breaker, its pace and its deadlines, asked once, nothing tried again.

    Every method raises Busy (with the seconds to wait; also an open breaker), Unanswered (hanging, broken off, garbage: it may have
    to be paid), Unavailable (down, no money left) or Rejected (bad credentials, an unknown model, a question that is too long), each in a sentence for people that
    holds nothing of what was sent.
    """

    @property
    def model(self) -> str:
        """The model that completes, by the name its prices are listed under."""
        ...

    @property
    def embedding_model(self) -> str:
        """The model that embeds, by the same kind of name."""
        ...

    async def complete(
        self, messages: Sequence[Message], *, shape: Shape | None = None, longest: int, within: float
    ) -> Completion:
        """One answer of at most `longest` tokens, within so many seconds in all."""
        ...

    def stream(self, messages: Sequence[Message], *, longest: int, within: float) -> AsyncIterator[str | Completion]:
        """The pieces of an answer as they come, and at the end the whole of it. Closing the iterator ends the request."""
        ...

    async def embed(self, texts: Sequence[str], *, within: float) -> Embedded:
        """Vectors of the embedding model."""
        ...

    async def load(self) -> None:
        """Make ready whatever the first question would wait for, beside the event loop."""
        ...
