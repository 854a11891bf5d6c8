"""How alike records are, and what past ones teach: both over the embedding model."""

from bot.llm.embedded import faceless
from bot.llm.lessons import DRIFT, Lessons
from bot.llm.nearest import Nearest
from bot.settings import Settings
from knowledge import Knowledge


def likeness(settings: Settings, knowledge: Knowledge, *, drift: float = DRIFT) -> tuple[Nearest, Lessons]:
    """The ports Similar and Learn. An embedder that is somebody else's sees no people. For `drift` see `Lessons`."""
    mask = faceless if settings.openai_embedding_model else None
    similar = Nearest(knowledge.embedder, mask=mask)
    return similar, Lessons(knowledge.embedder, similar, mask=mask, drift=drift)
