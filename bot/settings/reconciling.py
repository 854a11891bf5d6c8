"""`[reconcile]` of `bot.toml`: how often each system is asked what has changed there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, create_model

from bot.settings.declared import systems
from bot.settings.tables import Table, duration

USUAL = timedelta(minutes=5)


def every(value: object) -> object:
    """A duration, or `off`. Raises ValueError for none at all, which would be asking without end."""
    if value is None or value == "off":
        return None
    found = duration(value)
    if found == timedelta(0):
        raise ValueError('is a duration of at least 1s, or "off"')
    return found


Every = Annotated[timedelta | None, BeforeValidator(every)]

if TYPE_CHECKING:

    class BySystem(Table):
        """How often a system is asked, under the connector's name; of those that are not named `every` holds."""

else:
    BySystem = create_model("BySystem", __base__=Table, **dict.fromkeys(systems(), (Every, Field(default=None))))


class ReconcileTable(BySystem):
    """How often each connected system is asked what has changed, so that what its webhooks missed is found. None is never."""

    every: Every = USUAL

    def of(self, system: str) -> timedelta | None:
        """The time between two looks at one system; None where nobody looks."""
        given: Mapping[str, timedelta | None] = {name: getattr(self, name) for name in self.model_fields_set}
        return given.get(system, self.every)
