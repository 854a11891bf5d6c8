"""Learning from texts: what is told alike has a like level, or the same value, as far as the past bears it out."""

import asyncio
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from voices import Letters

from bot.llm.embedded import faceless
from bot.llm.lessons import FEWEST, JUDGED, KEPT, Lessons
from bot.llm.nearest import Nearest
from bot.llm.nominal import Classes
from bot.llm.ordinal import Levels
from handlers.models import Record, Ref
from handlers.votes import held_out

LEVELS = [Ref("4", "Low"), Ref("3", "Medium"), Ref("2", "High")]
WAYS = ["aab", "bbc", "ccd"]
"""How somebody tells of each level; the title is another matter."""
NEW = Record("jira", "issue", "SUP-0", "v", "title", WAYS[2], {})


def history(count, *, sure=1.0, field="priority"):
    """Titles say nothing of the level; a text does for the part `sure` of the records."""
    dice, found = random.Random(f"levels {count}"), []  # noqa: S311 - repeatable, not secret
    for n in range(count):
        level = n % 3
        told = level if dice.random() < sure else dice.randrange(3)
        title = "".join(dice.choices("efghijklmnop", k=40))
        found.append(Record("jira", "issue", f"SUP-{n + 1}", "v", title, WAYS[told], {field: LEVELS[level]}))
    return found


@pytest.fixture
def letters():
    return Letters()


@pytest.fixture
def learn(letters):
    return Lessons(letters, Nearest(letters), drift=0.0)


async def test_what_texts_bear_out_is_heard(learn):
    found = await learn(NEW, history(45), "priority", held_out)

    assert max(found.shares, key=lambda value: found.shares[value]) == LEVELS[2]
    assert found.part > 0.5
    assert found.cases == 45
    assert sum(found.shares.values()) == pytest.approx(1)


async def test_what_texts_do_not_bear_out_is_not(learn):
    found = await learn(NEW, history(45, sure=0), "priority", held_out)

    assert found.part < 0.2


def silent(count, field, way):
    """Texts that are all the same: only what `way` makes of a title by the level tells something."""
    return [
        replace(one, title=f"{way(n % 3)} {one.title}", text="the same", fields={field: LEVELS[n % 3]})
        for n, one in enumerate(history(count, field=field))
    ]


@pytest.mark.parametrize("field", ["type", "assignee", "group"])
@pytest.mark.parametrize("way", [WAYS.__getitem__, ["", "?", "500"].__getitem__], ids=["by its title", "by its manner"])
async def test_values_need_no_order_to_be_learned(learn, field, way):
    new = replace(NEW, title=f"{way(2)} qqq", text="the same")

    found = await learn(new, silent(60, field, way), field, held_out)

    assert max(found.shares, key=lambda value: found.shares[value]) == LEVELS[2]
    assert sum(found.shares.values()) == pytest.approx(1)


async def test_of_how_bad_something_is_its_title_tells_nothing(learn):
    pool = history(45)

    first, last = [await learn(replace(NEW, title=way, version=way), pool, "priority", held_out) for way in (WAYS[0], WAYS[2])]

    assert first == last


@pytest.mark.parametrize(
    "pool",
    [
        history(FEWEST - 1),
        [replace(one, fields={"priority": LEVELS[0]}) for one in history(30)],
        [replace(one, fields={"priority": Ref("7", "Squirrel")}) for one in history(30)],
        [replace(one, fields={}) for one in history(30)],
    ],
)
async def test_without_enough_of_an_order_nothing_is_learned(learn, letters, pool):
    assert await learn(NEW, pool, "priority", held_out) is None
    assert letters.asked == []


@pytest.mark.parametrize(("drift", "changed", "judged"), [(0.1, 12, 1), (0.1, 13, 2), (0.0, 1, 2)])
async def test_how_loudly_it_speaks_is_judged_again_when_the_past_has_changed(letters, drift, changed, judged):
    learn, pool, votes = Lessons(letters, Nearest(letters), drift=drift), history(3 * JUDGED, sure=0.8), []

    def counted(*asked):
        votes.append(asked)
        return held_out(*asked)

    first = await learn(NEW, pool, "priority", counted)
    assert len(votes) == JUDGED
    assert await learn(NEW, pool, "priority", counted) == first
    assert len(votes) == JUDGED
    assert all(past not in others for past, _near, others, _field in votes)

    later = [replace(one, version="w", text=WAYS[2]) for one in pool[:changed]] + pool[changed:]
    assert (await learn(NEW, later, "priority", counted)).shares != first.shares
    assert len(votes) == judged * JUDGED


