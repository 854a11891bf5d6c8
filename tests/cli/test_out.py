"""Words on a terminal, and the same words over a socket."""

import json
import os
import pty
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.out import Failure, Frames, Terminal, legible, replay


def test_results_and_notes_go_their_own_ways(capsys):
    with Terminal() as out:
        out.line("result ü")
        out.note("beside")

    assert capsys.readouterr() == ("result ü\n", "beside\n")


def test_where_nobody_watches_a_long_task_leaves_one_line(capsys):
    with Terminal() as out:
        for n in range(9):
            out.progress("embedding", n, 9)
        out.progress("index", 0, 1)

    assert capsys.readouterr() == ("", "embedding ...\nindex ...\n")


def told(ours):
    """All that was written to the terminal: it comes in parts, and its end is an error on Linux."""
    seen = b""
    with os.fdopen(ours, "rb", buffering=0) as screen, suppress(OSError):
        while part := screen.read(65536):
            seen += part
    return seen.decode()


def test_on_a_terminal_a_bar_is_drawn_and_leaves_when_there_is_a_result(monkeypatch, capfd):
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as screen:
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setenv("TERM", "xterm")
        with Terminal() as out:
            out.progress("embedding", 1, 4)
            out.progress("embedding", 4, 4)
            out.line("done")
            out.progress("again", 1, 2)
    seen = told(ours)

    assert "embedding" in seen
    assert "4/4" in seen
    assert "again" in seen
    assert capfd.readouterr().out == "done\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 漢 \u00a0\t\n", "plain ü 漢 \u00a0\t\n"),
        ("\x1b[2Jgone", "\\u001b[2Jgone"),
        ("over\rwritten", "over\\rwritten"),
        ("\x9b31m", "\\u009b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tag \U000e0041", "tag \\udb40\\udc41"),
        ("half \ud83d", "half \\ud83d"),
        ("line\u2028end", "line\\u2028end"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_spelled_out(text, shown):
    assert legible(text) == shown


@given(st.text(st.characters(codec=None)))
def test_every_text_can_be_printed_and_commands_nothing(text):
    shown = legible(text)

    assert not {c for c in shown if ord(c) < 32} - {"\n", "\t"}
    shown.encode()


@given(st.text(st.characters(codec=None)))
def test_json_keeps_its_meaning(text):
    data = {"text": text}

    assert json.loads(legible(json.dumps(data, ensure_ascii=False))) == json.loads(json.dumps(data))


def test_a_terminal_prints_no_commands_of_others(capsys):
    with Terminal() as out:
        out.line("\x1b]0;title\x07")
        out.note("\x1b[1A")
        out.progress("\x1b[1A", 0, 1)

    seen = capsys.readouterr()
    assert "\x1b" not in seen.out + seen.err


words = st.one_of(
    st.tuples(st.just("line"), st.text()),
    st.tuples(st.just("note"), st.text()),
    st.tuples(st.just("progress"), st.text(), st.integers(), st.integers()),
)


async def taken():
    """Everything is taken at once."""


@given(st.lists(words))
def test_what_is_said_over_a_socket_is_what_was_said(said):
    frames: list[str] = []
    heard: list[tuple] = []
    there = Frames(lambda frame: frames.append(json.dumps(frame)), taken)

    class Here:
        line = staticmethod(lambda text: heard.append(("line", text)))
        note = staticmethod(lambda text: heard.append(("note", text)))
        progress = staticmethod(lambda what, done, total: heard.append(("progress", what, done, total)))

    for name, *given_words in said:
        getattr(there, name)(*given_words)
    for frame in frames:
        replay(json.loads(frame), Here())

    assert heard == said


@pytest.mark.parametrize("frame", [{}, {"line": 7}, {"dance": "x"}, {"progress": ["x", 1]}])
def test_what_a_newer_bot_says_is_named(frame, ear):
    with pytest.raises(Failure, match="does not understand"):
        replay(frame, ear)
