"""Logs: on standard error, as lines for a person or as JSON, with tracebacks that show no values."""

import json
import sys

import pytest
import structlog

from bot.watch import log


def check(secret):
    raise ValueError(len(secret))


@pytest.fixture
def lines(capsys):
    def logged(*, style, level="info"):
        log.configure(level=level, style=style)
        logger = log.get("room")
        logger.debug("quiet", n=1)
        logger.warning("loud", n=2)
        try:
            check("hunter2")
        except ValueError:
            logger.exception("bug")
        seen = capsys.readouterr()
        assert seen.out == ""
        return seen.err

    yield logged
    structlog.reset_defaults()


def test_as_json_lines(lines):
    found = [json.loads(line) for line in lines(style="json").splitlines()]

    assert [(entry["event"], entry["level"], entry["room"]) for entry in found] == [
        ("loud", "warning", "room"),
        ("bug", "error", "room"),
    ]
    assert found[0]["n"] == 2
    assert found[0]["timestamp"].endswith("Z")
    assert "ValueError: 7" in found[1]["exception"]
    assert "hunter2" not in found[1]["exception"].replace('check("hunter2")', "")


def test_for_a_person(lines):
    text = lines(style="console")

    assert "loud" in text
    assert "quiet" not in text
    assert "ValueError: 7" in text
    assert "hunter2" not in text.replace('check("hunter2")', "")
    assert "\x1b" not in text or sys.stderr.isatty()


def test_the_level_counts(lines):
    assert "quiet" in lines(style="json", level="debug")
    assert "loud" not in lines(style="json", level="error")