async def test_who_asks_at_the_same_time_waits_for_one_lesson(learn):
    pool, votes = history(30), []

    def counted(*asked):
        votes.append(asked)
        return held_out(*asked)

    found = await asyncio.gather(*(learn(NEW, pool, "priority", counted) for _ in range(4)))

    assert len(votes) == len(pool)
    assert found[1:] == found[:-1]


async def test_a_lesson_is_the_pools_own(learn):
    """Of the same records others may vote, and what they hold may be another thing by now."""
    pool, votes = history(40), []

    def counted(past, near, others, field):
        votes.append({one.key for one, _ in near} <= {one.key for one in others})
        return held_out(past, near, others, field)

    await learn(NEW, pool, "priority", counted)
    await learn(NEW, pool[:20], "priority", counted)
    first = await learn(NEW, pool[:20], "priority", counted)
    turned = [replace(one, fields={"priority": LEVELS[(n + 1) % 3]}) for n, one in enumerate(pool[:20])]
    second = await learn(NEW, turned, "priority", counted)

    assert all(votes)
    assert len(votes) == 40 + 20 + 20
    assert first.shares != second.shares


async def test_no_more_is_kept_than_a_few_lessons(learn):
    pools = [[replace(one, id=f"P{number}-{n}") for n, one in enumerate(history(FEWEST))] for number in range(KEPT + 1)]
    votes = []

    def counted(*asked):
        votes.append(asked)
        return held_out(*asked)

    for pool in (*pools, pools[-1], pools[0]):
        await learn(NEW, pool, "priority", counted)

    assert len(votes) == (KEPT + 2) * FEWEST  # the last one was kept, the first one not


async def test_values_of_one_level_share_in_it_as_they_are_used(learn):
    pool = [replace(one, fields={"priority": Ref("9", "Major")}) if n % 6 == 2 else one for n, one in enumerate(history(45))]
    found = await learn(NEW, pool, "priority", held_out)

    used = [sum(one.fields["priority"] == value for one in pool) for value in (Ref("9", "Major"), LEVELS[2])]
    assert found.shares[Ref("9", "Major")] / found.shares[LEVELS[2]] == pytest.approx(used[0] / used[1])


async def test_a_text_that_is_empty_is_told_by_its_title(learn, letters):
    await learn(replace(NEW, text=" ", title="only this"), history(20), "priority", held_out)

    assert "only this" in letters.asked


async def test_an_embedder_of_others_sees_no_people(letters):
    learn = Lessons(letters, Nearest(letters, mask=faceless), mask=faceless)
    asked = replace(NEW, text="Mira Holm cannot pay; write to mira@kestrel.example", fields={"name": "Mira Holm"})

    await learn(asked, history(20), "priority", held_out)

    assert not any(word in text.lower() for text in letters.asked for word in ("mira", "holm", "kestrel"))


ROWS = st.integers(3, 25).flatmap(
    lambda n: st.tuples(
        arrays(np.float32, (n, 4), elements=st.floats(-1, 1, width=32)), st.lists(st.integers(0, 3), min_size=n, max_size=n)
    )
)


@settings(max_examples=60)
@given(ROWS)
def test_leaving_one_out_in_closed_form_is_leaving_one_out(rows):
    vectors, levels = rows
    (whole, past), (without, _) = Levels.of(vectors, levels), Levels.of(vectors[1:], levels[1:])

    assert np.allclose(past.sum(axis=1), 1)
    left_out = replace(whole, weights=without.weights, usual=whole.usual - np.eye(len(whole.usual))[levels[0]])
    assert np.allclose(left_out.of_text(vectors[0]), past[0], atol=1e-6)


@settings(max_examples=60)
@given(ROWS)
def test_of_values_without_an_order_too(rows):
    vectors, drawn = rows
    classes = [*drawn, 3]  # so that leaving the first out leaves as many classes
    vectors = np.vstack([vectors, vectors[:1]])
    (whole, past), (without, _) = Classes.of(vectors, classes), Classes.of(vectors[1:], classes[1:])

    assert np.allclose(past.sum(axis=1), 1)
    left_out = replace(whole, weights=without.weights)
    assert np.allclose(left_out.of_text(vectors[0]), past[0], atol=1e-6)
