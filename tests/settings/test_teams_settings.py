"""Teams' settings belong together, and its hosts are named in one of three ways."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings.environment import host_entries, is_host_entry

ID, PASSWORD, TENANT = {"TEAMS_APP_ID": "app"}, {"TEAMS_APP_PASSWORD": "secret~1"}, {"TEAMS_TENANT_ID": "contoso"}
WHOLE = {**ID, **PASSWORD, **TENANT}


def test_all_three_or_none(loaded):
    assert loaded().teams_app_id == ""
    assert loaded(**WHOLE).teams_app_id == "app"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (ID, "TEAMS_APP_PASSWORD, TEAMS_TENANT_ID"),
        (PASSWORD, "TEAMS_APP_ID, TEAMS_TENANT_ID"),
        (TENANT, "TEAMS_APP_ID, TEAMS_APP_PASSWORD"),
        ({**ID, **TENANT}, "TEAMS_APP_PASSWORD"),
        ({**ID, **PASSWORD}, "TEAMS_TENANT_ID"),
        ({**PASSWORD, **TENANT}, "TEAMS_APP_ID"),
    ],
)
def test_what_is_half_configured_says_what_is_missing(complaints, given, missing):
    assert complaints(**given) == [f"Teams is half configured: set {missing} too"]


def test_a_password_is_one_and_is_not_repeated(complaints):
    [sentence] = complaints(**{**WHOLE, "TEAMS_APP_PASSWORD": "newer,older"})

    assert sentence.startswith("TEAMS_APP_PASSWORD must be one value")
    assert "newer" not in sentence


def test_the_token_comes_from_the_tenants_address_unless_told_otherwise(loaded):
    assert loaded(**WHOLE).teams_tokens == "https://login.microsoftonline.com/contoso/oauth2/v2.0/token"
    assert "//login.microsoftonline.com/a%2F..%2Fb/oauth2" in loaded(**{**WHOLE, "TEAMS_TENANT_ID": "a/../b"}).teams_tokens
    assert loaded(TEAMS_TOKEN_URL="http://127.0.0.1:9/token").teams_tokens == "http://127.0.0.1:9/token"


@pytest.mark.parametrize("name", ["TEAMS_OPENID_URL", "TEAMS_TOKEN_URL"])
def test_a_stand_in_stands_on_this_machine(loaded, complaints, name):
    assert loaded(**{name: "http://127.0.0.1:9/x"})
    assert complaints(**{name: "http://issuer.example/x"})[0].startswith(f"{name} must use https")


RIGHT = (
    "localhost",
    "bot.example",
    "Bot.Example:8443",
    "127.0.0.1",
    "127.0.0.1:65535",
    "xn--bcher-kva.example",
    "*.example.com",
    "*.a.b.c",
)
WRONG = (
    "*", "*:443", "*.", "*.com", "*.*.com", "*.0.0.1", "*.example.com:443", "a.*.com", "https://bot.example", "bot.example/", "me@bot.example",
    "bot.example.", ".example.com", "bot..example", "bot_1.example", "-bot.example", "bot.example:", "bot.example:0", "bot.example:080",
    "bot.example:65536", "bücher.example", "bot example", "[::1]", "%62ot.example", "bot.example\\",
)  # fmt: skip


def test_hosts_in_each_of_the_three_ways(loaded):
    assert loaded(TEAMS_ALLOWED_HOSTS=" , ".join(RIGHT)).teams_allowed_hosts
    assert host_entries(" Bot.Example ,, b:1,") == ["bot.example", "b:1"]


@pytest.mark.parametrize("entry", WRONG)
def test_what_names_no_host_is_refused_with_its_name(complaints, entry):
    assert complaints(TEAMS_ALLOWED_HOSTS=f"bot.example,{entry}") == [
        f"TEAMS_ALLOWED_HOSTS must be host, host:port or *.domain, separated by commas; it has {entry.lower()!r}"
    ]


@given(st.text())
@example("*")
@example("*.com")
def test_no_entry_means_everybody(entry):
    if is_host_entry(entry):
        assert entry.isascii()
        assert not set("/@%\\?# ") & set(entry)
        assert not entry.startswith("*") or entry.count(".") >= 2
