"""`[digests]` of bot.toml: to somebody, at a time that comes; what is wrong is said when the bot starts."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.settings.configuration import Configuration
from bot.settings.digests import DigestTable
from bot.settings.review import digests

FRIDAY = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def table(**more):
    return DigestTable.model_validate({"channel": "slack:T1/C1", "at": "09:00", **more})


def test_it_comes_on_working_days_by_default():
    assert table().after(FRIDAY) == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert table(timezone="Europe/Berlin").after(FRIDAY) == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert table(quiet="18:00-08:00", timezone="Europe/Berlin").quiet_hours().until(FRIDAY.replace(hour=6)) == FRIDAY.replace(
        hour=7, minute=0
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"channel": ""}, "either to a channel, like slack:T1/C1, or to a person"),
        ({"person": "ada@example.com"}, "either to a channel"),
        ({"channels": ["slack:T1/C2"]}, "the digest of a channel is about its own alerts"),
        ({"channel": "C1"}, "a channel is written like slack:T1/C1"),
        ({"channel": "", "person": "ada"}, "a person is an e-mail address of"),
        ({"at": "9"}, "hours and minutes"),
        ({"at": "25:00"}, "cron expression"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"days": []}, "at least 1 item"),
        ({"days": ["someday"]}, "'mon', 'tue'"),
        ({"quiet": "at night"}, "Hours are written like 18:00-08:00"),
        ({"quiet": "08:00-08:00"}, "would never end"),
        ({"empty": "loud"}, "'line' or 'silent'"),
        ({"charts": True}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_is_said_in_words(more, why):
    with pytest.raises(ValidationError, match=why):
        table(**more)


@pytest.mark.parametrize("name", ["", "a b", "x" * 61, "a/b"])
def test_a_name_fits_into_the_key_of_a_firing(name):
    with pytest.raises(ValidationError, match="match pattern"):
        Configuration.model_validate({"digests": {name: {"channel": "slack:T1/C1", "at": "09:00"}}})


def test_the_doctor_says_which_digest_reaches_nobody():
    at = {"at": "09:00"}
    rules = {
        "people": {"ada@example.com": {"slack": "T1/U1"}},
        "digests": {
            "here": {"channel": "slack:T1/C1", **at},
            "away": {"channel": "teams:19:x", **at},
            "ada": {"person": "ada@example.com", **at},
            "id": {"person": "teams:29:x", **at},
            "stranger": {"person": "cy@example.com", **at},
        },
    }
    found = {one.part: one.level for one in digests(Configuration.model_validate(rules), ["slack"])}

    assert found == {
        "digest here": "ok", "digest away": "warn", "digest ada": "ok", "digest id": "warn", "digest stranger": "warn",
    }  # fmt: skip


@pytest.mark.parametrize(("more", "zone"), [({}, "Europe/Berlin"), ({"timezone": "America/New_York"}, "America/New_York")])
def test_a_person_is_told_at_their_own_local_time(more, zone):
    rules = {
        "people": {"Ada@example.com": {"timezone": "Europe/Berlin"}, "bo@example.com": {}},
        "digests": {
            "hers": {"person": "ada@example.com", "at": "09:00", **more},
            "his": {"person": "bo@example.com", "at": "09:00"},
            "all": {"channel": "slack:T1/C1", "at": "09:00"},
        },
    }
    found = Configuration.model_validate(rules).digests

    assert [found[name].timezone for name in ("hers", "his", "all")] == [zone, "UTC", "UTC"]


@pytest.mark.parametrize(
    "raw", [{"digests": 5}, {"digests": {"x": 5}, "people": {"a@b": {"timezone": "UTC"}}}, {"people": 5, "digests": {}}]
)
def test_what_is_no_table_is_a_mistake_and_no_accident(raw):
    with pytest.raises(ValidationError, match="Input should be a valid dictionary"):
        Configuration.model_validate(raw)
