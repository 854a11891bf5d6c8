"""What people say and press: checked, recorded with the job that follows, then answered with 202."""

from dataclasses import asdict

from bot.http.gate import Delivery, Gate
from bot.platforms.playground.members import Members
from bot.platforms.playground.receive import BOT, NAME, PageKey, Said, chosen, is_for_the_bot, pressed, said
from bot.platforms.playground.timeline import Timeline
from bot.settings import Configuration
from bot.store.ledger.inbound import Inbound
from bot.store.talk.posts import NewPost
from bot.store.talk.uploads import Uploads
from handlers.errors import Invalid, NotFound
from handlers.models import Person


class Intake:
    """Two gates, one for words and one for buttons. Both take the page's key as proof of where a request comes from."""

    def __init__(
        self,
        inbound: Inbound,
        configuration: Configuration,
        members: Members,
        timeline: Timeline,
        key: PageKey,
        *,
        uploads: Uploads,
    ) -> None:
        self._inbound = inbound
        self._configuration = configuration
        self._members = members
        self._timeline = timeline
        self._uploads = uploads
        self.say = Gate(key.verify, self._heard, self._keep_said)
        self.press = Gate(key.verify, lambda raw: self._pressed(pressed(raw)), self._keep_pressed)
        self.choose = Gate(key.verify, lambda raw: self._pressed(chosen(raw)), self._keep_pressed)

    def _heard(self, raw: bytes) -> Delivery:
        form = said(raw)
        person = self._allowed(form.person, form.channel)
        if not form.text.strip():
            raise Invalid("There is nothing in this message. Type something first.")
        payload = {**form.model_dump(exclude={"files"}), "person": person.id, "name": person.name, "platform": NAME}
        return Delivery(NAME, form.id, "call", {**payload, "files": form.files})

    def _pressed(self, found: Delivery) -> Delivery:
        person = self._allowed(short_id(found), str(found.payload["channel"]))
        return Delivery(found.source, found.event_id, found.kind, {**found.payload, "name": person.name})

    def _allowed(self, name: str, channel: str) -> Person:
        """The person, where the channel is open to them. Raises Invalid."""
        try:
            person = self._members.person(name)
            self._members.check(person, channel)
        except NotFound as strange:
            raise Invalid(str(strange)) from strange
        return person

    async def _keep_said(self, delivery: Delivery) -> bool:
        """With the job that answers it, or without one when it was not meant for the bot."""
        given = delivery.payload
        form = Said.model_validate({**{name: given[name] for name in Said.model_fields}, "person": short_id(delivery)})
        keys = [f"{delivery.event_id}:{number}" for number in range(len(form.files))]
        sent = [
            await self._uploads.keep(key, form.channel, one.name, one.data) for key, one in zip(keys, form.files, strict=True)
        ]
        kept = {**given, "files": [asdict(one) for one in sent]}
        person = self._members.person(form.person)
        root, has_bot = await self._thread(form.thread, form.channel, person)
        asks = is_for_the_bot(form, self._configuration, bot_in_thread=has_bot)
        body = {"text": form.text, "asks": asks, **({"files": kept["files"]} if sent else {})}
        post = NewPost(f"said:{delivery.event_id}", form.channel, person.id, person.name, body, root)
        kind = delivery.kind if asks else ""
        return await self._inbound.record(delivery.source, delivery.event_id, kind, {**kept, "thread": root}, post=post)

    async def _keep_pressed(self, delivery: Delivery) -> bool:
        """A refusal is told in the thread in which the card stands."""
        person = self._members.person(short_id(delivery))
        root, _ = await self._thread(int(str(delivery.payload["thread"])), str(delivery.payload["channel"]), person)
        return await self._inbound.record(delivery.source, delivery.event_id, delivery.kind, {**delivery.payload, "thread": root})

    async def _thread(self, answered: int, channel: str, viewer: Person) -> tuple[int, bool]:
        """The root of the thread that a post is part of, and whether the bot has spoken in it; 0 for no thread."""
        if not answered:
            return 0, False
        found = await self._timeline.thread(answered, channel, viewer)
        return found[0].thread or found[0].id, any(post.author == BOT for post in found)


def short_id(delivery: Delivery) -> str:
    """The person as the page names them."""
    return str(delivery.payload["person"]).removeprefix(f"{NAME}:")
