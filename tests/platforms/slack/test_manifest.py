"""The manifest: what the app asks for is what it uses, within Slack's limits."""

import pytest
import yaml

from bot.platforms.slack.manifest import as_yaml, events, manifest
from bot.platforms.slack.methods import METHODS, SCOPES
from handlers.catalogue import COMMANDS

WANTED = {
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "groups:history", "groups:read",
    "im:history", "im:read", "im:write", "reactions:read", "usergroups:read", "users:read", "users:read.email",
}  # fmt: skip


def test_it_asks_for_what_its_calls_and_events_need_and_nothing_more():
    assert set(manifest(COMMANDS.values())["oauth_config"]["scopes"]["bot"]) == WANTED == SCOPES
    assert frozenset().union(*(method.scopes for method in METHODS.values())) <= SCOPES


def test_names_and_texts_keep_slacks_limits():
    found = manifest(COMMANDS.values(), url="https://bot.example.com/")
    shown, features = found["display_information"], found["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert len(features["shortcuts"]) <= 10
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in features["shortcuts"])
    assert len(features["slash_commands"]) <= 50
    assert all(
        len(each["command"]) <= 32 and len(each["description"]) <= 2000 and each["should_escape"]
        for each in features["slash_commands"]
    )
    assert all(len(each.get("usage_hint", "")) <= 1000 for each in features["slash_commands"])
    assert len(events()) <= 100


def test_every_address_is_the_deployments_own():
    told = as_yaml(manifest(COMMANDS.values(), url="https://bot.example.com/"))
    assert "countersign.example.com" not in told
    assert yaml.safe_load(told)["settings"]["interactivity"]["request_url"] == "https://bot.example.com/slack/events"
    assert yaml.safe_load(told)["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]


def test_over_a_socket_slack_calls_no_address():
    found = manifest(COMMANDS.values(), socket_mode=True)
    assert found["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in as_yaml({**found, "oauth_config": {}})
    assert not any("url" in each for each in found["features"]["slash_commands"])


@pytest.mark.parametrize("socket_mode", [True, False])
def test_the_yaml_says_what_the_data_says(socket_mode):
    found = manifest(COMMANDS.values(), socket_mode=socket_mode)
    assert yaml.safe_load(as_yaml(found)) == found
