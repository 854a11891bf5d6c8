"""The one way in for events: however often and together with what a change is told, what follows from it begins once. On both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.connectors.event import Event
from bot.settings import Configuration
from bot.store.ledger.inbound import Inbound
from bot.store.talk.posts import Posts
from bot.work.events import Events

STARTED = {"workflow": "lead", "channel": "playground:general"}
RULES = Configuration.model_validate(
    {
        "triggers": {"hubspot.contact.created": STARTED, "hubspot.contact.updated": STARTED},
        "alerts": {"hubspot.contact.updated": {"channel": "playground:general"}},
    }
)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def event(name, deed="updated", *, after=0):
    return Event(name, f"hubspot.contact.{deed}", "721", AT + timedelta(seconds=after), ("phone",))


@pytest.fixture
def taken(stores):
    """Take events in, each call as one request; the kinds of the jobs that follow from all of them so far."""
    events = Events(RULES, Inbound(stores.database, stores.jobs, Posts(stores.database)))

    async def take(*given):
        await events.take("hubspot", given)
        return sorted(job.kind for job in await stores.jobs.list())

    return take


async def test_an_event_that_is_told_twice_in_one_request_is_taken_once(taken):
    assert await taken(event("1"), event("1")) == ["alert", "trigger"]


async def test_of_several_changes_in_one_request_the_newest_starts_something(taken):
    assert await taken(event("2", after=1), event("1"), event("3", after=1)) == ["alert", "trigger"]


async def test_a_workflow_that_two_events_of_one_request_start_on_a_record_begins_once(taken):
    assert await taken(event("1", "created"), event("2")) == ["alert", "alert", "trigger"]


async def test_what_is_told_again_beside_something_new_does_not_stand_in_its_way(taken):
    await taken(event("1", "created"))
    assert await taken(event("1", "created"), event("2", after=60)) == ["alert", "alert", "trigger", "trigger"]
