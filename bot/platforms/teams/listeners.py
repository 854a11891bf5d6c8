"""What was recorded, replayed through the SDK's turn: each activity goes to the part of the bot that answers it."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity, ConversationReference, ResourceResponse
from msrest.exceptions import DeserializationError  # type: ignore[attr-defined]  # the SDK raises it
from typing_extensions import override

from bot.desk import Desk
from bot.platforms.teams.edit import values
from bot.platforms.teams.members import Directory
from bot.platforms.teams.places import DIRECT, Places
from bot.platforms.teams.receive import NAME, ROOT, Letter, part, text
from bot.platforms.teams.talk import TeamsTalk
from bot.platforms.teams.translate import (
    Asked,
    about,
    asked_about,
    decision,
    handle,
    is_command,
    is_mention,
    offered,
    reacted,
    reactions,
    said,
    shared,
    voted,
    words,
)
from bot.settings import Configuration
from bot.store.drafts.drafts import DraftStore
from bot.store.talk.answers import answer_id
from bot.store.talk.sent import SentStore
from bot.store.talk.turns import Turn, Turns
from bot.watch import log
from handlers.errors import Invalid, NotFound
from handlers.models import Verb

DECISIONS = {"approve": Verb.APPROVE, "reject": Verb.REJECT, "save": Verb.EDIT}
"""Verbs of a card's buttons that decide something."""
LETTER = "letter"
REACTION = "teams.reaction."
logger = log.get("teams")
Own = Callable[[str, str], Awaitable[bool]]
"""(effect, owner) -> whether the effect is this owner's to make."""


