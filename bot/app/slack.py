"""Slack as a part of a process; its libraries are imported when it is opened, not before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.store import Store
from bot.settings import Configuration, Settings
from bot.settings.keys import secret_key
from bot.settings.people import People

if TYPE_CHECKING:
    from bot.platforms.slack.room import SlackRoom


@asynccontextmanager
async def open_slack(
    settings: Settings, configuration: Configuration, people: People, store: Store
) -> "AsyncIterator[SlackRoom]":
    """The room of Slack during the block. Tokens that an older SECRET_KEY closed are closed with the new one at once."""
    from bot.platforms.slack.room import Ledgers, SlackRoom  # noqa: PLC0415 - half a second, and only with Slack
    from bot.store.access.installations import Installations  # noqa: PLC0415 - with its cryptography, as above
    from bot.store.access.oauth import OAuthStates  # noqa: PLC0415 - as above
    from bot.store.access.seal import Seal  # noqa: PLC0415 - as above
    from bot.store.talk.sent import SentStore  # noqa: PLC0415 - as above

    secret = secret_key(settings).value
    installations = Installations(store.database, Seal.derived(secret))
    await installations.reseal()
    ledgers = Ledgers(store.drafts, store.inbound, installations, OAuthStates(store.database), SentStore(store.database))
    try:
        async with SlackRoom.open(settings, configuration, people, ledgers) as room:
            yield room
    finally:
        await installations.close()
