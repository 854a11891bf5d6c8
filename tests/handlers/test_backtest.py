"""The figures of triage on a history: an issue's own fields are never looked at."""

from random import Random
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.backtest import FEWEST, backtest
from handlers.models import Record, Ref
from handlers.opinion import FIELDS

TEAMS = {"pay": Ref("1", "Dara"), "login": Ref("2", "Fern")}


async def by_title(record, pool, *, limit):
    """The Similar port: the same title is near, any other is far."""
    scored = [(other, 0.9 if other.title == record.title else 0.1) for other in pool]
    return sorted(scored, key=lambda pair: -pair[1])[:limit]


async def read(histories):
    """Histories as they are read, one after the other."""
    for one in histories:
        yield one


def history(titles, assignees):
    return [
        Record("jira", "issue", f"SUP-{n}", "v", title, "", {"assignee": assignee, "labels": (title,)})
        for n, (title, assignee) in enumerate(zip(titles, assignees, strict=True))
    ]


async def test_a_history_that_follows_its_topics_is_learned():
    titles = ["pay", "login"] * 6
    told = []

    found = await backtest(
        read([history(titles, [TEAMS[t] for t in titles])]), fields=FIELDS, similar=by_title, told=lambda *n: told.append(n)
    )

    [labels, assignee] = found.fields
    assert (labels.field, assignee.field, found.issues, told[-1]) == ("labels", "assignee", 12, (12, 12))
    assert (assignee.accuracy, assignee.precision, assignee.recall, labels.recall) == (1, 1, 1, 1)
    assert found.accuracy > found.baseline
    assert found.alike == 12


async def test_one_history_is_held_at_a_time_and_progress_counts_on():
    held, told = [], []

    async def reading():
        for number in range(3):
            held.append(number)
            yield history(["pay", "login"] * 3, [TEAMS["pay"]] * 6)
            assert told[-1][0] == 6 * (number + 1), "the next one is read when this one is done"

    found = await backtest(reading(), fields=FIELDS, similar=by_title, told=lambda *number: told.append(number))

    assert (found.issues, held, told[0], told[-1]) == (18, [0, 1, 2], (1, 6), (18, 18))


async def test_a_history_without_a_pattern_is_not():
    titles, assignees = ["same"] * 8, [Ref(str(n), f"P{n}") for n in range(8)]

    found = await backtest(read([history(titles, assignees)]), fields=FIELDS, similar=by_title, told=lambda *_: None)

    [assignee] = [one for one in found.fields if one.field == "assignee"]
    assert (assignee.accuracy, assignee.proposed, assignee.precision, assignee.brier) == (0, 0, None, None)
    assert assignee.baseline == 1 / 8


async def test_too_small_a_history_says_nothing():
    found = await backtest(
        read([history(["a"] * (FEWEST - 1), [None] * (FEWEST - 1)), []]), fields=FIELDS, similar=by_title, told=lambda *_: None
    )

    assert (found.issues, found.fields, found.accuracy) == (0, (), 0)


teams = st.sampled_from([*TEAMS.values(), Ref("3", "Ivo")])


@given(st.lists(st.tuples(st.sampled_from(["pay", "login", "export"]), teams), min_size=FEWEST, max_size=12))
async def test_every_figure_is_a_share(rows):
    found = await backtest(read([history(*zip(*rows, strict=True))]), fields=FIELDS, similar=by_title, told=lambda *_: None)

    for one in found.fields:
        shares = (one.accuracy, one.baseline, one.precision, one.recall, one.calibration_error, one.brier)
        assert all(0 <= each <= 1 for each in shares if each is not None)
        assert sum(each.cases for each in one.bins) == one.proposed


DRAWS = range(4)
TOPICS = ("refund", "invoice", "password", "export")
NOISE = tuple(f"{letter}{vowel}{letter}{vowel}word" for letter in "bdfgklmnprst" for vowel in "aeiou")


async def by_chance(record, pool, *, limit):
    """The Similar port where meaning tells nothing."""
    scored = [(other, crc32(f"{record.id} {other.id}".encode()) / 2**34) for other in pool]
    return sorted(scored, key=lambda pair: -pair[1])[:limit]


def written(draw, size):
    """Past records: one topic word each among eight words without a topic."""
    chosen = [draw.choice(TOPICS) for _ in range(size)]
    texts = [" ".join(draw.sample([topic, *draw.sample(NOISE, 8)], 9)) for topic in chosen]
    return chosen, texts


@pytest.mark.parametrize("seed", DRAWS)
async def test_where_a_word_decides_a_field_it_is_found(seed):
    chosen, texts = written(Random(seed), 48)  # noqa: S311 - no secret
    past = [
        Record("jira", "issue", f"SUP-{n}", "v", "", text, {"assignee": Ref(topic, topic)})
        for n, (topic, text) in enumerate(zip(chosen, texts, strict=True))
    ]

    [assignee] = (await backtest(read([past]), fields=["assignee"], similar=by_chance, told=lambda *_: None)).fields

    assert assignee.accuracy > assignee.baseline + 0.2


@pytest.mark.parametrize("seed", DRAWS)
async def test_where_nothing_decides_a_field_it_is_hardly_worse_than_the_most_usual_value(seed):
    draw = Random(seed)  # noqa: S311 - no secret
    _, texts = written(draw, 48)
    kinds = [draw.choice(["Bug", "Bug", "Bug", "Task"]) for _ in texts]
    levels = [draw.choice(["Medium", "Medium", "Medium", "High"]) for _ in texts]
    past = [
        Record("jira", "issue", f"SUP-{n}", "v", "", text, {"type": kind, "priority": level, "assignee": level})
        for n, (text, kind, level) in enumerate(zip(texts, kinds, levels, strict=True))
    ]

    found = await backtest(read([past]), fields=["type", "priority", "assignee"], similar=by_chance, told=lambda *_: None)

    for one in found.fields:
        assert one.accuracy >= one.baseline - 0.15, (one.field, one.accuracy, one.baseline)
