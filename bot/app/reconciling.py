"""What systems tell, by themselves or when they are asked, as a part of a process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.app.store import Store
from bot.connectors.changing import Changing
from bot.connectors.reading import Observer
from bot.connectors.registry import Connector, ReadsBySystem
from bot.connectors.together import for_events
from bot.dispatch import Dispatch
from bot.settings import Configuration
from bot.store.drafts.drafts import DraftStore
from bot.store.ledger.checkpoints import Checkpoints
from bot.store.ledger.firings import Timetable
from bot.work.events import Events
from bot.work.reconciler import KIND, Reconciler
from bot.work.revival import Bell
from bot.work.states import States
from bot.work.triggers import Told, Triggers
from bot.work.voice import Voice
from handlers.systems import Records


@dataclass(frozen=True, slots=True)
class Intake:
    """The one way in for events, what keeps a change from having two effects, and who asks for changes.

    `records` are the systems as events read them.
    """

    events: Events
    states: States
    reconciler: Reconciler
    records: Mapping[str, Records]

    def triggers(
        self, *, dispatch: Dispatch, drafts: DraftStore, voices: Mapping[str, Voice], hooks: Mapping[str, Told]
    ) -> Triggers:
        """The jobs behind `[triggers]`."""
        return Triggers(dispatch=dispatch, drafts=drafts, events=self.events, states=self.states, voices=voices, hooks=hooks)


def intake(configuration: Configuration, store: Store, connectors: Mapping[str, Connector], observer: Observer) -> Intake:
    """All of it. Systems that are connected and can say what has changed are asked, where `[reconcile]` does not switch that off."""
    events = Events(configuration, store.inbound)
    asked = {name: one for name, one in connectors.items() if isinstance(one, Changing) and configuration.reconcile.of(name)}
    checkpoints = Checkpoints(store.database)
    bell = Bell(store.database, store.jobs)
    asking = Reconciler(configuration=configuration, connectors=asked, events=events, checkpoints=checkpoints, answers=bell)
    records = for_events(connectors)
    return Intake(events, States(store.inbound, ReadsBySystem(records, observer).read), asking, records)


def looks(configuration: Configuration, systems: Sequence[str]) -> Sequence[Timetable]:
    """When each of these systems is asked; a firing is left out while the look before it is under way."""
    every = {name: configuration.reconcile.of(name) for name in systems}
    return [timetable(name, span) for name, span in every.items() if span is not None]


def timetable(name: str, every: timedelta) -> Timetable:
    """The looks at one system, at whole multiples of the span between them."""
    span = every.total_seconds()
    payload = {"connector": name}
    return Timetable(f"{KIND}/{name}", lambda at: (at // span + 1) * span, KIND, lambda _at: payload, alone=True)
