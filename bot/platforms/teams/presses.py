"""Presses, answered while Teams waits: decided from what the store holds, or recorded for the worker when that takes too long."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Protocol

from bot.desk import Desk
from bot.http.gate import MOST_LATE, Record
from bot.members.deciding import MayDecide
from bot.platforms.teams.edit import edit_card, values
from bot.platforms.teams.intake import delivery
from bot.platforms.teams.listeners import DECISIONS
from bot.platforms.teams.places import Places
from bot.platforms.teams.receive import Letter, part, text
from bot.platforms.teams.translate import decision, handle
from bot.platforms.teams.words import Message
from bot.watch import log
from handlers.approvals import problems, refuse_what_is_over
from handlers.errors import Invalid, NotFound, Refused, Unavailable
from handlers.models import Draft, State, Verb
from handlers.ports import Drafts

PATIENCE = 1.5
"""Seconds to decide while Teams waits. It waits three for cards; recording what takes longer has a second of its own."""
CARD = "application/vnd.microsoft.card.adaptive"
WORDS = "application/vnd.microsoft.activity.message"
"""Types of an answer that takes the card's place, and of one that is shown beside it."""
LATER = "This takes a little longer. It is recorded, and the card will show what became of it."
AGAIN = "This could not be shown in time. Press again."
GOT_IT = "Got it, working on it."
ASKING = "Got it. The answer comes in the conversation of the message, or in your chat with me."
REFUSALS = (Refused, NotFound, Invalid)
logger = log.get("teams")
Body = Mapping[str, object]


class Drawing(Protocol):
    """What is needed of the bot's voice."""

    async def drawn(self, draft: Draft) -> tuple[Message, ...]:
        """The card of a draft as it is now."""
        ...


class CardPresses:
    """The Presses of the intake."""

    def __init__(self, desk: Desk, drafts: Drafts, places: Places, voice: Drawing, may: MayDecide) -> None:
        self._desk = desk
        self._drafts = drafts
        self._places = places
        self._voice = voice
        self._may = may
        self._late: set[asyncio.Task[Body]] = set()

    async def __call__(self, letter: Letter, record: Record) -> Body:
        """What Teams shows now."""
        match letter.name:
            case "adaptiveCard/action":
                return await self._pressed(letter, record)
            case "message/submitAction":
                await record(delivery(letter))
                return {}
            case "composeExtension/fetchTask":
                await record(delivery(letter))
                return {"task": {"type": "message", "value": ASKING}}
            case _:
                raise Invalid("No part of the bot listens to this invoke.")

    async def _pressed(self, letter: Letter, record: Record) -> Body:
        verb = text(letter.action, "verb")
        if verb in ("share", "offer"):
            await record(delivery(letter))
            return said(GOT_IT)
        if verb in DECISIONS:
            outcome = await self._in_time(self._decide(letter, DECISIONS[verb]))
            if outcome is None:  # recorded too; whichever of the two comes second finds it decided
                await record(delivery(letter))
            return outcome or said(LATER)
        if verb not in ("edit", "show"):
            raise Invalid("No part of the bot listens to this button.")
        return await self._in_time(self._look(letter, verb)) or said(AGAIN)

    async def _in_time(self, answering: Coroutine[object, object, Body]) -> Body | None:
        """The answer; None where it is not there in time, or the state of record is away. What is under way is brought to its end."""
        if len(self._late) >= MOST_LATE:
            answering.close()
            raise Unavailable("the state of record is too slow: earlier presses are still under way")
        task = asyncio.create_task(answering)
        done, _ = await asyncio.wait([task], timeout=PATIENCE)
        if not done:
            self._late.add(task)
            task.add_done_callback(self._ended)
            return None
        return None if isinstance(task.exception(), Unavailable) else task.result()

    def _ended(self, task: asyncio.Task[Body]) -> None:
        self._late.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            logger.info("a press was not answered in time", reason=str(wrong))

    async def _look(self, letter: Letter, verb: str) -> Body:
        """The form of a draft, or its card as it is now."""
        try:
            draft = await self._drafts.read(handle(letter)[0])
            return await self._form(draft, letter) if verb == "edit" else await self._card(draft)
        except REFUSALS as refused:
            return said(str(refused))

    async def _decide(self, letter: Letter, verb: Verb) -> Body:
        try:
            typed: Mapping[str, str] = {}
            if verb is Verb.EDIT:
                name, version = handle(letter)
                draft = await self._drafts.read(name)
                typed = values(draft, part(letter.action, "data"))
                # What is over, or of another version, is refused by the decision itself, and witnessed.
                is_live = draft.state is State.PENDING and draft.version == version
                if is_live and (wrong := problems(draft, version, typed)):
                    return shown(edit_card(draft, wrong=wrong, typed=typed))
            await self._places.remember(letter)
            return await self._card(await self._desk.decide(decision(letter, verb, typed)))
        except REFUSALS as refused:
            return said(str(refused))

    async def _form(self, draft: Draft, letter: Letter) -> Body:
        refuse_what_is_over(draft, handle(letter)[1])
        await self._places.remember(letter)
        reason = await self._may.refusal(draft, letter.sender)
        return said(reason) if reason else shown(edit_card(draft))

    async def _card(self, draft: Draft) -> Body:
        """The last message of the card: the one with the buttons is what was pressed."""
        card = (await self._voice.drawn(draft))[-1].card
        if card is None:
            raise TypeError("a draft is drawn as a card")
        return shown(card)


def shown(card: Mapping[str, object]) -> Body:
    """A card in the place of the one that was pressed."""
    return {"statusCode": 200, "type": CARD, "value": dict(card)}


def said(words: str) -> Body:
    """Words beside the card, for the person who pressed."""
    return {"statusCode": 200, "type": WORDS, "value": words}
