"""What the listeners need of Slack besides answering: one message, the Home tab, suggestions, and the end of an installation."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.direct import direct
from bot.platforms.slack.home import home
from bot.platforms.slack.manifest import PROMPTS
from bot.platforms.slack.members import Directory
from bot.platforms.slack.receive import NAME, text
from bot.platforms.slack.refusals import SlackRefused
from bot.store.access.installations import Installations
from bot.store.talk.sent import SentStore
from bot.watch import log
from handlers.errors import NotFound
from handlers.policy import refusal
from handlers.ports import Drafts, Policies

logger = log.get("slack")


class Around:
    """The Surroundings of the listeners."""

    def __init__(
        self,
        api: SlackApi,
        *,
        directory: Directory,
        installations: Installations,
        sent: SentStore,
        drafts: Drafts,
        policies: Policies,
    ) -> None:
        self._api = api
        self._directory = directory
        self._installations = installations
        self._sent = sent
        self._drafts = drafts
        self._policies = policies

    async def in_thread(self, channel: str, thread: str) -> bool:
        """Whether the bot has spoken in a thread, by its own memory."""
        return await self._sent.has_spoken(NAME, channel, thread)

    async def message(self, team: str, channel: str, ts: str) -> Mapping[str, Any]:
        """One message, in a thread or not. Raises NotFound."""
        for method, where in (("conversations.history", {"latest": ts}), ("conversations.replies", {"ts": ts})):
            page = await self._api.read(team, method, channel=channel, inclusive=True, limit=1, **where)
            for found in page.get("messages") or ():
                if isinstance(found, Mapping) and text(found, "ts") == ts:
                    return found
        raise NotFound("This Slack message is gone, or the bot may not read it.")

    async def home(self, team: str, user: str) -> None:
        """What waits for a person, on their Home tab."""
        person = await self._directory.person(team, user)
        now = datetime.now(UTC)
        waiting = [d for d in await self._drafts.waiting() if not refusal(d, person, self._policies(d), now)]
        await self._api.write(team, "views.publish", user_id=user, view=home(waiting, now=now, name=person.name))

    async def direct(self, team: str, user: str) -> str:
        """The channel of the direct message with a person."""
        return await direct(self._api, team, user)

    async def prompts(self, team: str, channel: str) -> None:
        """Suggest what to ask. A workspace without the agent view refuses that, and goes on without."""
        try:
            prompts = [{"title": title, "message": message} for title, message in PROMPTS]
            await self._api.write(team, "assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=prompts)
        except SlackRefused as refused:
            logger.info("no suggestions", code=refused.code)

    async def left(self, team: str) -> None:
        """The tokens go with the installation."""
        await self._installations.forget(team)
        self._directory.forget(team)
        logger.warning("the app was taken out of a workspace; its tokens are deleted", team=team)

    def moved(self, team: str, channel: str) -> None:
        """Ask again who is in a channel."""
        self._directory.forget(team, channel=channel)
