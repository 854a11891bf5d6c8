"""Where the bot can speak in Teams: the conversations that it was met in, and direct ones that it opens."""

from bot.platforms.teams.api import TeamsApi
from bot.platforms.teams.receive import NAME, Letter
from bot.store.talk.accounts import Account, Accounts
from bot.store.talk.conversations import Conversation, Conversations
from handlers.errors import Unavailable

DIRECT = "personal"
CHANNEL = "channel"
"""Microsoft's words for a direct message, and for a channel of a team, which alone has threads."""
SERVICE = "https://smba.trafficmanager.net/teams/"
"""Microsoft's global address, for a conversation that `bot.toml` names and nobody has spoken in yet."""


class Places:
    """The conversations of one app in one company."""

    def __init__(self, api: TeamsApi, conversations: Conversations, accounts: Accounts, *, app_id: str, tenant: str) -> None:
        self._api = api
        self._conversations = conversations
        self._accounts = accounts
        self._tenant = tenant
        self.bot = f"28:{app_id}"

    async def remember(self, letter: Letter) -> None:
        """Write down where something was said and who said it: Teams tells it with each message, and never again. Raises Unavailable."""
        kind = letter.conversation_kind
        person = letter.sender if kind == DIRECT and letter.sender != letter.me else ""
        if kind == DIRECT and not person:
            return
        await self._conversations.remember(
            Conversation(NAME, letter.conversation, kind, letter.service_url, letter.tenant or self._tenant, person)
        )
        if letter.sender.startswith("29:"):
            await self._accounts.remember(
                Account(NAME, letter.sender, letter.directory_id, letter.sender_name, letter.conversation)
            )

    async def find(self, conversation: str) -> Conversation:
        """A conversation with the address at which it is answered. Raises Unavailable."""
        if (found := await self._conversations.find(NAME, conversation)) is not None:
            return found
        latest = await self._conversations.latest(NAME)
        kind = CHANNEL if conversation.endswith((".tacv2", ".skype")) else "groupChat"
        return Conversation(NAME, conversation, kind, latest.service_url if latest else SERVICE, self._tenant)

    async def direct(self, person: str) -> Conversation:
        """The direct message with a person (`29:...`), opened where there was none. Raises TeamsRefused, Busy, Unavailable."""
        if (found := await self._conversations.direct(NAME, person)) is not None:
            return found
        if (latest := await self._conversations.latest(NAME)) is None:
            raise Unavailable(
                "Nobody has spoken to the bot in Teams yet, so it does not know where Teams is. Say hello to it there."
            )
        opened = await self._api.open(latest.service_url, person=person, tenant=self._tenant, bot=self.bot)
        made = Conversation(NAME, opened, DIRECT, latest.service_url, self._tenant, person)
        await self._conversations.remember(made)
        return made
