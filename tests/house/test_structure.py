"""The house keeps its shape: small files, short functions, one writer. Exceptions are named and may only shrink."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from bot.cases.case import cases, workflows
from handlers.catalogue import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("bot", "handlers", "knowledge", "tests")
MAX_LINES, MAX_FUNCTION = 300, 40
LONG_FILES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}


def sources() -> list[Path]:
    found = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")) if "versions" not in path.parts]
    assert len(found) > 60
    return found


def test_no_file_is_longer_than_one_can_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONG_FILES.get(str(path.relative_to(ROOT)), MAX_LINES)
    }

    assert long == {}


def test_no_function_is_longer_than_a_screen():
    long = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(ROOT)}:{node.name}"
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONG_FUNCTIONS.get(name, MAX_FUNCTION):
                    long[name] = length

    assert long == {}


def test_only_approvals_asks_for_the_way_to_write():
    asking = set()
    for path in sorted((ROOT / "handlers").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.arg) and node.annotation is not None and "Writes" in ast.unparse(node.annotation):
                asking.add(path.name)

    assert asking == {"approvals.py"}


def test_no_command_is_bound_to_a_handler_that_writes():
    for command in COMMANDS.values():
        assert "writes" not in inspect.signature(command.handler).parameters


OTHERWISE = {
    "triage": "eval --triage, on past issues",
    "reply": "eval --reply, on solved tickets",
    "lead": "eval --leads, on leads whose story has ended",
    "ask": "eval FILE.jsonl, on questions",
    "approvals": "it lists what is there",
    "undo": "it is the inverse of what was written",
    "bot": "it tells of the bot itself",
    "alerts": "it lists what is there",
    "digest": "its lines are counted, property tests say what they hold; of a summary nothing is left that does not rest on them",
}
"""Commands that are measured in another way, or have nothing to be measured."""


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in OTHERWISE])
def test_a_workflow_has_evaluation_cases(command):
    assert command in workflows(), f"write some down in handlers/cases/{command}.toml"
    assert len(cases(command)) >= 3


@pytest.mark.parametrize("name", ["utils", "helpers", "manager", "base", "common", "misc"])
def test_there_is_no_drawer(name):
    assert [path for path in sources() if path.stem == name] == []


def test_only_what_starts_whole_programs_may_take_longer_than_thirty_seconds():
    patient = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for text in [path.read_text(encoding="utf-8")]
        if any(int(seconds) > 30 for seconds in re.findall(r"mark\.timeout\((\d+)\)", text)) and "mark.chaos" not in text
    ]

    assert patient == []
