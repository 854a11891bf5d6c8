"""The picture of a digest: small, true to its counts, in the reader's time zone, and the same in words."""

import asyncio
import io
import string
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.cards.chart import LOOKS, MOST_LABELS, chart, drawn, labels, printable, told, total
from handlers.speech import Bucket

START = datetime(2026, 11, 26, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
COUNTS = st.dictionaries(st.sampled_from(["critical", "warning", "info", "odd"]), st.integers(0, 10**6), max_size=4)


def hours(*counts, start=START):
    return [Bucket(start + timedelta(hours=number), each) for number, each in enumerate(counts)]


def opened(picture):
    return Image.open(io.BytesIO(picture.png))


def dots(picture, severity):
    """How much of the picture has the colour of a severity, within what a small palette shifts."""
    pixels = np.asarray(opened(picture).convert("RGB")).astype(int)
    return int((abs(pixels - ImageColor.getrgb(LOOKS[severity][0])).max(axis=2) <= 12).sum())


@pytest.mark.parametrize("count", [1, 24, 168, 400])
def test_a_picture_is_small_whatever_it_shows(count):
    dense = [{"critical": n % 7, "warning": n % 11, "info": n % 13, "odd": n % 5} for n in range(count)]
    picture = drawn(hours(*dense), timezone="America/St_Johns", title="Alerts per hour " * 9)

    assert (opened(picture).format, opened(picture).size) == ("PNG", (640, 340))
    assert len(picture.png) < 20_000


def test_a_bar_is_as_large_as_its_count():
    one, two = (drawn(hours({"critical": n}, {"info": 8}), timezone="UTC", title="Alerts") for n in (2, 4))

    assert 1.7 < dots(two, "critical") / dots(one, "critical") < 2.3


def test_nothing_at_all_is_a_picture_too():
    picture = drawn(hours({}, {"info": 0}), timezone="UTC", title="Alerts")

    assert {name: dots(picture, name) for name in LOOKS} == dict.fromkeys(LOOKS, 0)
    assert picture.alt == "Alerts (26 Nov 08:00 to 26 Nov 09:00, UTC): none."


def test_what_it_shows_is_said_in_words():
    alt = told(hours({"info": 2}, {"critical": 1, "info": 3}, {"warning": 1}), BERLIN, "Alerts per hour")

    assert alt == (
        "Alerts per hour (26 Nov 09:00 to 26 Nov 11:00, Europe/Berlin): 1 critical, 1 warning, 5 info; most at 26 Nov 10:00 with 4."
    )


def test_times_are_those_of_the_zone_over_a_change_of_the_clocks():
    night = hours(*[{}] * 5, start=datetime(2026, 10, 24, 23, tzinfo=UTC))

    assert [words for _, words in labels(night, BERLIN)] == ["01:00\nSun 25", "02:00", "02:00", "03:00", "04:00"]


@given(st.lists(COUNTS, min_size=1, max_size=400))
def test_times_below_stand_apart_and_words_hold_every_count(counts):
    buckets = hours(*counts)
    places = [place for place, _ in labels(buckets, BERLIN)]
    words = told(buckets, BERLIN, "Alerts")

    assert places[0] == 0
    assert len(places) <= MOST_LABELS
    assert len({after - before for before, after in pairwise(places)}) <= 1
    for name in ("critical", "warning", "info", "odd"):
        count = sum(each.get(name, 0) for each in counts)
        assert (f" {count} {name}" in words) is (count > 0)
    assert f"with {max(total(bucket) for bucket in buckets)}." in words or words.endswith("none.")


@given(st.text())
def test_a_title_has_only_letters_that_can_be_drawn(text):
    assert len(printable(text)) == len(text)
    assert printable(string.printable.strip() + "äß→…") == string.printable.strip() + "äß→…"


def test_a_title_in_any_letters_makes_no_trouble_and_no_formula():
    strange = drawn(hours({"info": 1}), timezone="UTC", title="$\\frac{1}{$ 請求 \u202e\x00 \n 🙂")

    assert strange.alt.startswith("$\\frac{1}{$ 請求")


async def test_pictures_drawn_at_once_do_not_disturb_one_another():
    given_ = [hours({"critical": n}, {"info": n}) for n in range(1, 5)]
    alone = [drawn(buckets, timezone="UTC", title="Alerts") for buckets in given_]

    assert await asyncio.gather(*(chart(buckets, timezone="UTC", title="Alerts") for buckets in given_)) == alone


def test_a_chart_of_nothing_and_a_zone_that_is_not_there_are_mistakes():
    with pytest.raises(ValueError, match="at least one"):
        drawn([], timezone="UTC", title="Alerts")
    with pytest.raises(ZoneInfoNotFoundError):
        drawn(hours({"info": 1}), timezone="Middle/Earth", title="Alerts")
