"""HubSpot as a public app: refresh tokens that are good once, in the hands of several processes that share a database."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.registry import connected
from bot.net.http import Http
from bot.net.oauth import SignInAgain
from bot.sandbox import Fault, Sandbox
from bot.sandbox.hubspot.oauth import PATH
from bot.settings import Settings
from bot.store.access.seal import Seal
from bot.store.access.tokens import SealedTokens
from bot.store.database import Database
from handlers.errors import Unavailable


class Office:
    """HubSpot's stand-in on a clock of its own, and processes on one database."""

    def __init__(self, sandbox, url, stack):
        self.hubspot, self.url, self.stack = sandbox.hubspot, url, stack
        self.given = self.hubspot.vendor.app_settings(self.hubspot.url)

    @property
    def tokens(self):
        return self.hubspot.vendor.tokens

    async def process(self, **other):
        database = Database(self.url)
        await database.migrate()
        self.stack.push_async_callback(database.close)
        tokens = SealedTokens(database, Seal.derived(b"key"))
        http = await self.stack.enter_async_context(Http(read_total=5, write_total=1.2, tokens=tokens))
        settings = Settings.model_validate({name.lower(): value for name, value in (self.given | other).items()})
        return connected(settings, http)["hubspot"]


@pytest.fixture
async def now():
    return [datetime(2026, 11, 20, 9, tzinfo=UTC)]


@pytest.fixture
async def office(tmp_path, now):
    async with Sandbox.start(None, clock=lambda: now[0]) as sandbox, AsyncExitStack() as stack:
        yield Office(sandbox, f"sqlite+aiosqlite:///{tmp_path / 'state.db'}", stack)


async def test_four_processes_sign_in_once(office):
    processes = [await office.process() for _ in range(4)]

    found = await asyncio.gather(*(each.read("701") for each in processes for _ in range(5)))

    assert {record.id for record in found} == {"701"}
    assert office.tokens.given == 1


async def test_a_token_that_hubspot_ended_is_renewed_once_by_one(office, now):
    processes = [await office.process() for _ in range(3)]
    await asyncio.gather(*(each.read("701") for each in processes))
    now[0] += timedelta(hours=1)  # by HubSpot's clock it is over, by ours it is not

    await asyncio.gather(*(each.read("701") for each in processes for _ in range(3)))

    assert office.tokens.given == 2


async def test_a_process_that_starts_anew_goes_on_where_the_last_one_was(office):
    await (await office.process()).read("701")
    office.tokens.end()

    await (await office.process()).read("701")

    assert office.tokens.given == 2


async def test_an_app_that_was_removed_is_the_operators_business_until_it_is_installed_again(office):
    first, other = await office.process(), await office.process()
    await first.read("701")
    office.tokens.uninstall(again="eu1-another")

    for process in (first, other):
        with pytest.raises(SignInAgain, match=r"invalid_grant\).*HUBSPOT_REFRESH_TOKEN"):
            await asyncio.gather(process.account())
    new = await office.process(HUBSPOT_REFRESH_TOKEN="eu1-another")

    assert (await new.account()).name == (await first.account()).name == "portal 4815162"


async def test_a_token_that_comes_twice_ends_them_all(office):
    """What the lock is for: two that use one refresh token are a thief and a victim to HubSpot."""
    await (await office.process()).read("701")
    elsewhere = Office.__new__(Office)
    elsewhere.__dict__ = office.__dict__ | {"url": office.url.replace("state.db", "other.db")}

    with pytest.raises(SignInAgain):
        await (await elsewhere.process()).read("701")
    with pytest.raises(SignInAgain):
        await (await office.process()).account()


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 503}, {"kind": "status", "status": 429, "retry_after": 0}, {"kind": "reset"}]
)
async def test_a_sign_in_that_fails_for_the_moment_is_tried_again(office, fault):
    office.hubspot.faults.add(Fault(path=PATH, **fault))

    assert (await (await office.process()).read("701")).id == "701"


async def test_a_token_whose_answer_was_lost_is_gone_and_that_is_told(office):
    office.hubspot.faults.add(Fault("reset", path=PATH, after=True))

    with pytest.raises(SignInAgain, match="installs the app again"):
        await (await office.process()).read("701")


async def test_secrets_are_in_no_ledger(office):
    await (await office.process()).read("701")

    assert office.hubspot.ledger.entries == []


async def test_without_a_place_for_tokens_none_is_used_up(office):
    settings = Settings.model_validate({name.lower(): value for name, value in office.given.items()})
    async with Http() as http:
        with pytest.raises(Unavailable, match="kept in the database"):
            await connected(settings, http)["hubspot"].account()
    assert office.tokens.given == 0
