"""Workspaces and their tokens: sealed, renewed once however many wait, and never renewed blindly."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.store.access.installations import EARLY, InstallAgain, Installation, Installations, Renewed
from bot.store.access.oauth import OAuthStates
from bot.store.access.seal import Seal
from handlers.errors import Busy, Invalid, NotFound, Unavailable, Unknown

SEAL = Seal.derived(b"a-key-of-some-length")


def there(**more):
    values = {"token": "xoxb-one", "bot_user": "UBOT", "scopes": frozenset({"commands", "chat:write"}), **more}
    return Installation("T1", **values)


class Slack:
    """The far end of a renewal: single-use refresh tokens, and whatever a test wants it to do."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.given = []

    async def __call__(self, refresh):
        self.given.append(refresh)
        await asyncio.sleep(0.05)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        number = len(self.given)
        return outcome or Renewed(f"xoxb-new-{number}", f"xoxe-new-{number}", 43_200)


@pytest.fixture
def store(database):
    return Installations(database, SEAL)


async def raw(database):
    async with database.read() as tx:
        return (await tx.execute(text("SELECT * FROM slack_installations"))).one()


async def passed(database, seconds):
    """Let this much time go by, as far as the table knows."""
    async with database.write() as tx:
        await tx.execute(text(f"UPDATE slack_installations SET expires_at = expires_at - {seconds}, lease = lease - {seconds}"))  # noqa: S608 - a number


async def test_what_is_installed_is_read_again_and_sealed_at_rest(store, database):
    await store.install(there(name="Acme", installed_by="U1", refresh="xoxe-one", lives=43_200))

    found, row = await store.read("T1"), await raw(database)

    assert (found.token, found.refresh, found.bot_user, found.name) == ("xoxb-one", "xoxe-one", "UBOT", "Acme")
    assert found.scopes == {"commands", "chat:write"}
    assert 43_190 < found.lives <= 43_200
    assert "xox" not in str(row)
    assert "xox" not in repr(found)


async def test_a_workspace_that_is_not_there(store):
    with pytest.raises(NotFound, match="/slack/install"):
        await store.read("T9")
    with pytest.raises(NotFound):
        await store.rotate("T9", Slack())
    assert not await store.forget("T9")


async def test_uninstalling_leaves_no_token(store, database):
    await store.install(there())

    assert await store.forget("T1")

    async with database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM slack_installations"))).scalar_one() == 0


async def test_installing_again_replaces_the_tokens_and_heals(store):
    await store.install(there(refresh="r", lives=1))
    with pytest.raises(InstallAgain):
        await store.rotate("T1", Slack(InstallAgain("used up")))
    assert await store.teams() == {"T1": "used up"}

    await store.install(there(token="xoxb-two"))

    assert (await store.rotate("T1", Slack())).token == "xoxb-two"
    assert await store.teams() == {"T1": ""}


async def test_a_token_without_an_end_and_a_fresh_one_are_left_alone(store):
    slack = Slack()
    await store.install(there())
    assert math.isinf((await store.rotate("T1", slack)).lives)
    await store.install(there(refresh="r", lives=EARLY + 60))
    assert (await store.rotate("T1", slack)).token == "xoxb-one"

    assert slack.given == []


@pytest.mark.parametrize("lives", [1, EARLY - 60])
async def test_one_renewal_however_many_wait_in_however_many_processes(store, database, lives):
    await store.install(there(refresh="xoxe-one", lives=lives))
    slack, stores = Slack(), [store, *(Installations(database, SEAL) for _ in range(4))]

    found = await asyncio.gather(*(each.rotate("T1", slack) for each in stores for _ in range(4)))

    assert slack.given == ["xoxe-one"]
    assert {each.token for each in found} <= ({"xoxb-new-1"} if lives == 1 else {"xoxb-one", "xoxb-new-1"})
    assert (await store.read("T1")).refresh == "xoxe-new-1"
    assert (await store.rotate("T1", slack)).token == "xoxb-new-1"
    assert len(slack.given) == 1


async def test_a_renewal_whose_asker_gave_up_is_still_stored(store, wait_until):
    await store.install(there(refresh="r", lives=1))

    slack = Slack()
    asking = asyncio.create_task(store.rotate("T1", slack))
    await wait_until(lambda: slack.given)
    asking.cancel()
    await asyncio.wait([asking])
    await store.close()

    async def renewed():
        return (await store.read("T1")).token == "xoxb-new-1"

    assert await wait_until(renewed)