class Listeners(TeamsActivityHandler):  # type: ignore[misc]  # the SDK has no types
    """One method a kind of activity, called by the SDK. Each may be run again after a crash: effects carry keys."""

    def __init__(
        self,
        desk: Desk,
        places: Places,
        directory: Directory,
        configuration: Configuration,
        *,
        sent: SentStore,
        drafts: DraftStore,
        turns: Turns,
        talk: TeamsTalk,
        own: Own,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._places = places
        self._directory = directory
        self._configuration = configuration
        self._sent = sent
        self._drafts = drafts
        self._turns = turns
        self._talk = talk
        self._own = own

    @override
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Somebody said something."""
        letter = letter_of(turn_context)
        is_person = letter.sender != letter.me and not letter.sender.startswith("28:")
        asked = said(letter)
        if is_person and not is_command(letter):
            await self._talk.note(letter, str(asked["thread"]))
        if not await self._is_for_us(letter):
            return
        here = (letter.conversation, str(asked["thread"]))
        if not is_command(letter):  # nobody else has read that
            await self._turns.note(Turn(f"{asked['id']}:said", NAME, *here, words(letter), post=letter.id, author=letter.sender))
        await self._desk.call(asked)

    @override
    async def on_message_reaction_activity(self, turn_context: TurnContext) -> None:
        """A reaction that `[triggers]` names starts a workflow on the message that it was put on."""
        letter = letter_of(turn_context)
        for reaction in reactions(letter) if letter.sender.startswith("29:") else ():
            trigger = self._configuration.triggers.get(f"{REACTION}{reaction}")
            if trigger is None:
                continue
            try:
                message, author = await self._words_of(letter)
                asked = reacted(letter, message, workflow=trigger.workflow, author=author, channel=trigger.channel)
            except (Invalid, NotFound) as useless:
                logger.info("reaction without effect", reason=str(useless))
                continue
            owner = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
            if await self._own(str(asked["id"]), owner):
                await self._desk.call(asked)

    @override
    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Who is in a conversation has changed: what is known of it is old. The bot greets whom it meets for the first time."""
        letter = letter_of(turn_context)
        self._directory.forget(letter.conversation)
        added = letter.body.get("membersAdded")
        is_me = any(
            text(each, "id") == letter.me for each in (added if isinstance(added, list) else ()) if isinstance(each, dict)
        )
        if is_me:
            await self._greet(letter)

    @override
    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """The app was added. Teams tells that in two ways, and one of them is enough."""
        letter = letter_of(turn_context)
        if text(letter.body, "action").startswith("add"):
            await self._greet(letter)

    @override
    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """A press that could not be dealt with while Teams waited for the answer, or one that leads to work."""
        letter = letter_of(turn_context)
        match letter.name, text(letter.action, "verb"):
            case "adaptiveCard/action", verb if verb in DECISIONS:
                await self._desk.decision(await self._decision(letter, DECISIONS[verb]))
            case "adaptiveCard/action", "share":
                await self._desk.share(shared(letter))
            case "adaptiveCard/action", "offer":
                await self._desk.offer(offered(letter))
            case "message/submitAction", _:
                await self._vote(letter)
            case "composeExtension/fetchTask", _:
                await self._desk.call(asked_about(letter))
            case _:
                raise Invalid(f"No part of the bot listens to {letter.name or 'this invoke'}.")

    async def _decision(self, letter: Letter, verb: Verb) -> Asked:
        if verb is not Verb.EDIT:
            return decision(letter, verb, {})
        try:
            draft = await self._drafts.read(handle(letter)[0])
        except (Invalid, NotFound):
            return decision(letter, verb, {})  # refused in the words of every decision, and witnessed
        return decision(letter, verb, values(draft, part(letter.action, "data")))

    async def _vote(self, letter: Letter) -> None:
        """A thumb names the message, so the answer is found by the message's id. One that names none of ours is nobody's question."""
        post = text(letter.body, "replyToId")
        row = await self._sent.of_post(NAME, letter.conversation, post) if post else None
        if row is None:
            logger.info("a vote on no answer of ours")
            return
        key = row.key.removeprefix(f"{NAME}:").removesuffix(":direct").rpartition(":")[0]
        await self._desk.vote(voted(letter, answer_id(key)))

    async def _words_of(self, letter: Letter) -> tuple[str, str]:
        """What stands in the message that a reaction was put on, and Teams' id of who said it: the bot's words or the record of a card of
        its, which are nobody's, or what a person said.

        Raises NotFound where the bot does not know it any more.
        """
        post = text(letter.body, "replyToId")
        row = await self._sent.of_post(NAME, letter.conversation, post) if post else None
        if row is not None and row.draft:
            record = (await self._drafts.read(row.draft)).record
            return f"{record.id} {record.title}", ""
        said = await self._talk.of(letter.conversation, post) if row is None else None
        words = await self._turns.of(row.key.rpartition(":")[0]) if row else said.words if said else ""
        if not words:
            raise NotFound("The bot does not know this message.")
        return words, said.author if said else ""

    async def _greet(self, letter: Letter) -> None:
        """Say once in a direct conversation what can be asked; a channel is not disturbed."""
        if letter.conversation_kind != DIRECT or not letter.sender.startswith("29:"):
            return
        owner = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
        effect = f"hello:{hashlib.sha256(letter.conversation.encode()).hexdigest()[:32]}"
        if await self._own(effect, owner):
            await self._desk.call(about(letter) | {"id": f"{NAME}:{effect}", "text": "/bot help"})

    async def _is_for_us(self, letter: Letter) -> bool:
        if letter.sender == letter.me or letter.sender.startswith("28:"):
            return False  # the bot never answers a bot, itself included
        wanted = self._configuration.channel(f"{NAME}:{letter.conversation}").answer
        if letter.conversation_kind == DIRECT or is_command(letter):
            return True
        if wanted == "off":
            return False
        if wanted == "all" or is_mention(letter):
            return True
        return bool(letter.thread) and await self._sent.has_spoken(NAME, letter.conversation, letter.thread)


class Replay(BotAdapter):  # type: ignore[misc]  # the SDK has no types
    """The SDK, fed from the ledger. It verifies nothing and sends nothing: the door did the one, the bot's voice does the other."""

    def __init__(self, listeners: Listeners, places: Places) -> None:
        super().__init__()
        self._listeners = listeners
        self._places = places

    async def run(self, payload: Mapping[str, object]) -> None:
        """Carry out one recorded activity. Raises whatever its listener raised."""
        letter = Letter(part(payload, "body"))
        await self._places.remember(letter)
        context = TurnContext(self, activity_of(letter))
        context.turn_state[LETTER] = letter
        await self.run_pipeline(context, self._listeners.on_turn)

    @staticmethod
    def asked(payload: Mapping[str, object]) -> Asked | None:
        """Who has to be told when a recorded activity could not be carried out; None when nobody asked for anything."""
        letter = Letter(part(payload, "body"))
        return said(letter) if letter.kind == "message" else about(letter) if letter.kind == "invoke" else None

    @override
    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Nothing is said through the SDK: its serialiser drops fields, and a message without a key could be sent twice."""
        raise NotImplementedError("The bot speaks through its voice.")

    @override
    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        """See send_activities."""
        raise NotImplementedError("The bot speaks through its voice.")

    @override
    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """See send_activities."""
        raise NotImplementedError("The bot speaks through its voice.")


def activity_of(letter: Letter) -> Activity:
    """The SDK's own shape of an activity; where a field is not what the SDK expects, its kind and name, which is all a turn needs."""
    try:
        return Activity().deserialize(dict(letter.body))
    except (DeserializationError, ValueError, TypeError, AttributeError) as strange:
        logger.info("an activity of a strange shape", kind=letter.kind, reason=type(strange).__name__)
        return Activity(type=letter.kind, name=letter.name, channel_id=letter.channel_id)


def letter_of(context: TurnContext) -> Letter:
    """The activity as it came: the SDK's own types leave out what they do not know."""
    found: Any = context.turn_state[LETTER]
    if not isinstance(found, Letter):
        raise TypeError("a turn carries its letter")
    return found


__all__ = ["DECISIONS", "ROOT", "Listeners", "Replay"]
