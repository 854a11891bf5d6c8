"""Teams as a part of a process; its libraries are imported when it is opened, not before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.store import Store
from bot.settings import Configuration, Settings
from bot.settings.people import People

if TYPE_CHECKING:
    from bot.platforms.teams.room import TeamsRoom


@asynccontextmanager
async def open_teams(
    settings: Settings, configuration: Configuration, people: People, store: Store
) -> "AsyncIterator[TeamsRoom]":
    """The room of Teams during the block."""
    from bot.platforms.teams.room import Ledgers, TeamsRoom  # noqa: PLC0415 - most of a second, and only with Teams
    from bot.store.talk.accounts import Accounts  # noqa: PLC0415 - as above
    from bot.store.talk.conversations import Conversations  # noqa: PLC0415 - as above
    from bot.store.talk.heard import Heard  # noqa: PLC0415 - as above
    from bot.store.talk.sent import SentStore  # noqa: PLC0415 - as above
    from bot.store.talk.turns import Turns  # noqa: PLC0415 - as above

    database = store.database
    ledgers = Ledgers(
        store.drafts,
        store.inbound,
        SentStore(database),
        Conversations(database),
        Accounts(database),
        Turns(database),
        Heard(database),
    )
    async with TeamsRoom.open(settings, configuration, people, ledgers) as room:
        yield room
