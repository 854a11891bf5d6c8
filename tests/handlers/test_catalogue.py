"""What people type: every text ends in a command, or in a sentence that says what to type."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.catalogue import COMMANDS, parse, taken
from handlers.errors import Invalid

pieces = st.sampled_from(
    ["/ask", "/triage", "@bot", "@Countersign,", "triage", "ask", "/approvals", "SUP-1", "help", " ", "\n", "/", "//"]
)


@given(st.text() | st.lists(pieces | st.text(max_size=5), max_size=6).map("".join) | st.lists(pieces, max_size=6).map(" ".join))
def test_every_text_ends_in_a_command_or_in_a_sentence(text):
    with suppress(Invalid):
        command, argument = parse(text)
        assert COMMANDS[command.name] is command
        assert argument == argument.strip()
        assert argument or not command.needs


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/triage SUP-1", "triage", "SUP-1"),
        ("  /TRIAGE\tSUP-1 ", "triage", "SUP-1"),
        ("/ask how\ndo refunds work?", "ask", "how\ndo refunds work?"),
        ("how do refunds work?", "ask", "how do refunds work?"),
        ("@bot how do refunds work?", "ask", "how do refunds work?"),
        ("@Countersign, /triage SUP-1", "triage", "SUP-1"),
        ("@bot triage SUP-1", "triage", "SUP-1"),
        ("@bot Triage\nSUP-1", "triage", "SUP-1"),
        ("@bot approvals", "approvals", ""),
        ("@bot alerts", "alerts", ""),
        ("@bot alerts snooze 1a2b3c4d5e until it changes", "alerts", "snooze 1a2b3c4d5e until it changes"),
        ("@bot alerts in the night: who reads them?", "ask", "alerts in the night: who reads them?"),
        ("@bot bot jobs 12", "bot", "jobs 12"),
        ("@bot bot replay all hook", "bot", "replay all hook"),
        ("@bot reply to a customer how?", "ask", "reply to a customer how?"),
        ("@bot ask", "ask", "ask"),
        ("@bot help", "bot", "help"),
        ("@bot: Status", "bot", "status"),
        ("help", "ask", "help"),
        ("triage SUP-1", "ask", "triage SUP-1"),
        ("@bottle is what?", "ask", "@bottle is what?"),
        ("/bot", "bot", ""),
        ("/approvals", "approvals", ""),
        ("/ 5 or 6?", "ask", "/ 5 or 6?"),
    ],
)
def test_what_is_meant(text, name, argument):
    command, found = parse(text)

    assert (command.name, found) == (name, argument)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "/bot help"),
        ("@bot", "/bot help"),
        ("/traige SUP-1", "Did you mean /triage ISSUE-KEY?"),
        ("/zzzzz", "/bot help"),
        ("/triage", "for example: /triage SUP-21"),
        ("/ask   ", "/ask how do refunds work?"),
    ],
)
def test_what_is_not_understood_says_what_to_type(text, words):
    with pytest.raises(Invalid) as sentence:
        parse(text)

    assert words in str(sentence.value)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_example_is_understood_as_its_own_command(command):
    assert parse(command.example)[0] is command
    assert command.usage.startswith(f"/{command.name}")


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("@bot spec APP-26 APP-27 test-plan", "spec", "APP-26 APP-27 test-plan"),
        ("@bot spec app-26, app-27", "spec", "app-26, app-27"),
        ("@bot spec out the new plan for me", "ask", "spec out the new plan for me"),
        ("@bot project APP", "project", "APP"),
    ],
)
def test_a_command_of_many_words_needs_no_slash_where_the_first_is_what_it_takes(text, name, argument):
    command, rest = parse(text)

    assert (command.name, rest) == (name, argument)


@pytest.mark.parametrize("evil", ["a", "1", "A_", "a.", "a@", "00Q", "deal/", "# "])
def test_no_message_takes_long(evil):
    started = time.process_time()
    for command in COMMANDS.values():
        if command.finds:
            re.findall(command.finds, evil * (100_000 // len(evil)))

    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "text", ["call ada@x.example today", "<ada@x.example>", "(ada@x.example)", "mail <mailto|ada@x.example>", "@ada@x.example"]
)
@pytest.mark.parametrize("name", ["lead", "enrich"])
def test_an_address_is_found_in_a_message(name, text):
    assert taken(COMMANDS[name], text) == "ada@x.example"
