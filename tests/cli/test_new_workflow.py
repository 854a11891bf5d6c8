"""`new workflow`: what it makes works as it is, by every check of the house; and what it refuses."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.new_workflow import CATALOGUE, EDITS, LONGEST, NAME, edited, new_workflow, refuse, rendered
from bot.cli.out import Failure
from bot.cli.scaffold import ROOT

NAMED = "heron"
COPIED = ("bot", "handlers", "knowledge", "tests", "docs", ".slack")
LOOSE = ("*.md", "*.toml", "*.yml", "*.yaml", "*.lock", "Dockerfile", "Makefile")
LEFT = shutil.ignore_patterns("__pycache__", "handbook", "bench", "chaos", "e2e", "labelled")
PATHS = sorted({*rendered(NAMED), *(edit.path for edit in EDITS)})
SUITES = ("tests/house/test_docs.py", "tests/house/test_structure.py", f"tests/handlers/test_{NAMED}.py", "tests/handlers/test_catalogue.py")  # fmt: skip
SPOKEN = ("tests/conversations/test_conversations.py", "tests/contract/test_facts.py", "tests/platforms/test_parity.py")
TOLD = ("tests/platforms/slack/test_manifest.py", "tests/platforms/teams/test_manifest.py", "tests/work/test_bot_command.py")
LOOSELY = ("--follow-imports=skip", "--no-warn-unused-ignores", "--no-warn-return-any")
HARMED = "tests/injections/test_injections.py"
CHECKS = (
    f"{NAMED} or manifest_is_the_one or printed_of or of_every_port or no_file_is or no_function_is or has_a_conversation or "
    "has_changed_only or every_listener or can_be_tried or help_prints or explained_everywhere or has_its_injections"
)
"""Of the suites that look at every workflow, what looks at this one: in a real checkout all of them run."""
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]
"""Whole programs, on a machine that may have much to do."""


def run(root: Path, *words: str, given: str | None = None, models: Path | None = None) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "PATH", "LANG")}
    kept |= {"MODEL_DIR": str(models)} if models else {}
    program = [sys.executable, "-m", *words]
    return subprocess.run(program, cwd=root, env=kept, input=given, capture_output=True, text=True, check=False, timeout=110)


def copied(to: Path) -> Path:
    for name in COPIED:
        shutil.copytree(ROOT / name, to / name, ignore=LEFT)
    for file in (file for pattern in LOOSE for file in ROOT.glob(pattern)):
        shutil.copy(file, to)
    return to


def state(root: Path) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in PATHS if (root / path).exists()}


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A checkout in which a workflow has been made, and what was said meanwhile."""
    root = copied(tmp_path_factory.mktemp("checkout"))
    return root, run(root, "bot", "new", "workflow", NAMED)


@pytest.fixture
def bare(tmp_path) -> Path:
    """No more of a checkout than is edited."""
    for path in {"pyproject.toml", *(edit.path for edit in EDITS)}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


class Silent:
    """Nobody listens."""

    def line(self, text: str) -> None:
        raise AssertionError(text)

    note = line


def test_it_says_what_it_made_and_what_to_do_next(grown):
    root, said = grown

    assert (said.returncode, sorted(said.stdout.split())) == (0, PATHS)
    assert sorted(state(root)) == PATHS
    assert f"tests/conversations/about_{NAMED}.py" in said.stderr
    assert f"`/{NAMED}`" in (root / "docs/dataflow.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", [("ruff", "check", "--no-cache"), ("ruff", "format", "--check", "--no-cache")], ids=" ".join)
def test_what_it_made_is_clean(grown, check):
    root, _ = grown

    done = run(root, *check, *(path for path in PATHS if path.endswith(".py")))

    assert done.returncode == 0, done.stdout + done.stderr


def test_its_types_are_right(grown):
    root, _ = grown

    done = run(root, "mypy", *LOOSELY, f"handlers/{NAMED}.py", CATALOGUE)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_floors_and_rooms_stay_apart(grown):
    root, _ = grown

    program = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(program, cwd=root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_it_is_spoken_with_on_every_platform_and_does_not_do_what_a_text_orders(grown, models):
    root, _ = grown
    suites = (*SUITES, *SPOKEN, *TOLD, HARMED)
    given = ("-n", "0", "-q", "-p", "no:randomly", f"--basetemp={root / 'tmp'}")

    done = run(root, "pytest", *given, *suites, "-k", CHECKS, models=models)

    assert done.returncode == 0, done.stdout[-3000:]
    assert int(done.stdout.split(" passed")[0].split()[-1]) > 40


def test_a_second_time_nothing_changes(grown):
    root, _ = grown
    before = state(root)

    again = run(root, "bot", "new", "workflow", NAMED)

    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"countersign: The name {NAMED} is taken: choose another one.\n"
    assert state(root) == before


def without(place: re.Pattern[str], text: str) -> str:
    """A text that has lost the lines in which the place is."""
    for found in reversed(list(place.finditer(text))):
        text = text[: found.start()] + text[text.index("\n", max(found.start(), found.end() - 1)) + 1 :]
    return text


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.path} {edit.what}")
def test_where_a_place_is_missing_nothing_is_made(bare, edit):
    file = bare / edit.path
    file.write_text(without(edit.place, file.read_text(encoding="utf-8")), encoding="utf-8")
    before = state(bare)

    with pytest.raises(Failure, match=r"has lost .* put that back first\. Nothing was made\.") as said:
        new_workflow(NAMED, Silent(), root=bare)

    assert edit.path in str(said.value)
    assert state(bare) == before


def test_a_full_catalogue_is_refused(bare):
    file = bare / CATALOGUE
    file.write_text(file.read_text(encoding="utf-8") + "\n" * LONGEST, encoding="utf-8")

    with pytest.raises(Failure, match="no room for another command"):
        edited(NAMED, bare)


@settings(max_examples=25)
@given(st.from_regex(NAME, fullmatch=True))
def test_every_edit_adds_and_takes_nothing_away(name):
    with suppress(Failure):
        refuse(name, ROOT)
        for path, text in edited(name, ROOT).items():
            old, new = (ROOT / path).read_text(encoding="utf-8"), iter(text)
            assert all(letter in new for letter in old)
            assert text.count(name) > old.count(name)
            assert len(text) > len(old)


@given(
    st.text(max_size=25).filter(lambda text: not NAME.fullmatch(text))
    | st.sampled_from(["class", "match", "list", "../x", "Digest", "ab", "a_b", "a-b", "abc1"])
)
def test_a_bad_name_is_refused(name):
    with pytest.raises(Failure, match="is no name for a workflow"):
        refuse(name, ROOT)


@pytest.mark.parametrize("name", ["triage", "status", "flows", "answer", "claim", "issues", "over", "talk", "dataclass", "parse"])
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises(Failure, match="is taken"):
        refuse(name, ROOT)


def test_outside_of_a_checkout_it_says_so(tmp_path):
    with pytest.raises(Failure, match="clone the project"):
        refuse(NAMED, tmp_path)


@pytest.mark.parametrize("name", ["abc", "zzz", "q" * 20])
def test_a_second_one_of_any_name_sorts_and_fits(grown, name):
    root, _ = grown
    texts = {**rendered(name), **edited(name, root)}

    for path in (path for path in texts if path.endswith(".py")):
        for check in (("check",), ("format", "--check")):
            done = run(root, "ruff", *check, "--no-cache", "--stdin-filename", path, "-", given=texts[path])
            assert done.returncode == 0, done.stdout + done.stderr
