"""Vectors of records, each kept until its record changes: the same past ones are looked at for every new one."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

from bot.llm.masking import Vault
from bot.llm.masking.vault import TOKEN
from handlers.models import Record
from knowledge.ports import Embedder, Vectors

CACHE = 5000
"""Vectors kept, 4 bytes a number: 1.5 KiB each by the model of this machine, up to 12 by those of a provider."""
READ = 1200
"""Characters of a record that are compared: about what the model reads at once."""

Mask = Callable[[str, Iterable[str]], str]
"""A text without the people that are named with it."""


def faceless(text: str, people: Iterable[str]) -> str:
    """The text with the kind of what is private in its place, always the same, so that the same text has the same vector."""
    return TOKEN.sub(lambda token: f"[{token[0][1:].rsplit('_', 2)[0]}]", Vault().mask(text, people=people))


class Embedded:
    """`read` says which words of a record count, of which the first `READ` characters are.

    `mask` is for an embedder that is somebody else's: it sees no record with its people. Raises Refused where that fails.
    """

    def __init__(self, embedder: Embedder, read: Callable[[Record], str], *, mask: Mask | None = None) -> None:
        self._embedder = embedder
        self._read = read
        self._mask = mask
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    async def __call__(self, records: Sequence[Record]) -> list[Vectors]:
        """The vector of each record, of length 1."""
        names = [(record.key, record.version) for record in records]
        known = {name: self._vectors[name] for name in names if name in self._vectors}
        missing = {name: record for name, record in zip(names, records, strict=True) if name not in known}
        if missing:
            fresh = await self._embedder.embed([self._words(record) for record in missing.values()])
            known |= dict(zip(missing, fresh, strict=True))
        for name in names:
            self._vectors[name] = known[name]
            self._vectors.move_to_end(name)
        while len(self._vectors) > CACHE:
            self._vectors.popitem(last=False)
        return [known[name] for name in names]

    def _words(self, record: Record) -> str:
        text = self._read(record)[:READ]
        return self._mask(text, record.people) if self._mask is not None else text