async def test_a_lost_answer_is_not_sent_again_while_the_old_token_lives(store, database):
    await store.install(there(refresh="xoxe-one", lives=EARLY - 60))
    slack = Slack(Unknown("lost"))

    assert (await store.rotate("T1", slack)).token == "xoxb-one"
    await passed(database, 60)
    found = await store.rotate("T1", slack)

    assert (found.token, found.in_doubt, len(slack.given)) == ("xoxb-one", True, 1)


@pytest.mark.parametrize("second", [None, InstallAgain("Slack refuses it (invalid_refresh_token).")])
async def test_when_the_old_token_is_over_a_lost_renewal_is_tried_once_more_and_says_how_it_ended(store, database, second):
    await store.install(there(refresh="xoxe-one", lives=EARLY - 60))
    slack = Slack(Unknown("lost"), second)
    await store.rotate("T1", slack)
    await passed(database, EARLY)

    if second is None:
        assert (await store.rotate("T1", slack)).token == "xoxb-new-2"
        assert not (await store.read("T1")).in_doubt
    else:
        with pytest.raises(InstallAgain, match="invalid_refresh_token"):
            await store.rotate("T1", slack)
        with pytest.raises(InstallAgain):
            await store.rotate("T1", slack)
    assert slack.given == ["xoxe-one", "xoxe-one"]


async def test_a_renewal_that_did_not_happen_is_tried_again(store):
    await store.install(there(refresh="r", lives=1))
    slack = Slack(Busy("later", after=1), Unavailable("down"), Invalid("bad_client_secret"))

    for error in (Busy, Unavailable, Invalid):
        with pytest.raises(error):
            await store.rotate("T1", slack)

    assert (await store.rotate("T1", slack)).token == "xoxb-new-4"


async def test_trouble_costs_nothing_while_the_old_token_lives(store):
    await store.install(there(refresh="r", lives=EARLY - 60))

    assert (await store.rotate("T1", Slack(Unavailable("down")))).token == "xoxb-one"


async def test_what_was_installed_meanwhile_goes_before_what_a_renewal_brings(store):
    await store.install(there(refresh="r", lives=1))

    class Slow(Slack):
        async def __call__(self, refresh):
            await store.install(there(token="xoxb-by-hand"))
            return await super().__call__(refresh)

    assert (await store.rotate("T1", Slow())).token == "xoxb-by-hand"


async def test_the_key_is_rotated_in_two_steps(database):
    old, both, new = (Installations(database, Seal.derived(key)) for key in (b"old", b"new, old", b"new"))
    await old.install(there(refresh="xoxe-one", lives=43_200))

    with pytest.raises(Invalid, match="SECRET_KEY"):
        await new.read("T1")
    assert await new.reseal() == 0
    assert (await both.read("T1")).token == "xoxb-one"
    assert await both.reseal() == 1

    assert (await new.read("T1")).refresh == "xoxe-one"
    with pytest.raises(Invalid):
        await old.read("T1")


async def test_a_token_that_was_moved_to_another_workspace_is_not_opened(store, database):
    await store.install(there())
    async with database.write() as tx:
        await tx.execute(text("UPDATE slack_installations SET team = 'T2'"))

    with pytest.raises(Invalid):
        await store.read("T2")


@given(
    where=st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])),
    what=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_what_is_sealed_is_opened_in_its_place_only(where, what):
    closed = SEAL.close(where, what)

    assert SEAL.open(where, closed) == what
    if what:
        with pytest.raises(Invalid):
            SEAL.open(where + "x", closed)
        with pytest.raises(Invalid):
            Seal.derived(b"another").open(where, closed)


async def test_a_state_is_good_once_and_in_its_browser_only(database):
    states = OAuthStates(database)
    for state in ("a", "b", "c"):
        await states.issue(state, "cookie")

    spent = await asyncio.gather(*(states.spend("a", "cookie") for _ in range(5)))

    assert sorted(spent) == [False, False, False, False, True]
    assert not await states.spend("b", "another")
    assert not await states.spend("b", "cookie")
    assert not await states.spend("unknown", "cookie")
    assert await states.spend("c", "cookie")


async def test_a_state_that_is_too_old_is_no_good_and_is_swept(database):
    states = OAuthStates(database)
    await states.issue("a", "cookie")
    async with database.write() as tx:
        await tx.execute(text("UPDATE oauth_states SET expires = expires - 601"))

    assert not await states.spend("a", "cookie")
    await states.issue("b", "cookie")

    async with database.read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM oauth_states"))).scalar_one() == 1


async def test_the_migrations_make_what_the_tables_say(database):
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - only this test needs it
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above

    from bot.store.tables import metadata  # noqa: PLC0415 - as above

    async with database.read() as tx:
        found = await tx.run_sync(lambda c: compare_metadata(MigrationContext.configure(c), metadata))

    assert [each for each in found if "alembic_version" not in str(each)] == []
