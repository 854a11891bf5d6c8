"""One person, found by every name; keys that are made once."""

import multiprocessing
import stat

import pytest

from bot.settings import Configuration, SettingsError
from bot.settings.keys import key
from bot.settings.people import People

ADA = {
    "name": "Ada", "slack": "T1/U1", "teams": "29:aad", "jira": "5B-X", "zendesk": "301", "hubspot": "h1", "salesforce": "s1",
    "playground": "ada", "groups": ["leads"],
}  # fmt: skip


@pytest.fixture
def people():
    return People(Configuration.model_validate({"people": {"Ada@Example.com": ADA, "bo@example.com": {"slack": "T1/U2"}}}))


NAMES = [
    "slack:T1/U1",
    "teams:29:aad",
    "jira:5b-x",
    "zendesk:301",
    "hubspot:h1",
    "salesforce:s1",
    "playground:ADA",
    "ada@example.COM",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_person_is_found_by_every_name(people, name):
    found = people.find(name)

    assert (found.id, found.name, found.email, found.groups) == (name, "Ada", "Ada@Example.com", {"leads"})
    assert {other.casefold() for other in NAMES} <= found.names
    assert people.known(name)


def test_a_person_without_a_name_is_called_as_the_platform_says(people):
    assert people.find("slack:T1/U2", shown_as="Bo L.").name == "Bo L."
    assert people.find("slack:T1/U2").name == "bo@example.com"


@pytest.mark.parametrize(("name", "email"), [("slack:T9/U1", ""), ("eve@example.com", "eve@example.com")])
def test_a_stranger_is_nobodys_double(people, name, email):
    found = people.find(name, shown_as="Eve")

    assert (found.id, found.name, found.email, found.groups, found.accounts) == (name, "Eve", email, frozenset(), frozenset())
    assert not people.known(name)
    assert people.find(name).name == name


def test_who_is_on_a_platform(people):
    assert [person.id for person in people.on("slack")] == ["slack:T1/U1", "slack:T1/U2"]
    assert [person.id for person in people.on("playground")] == ["playground:ada"]


@pytest.mark.parametrize(
    "tables",
    [
        {"a@x.example": {"slack": "T1/U1"}, "b@x.example": {"slack": "t1/u1"}},
        {"a@x.example": {}, "A@X.example": {}},
    ],
)
def test_a_name_that_two_people_have_is_refused(tables):
    with pytest.raises(SettingsError, match="give it to one of them"):
        People(Configuration.model_validate({"people": tables}))


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    first = key(tmp_path, "audit.key", "")

    assert key(tmp_path, "audit.key", "") == first
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "audit.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]


def test_a_given_key_counts_and_nothing_is_written(tmp_path):
    assert key(tmp_path, "audit.key", "given") == b"given"
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_end_up_with_one_key(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.starmap(key, [(tmp_path, "audit.key", "")] * 6)

    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["audit.key"]
