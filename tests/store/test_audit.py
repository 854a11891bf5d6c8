"""The audit trail finds every way to change it."""

from itertools import pairwise

import pytest
from sqlalchemy import text

from bot.store.audit.heads import HeadFile
from bot.store.audit.trail import BATCH, Audit, Broken
from bot.store.drafts.witness import HEAD_EVERY
from handlers.models import Decision, Verb

CUT = (
    "DELETE FROM audit WHERE seq > 2",
    "UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit WHERE seq = 2)",
)
"""What somebody does who knows the tables: the last rows are gone and the head says that this is the end."""


@pytest.fixture
async def trail(stores):
    for n in range(4):
        async with stores.database.write() as tx:
            await stores.audit.append(tx, actor="ada", action="did", subject=f"draft/{n}", detail={"n": n, "ü": ["é"]})
    return stores


async def test_an_empty_trail_holds(stores):
    assert await stores.audit.verify() == 0


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


@pytest.fixture
def published(trail, tmp_path):
    return Audit(trail.database, b"key", HeadFile(tmp_path / "audit.head"))


async def damage(stores, *statements):
    async with stores.database.write() as tx:
        for statement in statements:
            await tx.execute(text(statement))


async def test_a_cut_that_moves_the_head_row_too_is_found_by_the_published_head(trail, published):
    await published.publish()
    await damage(trail, *CUT)

    assert await trail.audit.verify() == 2  # a chain alone cannot tell
    with pytest.raises(Broken, match=r"cut off: it ends at row 2, its head of .* says 4"):
        await published.verify()
    with pytest.raises(Broken, match=r"ends at row 2, but row 4 was published"):
        await published.publish()


async def test_a_trail_that_grows_again_after_a_cut_is_found(trail, published):
    await published.publish()
    await damage(trail, *CUT)
    for _ in range(3):
        async with trail.database.write() as tx:
            await trail.audit.append(tx, actor="eve", action="did", subject="draft/x")

    with pytest.raises(Broken, match="row 4 is not the one"):
        await published.verify()


async def test_a_head_row_that_was_turned_back_is_found(trail):
    await damage(trail, CUT[1])

    with pytest.raises(Broken, match="its head says 2"):
        await trail.audit.verify()


async def test_an_end_is_published_once(published, tmp_path):
    first, again = await published.publish(), await published.publish()

    assert (first.seq, again.seq) == (4, 4)
    assert len((tmp_path / "audit.head").read_text().splitlines()) == 1
    assert await published.verify() == 4


async def test_without_a_file_nothing_is_published(trail):
    assert await trail.audit.publish() is None


async def test_the_export_carries_the_whole_chain_in_batches(stores):
    async with stores.database.write() as tx:
        for n in range(BATCH + 1):
            await stores.audit.append(tx, actor="ada", action="did", subject=f"draft/{n}")

    rows = [row async for row in stores.audit.export()]

    assert [row["seq"] for row in rows] == list(range(1, BATCH + 2))
    assert all(later["prev"] == earlier["hash"] for earlier, later in pairwise(rows))
    assert rows[0].keys() == {"seq", "at", "actor", "action", "object", "detail", "prev", "hash"}
    assert await stores.audit.verify() == BATCH + 1


async def test_after_so_many_rows_there_is_a_job_that_publishes(stores):
    draft = await stores.draft()
    for _ in range(HEAD_EVERY - 2):
        await stores.drafts.refuse(stores.press(draft, Verb.APPROVE), "not allowed")
    assert "head" not in [job.kind for job in await stores.jobs.list()]

    await stores.drafts.refuse(stores.press(draft, Verb.APPROVE), "not allowed")

    assert [job.key for job in await stores.jobs.list() if job.kind == "head"] == [f"head:{HEAD_EVERY}"]


@pytest.mark.parametrize("made_up", ["", "nope", "x" * 5000, "\x00", "../../etc", "draft 1"])
async def test_a_made_up_id_and_version_are_witnessed_without_harm(stores, made_up):
    press = stores.press(await stores.draft(), Verb.APPROVE)

    await stores.drafts.refuse(Decision(made_up, 10**30, press.verb, press.person, press.place), "there is no such draft")

    *_, row = [row async for row in stores.audit.export()]
    assert (row["actor"], row["action"]) == ("playground:bo", "refused")
    assert row["object"] == ("draft/nope" if made_up == "nope" else "draft/?")
    assert await stores.audit.verify() == 2
