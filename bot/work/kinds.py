"""The kinds of jobs: something was said, something was pressed, a draft is due to be written, shown or ended."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.dispatch import Dispatch, Heard, place_of
from bot.settings import Configuration
from bot.settings.people import People
from bot.store.audit import Audit
from bot.store.drafts import DraftStore
from bot.watch.failpoint import failpoint
from bot.work.runner import Kind, Payload
from handlers.approvals import carry_out, decide, give_up
from handlers.errors import Invalid, Trouble
from handlers.models import Decision, Draft, Place, Reply, State, Verb
from handlers.policy import reminder
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
        audit: Audit,
        policies: Policies,
        writes: Writes,
        voices: Mapping[str, Voice],
    ) -> None:
        self._dispatch = dispatch
        self._configuration = configuration
        self._people = people
        self._drafts = drafts
        self._audit = audit
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
            "head": Kind(self._head),
            "remind": Kind(self._remind),
        }

    async def _call(self, payload: Payload) -> None:
        voice, place, person = self._where(payload)
        history = await voice.history(place, before=text(payload, "post"))
        heard = Heard(text(payload, "id"), text(payload, "text"), person, place, history)
        reply = await self._dispatch(heard)
        await voice.say(place, reply, key=heard.id, to=person.id)
        failpoint("after_say")

    async def _decision(self, payload: Payload) -> None:
        voice, place, person = self._where(payload)
        raw: Any = payload.get("values") or {}
        values = {str(name): str(value) for name, value in raw.items()}
        verb = Verb(text(payload, "verb"))
        decision = Decision(text(payload, "draft"), int(text(payload, "version")), verb, person, place, values)
        try:
            await decide(decision, drafts=self._drafts, policies=self._policies, persons=self._people.find)
        except Trouble as trouble:
            await voice.say(place, Reply(str(trouble), private=True, trouble=True), key=text(payload, "id"), to=person.id)
        failpoint("after_decide")

    async def _write(self, payload: Payload) -> None:
        await carry_out(text(payload, "draft"), int(text(payload, "version")), drafts=self._drafts, writes=self._writes)

    async def _write_gave_up(self, payload: Payload, trouble: Trouble) -> bool:
        draft = await give_up(text(payload, "draft"), int(text(payload, "version")), trouble, drafts=self._drafts)
        return draft.state is State.UNKNOWN

    async def _sorry(self, payload: Payload, trouble: Trouble) -> bool:
        voice, place, person = self._where(payload)
        words = f"I could not answer this: {trouble}"
        await voice.say(place, Reply(words, private=True, trouble=True), key=f"{text(payload, 'id')}:sorry", to=person.id)
        return False

    async def _card(self, payload: Payload) -> None:
        draft = await self._drafts.read(text(payload, "draft"))
        if channel := text(payload, "also"):  # one of those that the policy names
            await self._announce(channel, Reply("", draft=draft), key=f"card:{draft.id}:{channel}")
        elif (voice := self._voices.get(draft.place.platform)) is not None:  # the command line has no place for a card
            await voice.say(draft.place, Reply("", draft=draft), key=f"card:{draft.id}", to=draft.asked_by.id)

    async def _amend(self, payload: Payload) -> None:
        draft = await self._drafts.read(text(payload, "draft"))
        failpoint("before_amend")
        for voice in self._voices.values():
            await voice.amend(draft)
        failpoint("after_amend")

    async def _expire(self, payload: Payload) -> None:
        await self._drafts.expire(text(payload, "draft"), int(text(payload, "version")))

    async def _remind(self, payload: Payload) -> None:
        """Say where a draft waits that nobody has decided. A decision cancels this job; who decides right now makes it silent."""
        draft = await self._drafts.read(text(payload, "draft"))
        if draft.state is not State.PENDING:
            return
        words = Reply(reminder(draft, self._policies(draft.policy_name)))
        if (voice := self._voices.get(draft.place.platform)) is not None:
            await voice.say(draft.place, words, key=f"remind:{draft.id}", to=draft.asked_by.id)
        for channel in dict.fromkeys(draft.policy.channels):
            if channel != draft.place.key:
                await self._announce(channel, words, key=f"remind:{draft.id}:{channel}")

    async def _announce(self, channel: str, reply: Reply, *, key: str) -> None:
        """Say something in a channel that a policy names. Raises Invalid when it is on no connected platform."""
        platform, _, name = channel.partition(":")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The channel {channel} of an approval policy is on no connected platform. Correct it in bot.toml.")
        await voice.say(place_of(self._configuration, platform, name, ""), reply, key=key, to="")

    async def _head(self, _payload: Payload) -> None:
        """Publish the end of the audit trail: to its file, and once an hour to the channel of the operators."""
        head, channel = await self._audit.publish(), self._configuration.admins.channel
        platform, _, name = channel.partition(":")
        if head is not None and (voice := self._voices.get(platform)) is not None:
            words = f"Audit trail: {head.seq} rows, the last one is {head.hash} ({head.at})."
            await voice.say(Place(platform, name), Reply(words), key=f"head:{head.at[:13]}", to="")

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
