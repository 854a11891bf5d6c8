"""A record of a system of record, and one that is still to be made. Pure; re-exported by `handlers.models`."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from handlers.values import Ref, Value, shown

NEW = "new:"
"""How the id of a record begins that does not exist yet; no vendor's ids hold a colon."""
ENDED = frozenset({"closed", "completed", "done", "resolved", "solved"})
"""Statuses that end a record, where a system has no categories of them."""
THINGS = frozenset({"component", "group", "priority", "project", "status", "type"})
"""Fields that hold something with an id, and it is nobody's name."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a system of record, in our words.

    `version` changes whenever the record does (the vendor's own mark). `outside_text` is true when `text` was written by
    somebody outside the company, so nothing in it is an instruction. `owner` and `author` hold every name the system gives
    these people: `jira:<account id>`, an e-mail address.

    A record that is still to be made comes from `Record.new`. A draft of it holds every field as a change from nothing. To a
    connector that means: `reread` gives the record of the draft back as it is, for nothing there can have moved; `write` makes it,
    marked with the draft's id and version, and returns the address of what was made; `landed` says whether this draft has made
    one. Of what was made it is read and changed under the vendor's own id, like any other record.
    """

    system: str
    kind: str
    id: str
    version: str
    title: str
    text: str
    fields: Mapping[str, Value]
    url: str = ""
    owner: frozenset[str] = frozenset()
    author: frozenset[str] = frozenset()
    outside_text: bool = False

    @classmethod
    def new(cls, system: str, kind: str, where: str = "", *, title: str, outside_text: bool = False) -> Self:
        """A record that is to be made, in `where` the system wants to know that: a project, the record that it hangs on.

        Its id is its own, `new:<eight random digits>:<where>`, so two of them are never taken for one; its version is empty.
        `outside_text` says that what somebody outside the company wrote shaped it.
        """
        return cls(system, kind, f"{NEW}{secrets.token_hex(4)}:{where}", "", title, "", {}, outside_text=outside_text)

    @property
    def is_new(self) -> bool:
        """Whether it is still to be made."""
        return self.id.startswith(NEW)

    @property
    def where(self) -> str:
        """Where a new record is to be made; empty for every other."""
        return self.id.split(":", 2)[2] if self.is_new else ""

    @property
    def name(self) -> str:
        """What people call it: the id, or `new issue in SUP` where there is none yet."""
        if not self.is_new:
            return self.id
        return f"new {self.kind} in {self.where}" if self.where else f"new {self.kind}"

    @property
    def people(self) -> frozenset[str]:
        """Everybody on it, by every name that its system gives them."""
        own = (shown(self.fields.get(name)) for name in ("name", "email", "phone"))
        return frozenset(filter(None, (*self.owner, *self.author, *own))) | named(self.fields)

    @property
    def key(self) -> str:
        """One name for the record across systems."""
        return f"{self.system}/{self.kind}/{self.id}"


def named(fields: Mapping[str, Value]) -> frozenset[str]:
    """The people that fields point at, by the names that their system gives them."""
    found = (value.label for name, value in fields.items() if isinstance(value, Ref) and name not in THINGS)
    return frozenset(filter(None, found))


def is_done(record: Record) -> bool:
    """Whether nobody has to do anything about a record any more: by the category of its status where the system tells one, else by what
    it came to (`resolution`, `outcome`), else by the name of its status.
    """
    if category := shown(record.fields.get("category")):
        return category == "done"
    if shown(record.fields.get("resolution")) or shown(record.fields.get("outcome")):
        return True
    return shown(record.fields.get("status")).casefold() in ENDED
