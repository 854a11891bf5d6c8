"""The CRM of a case: people, companies, deals and e-mails, and what hangs on what."""

from collections.abc import Iterable, Sequence

from bot.cases.case import Stored
from handlers.errors import NotConnected, NotFound
from handlers.models import Record, shown

PEOPLE = frozenset({"contact", "lead"})
COMPANIES = frozenset({"company", "account"})
DEALS = frozenset({"deal", "opportunity"})
MAILS = frozenset({"email"})


class Firms:
    """The Crm port of one system; one of which a case holds nothing is not connected."""

    def __init__(self, system: str, stored: Iterable[Stored]) -> None:
        self._system = system
        self._held = [(one.record(), one.of) for one in stored if one.system == system]

    async def read(self, name: str) -> Record:
        """See `handlers.systems.Records`; people go by `contact/717` too."""
        found = next((one for one in self._records() if name in (one.id, f"{one.kind}/{one.id}")), None)
        if found is None:
            raise NotFound(f"The CRM has no {name[:60]} that the bot may see. Check the id.")
        return found

    async def past(self, like: Record, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Records`: people and deals whose story has ended, and every other company."""
        same = [one for one in self._records() if one.kind == like.kind and one.id != like.id]
        return [one for one in same if like.kind in COMPANIES or one.fields.get("outcome")][:limit]

    async def find(self, words: str, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Leads`."""
        return self._named(PEOPLE, words, ("name", "email"))[:limit]

    async def companies(self, words: str, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Crm`."""
        return self._named(COMPANIES, words, ("name", "domain"))[:limit]

    async def deals(self, words: str, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Crm`."""
        return self._named(DEALS, words, ("name",))[:limit]

    async def people(self, of: Record, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Crm`."""
        return self._hanging(PEOPLE, of)[:limit]

    async def thread(self, of: Record, *, limit: int) -> Sequence[Record]:
        """See `handlers.systems.Crm`: in the order of the case, latest first."""
        return self._hanging(MAILS, of)[:limit]

    def _records(self) -> Sequence[Record]:
        if not self._held:
            raise NotConnected(f"{self._system} is not connected.")
        return [record for record, _ in self._held]

    def _named(self, kinds: frozenset[str], words: str, fields: Sequence[str]) -> list[Record]:
        mine = [one for one in self._records() if one.kind in kinds]
        return [one for one in mine if any(words.casefold() in shown(one.fields.get(name)).casefold() for name in fields)]

    def _hanging(self, kinds: frozenset[str], of: Record) -> list[Record]:
        self._records()
        return [record for record, owners in self._held if record.kind in kinds and of.id in owners]
