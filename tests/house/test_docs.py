"""Docs that cannot lie: every command, setting and configuration key stands in them."""

import inspect
import re
from pathlib import Path

import pytest
import yaml

from bot.cli.parser import parser
from bot.connectors.about import abouts
from bot.connectors.pages import MODELS, NO_MODELS, PAGES, printed
from bot.platforms.slack.manifest import manifest
from bot.settings import Settings, read_configuration
from handlers.catalogue import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_heading_and_its_line_in_the_readme(command):
    assert f"\n## /{command}\n" in read("docs/commands.md")
    assert f"/{command}" in read("README.md")


def test_every_word_of_the_command_line_is_documented():
    [commands] = [action.choices for action in parser()._actions if action.dest == "command"]

    assert [name for name in commands if f"`countersign {name}" not in read("docs/commands.md")] == []


def test_every_setting_is_documented():
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in read("docs/settings.md")] == []


def test_the_example_configuration_is_valid_and_shows_every_table():
    example = read_configuration(ROOT / "bot.example.toml")

    assert all(getattr(example, table) is not None and re.search(rf"^\[{{1,2}}{table}", read("bot.example.toml"), re.MULTILINE)
               for table in type(example).model_fields)  # fmt: skip
    assert example.policy("default").quorum == 1


def test_the_manifest_is_the_one_that_the_program_prints():
    assert yaml.safe_load(read("manifest.yml")) == manifest(COMMANDS.values())


@pytest.mark.parametrize("page", PAGES)
def test_what_is_printed_of_the_connectors_is_what_they_tell_themselves(page):
    text = read(f"docs/{page}")

    assert printed(text, PAGES[page], abouts()) == text, "python -m bot.connectors.pages prints it anew."


def test_of_every_port_it_is_known_whether_a_model_stands_behind_it():
    ports = {name for one in COMMANDS.values() for name in inspect.signature(one.handler).parameters} - {"call"}

    assert ports <= NO_MODELS | set(MODELS)
    assert not NO_MODELS & set(MODELS)


def test_every_connector_stands_in_the_table_of_faults():
    missing = [
        one.title for one in abouts().values() if f" {one.title} |" not in read("docs/connectors.md").split("| | fault |")[1]
    ]

    assert missing == [], "python -m pytest tests/contract -n 0 --print-table prints it anew."


def test_docs_name_no_path_that_does_not_exist():
    named = set()
    for page in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"):
        named |= set(re.findall(r"`((?:bot|handlers|knowledge|tests|docs)/[\w./-]+)`", page.read_text(encoding="utf-8")))

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
