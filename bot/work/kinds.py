"""The kinds of jobs: something was said, something was pressed, a draft is due to be written, shown or ended."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.dispatch import Dispatch, Heard, place_of
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.drafts import DraftStore
from bot.work.runner import Kind, Payload
from handlers.approvals import carry_out, decide, give_up
from handlers.errors import Invalid, Trouble
from handlers.models import Decision, Draft, Place, Reply, Verb
from handlers.ports import Policies, Writes


class Voice(Protocol):
    """How a platform speaks."""

    async def say(self, place: Place, reply: Reply, *, key: str, to: str) -> None:
        """Post a reply once per key; `to` is the id of the person it answers, who alone sees a private one."""
        ...

    async def amend(self, draft: Draft) -> None:
        """Draw every card of a draft again, as the draft is now."""
        ...

    async def history(self, place: Place, *, before: str) -> tuple[str, ...]:
        """Up to four earlier turns of a thread, oldest first, a person's and the bot's in turn."""
        ...

    def is_alone(self, place: Place) -> bool:
        """Whether a place is a direct message."""
        ...


class Work:
    """What the runner runs. Each kind may be run again after a crash: effects carry keys."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        configuration: Configuration,
        people: People,
        drafts: DraftStore,
        policies: Policies,
        writes: Writes,
        voices: Mapping[str, Voice],
    ) -> None:
        self._dispatch = dispatch
        self._configuration = configuration
        self._people = people
        self._drafts = drafts
        self._policies = policies
        self._writes = writes
        self._voices = voices

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {
            "call": Kind(self._call, self._sorry),
            "decision": Kind(self._decision, self._sorry),
            "write": Kind(self._write, self._write_gave_up),
            "card": Kind(self._card),
            "amend": Kind(self._amend),
            "expire": Kind(self._expire),
        }

    async def _call(self, payload: Payload) -> None:
        voice, place, person = self._where(payload)
        history = await voice.history(place, before=text(payload, "post"))
        heard = Heard(text(payload, "id"), text(payload, "text"), person, place, history)
        reply = await self._dispatch(heard)
        await voice.say(place, reply, key=heard.id, to=person.id)

    async def _decision(self, payload: Payload) -> None:
        voice, place, person = self._where(payload)
        raw: Any = payload.get("values") or {}
        values = {str(name): str(value) for name, value in raw.items()}
        verb = Verb(text(payload, "verb"))
        decision = Decision(text(payload, "draft"), int(text(payload, "version")), verb, person, place, values)
        try:
            await decide(decision, drafts=self._drafts, policies=self._policies)
        except Trouble as trouble:
            await voice.say(place, Reply(str(trouble), private=True, trouble=True), key=text(payload, "id"), to=person.id)

    async def _write(self, payload: Payload) -> None:
        await carry_out(text(payload, "draft"), int(text(payload, "version")), drafts=self._drafts, writes=self._writes)

    async def _write_gave_up(self, payload: Payload, trouble: Trouble) -> None:
        await give_up(text(payload, "draft"), int(text(payload, "version")), trouble, drafts=self._drafts)

    async def _sorry(self, payload: Payload, trouble: Trouble) -> None:
        voice, place, person = self._where(payload)
        words = f"I could not answer this: {trouble}"
        await voice.say(place, Reply(words, private=True, trouble=True), key=f"{text(payload, 'id')}:sorry", to=person.id)

    async def _card(self, payload: Payload) -> None:
        draft = await self._drafts.read(text(payload, "draft"))
        if (voice := self._voices.get(draft.place.platform)) is not None:  # the command line has no place for a card
            await voice.say(draft.place, Reply("", draft=draft), key=f"card:{draft.id}", to=draft.asked_by.id)

    async def _amend(self, payload: Payload) -> None:
        draft = await self._drafts.read(text(payload, "draft"))
        for voice in self._voices.values():
            await voice.amend(draft)

    async def _expire(self, payload: Payload) -> None:
        await self._drafts.expire(text(payload, "draft"), int(text(payload, "version")))

    def _where(self, payload: Payload) -> tuple[Voice, Place, Any]:
        person = self._people.find(text(payload, "person"), shown_as=text(payload, "name"))
        platform, channel = text(payload, "platform"), text(payload, "channel")
        thread = text(payload, "thread") or text(payload, "post")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The platform {platform} is not connected; connect it again, then this can be answered.")
        alone = person if voice.is_alone(Place(platform, channel)) else None
        return voice, place_of(self._configuration, platform, channel, thread, alone=alone), person


def text(payload: Payload, name: str) -> str:
    """One value of a job's payload as text; what is not there is empty."""
    return str(payload.get(name) or "")
