"""What a workflow has read shows up where another one asks about the same person or case, and only where that may be seen."""

from datetime import UTC, datetime

import pytest
import structlog
from voices import by_words

from bot.app.model import offline
from bot.app.observing import LinksForPlaces, Observing
from bot.app.views import crm, issues, tickets
from bot.settings import Configuration, Settings
from bot.store.database import Database
from bot.store.links.links import LinkStore
from bot.watch import log
from handlers.lead import lead
from handlers.models import Call, Draft, Person, Place
from handlers.reply import reply
from handlers.triage import triage
from knowledge.models import Answer

RULES = Configuration.model_validate(
    {
        "channels": {
            "playground:desk": {"commands": ["reply", "ask"]},
            "playground:sales": {"commands": ["lead"]},
            "playground:quiet": {"commands": ["triage"]},
            "playground:off": {"commands": ["ask"]},
        }
    }
)
TICKET, CONTACT, NAMES_A_KEY, KEY = "153", "701", "102", "SUP-3"
"""Mira's ticket, Mira in HubSpot; a ticket whose customer names an issue, and that issue."""


@pytest.fixture(autouse=True)
def calm_log():
    """Transformations are not what is looked at here."""
    log.configure(level="warning", style="json")
    yield
    structlog.reset_defaults()


@pytest.fixture
async def store(tmp_path, fresh_state):
    database = Database(fresh_state(tmp_path / "state.db"))
    yield LinkStore(database)
    await database.close()


@pytest.fixture
def ask(store, connectors):
    observer, links = Observing.of(Settings(), store), LinksForPlaces(store, connectors, RULES)

    async def known(question, *, audience, history=(), quoted=False, origin=None):  # noqa: ARG001 - the port's signature
        return Answer("I don't know.", 0.1, True, (), ())

    async def asked(command, argument, channel="all"):
        call = Call("c", command, argument, Person("p:ada", "Ada"), Place("playground", channel))
        match command:
            case "lead":
                return await lead(
                    call, crm=crm(connectors, observer), clock=lambda: datetime(2026, 11, 20, tzinfo=UTC), links=links
                )
            case "reply":
                desk = tickets(connectors, observer)
                return await reply(call, tickets=desk, similar=by_words, answer=known, model=offline, links=links)
            case _:
                return await triage(call, issues=issues(connectors, observer), similar=by_words, model=offline, links=links)

    return asked


def linked(found):
    sources = found.sources if isinstance(found, Draft) else found.citations
    return [
        source.title
        for source in sources
        if " in Zendesk: " in source.title or "HubSpot" in source.title or "Jira" in source.title
    ]


async def test_a_lead_shows_the_tickets_of_the_same_person_once_they_were_read(ask):
    assert linked(await ask("lead", CONTACT)) == []
    await ask("reply", TICKET)

    titles = linked(await ask("lead", CONTACT))

    assert any(title.startswith("ticket of the same person in Zendesk: ") for title in titles)
    assert all("the same e-mail address)" in title for title in titles)
    assert len(titles) <= 3


async def test_a_ticket_shows_who_its_customer_is_in_the_crm(ask):
    await ask("lead", CONTACT)

    [title] = linked(await ask("reply", TICKET))

    assert title.startswith("the same person in HubSpot: Mira ")
    assert f"(contact {CONTACT}; the same e-mail address)" in title


async def test_an_issue_shows_the_ticket_that_names_it_and_the_other_way_round(ask):
    await ask("reply", NAMES_A_KEY)

    found = linked(await ask("triage", KEY))
    back = linked(await ask("reply", NAMES_A_KEY))

    assert [title for title in found if f"(ticket {NAMES_A_KEY}; the ticket names {KEY})" in title]
    assert [title for title in back if title.startswith("the same case in Jira: ") and f"(issue {KEY};" in title]


@pytest.mark.parametrize(("channel", "sees"), [("all", True), ("desk", True), ("sales", False), ("quiet", False), ("off", False)])
async def test_a_place_sees_of_other_systems_what_its_own_commands_read(ask, channel, sees):
    await ask("reply", TICKET)

    assert bool(linked(await ask("lead", CONTACT, channel))) is sees


async def test_a_system_that_is_not_connected_any_more_is_not_shown(ask, connectors):
    await ask("reply", TICKET)
    without = {name: connector for name, connector in connectors.items() if name != "zendesk"}
    connectors.clear()
    connectors.update(without)

    assert linked(await ask("lead", CONTACT)) == []


async def test_somebody_who_is_forgotten_is_shown_no_more(ask, store):
    await ask("reply", TICKET)
    assert await store.forget("mira@kestrelboats.example") >= 1

    assert linked(await ask("lead", CONTACT)) == []
