"""What an answer cost, by a dated table of list prices (`prices.toml`) and what the operator says they pay. Pure."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from bot.llm.provider import Usage
from bot.settings.tables import PriceTable, Table

FILE = Path(__file__).with_suffix(".toml")
MILLION = 1_000_000
VERSION = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{4}|latest|preview)", re.ASCII)
"""What may follow a model's name and leaves its price: a date, or a word for the newest. Anything else is another model."""


class PriceList(Table):
    """The file: as of when, by model, and for a model that stands nowhere."""

    date: date
    models: Mapping[str, PriceTable]
    unknown: PriceTable


@functools.cache
def listed() -> PriceList:
    """The file that comes with the program."""
    return PriceList.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal))


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model. `own` is `[prices]` of `bot.toml`, which comes first; its names are of whole models, Azure's deployments included."""

    own: Mapping[str, PriceTable] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, model: str) -> PriceTable | None:
        """The price of a model; None where nobody knows it."""
        if model in self.own:
            return self.own[model]
        names = [name for name in listed().models if model == name or is_version(model, name)]
        return listed().models[names[0]] if names else None

    def cost(self, usage: Usage) -> Decimal:
        """US dollars. A model that nobody knows costs as much as the dearest that is listed."""
        price = self.of(usage.model) or listed().unknown
        return (price.asked * usage.asked + price.answered * usage.answered) / MILLION


def is_version(model: str, name: str) -> bool:
    """Whether a model is a listed one as of some day."""
    return model.startswith(name) and VERSION.fullmatch(model, len(name)) is not None
