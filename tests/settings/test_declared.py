"""Settings that connectors declare: what each kind takes, what belongs together, and that they are Settings like any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.settings import Settings
from bot.settings.declared import Setting, System, half, pair_problem, problems, systems, ways

HALF = System.model_validate(
    {
        "title": "Acme",
        "settings": {
            "ACME_URL": {"kind": "url", "switch": True, "meaning": "where"},
            "ACME_TOKEN": {"kind": "secret", "switch": True, "meaning": "who"},
            "ACME_REGION": {"kind": "text", "meaning": "which"},
            "ACME_PAGE": {"kind": "text", "default": "50", "meaning": "how many"},
            "ACME_WEBHOOK_SECRET": {"kind": "secrets", "meaning": "signs"},
        },
    }
)
ALL = [(name, one) for system in systems().values() for name, one in system.settings.items()]


@pytest.mark.parametrize(("name", "one"), ALL)
def test_every_declared_setting_is_one_and_secrets_stay_unseen(name, one):
    value = one.like or "https://x.example/hidden"
    settings = Settings.model_validate({**others(name), name.lower(): value})

    assert settings.value(name) == value
    assert (value in repr(settings)) is not one.is_secret


def others(name):
    """What turns the connector of a setting on: of the ways to sign in, one that the setting belongs to."""
    [system] = [system for system in systems().values() if name in system.settings]
    offered = ways(system.settings)
    chosen = next((way for way in offered if name in way), offered[0])
    return {other.lower(): "https://y.example" for other in chosen}


def test_a_setting_that_nobody_declared_is_a_mistake_of_ours():
    with pytest.raises(KeyError, match="ACME_URL"):
        Settings().value("ACME_URL")


@given(st.sets(st.sampled_from(sorted(HALF.settings))))
def test_what_belongs_together_is_there_together_or_not_at_all(given_names):
    values = {name: "x" if name in given_names else "" for name in HALF.settings}
    wanted = given_names & {"ACME_URL", "ACME_TOKEN", "ACME_REGION"}
    missing = [name for name in ("ACME_URL", "ACME_TOKEN") if name not in given_names]

    sentence = half(HALF, values)

    assert bool(sentence) == bool(wanted and missing)
    assert all(name in sentence for name in missing if sentence)


@given(st.lists(st.text(st.characters(exclude_characters=","), min_size=1).filter(str.strip), max_size=4))
def test_a_secret_may_be_two_while_it_is_rotated(parts):
    assert bool(pair_problem("X", ",".join(parts))) == (len(parts) > 2)


@pytest.mark.parametrize("name", [name for name, one in ALL if one.kind == "secrets"])
def test_every_secret_of_a_webhook_is_checked(name):
    values = {other: one.default for other, one in ALL} | {name: "a,b,c"}

    assert list(problems(values)) == [f"{name} must be one value, or the new and the old one separated by a comma"]


@pytest.mark.parametrize(
    "facts", [{"kind": "colour", "meaning": "x"}, {"kind": "url"}, {"kind": "url", "meaning": "x", "secret": 1}]
)
def test_a_declaration_that_makes_no_sense_is_an_error(facts):
    with pytest.raises(ValidationError):
        Setting.model_validate(facts)
