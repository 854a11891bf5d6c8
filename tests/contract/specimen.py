"""What the contract suite needs to know of a connector besides its `about.toml`: each keeps it in a folder of its name beside this file."""

import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.connectors.about import abouts
from handlers.models import Change, Value

HERE = Path(__file__).resolve().parent
WHAT = (
    "It needs tests/contract/{name}/specimen.py with a SPECIMEN, and payloads/record.json beside it; the other folders show how."
)


@dataclass(frozen=True)
class Written:
    """One kind of draft that the connector writes, and the request that carries it out.

    `record` is what `read` takes and `own` the name under which the stand-in keeps it. `meddled` is what somebody else changes
    of it in the vendor's own pages. `path` is a regex. `is_locked`: the vendor itself refuses the write over a record that moved.
    `is_silent`: the answer has no body, so nothing of it can be spoilt. `is_marked`: a write is found again by its mark alone, so
    that another draft with the same values is not taken for it.
    """

    workflow: str
    record: str
    own: str
    changes: tuple[Change, ...]
    method: str
    path: str
    meddled: Mapping[str, object]
    is_locked: bool = False
    is_silent: bool = False
    is_marked: bool = True

    def changing(self, name: str, value: Value) -> "Written":
        """The same with one change of another field."""
        return replace(self, changes=(Change(name, None, value),))


@dataclass(frozen=True)
class Specimen:
    """A connector to try.

    `record` and `own` are a record as in `Written`; `reads` is a regex for the path without which it cannot be read, `lacks` the
    vendor's name of a field without which its version is not known. `refusal` is the vendor's way of saying no to a change, with these words in it. `renews`: the connector signs in anew when its session has ended. `more` makes the calls that
    reading and writing leave out. `outside` are parts of paths that the vendor's document, where it is at hand, does not describe.
    `alike` are workflows whose drafts carry requests like those of `written`, or of records that `more` makes.
    """

    record: str
    own: str
    reads: str
    lacks: str
    refusal: Callable[[str], object]
    written: Mapping[str, Written]
    renews: bool = False
    more: Callable[[Any], Awaitable[object]] | None = None
    outside: tuple[str, ...] = ()
    alike: frozenset[str] = frozenset()

    @property
    def first(self) -> Written:
        """A kind of draft, where one stands for all."""
        return next(iter(self.written.values()))


def specimen(name: str) -> Specimen:
    """What a connector offers. Raises AssertionError with what to add."""
    try:
        found = importlib.import_module(f"contract.{name}.specimen").SPECIMEN
    except (ModuleNotFoundError, AttributeError) as missing:
        raise AssertionError(f"The connector {name} has no specimen ({missing}). {WHAT.format(name=name)}") from None
    assert isinstance(found, Specimen)
    return found


def payload(name: str) -> Path:
    """The answer to a read as it was captured. Raises AssertionError with what to add."""
    file = HERE / name / "payloads" / "record.json"
    assert file.is_file(), f"The connector {name} has no captured payload. {WHAT.format(name=name)}"
    return file


NAMES = tuple(abouts())
"""Every connector that there is."""
KINDS = tuple((name, kind) for name in NAMES if (HERE / name / "specimen.py").is_file() for kind in specimen(name).written)
"""Every kind of draft that one of them writes. A connector without a specimen fails a test of its own."""
