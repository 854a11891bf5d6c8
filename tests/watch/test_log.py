"""Logs: on standard error, as lines for a person or as JSON, with tracebacks that show no values."""

import json
import logging
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


CANARY = 'hunter2-"quoted"'


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_known_secret_never_stands_in_a_line(style, capsys):
    log.configure(level="info", style=style, hidden=[CANARY, "in", ""])
    try:
        log.get("room").warning(f"failed with {CANARY}", url=f"https://u:{CANARY}@x", deep={"k": [CANARY]})
        try:
            int(CANARY)
        except ValueError:
            log.get("room").exception("bug")
        handler = logging.StreamHandler(log.Veil(sys.stderr, [CANARY]))
        handler.handle(logging.LogRecord("aiohttp", logging.ERROR, "", 0, "bad request %r", ({"auth": CANARY},), None))
    finally:
        structlog.reset_defaults()

    text = capsys.readouterr().err
    assert text.count("***") >= 5
    assert "hunter2" not in text
    assert "failed with" in text
    assert "bad request" in text
