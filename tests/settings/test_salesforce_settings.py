"""Salesforce's settings make sense together or not at all."""

import pytest

ALL = {
    "SALESFORCE_URL": "https://harbourlight.my.salesforce.example", "SALESFORCE_CLIENT_ID": "3MVG9", "SALESFORCE_CLIENT_SECRET": "s",
}  # fmt: skip


@pytest.mark.parametrize("missing", ALL)
def test_what_is_half_configured_says_what_is_missing(complaints, missing):
    given = {name: value for name, value in ALL.items() if name != missing}

    assert complaints(**given) == [f"Salesforce is half configured: set {missing} too"]


@pytest.mark.parametrize("extra", [{"SALESFORCE_TOKEN_URL": "https://login.example/token"}, {"SALESFORCE_API_VERSION": "v61.0"}])
def test_details_without_the_rest_are_half_of_it(complaints, loaded, extra):
    everything = "SALESFORCE_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET"

    assert complaints(**extra) == [f"Salesforce is half configured: set {everything} too"]
    assert loaded(**ALL, **extra).salesforce_client_id == "3MVG9"


@pytest.mark.parametrize("version", ["60", "60.0", "v60", "v60.0/../v1.0", "latest"])
def test_a_version_is_that_of_a_path(complaints, version):
    assert complaints(**ALL, SALESFORCE_API_VERSION=version) == [f"SALESFORCE_API_VERSION must look like v60.0, not {version!r}"]


def test_plain_http_is_for_this_machine_only(complaints, loaded):
    assert complaints(**ALL | {"SALESFORCE_URL": "http://sales.example"}) == [
        "SALESFORCE_URL must use https: plain http is only for 127.0.0.1 (it says sales.example)"
    ]
    assert loaded(**ALL | {"SALESFORCE_URL": "http://127.0.0.1:9"}).salesforce_url == "http://127.0.0.1:9"


def test_the_key_of_an_app_takes_the_place_of_its_secret(complaints, loaded):
    by_key = {
        **ALL,
        "SALESFORCE_CLIENT_SECRET": "",
        "SALESFORCE_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----",
        "SALESFORCE_USERNAME": "bot@x",
    }

    assert loaded(**by_key).salesforce_username == "bot@x"
    assert complaints(**by_key | {"SALESFORCE_USERNAME": ""}) == ["Salesforce is half configured: set SALESFORCE_USERNAME too"]
    assert complaints(**by_key | {"SALESFORCE_CLIENT_SECRET": "s"}) == [
        "Salesforce can be signed in to in one way only: set SALESFORCE_CLIENT_SECRET or SALESFORCE_PRIVATE_KEY, not both"
    ]
