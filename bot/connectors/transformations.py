"""What becomes of data on its way: payload -> Record, Change -> body. Each is one line in the log, with nothing private in it."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from bot.watch import log
from handlers.errors import Refused
from handlers.models import Draft, Record, Value, shown
from handlers.record import named

REDACTED, MASKED = "[redacted]", "[masked]"
"""What stands for a field that a connector keeps from logs, and for words that could not be masked."""
LONGEST = 300
"""Characters of one value in the log."""
logger = log.get("transformations")


class Mask(Protocol):
    """Takes what is private out of the texts of one record, the same value by the same token in all of them."""

    def __call__(self, texts: Sequence[str], *, people: Iterable[str]) -> Sequence[str]:
        """The texts in their order. `people` are names of those on the record. Raises Refused when anything inside goes wrong."""
        ...


class Transformations:
    """The log of transformations. Reads are for whoever looks for a fault (debug), writes always stand there (info).

    `redact` are, by system, the fields in our words that only show that they are there.
    """

    def __init__(self, mask: Mask, redact: Mapping[str, AbstractSet[str]]) -> None:
        self._mask = mask
        self._redact = redact

    def read(self, record: Record, *, before: Record | None = None) -> None:
        """A payload became a Record; `before` is the same one as it was known until now, where it was."""
        if not logger.is_enabled_for(logging.DEBUG):
            return
        was = before.fields if before is not None and before.version != record.version else {}
        logger.debug("payload became a record", **self._line(record, was, record.fields))

    def written(self, draft: Draft) -> None:
        """Changes become a body that is about to be sent."""
        if not logger.is_enabled_for(logging.INFO):
            return
        sides = (
            {change.field: change.before for change in draft.changes},
            {change.field: change.after for change in draft.changes},
        )
        line = self._line(draft.record, *sides)
        logger.info("changes become a body", draft=draft.id, draft_version=draft.version, **line)

    def _line(self, record: Record, before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, object]:
        names = sorted({*before, *after})
        people = record.people | named(before) | named(after)
        return {
            "system": record.system, "kind": record.kind, "record": record.id, "version": record.version, "fields": names,
            "before": self._shown(record.system, before, people), "after": self._shown(record.system, after, people),
        }  # fmt: skip

    def _shown(self, system: str, fields: Mapping[str, Value], people: Iterable[str]) -> dict[str, str]:
        hidden = self._redact.get(system, frozenset())
        texts = {name: shown(value) for name, value in fields.items()}
        open_to_see = [name for name, text in texts.items() if text and name not in hidden]
        try:
            masked = self._mask([texts[name] for name in open_to_see], people=people)
        except Refused:
            masked = [MASKED] * len(open_to_see)
        found = dict(zip(open_to_see, (text[:LONGEST] for text in masked), strict=True))
        return {name: found.get(name, REDACTED if text else "") for name, text in texts.items()}
