"""The manifest asks for what is used and for nothing else, and everything that is used is in it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.platforms.slack.listeners import ROUTES
from bot.platforms.slack.manifest import SPOKEN, as_yaml, manifest
from bot.platforms.slack.methods import EVENT_SCOPES, METHODS, SCOPES
from bot.platforms.slack.receive import NEWS
from handlers.catalogue import COMMANDS, SHORTCUTS

ROOT = Path(__file__).resolve().parents[3]
ROOM = ROOT / "bot" / "platforms" / "slack"
FOUND = manifest(COMMANDS.values(), url="https://bot.example.org/")
SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in sorted(ROOM.glob("*.py")) if file.name != "methods.py")


def test_every_listener_is_in_it_and_the_reverse():
    events = set(FOUND["settings"]["event_subscriptions"]["bot_events"])

    assert {event for event, _ in ROUTES} == NEWS
    assert events == (NEWS - {"message"}) | set(SPOKEN)
    assert {s["callback_id"] for s in FOUND["features"]["shortcuts"]} == set(SHORTCUTS)
    assert [c["command"] for c in FOUND["features"]["slash_commands"]] == [f"/{name}" for name in COMMANDS]


def test_each_scope_is_used_by_a_call_or_an_event():
    used = EVENT_SCOPES.union(*(method.scopes for name, method in METHODS.items() if f'"{name}"' in SOURCE))

    assert set(FOUND["oauth_config"]["scopes"]["bot"]) == used == set(SCOPES)


def test_every_method_of_the_table_is_called_somewhere():
    assert [name for name in METHODS if f'"{name}"' not in SOURCE and name != "apps.connections.open"] == []


def test_addresses_are_those_of_the_deployment():
    assert FOUND["settings"]["interactivity"]["request_url"] == "https://bot.example.org/slack/events"
    assert FOUND["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert "slack/events" not in json.dumps(manifest(COMMANDS.values(), socket_mode=True))


def test_limits_of_slack():
    shown, features = FOUND["display_information"], FOUND["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert command["should_escape"] is True
    for one in features["shortcuts"]:
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150


def test_yaml_says_the_same():
    assert yaml.safe_load(as_yaml(FOUND)) == FOUND


@pytest.mark.timeout(30)
def test_the_hook_of_the_slack_cli_prints_it(tmp_path):
    hooks = json.loads((ROOT / ".slack" / "hooks.json").read_text(encoding="utf-8"))
    program, *arguments = hooks["hooks"]["get-manifest"].split()
    assert program == "python3"
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={"DATA_DIR": str(tmp_path)}, capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == manifest(COMMANDS.values())
    assert list(tmp_path.iterdir()) == []
