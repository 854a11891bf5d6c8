"""Answers in words: the knowledge floor's Writer over the gate."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from handlers.errors import NoModel
from handlers.material import REMOVED, Material
from handlers.ports import Model
from knowledge.errors import NotWritten
from knowledge.grounded import read
from knowledge.models import Origin, Passage, Written

PROMPT = "answer"
TURNS = 4
"""Earlier turns that a model is told, the latest ones."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One fact or step, and the numbers of the passages in which it stands."""

    text: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InWords:
    """What the model is asked for."""

    sentences: tuple[Sentence, ...]


class ModelWriter:
    """Writes from passages with a language model. What it wrote is checked by who asked for it.

    Nobody knows from where the words of an earlier turn come: where a source may not be sent, `turns` is 0 and none of them is.
    """

    def __init__(self, model: Model, *, turns: int = TURNS) -> None:
        self._model = model
        self._turns = turns

    async def __call__(
        self, question: str, *, passages: Sequence[Passage], history: Sequence[str], audience: AbstractSet[str], origin: Origin
    ) -> Sequence[Written]:
        """See `knowledge.ports.Writer`. An answer that carries an address of its own is none: somebody may have put it there."""
        material = [
            Material("question", question, outside=True, source=origin.source),
            *(Material("turn", turn, outside=True) for turn in history[max(len(history) - self._turns, 0) :]),
            *(Material(f"passage {n}", read(one), outside=True, source=one.source) for n, one in enumerate(passages, 1)),
        ]
        try:
            found = await self._model(PROMPT, InWords, material=material, people=sorted(origin.people), audience=audience)
        except NoModel as none:
            raise NotWritten(str(none)) from None
        if any(REMOVED in one.text for one in found.sentences):
            raise NotWritten("what the language model wrote carries an address of its own.")
        return [Written(" ".join(one.text.split()), one.passages) for one in found.sentences]
