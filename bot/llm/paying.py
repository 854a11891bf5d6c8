"""One round with a provider: money before, the bill after, and its troubles in the one sentence that callers understand."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from bot.llm.allowance import Allowance
from bot.llm.counting import estimated_all
from bot.llm.meter import Meter, Reading
from bot.llm.provider import Usage
from bot.net.outcome import Unanswered
from handlers.errors import Busy, NoModel, Trouble, Unavailable, Unknown

SYSTEM = "the language model"
AWAY, BUSY, REFUSED = f"{SYSTEM} is away.", f"{SYSTEM} is busy.", f"{SYSTEM} did not take the question."


class Till:
    """Pays for rounds. What a round took and did not cost goes back; what cannot be known counts as spent."""

    def __init__(self, allowance: Allowance, meter: Meter) -> None:
        self._allowance = allowance
        self._meter = meter

    @asynccontextmanager
    async def round(self, call: Reading, texts: Sequence[str], longest: int) -> AsyncIterator[Callable[[Usage], None]]:
        """Ask a provider in the block, and hand over its bill. Raises NoModel at a limit, and for whatever trouble the provider has."""
        most = Usage(call.model, estimated_all(texts), longest, estimated=True)
        taken = await self._allowance.take(self._meter.cost(most))
        bill = [most]  # of a round that ended nobody knows how
        call.rounds += 1
        try:
            yield lambda usage: bill.__setitem__(0, usage)
        except (Unavailable, Unknown) as trouble:
            if not isinstance(trouble, Unanswered | Unknown):
                bill.clear()
            call.outcome, call.cause = ("busy" if isinstance(trouble, Busy) else "away"), str(trouble)
            raise NoModel(BUSY if isinstance(trouble, Busy) else AWAY) from None
        except NoModel:
            raise
        except Trouble as trouble:
            bill.clear()
            call.outcome, call.cause = "rejected", str(trouble)
            raise NoModel(REFUSED) from None
        finally:
            call.used += bill
            self._allowance.settle(taken, self._meter.price(bill))
