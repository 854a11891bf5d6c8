"""For whom something is done: the workflow and the person behind a call, for limits that are theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asking:
    """`workflow` is the command, `person` the id of who gave it; both are empty where nobody asked. `names` are the person's names."""

    workflow: str = ""
    person: str = ""
    names: frozenset[str] = frozenset()


ASKING: ContextVar[Asking] = ContextVar("asking", default=Asking())  # noqa: B039 - frozen


@contextmanager
def asking(who: Asking) -> Iterator[None]:
    """Let the block, and the tasks that it starts, be for this person and workflow."""
    token = ASKING.set(who)
    try:
        yield
    finally:
        ASKING.reset(token)
