"""`manifest`: what the command line prints and writes, for a deployment that may not exist yet."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from bot.platforms.slack.manifest import PLACE
from bot.platforms.slack.manifest import manifest as slack_manifest
from bot.platforms.teams.manifest import manifest, package
from handlers.catalogue import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
APP = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
TEAMS = {"TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": "not-to-be-shown", "TEAMS_TENANT_ID": "contoso"}
HERE = {"PUBLIC_URL": "https://bot.example.org"}


@pytest.fixture
def told(tmp_path):
    """What `countersign manifest ...` does in an empty folder, with these settings and no others."""

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
        kept = {name: value for name, value in os.environ.items() if name.startswith("COV")}
        return subprocess.run(
            [sys.executable, "-m", "bot", "manifest", *words],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **settings},
            capture_output=True,
            check=False,
        )

    return run


def teams(url: str) -> dict:
    return manifest(COMMANDS.values(), app_id=APP, url=url)


def test_the_package_is_written_beside_and_nothing_else_is(told, tmp_path):
    done = told("teams", **TEAMS, **HERE)

    assert (done.returncode, done.stdout) == (0, b"Wrote countersign-teams.zip.\n")
    assert b"Upload it in Teams" in done.stderr
    assert PLACE.encode() not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["countersign-teams.zip"]
    assert (tmp_path / "countersign-teams.zip").read_bytes() == package(teams(HERE["PUBLIC_URL"]))


def test_to_a_file_of_ones_choice_and_over_an_older_one(told, tmp_path):
    (tmp_path / "app.zip").write_text("older")

    assert told("teams", "--output", "app.zip", "--url", "https://a.example", **TEAMS, **HERE).returncode == 0
    assert (tmp_path / "app.zip").read_bytes() == package(teams("https://a.example"))


def test_to_standard_output(told, tmp_path):
    done = told("teams", "--output", "-", **TEAMS, **HERE)

    with zipfile.ZipFile(io.BytesIO(done.stdout)) as archive:
        assert json.loads(archive.read("manifest.json")) == teams(HERE["PUBLIC_URL"])
    assert done.stdout == package(teams(HERE["PUBLIC_URL"]))
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_a_name_stands_in_its_place_and_that_is_said(told):
    done = told("teams", "--json", **TEAMS)

    assert json.loads(done.stdout) == teams(PLACE)
    assert done.stderr.decode() == f"{PLACE} stands where your own address has to: use --url or set PUBLIC_URL.\n"


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        ((), HERE, "set TEAMS_APP_ID to the application (client) id of the registration"),
        (("--json",), HERE, "set TEAMS_APP_ID"),
        ((), {**TEAMS, "TEAMS_APP_ID": "my-bot"}, "botId must be a GUID, not 'my-bot'. The botId comes from TEAMS_APP_ID."),
        (("--url", "bot.example.org"), TEAMS, "--url must be the http or https address"),
        (("--url", "https://[::1"), TEAMS, "--url is no URL"),
        (("--output", "nowhere/app.zip"), TEAMS, "No such file or directory: nowhere/app.zip"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_leaves_nothing(told, tmp_path, words, settings, sentence):
    done = told("teams", *words, **settings)

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"countersign: ")
    assert sentence in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
    assert b"not-to-be-shown" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_slack_is_told_as_before(told):
    assert yaml.safe_load(told("slack", **HERE).stdout) == slack_manifest(COMMANDS.values(), url=HERE["PUBLIC_URL"])
    assert json.loads(told("slack", "--json", "--socket").stdout) == slack_manifest(COMMANDS.values(), socket_mode=True)
    assert told("slack", "--socket").stderr == b""
