"""What is seen of the data that passes: its transformations are logged, and what belongs together across systems is learned and shown."""

from collections.abc import Iterable, Mapping, Sequence

from bot.connectors.about import abouts
from bot.connectors.registry import Connector
from bot.connectors.transformations import Transformations
from bot.llm.masking import Vault
from bot.settings import Configuration, Settings
from bot.settings.review import secret_values
from bot.store.links.linking import SURE, Known, Link
from bot.store.links.links import LinkStore
from bot.watch import log
from handlers.errors import Unavailable
from handlers.models import Draft, Place, Record, Source
from handlers.ports import Tie

MOST_SHOWN = 3
"""Lines about other systems that stand under one draft."""
WORK = frozenset({"ticket", "issue"})
"""Kinds of records that somebody has, in contrast to those that somebody is."""
logger = log.get("links")


class Masked:
    """The Mask of a log: a vault for each record, which nobody opens again."""

    def __init__(self, hidden: Iterable[str]) -> None:
        self._hidden = frozenset(hidden)

    def __call__(self, texts: Sequence[str], *, people: Iterable[str]) -> Sequence[str]:
        """See the protocol."""
        vault, named = Vault(hidden=self._hidden), list(people)
        return [vault.mask(text, people=named) for text in texts]


class Observing:
    """The Observer of a running bot."""

    def __init__(self, transformations: Transformations, links: LinkStore) -> None:
        self._transformations = transformations
        self._links = links

    @classmethod
    def of(cls, settings: Settings, links: LinkStore) -> "Observing":
        """With the secrets of the settings out of the log, and the fields that connectors keep from it."""
        redact = {name: about.unseen for name, about in abouts().items()}
        return cls(Transformations(Masked(secret_values(settings)), redact), links)

    async def came(self, records: Sequence[Record], *, before: Record | None = None) -> None:
        """Log them, and learn what they belong to. Links are a courtesy: that they cannot be kept stops nobody from reading."""
        for record in records:
            self._transformations.read(record, before=before)
        try:
            await self._links.learn(records)
        except Unavailable as down:
            logger.warning("links not learned", reason=str(down))

    def goes(self, draft: Draft) -> None:
        """Log what is about to be written."""
        self._transformations.written(draft)


class LinksForPlaces:
    """The Links port. What may be shown in a place is what the commands that are on there read by themselves."""

    def __init__(self, links: LinkStore, connectors: Mapping[str, Connector], configuration: Configuration) -> None:
        self._links = links
        self._connectors = connectors
        self._configuration = configuration

    async def __call__(self, record: Record, what: Tie, *, place: Place) -> Sequence[Source]:
        """See the port."""
        found = await self._links.about(record.key, what)
        open_here = self._readable(place)
        return [source(one, link) for one, link in found if one.system in open_here][:MOST_SHOWN]

    def _readable(self, place: Place) -> frozenset[str]:
        commands = frozenset(self._configuration.channel(place.key).commands)
        known = abouts()
        return frozenset(name for name in self._connectors if "*" in commands or commands & set(known[name].workflows))


def source(one: Known, link: Link) -> Source:
    """A linked record as a line under a draft."""
    system = abouts()[one.system].title
    same = f"{'' if link.confidence >= SURE[link.what] else 'perhaps '}the same {link.what}"
    head = f"{one.kind} of {same}" if one.kind in WORK and link.what != "case" else same
    return Source(f"{head} in {system}: {one.title} ({one.kind} {one.id}; {link.reason})", one.url)
