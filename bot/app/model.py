"""A language model as a part of a process, where one is configured; its SDK is imported at the first question, not before."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.app.store import Store
from bot.connectors.about import abouts
from bot.llm.allowance import UNCOUNTED, Allowance, Ceilings
from bot.llm.cache import Cache
from bot.llm.embedder import ModelEmbedder
from bot.llm.gate import Gate
from bot.llm.openai.server import configured
from bot.llm.prices import Prices
from bot.llm.provider import Embedded
from bot.llm.request import Secrecy
from bot.llm.writer import ModelWriter
from bot.net.http import Http
from bot.settings import Configuration, Settings
from bot.settings.environment import SettingsError
from bot.settings.keys import secret_key
from bot.settings.review import secret_values
from bot.store.figures.spending import Spending
from handlers.errors import NoModel, Unavailable
from handlers.material import THREAD, Material
from handlers.ports import Model
from knowledge.ports import Embedder

T = TypeVar("T")

NEVER_EMBEDDED = "OPENAI_EMBEDDING_MODEL would be sent every document: take it away, or [llm] never_send"
OFFLINE = "none, answers are quoted and changes come from similar past cases"


def described(settings: Settings) -> str:
    """What `/bot status` says of it."""
    return settings.language_model if settings.has_model else OFFLINE


def secrecy(settings: Settings, configuration: Configuration, own: bytes) -> Secrecy:
    """What never reaches a model: every configured secret and the key of this deployment, the sources named, redacted fields."""
    redacted = {name: frozenset(about.redact) for name, about in abouts().items()}
    hidden = secret_values(settings) | {own.decode("utf-8", "replace")}
    never = frozenset(configuration.llm.never_send)
    return Secrecy(hidden, never | {THREAD} if never else never, redacted)


class LateGate:
    """The Model port over a gate that is opened at the first question: whoever asks nothing needs no database for its costs."""

    def __init__(self, opened: Callable[[], Awaitable[Gate]]) -> None:
        self._opened = opened

    async def __call__(
        self,
        prompt: str,
        kind: type[T],
        *,
        material: Sequence[Material],
        people: Sequence[str] = (),
        audience: AbstractSet[str],
    ) -> T:
        """See `handlers.ports.Model`."""
        try:
            gate = await self._opened()
        except Unavailable:
            raise NoModel(UNCOUNTED) from None
        return await gate(prompt, kind, material=material, people=people, audience=audience)


def model(settings: Settings, opened: Callable[[], Awaitable[Gate]]) -> Model:
    """What handlers are given: the gate where a model is configured, else one that says so."""
    return LateGate(opened) if settings.has_model else offline


async def offline(
    prompt: str,  # noqa: ARG001 - the port's signature
    kind: type[T],  # noqa: ARG001
    *,
    material: Sequence[Material],  # noqa: ARG001
    people: Sequence[str] = (),  # noqa: ARG001
    audience: AbstractSet[str],  # noqa: ARG001
) -> T:
    """The Model port where none is configured. Raises NoModel."""
    raise NoModel("")


def writer(model: Model, configuration: Configuration) -> ModelWriter:
    """Who puts answers into words. It is told no earlier turn where a source is never sent: the turn may quote it."""
    return ModelWriter(model, turns=0) if configuration.llm.never_send else ModelWriter(model)


async def embedder(settings: Settings, configuration: Configuration, opened: Callable[[], Awaitable[Gate]]) -> Embedder | None:
    """The embedding model of the provider, asked through the gate; None where the local one is used.

    Raises SettingsError with sources that are never sent: every document is embedded, and nobody would know which came from there.
    """
    if not settings.openai_embedding_model:
        return None
    if configuration.llm.never_send:
        raise SettingsError([NEVER_EMBEDDED])

    async def embed(texts: Sequence[str]) -> Embedded:
        try:
            return await (await opened()).embed(texts)
        except NoModel as none:
            raise Unavailable(f"Documents cannot be searched right now: {none} Try again in a minute.") from None

    return await ModelEmbedder.open(embed, settings.openai_embedding_model)


@asynccontextmanager
async def open_gate(settings: Settings, configuration: Configuration, store: Store, http: Http) -> AsyncIterator[Gate]:
    """The gate before the configured model, during the block."""
    from bot.store.access.seal import Seal  # noqa: PLC0415 - its cryptography takes a while, and offline nobody needs it

    own = secret_key(settings).value
    limits = configuration.limits
    gate = Gate(
        configured(settings, http),
        secrecy=secrecy(settings, configuration, own),
        cache=Cache(settings.redis_url, secret=own, seal=Seal.derived(own)),
        allowance=Allowance(
            Spending(store.database),
            Ceilings(limits.llm_usd_per_day, limits.llm_usd_per_workflow, limits.llm_usd_per_person),
        ),
        cost=Prices(configuration.prices).cost,
    )
    try:
        yield gate
    finally:
        await gate.close()
