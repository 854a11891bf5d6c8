"""A gate over the real provider, and a server of language models on loopback behind it."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from bot.llm.allowance import Allowance, Ceilings
from bot.llm.cache import Cache
from bot.llm.gate import Gate
from bot.llm.openai.server import OpenAI
from bot.llm.request import Secrecy
from bot.net.http import Http
from bot.sandbox.openai.server import EMBEDDING_MODEL, KEY, MODEL, ModelStandin
from bot.store.access.seal import Seal
from bot.store.database import Database
from bot.store.figures.spending import Spending


def cost(usage):
    """A tenth of a cent for every thousand tokens."""
    return Decimal(usage.asked + usage.answered) / 1_000_000


@dataclass
class Desk:
    """Gates that share a server and a database, as the workers of one deployment do."""

    standin: ModelStandin
    http: Http
    spending: Spending
    gates: list[Gate] = field(default_factory=list)
    prices: dict[str, Decimal] | None = None

    def gate(self, *, redis="memory://", secret=b"a secret", usd=20.0, workflows=None, persons=None, **secrecy):
        provider = OpenAI(self.http, base_url=self.standin.base_url, key=KEY, model=MODEL, embedding_model=EMBEDDING_MODEL)
        ceilings = Ceilings(usd, workflows or {}, persons or {})
        made = Gate(
            provider, secrecy=Secrecy(**secrecy), cache=Cache(redis, secret=secret, seal=Seal.derived(secret)),
            allowance=Allowance(self.spending, ceilings), cost=cost if self.prices is None else self.listed,
        )  # fmt: skip
        self.gates.append(made)
        return made

    def listed(self, usage):
        """By `prices` for a token; a dollar where the model is not listed."""
        return self.prices.get(usage.model, Decimal(1)) * (usage.asked + usage.answered)

    @property
    def sent(self):
        """Everything that reached the server, as text."""
        return [each.text for each in self.standin.asked]


@pytest.fixture
async def standin():
    running = ModelStandin()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def state(tmp_path, fresh_state):
    opened = Database(fresh_state(tmp_path / "state.db"))
    yield opened
    await opened.close()


@pytest.fixture
async def desk(standin, state):
    async with Http() as http:
        made = Desk(standin, http, Spending(state))
        yield made
        for gate in made.gates:
            await gate.close()
