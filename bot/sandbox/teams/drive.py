"""The people who use the bot: what they say, command, press and install, delivered the way the Bot Connector delivers it."""

from typing import Unpack

from bot.sandbox.delivery import Reply
from bot.sandbox.models import Payload
from bot.sandbox.teams.deliver import Courier, How
from bot.sandbox.teams.payloads import AT, activity, mention, spoken
from bot.sandbox.teams.presses import Presses
from bot.sandbox.teams.state import Conversation, Message, Person
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
        **how: Unpack[How],
    ) -> list[Reply]:
        """Say something, in a channel under the post `thread`. Outside of personal chats Teams tells the bot only what mentions it.

        `mention`: None mentions it where that is needed. `rsc`: the app may read everything (resource-specific consent).
        """
        where, who = self._where(user, conversation)
        needed = where.kind != "personal" and not rsc
        has_mention = AT in text or (needed if mention is None else mention)
        kept = self._say(where, who, spoken(text, has_mention=has_mention), thread)
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
