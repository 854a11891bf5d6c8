"""The conversation in Teams: activities with the connector's token in, what the tenant shows out."""

import copy
from collections.abc import Mapping
from typing import Any

from conversations.reading import of_teams, warnings
from conversations.stages import Card, Seen
from offices import Office
from tenants import verbs

from bot.platforms.teams.presses import LATER
from bot.sandbox.teams.shown import executes
from bot.sandbox.teams.state import BOT, GENERAL, Message


class TeamsStage:
    """Teams' Stage."""

    name = "teams"

    def __init__(self, office: Office) -> None:
        self._drive = office.teams.drive
        self._tenant = office.teams.tenant
        self._told: list[tuple[int, str, str]] = []  # (when, to whom, what an answer of a press said)

    async def ask(self, person: str, words: str) -> None:
        heard(await self._drive.say(person, GENERAL, words))

    async def tell(self, person: str, words: str) -> None:
        heard(await self._drive.say(person, self._tenant.personal(person).id, words))

    async def send(self, person: str, words: str, name: str, content: bytes) -> None:
        heard(await self._drive.say(person, self._tenant.personal(person).id, words, files={name: content}))

    async def chat(self, person: str, words: str) -> None:
        heard(await self._drive.say(person, GENERAL, words, mention=False, rsc=True))

    async def follow_up(self, person: str, words: str) -> None:
        heard(await self._drive.say(person, GENERAL, words, thread=self._mine(GENERAL)[-1].thread))

    async def command(self, person: str, line: str) -> None:
        name, _, argument = line.partition(" ")
        heard(await self._drive.command(person, GENERAL, name, argument))

    async def press(self, card: Card, verb: str, person: str, values: Mapping[str, str]) -> None:
        conversation, name, shown = card.there
        who, message = self._tenant.person(person).id, self._tenant.message(conversation, name)
        if verb != "edit" or not is_form(message.shown_to.get(who)):
            heard(await self._drive.press(conversation, name, verb, person, as_shown=shown))
        if verb == "edit" and is_form(message.shown_to.get(who)):
            heard(await self._drive.press(conversation, name, "save", person, inputs=values))
            form = message.shown_to.get(who)
            self._note(who, *(warnings(form) if form and is_form(form) else ()))
        self._note(who, *(words for told, words in self._drive.told if told == who and words != LATER))
        self._drive.told.clear()

    async def choose(self, person: str, label: str) -> None:
        who = self._tenant.person(person).id
        found = [
            (m, each) for m in reversed(self._mine(GENERAL)) for each in executes(m.card(who) or {}) if each["verb"] == "offer"
        ]
        message, button = next((m, each) for m, each in found if each["title"] == label)
        heard(await self._drive.press(GENERAL, message.id, "offer", person, data=button["data"]))
        self._drive.told.clear()

    async def vote(self, person: str, verdict: str) -> None:
        answer = next(m for m in reversed(self._mine(GENERAL)) if m.activity.get("channelData", {}).get("feedbackLoop"))
        reaction = {"up": "like", "down": "dislike"}[verdict]
        heard(await self._drive.feedback(GENERAL, answer.id, person, reaction))

    async def share(self, person: str) -> None:
        who = self._tenant.person(person).id
        found = [m for m in self._mine(GENERAL) if m.targeted == who and "share" in verbs(m.card(who) or {})]
        heard(await self._drive.press(GENERAL, found[-1].id, "share", person))

    async def seen(self, person: str) -> list[Seen]:
        who, own = self._tenant.person(person).id, self._tenant.personal(person).id
        there = [(where, m) for where in (GENERAL, own) for m in self._mine(where) if self._is_shown(where, m, who)]
        found = [(int(m.id), self._look(where, m, who)) for where, m in there]
        found += [(when, Seen(words, private=True)) for when, told, words in self._told if told == who]
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _is_shown(self, conversation: str, message: Message, who: str) -> bool:
        """Whether this person finds a message: nobody looks under a post that only somebody else sees."""
        root = self._tenant.conversation(conversation).message(message.thread)
        return all(each.targeted in ("", who) for each in (message, root) if each)

    def _mine(self, conversation: str) -> list[Message]:
        return [m for m in self._tenant.conversation(conversation).messages if m.author == BOT and not m.is_deleted]

    def _note(self, who: str, *words: str) -> None:
        self._told += [(int(self._tenant.next_id()), who, each) for each in words]

    def _look(self, conversation: str, message: Message, who: str) -> Seen:
        shown = message.card(who)
        text = of_teams(message.activity, shown)
        draft = next(iter(drafts(shown or {})), "") or text.rpartition("draft ")[2][:8] if "\ndraft " in text else ""
        there = (conversation, message.id, copy.deepcopy(shown))
        card = Card(draft, tuple(verbs(shown or {})), there) if draft else None
        return Seen(text, private=bool(message.targeted) or conversation != GENERAL, card=card)


def drafts(card: Mapping[str, Any]) -> list[str]:
    """The drafts that a card's buttons name."""
    return [action["data"]["draft"] for action in card.get("actions", ()) if "draft" in action.get("data", {})]


def is_form(card: Mapping[str, Any] | None) -> bool:
    """Whether somebody has the edit form in the place of the card."""
    return card is not None and "save" in verbs(card)


def heard(replies: list[tuple[int, Any]]) -> None:
    """The bot has everything."""
    assert any(status == 200 for status, _ in replies), replies
