"""The kinds of jobs: something was said, something was pressed, a draft is due to be written, shown or ended."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.dispatch import Dispatch, Heard, kept_before
from bot.members.requests import Requests
from bot.net.budget import PERSON
from bot.settings import Configuration
from bot.store.audit.trail import Audit
from bot.store.drafts.drafts import DraftStore
from bot.store.talk.answers import Answers, Given, answer_id
from bot.store.talk.offers import Offers
from bot.watch.failpoint import failpoint
from bot.work.runner import Kind, Payload
from bot.work.voice import Everybody, Voice
from handlers.approvals import carry_out, decide, give_up
from handlers.catalogue import ASK, MENTION
from handlers.errors import Invalid, NotFound, Refused, Trouble
from handlers.models import Attachment, Decision, Draft, Person, Place, Reply, State, Verb
from handlers.policy import reminder
from handlers.ports import Policies, Readable, Writes
from handlers.share import share

DAY = 24 * 3600.0
"""Seconds for which what the bot has to say waits for a platform that is away."""
REFUSALS = (Refused, NotFound, Invalid)
"""What a person is told; anything else that goes wrong is tried again by the ledger."""


class Work:
    """What the runner runs. Each kind may be run again after a crash: effects carry keys."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        configuration: Configuration,
        persons: Everybody,
        drafts: DraftStore,
        audit: Audit,
        policies: Policies,
        writes: Writes,
        voices: Mapping[str, Voice],
        answers: Answers,
        readable: Readable,
        offers: Offers,
        requests: Requests | None = None,
    ) -> None:
        self._dispatch = dispatch
        self._configuration = configuration
        self._persons = persons
        self._drafts = drafts
        self._audit = audit
        self._policies = policies
        self._writes = writes
        self._voices = voices
        self._answers = answers
        self._readable = readable
        self._offers = offers
        self._requests = requests or Requests()

    def kinds(self) -> Mapping[str, Kind]:
        """Kind of a job -> what to do."""
        return {
            "call": Kind(self.call, self._sorry, DAY, PERSON),
            "decision": Kind(self.decision, self._sorry, DAY, PERSON),
            "offer": Kind(self.offer, self._sorry, DAY, PERSON),
            "write": Kind(self._write, self._write_gave_up),
            "card": Kind(self._card, patience=DAY),
            "amend": Kind(self._amend, patience=DAY),
            "expire": Kind(self._expire, patience=DAY),
            "head": Kind(self._head),
            "remind": Kind(self._remind, patience=DAY),
        }

    async def call(self, payload: Payload) -> None:
        """Somebody said something: answer it."""
        voice, place, person = await self._where(payload)
        await voice.busy(place, key=text(payload, "id"))
        history = await voice.history(place, before=text(payload, "post"))
        author = (await voice.person(text(payload, "author"))).names if payload.get("author") else frozenset[str]()
        heard = Heard(
            text(payload, "id"), text(payload, "text"), person, place, history,
            files=files(payload), message=text(payload, "message"), outside=payload.get("outside") is True,
            authors=author.union(names(payload)),
        )  # fmt: skip
        kept = await self._drafts.of(heard.id)  # of an earlier attempt: its card may stand there, and be decided already
        reply = kept_before(kept, place) if kept else await self._answer(heard)
        said = tuple(turn.words for turn in history)
        for key, answer in ((heard.id, reply), (f"{heard.id}:aside", reply.aside)):
            if answer is not None and answer.confidence is not None:
                asked = MENTION.sub("", ASK.sub("", heard.text)).strip()
                await self._answers.keep(Given(answer_id(key), asked, said, answer, person.id, place.key))
        key = heard.id if reply.draft else text(payload, "press") or heard.id  # a refusal is this press's own
        await self._offers.keep(key, reply, place=place.key, to=person.id)
        await voice.say(place, reply, key=key, to=person.id, via=text(payload, "via"))
        failpoint("after_say")

    async def _answer(self, heard: Heard) -> Reply:
        """The answer, or why there is none now."""
        person = heard.person.email or heard.person.id
        return await self._requests.refused(person, heard.id) or await self._dispatch(heard)

    async def offer(self, payload: Payload) -> None:
        """Somebody pressed a button under a reply: what it asks for is done as if this person had typed it. One press leads to a draft."""
        voice, place, person = await self._where(payload)
        name, press = text(payload, "offer"), text(payload, "id")
        try:
            wanted = await self._offers.pressed(name, press=press, place=place.key, person=person.id)
        except REFUSALS as trouble:
            words = Reply(str(trouble), private=True, trouble=True)
            await voice.say(place, words, key=press, to=person.id, via=text(payload, "via"))
            return
        call = f"offer:{name}"
        outside = wanted.outside or (bool(wanted.authors) and not wanted.authors & person.names)
        said = {"text": wanted.line, "outside": outside, "authors": sorted(wanted.authors)}
        await self.call({**payload, "id": call, "press": press, **said})
        if await self._drafts.of(call):
            await self._offers.taken(name, press=press)

    async def decide(self, payload: Payload) -> Draft:
        """Somebody pressed a button of a card: apply it. Raises Refused, NotFound, Invalid, Unavailable."""
        voice = self._voice(payload)
        person = await voice.person(text(payload, "person"), shown_as=text(payload, "name"))
        raw: Any = payload.get("values") or {}
        values = {str(name): str(value) for name, value in raw.items()}
        verb, place = (
            Verb(text(payload, "verb")),
            Place(text(payload, "platform"), text(payload, "channel"), text(payload, "thread")),
        )
        decision = Decision(
            text(payload, "draft"), int(text(payload, "version")), verb, person, place, values, press=text(payload, "id")
        )
        return await decide(decision, drafts=self._drafts, policies=self._policies, persons=self._persons)

    async def decision(self, payload: Payload) -> None:
        """The same where nobody waits for the outcome: a refusal is said in words."""
        try:
            await self.decide(payload)
        except REFUSALS as trouble:
            voice, place, person = await self._where(payload)
            words = Reply(str(trouble), private=True, trouble=True)
            await voice.say(place, words, key=text(payload, "id"), to=person.id, via=text(payload, "via"))
        failpoint("after_decide")

    async def vote(self, payload: Payload) -> None:
        """Somebody found an answer right or wrong."""
        voice, place, person = await self._where(payload)
        words = "Thank you. Your vote goes into the bot's own figures."
        try:
            await self._answers.vote(text(payload, "answer"), person.id, text(payload, "verdict"))
        except REFUSALS as trouble:
            words = str(trouble)
        await voice.say(place, Reply(words, private=True), key=text(payload, "id"), to=person.id, via=text(payload, "via"))

    async def share(self, payload: Payload) -> None:
        """Somebody wants everybody to read what was answered in private."""
        voice, place, person = await self._where(payload)
        via = text(payload, "via")
        try:
            given = await self._answers.read(text(payload, "answer"))
            open_to_all = await share(given.reply, asked_by=given.asked_by, person=person, place=place, readable=self._readable)
        except REFUSALS as trouble:
            refused = Reply(str(trouble), private=True, trouble=True)
            await voice.say(place, refused, key=text(payload, "id"), to=person.id, via=via)
            return
        await voice.say(place, open_to_all, key=f"share:{given.id}:{place.key}", to=person.id, via=via)

    async def _write(self, payload: Payload) -> None:
        await carry_out(text(payload, "draft"), int(text(payload, "version")), drafts=self._drafts, writes=self._writes)

    async def _write_gave_up(self, payload: Payload, trouble: Trouble) -> bool:
        draft = await give_up(text(payload, "draft"), int(text(payload, "version")), trouble, drafts=self._drafts)
        return draft.state is State.UNKNOWN

    async def apologise(self, payload: Payload, trouble: Trouble, *, asked: Callable[[Payload], Payload | None]) -> bool:
        """Tell who asked in a platform's own words, where `asked` finds somebody to tell."""
        if (known := asked(payload)) is not None:
            await self._sorry(known, trouble)
        return False

    async def _sorry(self, payload: Payload, trouble: Trouble) -> bool:
        voice, place, person = await self._where(payload)
        words = f"I could not answer this: {trouble}"
        reply = Reply(words, private=True, trouble=True)
        await voice.say(place, reply, key=f"{text(payload, 'id')}:sorry", to=person.id, via=text(payload, "via"))
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
        words = Reply(reminder(draft, self._policies(draft)))
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
        await voice.say(await voice.place(name, "", None), reply, key=key, to="")

    async def _head(self, _payload: Payload) -> None:
        """Publish the end of the audit trail: to its file, and once an hour to the channel of the operators."""
        head, channel = await self._audit.publish(), self._configuration.admins.channel
        platform, _, name = channel.partition(":")
        if head is not None and (voice := self._voices.get(platform)) is not None:
            words = f"Audit trail: {head.seq} rows, the last one is {head.hash} ({head.at})."
            await voice.say(Place(platform, name), Reply(words), key=f"head:{head.at[:13]}", to="")

    async def _where(self, payload: Payload) -> tuple[Voice, Place, Person]:
        voice = self._voice(payload)
        channel, thread = text(payload, "channel"), text(payload, "thread") or text(payload, "post")
        person = await voice.person(text(payload, "person"), shown_as=text(payload, "name"))
        return voice, await voice.place(channel, thread, person), person

    def _voice(self, payload: Payload) -> Voice:
        platform = text(payload, "platform")
        if (voice := self._voices.get(platform)) is None:
            raise Invalid(f"The platform {platform} is not connected; connect it again, then this can be answered.")
        return voice


def files(payload: Payload) -> tuple[Attachment, ...]:
    """The files of a job's payload."""
    found: Any = payload.get("files") or ()
    return tuple(Attachment(str(one["name"]), int(one["size"]), str(one["reference"])) for one in found)


def names(payload: Payload) -> frozenset[str]:
    """By which names those go whose words a job's payload repeats."""
    found: Any = payload.get("authors") or ()
    return frozenset(str(one) for one in found)


def text(payload: Payload, name: str) -> str:
    """One value of a job's payload as text; what is not there is empty."""
    return str(payload.get(name) or "")
