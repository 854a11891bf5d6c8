"""`countersign ... | head`: whoever reads the words has left. The program ends at once, without a word."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "TEAMS_APP_ID": "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "TEAMS_APP_PASSWORD": "not-to-be-shown", "TEAMS_TENANT_ID": "contoso",
    "PUBLIC_URL": "https://bot.example.org",
}  # fmt: skip


@pytest.mark.parametrize("words", ["--help", "manifest slack", "manifest teams --output -", "audit verify"])
def test_nothing_is_said_about_it_and_the_exit_code_is_that_of_a_broken_pipe(tmp_path, words):
    reader, writer = os.pipe()
    os.close(reader)
    kept = {name: value for name, value in os.environ.items() if name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words.split()],
        cwd=tmp_path,
        env={**kept, **SETTINGS, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")
