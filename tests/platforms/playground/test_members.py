"""Who one can be, which channels each may open, and what each is to approvals."""

import pytest

from bot.platforms.playground.members import Members
from bot.settings import Configuration
from bot.settings.people import People
from handlers.errors import NotFound


def members(configuration: Configuration) -> Members:
    return Members(configuration, People(configuration))


def test_roles_follow_from_the_default_policy(configuration):
    here = members(configuration)
    roles = {person.name: here.role(person) for person in here.people}
    assert roles == {"Ada Novak": "requester", "Bo Lindqvist": "approver", "Cy Marsh": "outsider", "Dee Ray": "approver"}


def test_where_anybody_may_approve_nobody_has_a_role():
    here = members(Configuration.model_validate({"people": {"ada@example.com": {"playground": "ada"}}}))
    assert [here.role(person) for person in here.people] == [""]


def test_without_a_file_there_is_one_person_and_two_channels():
    here = members(Configuration())
    assert [(person.id, person.name) for person in here.people] == [("playground:you", "You")]
    assert list(here.channels(here.people[0])) == ["general", "support", "dm:you"]


def test_channels_come_from_the_file_and_the_direct_messages_are_ones_own(configuration):
    here = members(configuration)
    ada = here.person("ada")
    assert list(here.channels(ada)) == ["general", "support", "lounge", "answers", "dm:ada"]
    with pytest.raises(NotFound):
        here.check(ada, "dm:bo")
    with pytest.raises(NotFound):
        here.person("nobody")
