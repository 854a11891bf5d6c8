"""The grammar of the command line: wrong usage is exit code 2 and a sentence."""

from pathlib import Path

import pytest

from bot.cli.parser import DRAFTS, parser
from handlers.models import State


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("run", {"command": "run", "sandbox": False, "port": None, "debug": False}),
        ("--debug run --sandbox --port 0", {"debug": True, "sandbox": True, "port": 0}),
        ("check", {"command": "check"}),
        (
            "ingest a b --audience x --audience y --source s",
            {"paths": [Path("a"), Path("b")], "audience": ["x", "y"], "source": "s"},
        ),
        ("ingest a", {"audience": None, "source": ""}),
        ("ask how much --as ada@example.com --json", {"question": ["how", "much"], "person": "ada@example.com", "json": True}),
        ("search x", {"k": 10, "person": "", "json": False}),
        ("search x -k 3", {"k": 3}),
        ("eval f.jsonl --fail-under 0.5", {"command": "eval", "file": Path("f.jsonl"), "fail_under": 0.5, "calibrate": False}),
        ("eval --triage", {"triage": [], "file": None, "sandbox": False, "fail_under": 0.0}),
        ("eval --triage SUP APP --sandbox --json", {"triage": ["SUP", "APP"], "sandbox": True, "json": True}),
        ("eval --workflow deal spec --json", {"workflow": ["deal", "spec"], "json": True, "file": None}),
        ("eval --workflow", {"workflow": [], "triage": None}),
        ("eval f.jsonl", {"file": Path("f.jsonl"), "triage": None}),
        ("say /triage SUP-1 --as a@b --sandbox", {"text": ["/triage", "SUP-1"], "person": "a@b", "sandbox": True}),
        ("drafts list --state pending", {"command": "drafts", "verb": "list", "state": "pending"}),
        ("drafts show k7 --json", {"verb": "show", "draft": "k7", "json": True}),
        ("drafts approve k7 --as a@b", {"verb": "approve", "person": "a@b", "version": None}),
        ("drafts edit k7 --as a@b --version 2 --set a=b --set c=d", {"version": 2, "set": ["a=b", "c=d"]}),
        ("jobs list", {"command": "jobs", "verb": "list", "state": ""}),
        ("audit verify", {"command": "audit", "verb": "verify"}),
        ("manifest slack --socket --json", {"platform": "slack", "socket": True, "json": True, "url": ""}),
        ("manifest teams", {"platform": "teams", "output": Path("countersign-teams.zip"), "json": False, "url": ""}),
        ("new workflow digest", {"command": "new", "what": "workflow", "name": "digest"}),
        ("manifest teams --url https://a.example --output -", {"url": "https://a.example", "output": Path("-")}),
    ],
)
def test_what_is_meant(words, found):
    arguments = vars(parser().parse_args(words.split()))

    assert {name: arguments[name] for name in found} == found


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "COMMAND"),
        ("dance", "invalid choice"),
        ("run --port 65536", "a port is a number from 0 to 65535, not '65536'"),
        ("run --port -1", "--port"),
        ("run --port x", "a port is a number"),
        ("search x -k 0", "a number from 1 is needed, not '0'"),
        ("search x -k ²", "-k"),
        ("jobs list --state deadd", "invalid choice: 'deadd'"),
        ("drafts list --state pendign", "invalid choice: 'pendign'"),
        ("ask", "question"),
        ("ingest", "PATH"),
        ("drafts", "VERB"),
        ("drafts approve k7", "--as"),
        ("drafts edit k7 --as a@b", "--set"),
        ("eval f --fail-under high", "--fail-under"),
        ("eval", "FILE.jsonl --triage"),
        ("eval f.jsonl --triage", "not allowed with"),
        ("manifest", "PLATFORM"),
        ("manifest teams --socket", "--socket"),
        ("manifest slack --output x", "--output"),
    ],
)
def test_wrong_usage_is_told(words, sentence, capsys):
    with pytest.raises(SystemExit) as end:
        parser().parse_args(words.split())

    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def test_help_shows_examples_that_are_understood(capsys):
    with pytest.raises(SystemExit) as end:
        parser().parse_args(["--help"])

    shown = capsys.readouterr().out
    assert end.value.code == 0
    examples = [line.strip().removeprefix("countersign ") for line in shown.splitlines() if line.startswith("  countersign ")]
    assert len(examples) >= 5
    for example in examples:
        parser().parse_args(example.partition("   ")[0].replace('"', "").split())


def test_the_states_of_drafts_are_those_that_there_are():
    assert list(State) == list(DRAFTS)
