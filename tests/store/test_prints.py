"""Fingerprints of the keys: who uses another key than those before is refused, unless somebody gave it."""

import asyncio
import shutil

import pytest
from sqlalchemy import text

from bot.app.store import open_store
from bot.settings import Configuration, Settings
from bot.settings.keys import FILES, Key
from bot.store.access.prints import KeyPrints, fingerprint
from bot.store.database import Database
from handlers.errors import Refused


@pytest.fixture
def opened(database, tmp_path):
    """Open the state of record as a process with this data directory does; the keys that the database knows then."""
    url = database._engine.url.render_as_string(hide_password=False)

    async def opens(folder, **given):
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        async with open_store(Settings(data_dir=place, database_url=url, **given), Configuration()) as store:
            return await KeyPrints(store.database).known()

    return opens


async def test_a_copy_of_the_first_ones_keys_is_let_in_and_keys_of_ones_own_are_not(opened, tmp_path):
    first = await opened("first")
    assert first.keys() == {"SECRET_KEY", "AUDIT_KEY"}
    assert await opened("first") == first

    with pytest.raises(Refused) as refused:
        await opened("second")
    assert str(refused.value).startswith("SECRET_KEY and AUDIT_KEY")
    assert "copy secret.key and audit.key from" in str(refused.value)

    shutil.copy(tmp_path / "first" / "secret.key", tmp_path / "second" / "secret.key")
    with pytest.raises(Refused, match=r"^AUDIT_KEY .* copy audit.key from"):
        await opened("second")
    shutil.copy(tmp_path / "first" / "audit.key", tmp_path / "second" / "audit.key")
    assert await opened("second") == first


async def test_a_key_that_was_given_is_a_rotation_and_one_that_was_made_is_not(opened):
    first = await opened("first")
    turned = await opened("first", secret_key="new, old")
    assert (turned["AUDIT_KEY"], turned["SECRET_KEY"] != first["SECRET_KEY"]) == (first["AUDIT_KEY"], True)

    with pytest.raises(Refused, match=r"^SECRET_KEY is not set"):
        await opened("first")
    assert await opened("second", secret_key="new, old", audit_key="given") == {
        "SECRET_KEY": turned["SECRET_KEY"],
        "AUDIT_KEY": fingerprint(Key("AUDIT_KEY", b"given", made=False)),
    }


async def test_who_is_refused_leaves_nothing_behind(opened, database):
    await opened("first")
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM key_prints WHERE name = 'SECRET_KEY'"))

    with pytest.raises(Refused, match=r"^AUDIT_KEY is not set"):
        await opened("second")

    assert (await KeyPrints(database).known()).keys() == {"AUDIT_KEY"}


async def test_of_several_that_start_at_once_with_keys_of_their_own_one_is_let_in(database):
    other = Database(database._engine.url.render_as_string(hide_password=False))
    made = [[Key(name, f"{name}{number}".encode(), made=True) for name in FILES] for number in range(6)]
    claims = [KeyPrints((database, other)[number % 2]).claim(*keys) for number, keys in enumerate(made)]
    outcomes = await asyncio.gather(*claims, return_exceptions=True)
    known = await KeyPrints(database).known()
    await other.close()

    [first] = [number for number, outcome in enumerate(outcomes) if not isinstance(outcome, Refused)]
    assert outcomes[first] == []
    assert known == {key.name: fingerprint(key) for key in made[first]}


def test_a_fingerprint_tells_keys_and_their_names_apart_and_neither_is_shown():
    keys = [Key(name, value, made=True) for name in ("SECRET_KEY", "AUDIT_KEY") for value in (b"a" * 64, b"b" * 64)]

    assert len({fingerprint(key) for key in keys}) == 4
    assert all(len(fingerprint(key)) == 64 and key.value.decode() not in fingerprint(key) for key in keys)
    assert all(key.value.decode() not in repr(key) for key in keys)
