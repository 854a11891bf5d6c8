"""The jobs of chains: propose what follows from a draft, and tell a channel. Each may be run again after a crash: effects carry keys."""

from collections.abc import Mapping
from dataclasses import replace

from bot.dispatch import Dispatch, Heard, kept_before
from bot.store.drafts.drafts import DraftStore
from bot.store.links.linking import SURE
from bot.store.links.links import LinkStore
from bot.work.kinds import DAY, text
from bot.work.runner import Kind, Payload
from bot.work.voice import Everybody, Voice
from handlers.errors import Invalid, Trouble
from handlers.models import Draft, Person, Place, Reply


class ChainWork:
    """What the runner runs for `[[chains]]`."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        drafts: DraftStore,
        links: LinkStore,
        persons: Everybody,
        voices: Mapping[str, Voice],
    ) -> None:
        self._dispatch = dispatch
        self._drafts = drafts
        self._links = links
        self._persons = persons
        self._voices = voices

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {"chain": Kind(self._follow, self._sorry, DAY), "tell": Kind(self._tell, patience=DAY)}

    async def _follow(self, payload: Payload) -> None:
        """Run the next workflow for who asked for the first one, and show there what it proposes."""
        key, first = text(payload, "id"), await self._drafts.read(text(payload, "draft"))
        person, place = await self._where(first)
        kept = await self._drafts.of(key)  # of an earlier attempt: its card may stand there, and be decided already
        reply = kept_before(kept, place) if kept else await self._proposed(payload, first, person, place)
        await self._say(place, reply, key=key, to=person.id)

    async def _proposed(self, payload: Payload, first: Draft, person: Person, place: Place) -> Reply:
        then, system = text(payload, "then"), text(payload, "argument")
        if not (argument := await self._argument(first, system)):
            return Reply(
                f"/{then} was to follow {first.id}, but no record in {system} is surely the same case as {first.record.name}."
            )
        joins = first.id if payload.get("together") is True else ""
        return await self._dispatch.answer(
            Heard(text(payload, "id"), f"/{then} {argument}", person, place, because=text(payload, "why"), joins=joins)
        )

    async def _argument(self, first: Draft, system: str) -> str:
        """The record's own id, or that of the record in a system which a mark, or a person, ties to the same case; empty for none."""
        if system == "record":
            return first.record.id
        found = await self._links.about(first.record.key, "case")
        return next((one.id for one, link in found if one.system == system and link.confidence >= SURE["case"]), "")

    async def _tell(self, payload: Payload) -> None:
        """Say something in the channel that a chain names. Raises Invalid when it is on no connected platform."""
        platform, _, name = text(payload, "channel").partition(":")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The channel {platform}:{name} of a chain is on no connected platform. Correct it in bot.toml.")
        await voice.say(await voice.place(name, "", None), Reply(text(payload, "words")), key=text(payload, "id"), to="")

    async def _where(self, first: Draft) -> tuple[Person, Place]:
        """Who asked, as things are now, and the place with what may be shown there now."""
        asked_by, place = first.asked_by, first.place
        voice = self._voices.get(place.platform)
        if voice is None or not asked_by.id.startswith(f"{place.platform}:"):  # the command line, or nobody of this platform
            person = replace(await self._persons(asked_by.id), name=asked_by.name)
        else:
            person = await voice.person(asked_by.id, shown_as=asked_by.name)
        return person, await voice.place(place.channel, place.thread, person) if voice else place

    async def _sorry(self, payload: Payload, trouble: Trouble) -> bool:
        """Tell the place that nothing follows."""
        person, place = await self._where(await self._drafts.read(text(payload, "draft")))
        words = f"/{text(payload, 'then')} was to follow {text(payload, 'draft')}, but could not: {trouble}"
        await self._say(place, Reply(words, trouble=True), key=f"{text(payload, 'id')}:sorry", to=person.id)
        return False

    async def _say(self, place: Place, reply: Reply, *, key: str, to: str) -> None:
        if (voice := self._voices.get(place.platform)) is None:
            return
        if not to.startswith(
            f"{place.platform}:"
        ):  # the bot by itself, or the command line: nobody there to whom it could be said alone
            reply = replace(reply, private=False, aside=None)
        await voice.say(place, reply, key=key, to=to)
