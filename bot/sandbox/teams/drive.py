"""The people who use the bot: what they say, command, press and install, delivered the way the Bot Connector delivers it."""

from collections.abc import Mapping
from typing import Unpack

from bot.sandbox.delivery import Reply
from bot.sandbox.models import Payload
from bot.sandbox.teams.deliver import Courier, How
from bot.sandbox.teams.payloads import AT, activity, attached, mention, spoken
from bot.sandbox.teams.presses import Presses
from bot.sandbox.teams.state import BOT, BOT_NAME, Conversation, Message, Person
from bot.sandbox.teams.world import World


class Driver(Presses):
    """Every method answers with the bot's replies, one a delivery and copy; none where Teams does not tell the bot.

    A person is named by id, short name ("ada") or address. `said` keeps the activities of `say` and `command`. LookupError for
    what is not there, ValueError for what a person could not do.
    """

    def __init__(self, world: World, courier: Courier) -> None:
        super().__init__(world, courier)
        self.said: list[Payload] = []

    async def say(
        self,
        user: str,
        conversation: str,
        text: str,
        *,
        mention: bool | None = None,
        thread: str = "",
        rsc: bool = False,
        files: Mapping[str, bytes] | None = None,
        **how: Unpack[How],
    ) -> list[Reply]:
        """Say something, in a channel under the post `thread`. Outside of personal chats Teams tells the bot only what mentions it.

        `mention`: None mentions it where that is needed. `rsc`: the app may read everything (resource-specific consent).
        `files` (name -> content) reach a bot in its personal chats only.
        """
        where, who = self._where(user, conversation)
        needed = where.kind != "personal" and not rsc
        has_mention = AT in text or (needed if mention is None else mention)
        words = spoken(text, has_mention=has_mention)
        if where.kind == "personal":
            words["attachments"] += [
                attached(self.service_url, self._tenant.keep(data), name) for name, data in (files or {}).items()
            ]
        kept = self._say(where, who, words, thread)
        is_told = self._is_there(where) and (not needed or has_mention)
        return await self._courier.send(kept.activity, how) if is_told else []

    async def command(
        self, user: str, conversation: str, name: str, text: str = "", *, thread: str = "", **how: Unpack[How]
    ) -> list[Reply]:
        """Give a slash command: nobody else in the conversation sees it. In a personal chat it is a message like any other."""
        where, who = self._where(user, conversation)
        words = f"/{name.removeprefix('/')} {text}".rstrip()
        targeted = "" if where.kind == "personal" else who.id
        kept = self._say(where, who, spoken(words, has_mention=False), thread, targeted=targeted)
        return await self._courier.send(kept.activity, how) if self._is_there(where) else []

    async def again(self, number: int = -1, *, fresh_id: bool = False, **how: Unpack[How]) -> list[Reply]:
        """Deliver something that was delivered before, the last one unless `number` says otherwise; an invoke also with a new id."""
        return await self._courier.again(number, fresh_id=fresh_id, how=how)

    async def edit(self, user: str, conversation: str, message_id: str, text: str, **how: Unpack[How]) -> list[Reply]:
        """Change the words of one's own message. Where a mention is needed, Teams tells of it if the new words have one."""
        where, who, message = self._own(user, conversation, message_id)
        words = spoken(text, has_mention=AT in text or AT in message.text)
        body = self._about("messageUpdate", who, where, message) | words | {"id": message.id}
        body["channelData"] |= {"eventType": "editMessage"}
        body["entities"] += [mention()] if AT in words["text"] else []
        message.versions.append(body)
        is_told = self._is_there(where) and (where.kind == "personal" or AT in words["text"])
        return await self._courier.send(body, how) if is_told else []

    async def delete(self, user: str, conversation: str, message_id: str, **how: Unpack[How]) -> list[Reply]:
        """Take back one's own message."""
        where, who, message = self._own(user, conversation, message_id)
        message.is_deleted = True
        body = self._about("messageDelete", who, where, message) | {"id": message.id}
        body["channelData"] |= {"eventType": "softDeleteMessage"}
        return await self._courier.send(body, how) if self._is_there(where) else []

    async def react(
        self, user: str, conversation: str, message_id: str, reaction: str, *, anybodys: bool = False, **how: Unpack[How]
    ) -> list[Reply]:
        """Put a reaction on a message. Teams tells of those on the bot's own, and targeted ones take none.

        `anybodys`: as if Teams told of those on anybody's message, which it documents nowhere; a bot must not mistake whose words they are.
        """
        where, who = self._where(user, conversation)
        message = self._visible(where, message_id, who)
        if message.targeted:
            raise ValueError("A message for one person takes no reactions.")
        message.reactions.append({"type": reaction, "user": who.id})
        body = self._about("messageReaction", who, where, message)
        body |= {"reactionsAdded": [{"type": reaction}], "replyToId": message.id}
        is_told = self._is_there(where) and (message.author == BOT or anybodys)
        return await self._courier.send(body, how) if is_told else []

    async def install(self, place: str, *, by: str = "ada", **how: Unpack[How]) -> list[Reply]:
        """Take the app into somebody's personal chat (a person), or into a team or group chat (a conversation)."""
        return await self._moved(place, by, how, is_in=True)

    async def uninstall(self, place: str, *, by: str = "ada", **how: Unpack[How]) -> list[Reply]:
        """Take it out again."""
        return await self._moved(place, by, how, is_in=False)

    async def join(self, user: str, conversation: str, **how: Unpack[How]) -> list[Reply]:
        """Join a channel or a group chat."""
        where, who = self._tenant.conversation(conversation), self._tenant.person(user)
        if who.id not in where.members:
            where.members.append(who.id)
        return await self._changed(where, who, {"membersAdded": [{"id": who.id, "aadObjectId": who.aad_object_id}]}, how)

    async def leave(self, user: str, conversation: str, **how: Unpack[How]) -> list[Reply]:
        """Leave one."""
        where, who = self._where(user, conversation)
        where.members.remove(who.id)
        return await self._changed(where, who, {"membersRemoved": [{"id": who.id, "aadObjectId": who.aad_object_id}]}, how)

    async def _moved(self, place: str, by: str, how: How, *, is_in: bool) -> list[Reply]:
        """The app comes or goes: Teams tells of it twice."""
        if place in self._tenant.conversations:
            where, who = self._tenant.conversation(place), self._tenant.person(by)
            for each in self._tenant.conversations.values():
                if each is where or each.kind == where.kind == "channel":
                    each.has_bot = is_in
        else:
            who = self._tenant.person(place)
            where, who.is_installed = self._tenant.personal(place), is_in
        members = {"membersAdded" if is_in else "membersRemoved": [{"id": BOT, "name": BOT_NAME}]}
        told = await self._changed(where, who, members, how, is_told=True)
        body = activity(self._tenant, self.service_url, "installationUpdate", who, (where, ""))
        return told + await self._courier.send(body | {"action": "add" if is_in else "remove"}, how)

    async def _changed(
        self, where: Conversation, who: Person, members: Payload, how: How, *, is_told: bool = False
    ) -> list[Reply]:
        body = activity(self._tenant, self.service_url, "conversationUpdate", who, (where, "")) | members
        if where.kind == "channel":
            kind = "teamMemberAdded" if "membersAdded" in members else "teamMemberRemoved"
            body["channelData"] |= {"eventType": kind}
        return await self._courier.send(body, how) if is_told or self._is_there(where) else []

    def _own(self, user: str, conversation: str, name: str) -> tuple[Conversation, Person, Message]:
        """A message of this person's. Raises LookupError, ValueError."""
        where, who = self._where(user, conversation)
        message = self._visible(where, name, who)
        if message.author != who.id:
            raise ValueError(f"{who.short} did not say {name}.")
        return where, who, message

    def _say(self, where: Conversation, who: Person, words: Payload, thread: str, *, targeted: str = "") -> Message:
        """Put a message of a person's into a conversation, as the activity that tells of it."""
        if thread and (where.kind != "channel" or not any(each.thread == thread for each in where.messages)):
            raise LookupError(f"There is no post {thread} in {where.id}.")
        kept = self._tenant.add(where, who.id, {}, thread=thread, targeted=targeted)
        body = activity(self._tenant, self.service_url, "message", who, (where, kept.thread)) | words | {"id": kept.id}
        body["entities"] += [mention()] if AT in words["text"] else []
        body |= {"replyToId": thread} if thread else {}
        body["recipient"] |= {"isTargeted": True} if targeted else {}
        kept.versions[-1] = body
        self.said.append(body)
        return kept

    def _is_there(self, where: Conversation) -> bool:
        """Whether the bot is in a conversation, and so is told."""
        return where.has_bot and (where.kind != "personal" or self._tenant.people[where.members[0]].is_installed)
