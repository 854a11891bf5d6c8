"""The app package: what Teams asks of it, what the published schema asks, and the same bytes for the same app."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from bot.platforms.teams.manifest import SCHEMA, VERSION, manifest, package, problems
from handlers.catalogue import COMMANDS, SHORTCUTS

APP = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
URL = "https://bot.example.org/"
FOUND = manifest(COMMANDS.values(), app_id=APP, url=URL)
[BOT], [EXTENSION] = FOUND["bots"], FOUND["composeExtensions"]
SCHEMAS = Path(os.environ.get("TEAMS_SCHEMAS", "nowhere")) / "teams" / f"v{SCHEMA}" / "MicrosoftTeams.schema.json"


@pytest.fixture(scope="module")
def schema() -> dict:
    if not SCHEMAS.is_file():
        pytest.skip("TEAMS_SCHEMAS names no folder with Microsoft's published schemas: the manifest is not checked against them")
    return json.loads(SCHEMAS.read_text(encoding="utf-8"))


def test_nothing_is_wrong_with_it():
    assert problems(FOUND) == []


def test_the_published_schema_takes_it(schema):
    assert [error.message for error in Draft4Validator(schema).iter_errors(FOUND)] == []
    assert schema["properties"]["manifestVersion"]["const"] == FOUND["manifestVersion"]


def test_the_consent_of_a_teams_owner_is_asked_for_only_where_that_is_wanted(schema):
    asking = manifest(COMMANDS.values(), app_id=APP, url=URL, reads_channels=True)
    wanted = asking["authorization"]["permissions"]["resourceSpecific"]

    assert [error.message for error in Draft4Validator(schema).iter_errors(asking)] == []
    assert wanted == [{"name": "ChannelMessage.Read.Group", "type": "Application"}]
    assert asking["webApplicationInfo"]["id"] == APP
    assert problems(asking) == []
    assert "authorization" not in FOUND


def test_what_the_published_schema_refuses_is_a_problem_of_ours_too(schema):
    validator = Draft4Validator(schema)
    passed = {name for name, (change, _) in WRONG.items() if validator.is_valid(changed(change))}

    assert passed == {"another version", "no semantic version"}  # why there is a check of our own: Draft 4 knows no const


def test_every_command_is_offered_in_every_scope():
    assert [each["scopes"] for each in BOT["commandLists"]] == [[scope] for scope in BOT["scopes"]]
    for each in BOT["commandLists"]:
        assert [offered["title"] for offered in each["commands"]] == [
            name for name, command in COMMANDS.items() if not command.rare
        ]
        assert all(offered["description"] for offered in each["commands"])


def test_slash_is_offered_where_an_answer_can_be_private_among_others():
    triggers = {each["scopes"][0]: set(each["triggers"]) for each in BOT["commandLists"]}

    assert BOT["supportsTargetedMessages"] is True
    assert triggers == {"personal": {"mention"}, "team": {"mention", "slash"}, "groupChat": {"mention", "slash"}}


def test_one_bot_answers_everything_and_asks_for_no_permission():
    assert {BOT["botId"], EXTENSION["botId"]} == {APP}
    assert [(one["id"], one["context"], one["fetchTask"]) for one in EXTENSION["commands"]] == [
        (name, ["message"], True) for name in SHORTCUTS
    ]
    assert not {"authorization", "permissions", "devicePermissions", "webApplicationInfo"} & set(FOUND)


def test_addresses_are_those_of_the_deployment():
    assert FOUND["validDomains"] == ["bot.example.org"]
    assert FOUND["developer"]["websiteUrl"] == "https://bot.example.org"
    assert FOUND["developer"]["privacyUrl"] == "https://bot.example.org/privacy"


def test_the_id_of_the_app_stays_and_is_not_the_bots():
    again = manifest(COMMANDS.values(), app_id=APP.upper(), url="https://elsewhere.example")

    assert again["id"] == FOUND["id"] != APP
    assert UUID(FOUND["id"]).version == 5
    assert manifest(COMMANDS.values(), app_id=APP[::-1], url=URL)["id"] != FOUND["id"]


def test_what_teams_is_told_has_changed_only_together_with_its_version():
    told = hashlib.sha256(json.dumps(FOUND, sort_keys=True).encode()).hexdigest()[:12]

    assert (VERSION, told) == ("1.2.1", "7066eb564e1c"), (
        "Teams takes an update only under a higher VERSION: raise it, then both here"
    )


def put(*path: str | int, value: object) -> Callable[[dict], None]:
    def change(found: dict) -> None:
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = value

    return change


def changed(change: Callable[[dict], None]) -> dict:
    found = json.loads(json.dumps(FOUND))
    change(found)
    return found


LISTS = ("bots", 0, "commandLists")
WRONG = {
    "another version": (put("manifestVersion", value="1.28"), "both be those of 1.29"),
    "no semantic version": (put("version", value="1.0"), "three numbers"),
    "an app that is no GUID": (put("id", value="countersign"), "id must be a GUID"),
    "a bot that is no GUID": (put("bots", 0, "botId", value="bot"), "botId must be a GUID, not 'bot'"),
    "an extension that is no GUID": (put("composeExtensions", 0, "botId", value=APP[:-1]), "botId must be a GUID"),
    "an address that is none": (put("developer", "privacyUrl", value="ftp://bot.example"), "developer.privacyUrl"),
    "a long name": (put("name", "short", value="x" * 31), "name.short must have 1 to 30 characters, not 31"),
    "a long full name": (put("name", "full", value="x" * 101), "name.full"),
    "a long short description": (put("description", "short", value="x" * 81), "description.short"),
    "a long full description": (put("description", "full", value="x" * 4001), "description.full"),
    "a long developer": (put("developer", "name", value="x" * 33), "developer.name"),
    "two bots": (put("bots", value=[BOT, BOT | {"scopes": ["team"]}]), "bots must have one entry, not 2"),
    "two extensions": (put("composeExtensions", value=[EXTENSION, EXTENSION]), "composeExtensions must have one entry"),
    "four lists": (put(*LISTS, value=[*BOT["commandLists"], BOT["commandLists"][0]]), "commandLists may have 3 entries, not 4"),
    "thirteen commands": (put(*LISTS, 0, "commands", value=[{"title": "x", "description": "y"}] * 13), "12 commands, not 13"),
    "a long title": (put(*LISTS, 1, "commands", 0, "title", value="x" * 129), "title of the command"),
    "a long description": (put(*LISTS, 2, "commands", -1, "description", value="x" * 4001), "description of the command bot"),
    "a long action": (put("composeExtensions", 0, "commands", 0, "title", value="x" * 33), "title of the action ask_about"),
    "a long action's description": (
        put("composeExtensions", 0, "commands", 0, "description", value="x" * 129),
        "description of the action ask_about",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_teams_would_refuse_is_said(name):
    change, words = WRONG[name]
    [sentence] = problems(changed(change))

    assert words in sentence


@given(st.text(max_size=5000))
def test_a_command_of_any_length_stays_within_the_limits(text):
    command = replace(COMMANDS["ask"], help=f"x{text}", argument=text[:200])

    assert problems(manifest([command], app_id=APP, url=URL)) == []


def test_the_package_holds_three_files_at_its_root():
    with zipfile.ZipFile(io.BytesIO(package(FOUND))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", FOUND["icons"]["color"], FOUND["icons"]["outline"]]
        assert json.loads(archive.read("manifest.json")) == FOUND


def test_the_same_app_is_the_same_bytes(monkeypatch):
    first = package(FOUND)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)

    assert package(manifest(COMMANDS.values(), app_id=APP, url=URL)) == first
    assert package(manifest(COMMANDS.values(), app_id=APP, url="https://other.example")) != first
