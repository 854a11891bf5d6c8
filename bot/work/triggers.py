"""What systems tell and what the clock says -> workflows that the bot starts by itself. Durable jobs; an event has one effect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.connectors.event import Event
from bot.dispatch import Dispatch, Heard, kept_before
from bot.settings.events import DELETED
from bot.store.drafts.drafts import DraftStore
from bot.watch import log
from bot.work.events import Events
from bot.work.hold import made
from bot.work.kinds import DAY, text
from bot.work.runner import Kind, Payload
from bot.work.states import States
from bot.work.voice import Voice
from handlers.errors import Invalid, NotFound
from handlers.models import Person, Reply

BOT = Person("bot", "Countersign")
"""Who asks where nobody did: it has no account anywhere, so no approver is taken for the requester. Whose text it was still is."""
logger = log.get("triggers")


class Told(Protocol):
    """The webhook of one system, as the door has kept a request."""

    def events(self, payload: Mapping[str, object]) -> tuple[Sequence[Event], str]:
        """The events of what was kept, and what is wrong with the rest of it; empty where nothing is."""
        ...


def deleted(payload: Payload) -> str:
    """Why nothing comes of a trigger on what was deleted: somebody has asked to hear of it."""
    event, record, workflow = (text(payload, name) for name in ("event", "argument", "workflow"))
    system, kind, _ = event.split(".")
    return f"The {kind} {record} was deleted in {system}. There is nothing left that /{workflow} could work on."


class Triggers:
    """The jobs behind `[triggers]` and `[schedules]`."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        drafts: DraftStore,
        events: Events,
        states: States,
        voices: Mapping[str, Voice],
        hooks: Mapping[str, Told],
    ) -> None:
        self._dispatch = dispatch
        self._drafts = drafts
        self._events = events
        self._states = states
        self._voices = voices
        self._hooks = hooks

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {"hook": Kind(self._hook, patience=DAY), "trigger": Kind(self._trigger, patience=DAY)}

    async def _hook(self, payload: Payload) -> None:
        """A request of a system: start what follows from its events. What of it cannot be read ends as a dead letter with its reason."""
        name = text(payload, "connector")
        if (hook := self._hooks.get(name)) is None:
            raise Invalid(f"The webhook of {name} is not configured any more; set its secret again, then replay this.")
        events, wrong = hook.events(payload)
        await self._events.take(name, events)
        if wrong:
            raise Invalid(wrong)

    async def _trigger(self, payload: Payload) -> None:
        """Run a workflow as the bot itself. A system that is away is waited for; any other trouble is for an operator to see."""
        key, channel = text(payload, "id"), text(payload, "channel")
        platform, _, name = channel.partition(":")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The channel {channel or '(none)'} of a trigger is on no connected platform. Correct it in bot.toml.")
        place = await voice.place(name, "", None)
        kept = await self._drafts.of(key)  # of an earlier attempt
        try:
            if kept is None and not await self._is_first(payload):
                logger.info("this state of the record has started its workflow already", job=key)
                return
            spoken = f"/{text(payload, 'workflow')} {text(payload, 'argument')}".strip()
            reply = kept_before(kept, place) if kept else await self._dispatch.answer(Heard(key, spoken, BOT, place))
        except NotFound as gone:
            if not str(payload.get("event", "")).endswith(DELETED):
                logger.info("nothing to start a workflow on", job=key, reason=str(gone))
                return
            key, reply = (
                f"gone:{text(payload, 'event')}:{text(payload, 'argument')}",
                Reply(deleted(payload)),
            )  # also if it is told twice
        if reply.again and reply.draft is not None and reply.draft.place.key == place.key:
            return  # its card stands there
        await voice.say(place, replace(reply, private=False, aside=None), key=key, to="")

    async def _is_first(self, payload: Payload) -> bool:
        """Whether this job is the one that starts the workflow on the record as it is now; always where no event of a record started it."""
        if "event" not in payload:
            return True
        event, record, workflow = (text(payload, name) for name in ("event", "argument", "workflow"))
        effect = f"{workflow} in {text(payload, 'channel')}"
        told = datetime.fromisoformat(text(payload, "at")) if "at" in payload else made()
        return await self._states.mine(event, record, effect=effect, job=text(payload, "id"), told=told) is not None
