"""The short list of words for how a request ended."""

import asyncio

import pytest

from bot.net.http import Rejected
from bot.net.outcome import outcome, request_to, write_to
from bot.watch.metrics import REGISTRY
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown

ENDS = [
    (Busy("later", after=1), "busy"),
    (Unavailable("no"), "unavailable"),
    (Unknown("lost"), "unknown"),
    (NotFound("gone"), "not_found"),
    (Stale("moved"), "stale"),
    (Rejected("no", status=400, data=None), "refused"),
    (Invalid("no"), "refused"),
    (asyncio.CancelledError(), "cancelled"),
    (ZeroDivisionError(), "bug"),
]


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(("error", "word"), ENDS)
def test_each_end_has_its_word(error, word):
    assert outcome(error) == word


@pytest.mark.parametrize(("error", "word"), ENDS)
def test_an_error_is_counted_and_goes_on(error, word):
    labels = {"dependency": "tested", "outcome": word}
    before = value("bot_dependency_requests_total", **labels), value("bot_writes_total", target="tested", outcome=word)

    with pytest.raises(type(error)), request_to("Tested"), write_to("tested"):
        raise error

    assert value("bot_dependency_requests_total", **labels) == before[0] + 1
    assert value("bot_dependency_seconds_count", **labels) >= 1
    assert value("bot_writes_total", target="tested", outcome=word) == before[1] + 1


def test_what_went_well_is_ok():
    before = value("bot_writes_total", target="tested", outcome="ok")

    with write_to("tested"):
        pass

    assert value("bot_writes_total", target="tested", outcome="ok") == before + 1
