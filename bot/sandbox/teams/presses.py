"""What people do with a message of the bot's: they press, look again, say whether it helped. Each is an invoke, whose answer they see."""

import copy
import json
from collections.abc import Mapping
from typing import Literal, Unpack

from bot.sandbox.delivery import Reply, first_object
from bot.sandbox.models import Payload
from bot.sandbox.teams.deliver import Courier, How
from bot.sandbox.teams.payloads import activity, invoke, picked
from bot.sandbox.teams.shown import pressed, submitted
from bot.sandbox.teams.state import BOT, CARD, Conversation, Message, Person
from bot.sandbox.teams.streams import stop
from bot.sandbox.teams.world import World

TEXT, ERROR = "application/vnd.microsoft.activity.message", "application/vnd.microsoft.error"
ACCEPTED = 200


class Presses:
    """Every method answers with the bot's replies, one a delivery and copy. `service_url` is told when the stand-in listens.

    `told` has the words that an answer showed to somebody: (their id, words). `dialogs` has the dialog that somebody has open.
    """

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._tenant = world.tenant
        self._courier = courier
        self.service_url = ""
        self.told: list[tuple[str, str]] = []
        self.dialogs: dict[str, Payload] = {}

    async def press(
        self,
        conversation: str,
        activity_id: str,
        verb: str,
        user: str,
        *,
        inputs: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
        as_shown: Payload | None = None,
        **how: Unpack[How],
    ) -> list[Reply]:
        """Press a button of a card, as it is shown to this person, or as it was (`as_shown`, a card) on a slower screen.

        `inputs` by id or label; `data` chooses between buttons of the same verb, or forges what the card did not hold.
        """
        where, who = self._where(user, conversation)
        message = self._visible(where, activity_id, who)
        card = as_shown or message.card(who.id)
        if card is None:
            raise LookupError(f"The message {activity_id} has no card.")
        action = pressed(copy.deepcopy(card), verb, inputs or {}, data or {})
        return await self._card_action(where, who, message, {"action": action, "trigger": "manual"}, how)

    async def refresh(self, conversation: str, activity_id: str, user: str, **how: Unpack[How]) -> list[Reply]:
        """Look at a card that wants to be brought up to date for this person; Teams does that by itself."""
        where, who = self._where(user, conversation)
        message = self._visible(where, activity_id, who)
        wanted: Payload = (message.card() or {}).get("refresh", {})
        if "action" not in wanted:
            raise LookupError(f"The message {activity_id} has no card that refreshes.")
        if who.id not in wanted.get("userIds", [who.id]):
            raise LookupError(f"The card does not refresh for {who.short}.")
        value = {"action": copy.deepcopy(wanted["action"]), "trigger": "automatic"}
        return await self._card_action(where, who, message, value, how)

    async def feedback(
        self,
        conversation: str,
        activity_id: str,
        user: str,
        reaction: Literal["like", "dislike"],
        text: str = "",
        **how: Unpack[How],
    ) -> list[Reply]:
        """Say whether an answer helped, where it asks for that."""
        where, who = self._where(user, conversation)
        message = self._visible(where, activity_id, who)
        data = message.activity.get("channelData", {})
        if not (data.get("feedbackLoop") or data.get("feedbackLoopEnabled")):
            raise LookupError(f"The message {activity_id} asks for no feedback.")
        value = {"reaction": reaction, "feedback": json.dumps({"feedbackText": text})}
        body = invoke("message/submitAction", {"actionName": "feedback", "actionValue": value}, reply_to=message.id)
        return await self._courier.send(self._about("invoke", who, where, message) | body, how)

    async def message_action(
        self, user: str, conversation: str, message_id: str, command_id: str, **how: Unpack[How]
    ) -> list[Reply]:
        """Choose an action of the app's in the menu of a message; the dialog that it answers with is open then."""
        where, who = self._where(user, conversation)
        message = self._visible(where, message_id, who)
        author = None if message.author == BOT else self._tenant.people[message.author]
        link = f"https://teams.microsoft.com/l/message/{where.id}/{message.id}"
        value = {
            "commandId": command_id, "commandContext": "message", "requestId": self._tenant.next_id(), "context": {"theme": "default"},
            "messagePayload": picked(message, author, link),
        }  # fmt: skip
        body = self._about("invoke", who, where, message) | invoke("composeExtension/fetchTask", value)
        replies = await self._courier.send(body, how)
        task = first_object(replies).get("task")
        if isinstance(task, dict):
            self._open(who, where, message, task, value)
        return replies

    async def submit(
        self, user: str, *, inputs: Mapping[str, str] | None = None, title: str = "", **how: Unpack[How]
    ) -> list[Reply]:
        """Send the dialog that this person has open, by the button with this title, or by its first one."""
        who = self._tenant.person(user)
        if who.id not in self.dialogs:
            raise LookupError(f"{who.short} has no dialog open.")
        dialog = self.dialogs[who.id]
        data = submitted(dialog["card"]["content"], inputs or {}, title)
        where = self._tenant.conversation(dialog["conversation"])
        message = self._visible(where, dialog["message"], who)
        body = invoke("composeExtension/submitAction", {**dialog["asked"], "data": data})
        replies = await self._courier.send(self._about("invoke", who, where, message) | body, how)
        if any(status == ACCEPTED for status, _ in replies):
            del self.dialogs[who.id]
            task = first_object(replies).get("task")
            if isinstance(task, dict):
                self._open(who, where, message, task, dialog["asked"])
        return replies

    def stop(self, conversation: str, activity_id: str) -> None:
        """Stop an answer that is being streamed. Raises LookupError."""
        self._tenant.message(conversation, activity_id)
        stop(self._world, activity_id)

    async def _card_action(self, where: Conversation, who: Person, message: Message, value: Payload, how: How) -> list[Reply]:
        body = self._about("invoke", who, where, message) | invoke("adaptiveCard/action", value, reply_to=message.id)
        body["channelData"] |= {"source": {"name": "message"}, "legacy": {"replyToId": message.id}}
        replies = await self._courier.send(body, how)
        if any(status == ACCEPTED for status, _ in replies):
            self._follow(where, who, message, first_object(replies))
        return replies

    def _follow(self, where: Conversation, who: Person, message: Message, answer: Payload) -> None:
        """What the answer of a press shows to who pressed; Teams shows an error for one that it does not understand."""
        kind, value = answer.get("type"), answer.get("value")
        if kind == CARD and isinstance(value, dict):
            card = {"type": "message", "attachments": [{"contentType": CARD, "content": value}]}
            if wrong := self._world.check(card, conversation_type=where.kind):
                self._world.note(answer, where.id, wrong)
                return
            message.shown_to[who.id] = value
        elif kind == TEXT and isinstance(value, str):
            self.told.append((who.id, value))
        elif kind == ERROR and isinstance(value, dict):
            self.told.append((who.id, str(value.get("message", ""))))
        else:
            self._world.note(answer, where.id, ["The answer of an invoke needs statusCode, type and value that go together."])
        if not isinstance(answer.get("statusCode"), int):
            self._world.note(answer, where.id, ["statusCode is missing."])

    def _open(self, who: Person, where: Conversation, message: Message, task: Payload, asked: Payload) -> None:
        """A dialog, or a sentence, as the answer of an action on a message."""
        value = task.get("value")
        if task.get("type") == "message" and isinstance(value, str):
            self.told.append((who.id, value))
        elif task.get("type") == "continue" and isinstance(value, dict) and isinstance(value.get("card"), dict):
            if wrong := self._world.check({"type": "message", "attachments": [value["card"]]}, conversation_type=where.kind):
                self._world.note(task, where.id, wrong)
            self.dialogs[who.id] = {**value, "asked": asked, "conversation": where.id, "message": message.id}
        else:
            self._world.note(task, where.id, ["task is neither a sentence nor a dialog with a card."])

    def _about(self, kind: str, who: Person, where: Conversation, message: Message) -> Payload:
        return activity(self._tenant, self.service_url, kind, who, (where, message.thread))

    def _where(self, user: str, conversation: str) -> tuple[Conversation, Person]:
        """A conversation that this person is in. Raises LookupError, ValueError."""
        where, who = self._tenant.conversation(conversation), self._tenant.person(user)
        if who.id not in where.members:
            raise ValueError(f"{who.short} is not in {conversation}.")
        return where, who

    def _visible(self, where: Conversation, name: str, who: Person) -> Message:
        """A message that this person sees. Raises LookupError."""
        found = where.message(name)
        if found is None or found.targeted not in ("", who.id):
            raise LookupError(f"{who.short} sees no message {name} in {where.id}.")
        return found
