"""What systems tell, by webhooks or found by looking -> the jobs that follow: workflows by `[triggers]`, alerts by `[alerts]`. Once an event."""

from collections.abc import Iterable, Iterator

from bot.connectors.event import Event
from bot.settings import Configuration
from bot.store.ledger.inbound import Beside, Inbound, Started, id_of


class Events:
    """The one way in for events. It does not matter how often and by which way an event comes."""

    def __init__(self, configuration: Configuration, inbound: Inbound) -> None:
        self._configuration = configuration
        self._inbound = inbound

    async def take(self, connector: str, events: Iterable[Event], *, beside: Beside | None = None) -> None:
        """Put in what follows from these events of a system, in one transaction; those that were taken before are left out.

        What `beside` writes is in the same transaction. Raises Unavailable; nothing was taken then.

        Ten changed fields of one record are one change: of several events of a name about a record only the newest starts anything.
        """
        given = list({known_as(event): event for event in events}.values())
        newest = {(one.name, one.record): one for one in sorted(given, key=lambda one: (one.at, one.id))}
        news = []
        for event in given:
            started = list(self._follow(connector, event)) if newest[event.name, event.record] is event else []
            if started or self._concerns(event):
                news.append((known_as(event), started))
        if news or beside is not None:
            await self._inbound.begin(f"event:{connector}", news, beside=beside)

    def _concerns(self, event: Event) -> bool:
        """Whether anything follows from events of this name: of what does not, no row is kept."""
        return event.name in self._configuration.triggers or bool(self._configuration.alert_rules(event.name))

    def _follow(self, connector: str, event: Event) -> Iterator[Started]:
        name = f"event:{connector}:{known_as(event)}"
        trigger = self._configuration.triggers.get(event.name)
        if trigger is not None:
            asked = {"id": name, "workflow": trigger.workflow, "argument": event.record}
            given = {**asked, "channel": trigger.channel, "event": event.name, "at": event.at.isoformat()}
            yield Started(
                "trigger", given, f"trigger:{connector}:{event.record}", f"{trigger.workflow} {trigger.channel} {event.record}"
            )
        if self._configuration.alert_rules(event.name):
            told = {"connector": connector, "name": event.name, "record": event.record, "at": event.at.isoformat()}
            yield Started("alert", {"id": name, **told}, f"alert:{connector}:{event.record}")


def known_as(event: Event) -> str:
    """The id of an event as the row under which it is known."""
    return id_of(event.id)
