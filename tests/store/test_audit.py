"""The audit trail finds every way to change it."""

import pytest
from sqlalchemy import text

from bot.store.audit import Audit, Broken


@pytest.fixture
async def trail(stores):
    for n in range(4):
        async with stores.database.write() as tx:
            await stores.audit.append(tx, actor="ada", action="did", subject=f"draft/{n}", detail={"n": n, "ü": ["é"]})
    return stores


async def test_an_untouched_trail_holds(trail):
    assert await trail.audit.verify() == 4


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit SET actor = 'eve' WHERE seq = 2",
        "UPDATE audit SET at = '2020-01-01' WHERE seq = 4",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 4",
        "DELETE FROM audit",
        "UPDATE audit SET seq = CASE seq WHEN 1 THEN 102 ELSE 101 END WHERE seq IN (1, 2)",
    ],
)
async def test_an_edit_a_removal_a_move_and_a_cut_are_found(trail, damage):
    async with trail.database.write() as tx:
        await tx.execute(text(damage))

    with pytest.raises(Broken, match="audit trail"):
        await trail.audit.verify()


async def test_another_key_cannot_have_made_it(trail):
    with pytest.raises(Broken, match="row 1"):
        await Audit(trail.database, b"another key").verify()
