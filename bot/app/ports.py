"""What handlers are given besides the systems of record, by the names of their parameters."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.app.guide import SelfDescription
from bot.app.letters import Letters
from bot.app.likeness import likeness
from bot.app.model import described
from bot.app.observing import LinksForPlaces
from bot.app.store import Store
from bot.app.views import status
from bot.connectors.registry import Connector
from bot.settings import Configuration, Settings
from bot.store.figures.syncs import Syncs
from bot.store.ledger.firings import Firings
from handlers.ports import Model
from knowledge import Knowledge


def ports(
    settings: Settings,
    configuration: Configuration,
    store: Store,
    knowledge: Knowledge,
    connectors: Mapping[str, Connector],
    *,
    model: Model,
) -> dict[str, object]:
    """Bound once, when the floor is opened."""
    similar, learn = likeness(settings, knowledge)
    told = status(
        connectors, knowledge, store.drafts, store.jobs, Firings(store.database, store.jobs), syncs=Syncs(store.database),
        sources=configuration.sources, model=described(settings), shadow=configuration.shadow.workflows,
    )  # fmt: skip
    return {
        "answer": knowledge.answer,
        "search": knowledge.search,
        "model": model,
        "similar": similar,
        "learn": learn,
        "links": LinksForPlaces(store.links, connectors, configuration),
        "drafts": store.drafts,
        "scoring": configuration.scoring(),
        "policies": configuration.policy_of,
        "projects": configuration.project_of,
        "compliance": configuration.rules(),
        "clock": lambda: datetime.now(UTC),
        "guide": SelfDescription(told, configuration=configuration, connected=connectors),
        "letters": Letters.of(settings, configuration, store),
    }
