"""What a call to a model was: one line of the log and the figures, without a word of any text."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from bot.llm.provider import Usage
from bot.watch import log, metrics
from handlers.errors import NoModel

logger = log.get("model")
Cost = Callable[[Usage], Decimal]
"""US dollars for what was used, by a dated table of prices."""


@dataclass(slots=True)
class Reading:
    """One call as it goes on. `outcome` is a word of a short list, `reason` what was told instead of an answer, `cause` is for operators."""

    model: str
    outcome: str = ""
    reason: str = ""
    cause: str = ""
    rounds: int = 0
    used: list[Usage] = field(default_factory=list)
    masked: Mapping[str, int] = field(default_factory=dict)


class Meter:
    """Counts calls. `cost` is the price of what was used."""

    def __init__(self, cost: Cost) -> None:
        self.cost = cost

    @contextmanager
    def reading(self, operation: str, name: str, model: str) -> Iterator[Reading]:
        """Read off one call during the block; a NoModel that leaves it is its outcome."""
        call, begun = Reading(model), time.monotonic()
        try:
            yield call
        except NoModel as none:
            call.outcome, call.reason = call.outcome or "none", str(none)
            raise
        except (GeneratorExit, asyncio.CancelledError):
            call.outcome = "stopped"
            raise
        finally:
            call.outcome = call.outcome or "bug"
            self._note(call, operation, name, time.monotonic() - begun)

    def price(self, used: Iterable[Usage]) -> Decimal:
        """US dollars for several rounds."""
        return sum((self.cost(usage) for usage in used), Decimal(0))

    def _note(self, call: Reading, operation: str, name: str, seconds: float) -> None:
        usd = self.price(call.used)
        asked, answered = sum(usage.asked for usage in call.used), sum(usage.answered for usage in call.used)
        metrics.LLM_CALLS.labels(prompt=name, outcome=call.outcome).inc()
        metrics.LLM_SECONDS.labels(operation, call.model).observe(seconds)
        for kind, number in call.masked.items():
            metrics.MASKED.labels(kind=kind).inc(number)
        if call.used:
            metrics.LLM_COST.labels(model=call.model).inc(float(usd))
            metrics.LLM_TOKENS.labels(call.model, "input").observe(asked)
            metrics.LLM_TOKENS.labels(call.model, "output").observe(answered)
        told = {name: words for name, words in (("reason", call.reason), ("cause", call.cause)) if words}
        logger.info(
            "model asked", operation=operation, prompt=name, model=call.model, outcome=call.outcome, rounds=call.rounds, asked=asked,
            answered=answered, usd=float(usd), seconds=round(seconds, 3), masked=sum(call.masked.values()), **told,
        )  # fmt: skip
