"""`new connector`: what it makes works as it is, by every check of the house; and what it refuses."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.new import NAME, ROOT, refuse, rendered
from bot.cli.out import Failure

NAMED = "acme"
COPIED = ("bot", "handlers", "knowledge", "tests", "docs")
THEIRS = "hang or slow or down or 500 or without or half or malformed"
"""Faults that `bot.net` answers for, whatever the connector: in a real checkout the suite tries them as well."""
LEFT = shutil.ignore_patterns("__pycache__", "handbook", "bench", "chaos", "e2e", "labelled")
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(90)]
"""Whole programs, on a machine that may have much to do."""


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "PATH", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=root, env=kept, capture_output=True, text=True, check=False, timeout=80
    )


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A checkout in which a connector has been made, and what was said meanwhile."""
    root = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=LEFT)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root, run(root, "bot", "new", "connector", NAMED)


def made(root: Path) -> list[str]:
    return [path for path in rendered(NAMED) if (root / path).is_file()]


def test_no_file_is_written_over(tmp_path):
    for path in ("pyproject.toml", "tests/contract/specimen.py", "docs/x", "tests/connectors/test_acme.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    with pytest.raises(Failure, match="acme is taken"):
        refuse(NAMED, tmp_path)


def test_it_says_what_it_made_and_what_to_do_next(grown):
    root, said = grown

    assert (said.returncode, said.stdout.split()) == (0, made(root))
    assert made(root) == list(rendered(NAMED))
    assert f"bot/sandbox/{NAMED}/vendor.py" in said.stderr
    assert "--print-table" in said.stderr


def test_the_documentation_knows_it(grown):
    root, _ = grown

    assert "## Acme" in (root / "docs/connectors.md").read_text(encoding="utf-8")
    assert "`ACME_TOKEN`" in (root / "docs/settings.md").read_text(encoding="utf-8")
    assert "| Acme | item |" in (root / "docs/dataflow.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "check",
    [
        ("ruff", "check", "--no-cache"),
        ("ruff", "format", "--check", "--no-cache"),
        ("mypy", "--follow-imports=skip", "--no-warn-unused-ignores", "--no-warn-return-any"),
    ],
    ids=" ".join,
)
def test_what_it_made_is_clean(grown, check):
    root, _ = grown
    files = [path for path in made(root) if path.endswith(".py") and (check[0] == "ruff" or path.startswith("bot/"))]

    done = run(root, *check, *files)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_floors_and_rooms_stay_apart(grown):
    root, _ = grown

    program = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(program, cwd=root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_it_reads_writes_and_passes_the_contract_suite(grown):
    root, _ = grown
    which = f"{NAMED} and not ({THEIRS})"
    suites = (f"tests/connectors/test_{NAMED}.py", "tests/contract", "tests/connectors/test_registry.py")

    done = run(root, "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", f"--basetemp={root / 'tmp'}", *suites, "-k", which)

    assert done.returncode == 0, done.stdout[-3000:]
    assert int(done.stdout.split(" passed")[0].split()[-1]) > 25


@given(
    st.text(max_size=25).filter(lambda text: not NAME.fullmatch(text)) | st.sampled_from(["class", "../x", "Acme", "a", "a_b"])
)
def test_a_bad_name_is_refused(name):
    with pytest.raises(Failure, match="is no name for a connector"):
        refuse(name, ROOT)


@pytest.mark.parametrize("name", ["jira", "slack", "registry", "ledger", "record", "http"])
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises(Failure, match="is taken"):
        refuse(name, ROOT)


def test_outside_of_a_checkout_it_says_so(tmp_path):
    with pytest.raises(Failure, match="clone the project"):
        refuse(NAMED, tmp_path)


def test_a_second_time_nothing_is_overwritten(grown):
    root, _ = grown

    again = run(root, "bot", "new", "connector", NAMED)

    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"countersign: The name {NAMED} is taken: choose another one.\n"
