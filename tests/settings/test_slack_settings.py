"""Slack's settings belong together: whoever sets one of them is told at once what else it takes."""

import pytest

SIGNED = {"SLACK_SIGNING_SECRET": "s"}
TOKEN = {"SLACK_BOT_TOKEN": "xoxb-1"}
APP = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c"}
SOCKET = {"SLACK_APP_TOKEN": "xapp-1"}

WHOLE = [{}, {**SIGNED, **TOKEN}, {**SIGNED, **APP}, {**SOCKET, **TOKEN}, {**SIGNED, **TOKEN, **APP, **SOCKET}]
HALF = [
    (SIGNED, ["SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET,"]),
    (SOCKET, ["SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET,"]),
    (TOKEN, ["SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode,"]),
    (APP, ["SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode,"]),
    ({**SIGNED, "SLACK_CLIENT_ID": "1.2"}, ["SLACK_CLIENT_SECRET"]),
    ({**SIGNED, **TOKEN, "SLACK_CLIENT_SECRET": "c"}, ["SLACK_CLIENT_ID"]),
    ({"SLACK_CLIENT_ID": "1.2"}, ["SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode,"]),
]


@pytest.mark.parametrize("given", WHOLE)
def test_what_belongs_together(loaded, given):
    assert loaded(**given).slack_api_url == "https://slack.com/api/"


@pytest.mark.parametrize(("given", "missing"), HALF)
def test_what_is_half_configured_says_what_is_missing(complaints, given, missing):
    assert complaints(**given) == [f"Slack is half configured: set {each} too" for each in missing]


@pytest.mark.parametrize("name", ["SLACK_SIGNING_SECRET", "SECRET_KEY"])
def test_a_secret_may_be_two_while_it_is_rotated_and_no_more(loaded, complaints, name):
    assert loaded(**{**SIGNED, **TOKEN, name: "new, old"})
    for wrong in ("a,b,c", "a,", ",a", "a,,b"):
        assert complaints(**{**SIGNED, **TOKEN, name: wrong}) == [
            f"{name} must be one value, or the new and the old one separated by a comma"
        ]


def test_a_key_with_commas_is_nobodys_business_without_slack(loaded):
    assert loaded(SECRET_KEY="a,b,c,d").secret_key.get_secret_value() == "a,b,c,d"
