"""What is connected is what is set; what is not says how to connect it."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from bot.connectors.about import FILE, FOLDER, abouts, read
from bot.connectors.changing import Changing
from bot.connectors.hubspot.client import HubSpot
from bot.connectors.jira.client import Jira
from bot.connectors.reading import Absent
from bot.connectors.registry import Shadow, WritesBySystem, WritesByWorkflow, connected, door
from bot.connectors.zendesk.client import Zendesk
from bot.net.http import Http
from bot.settings import Settings
from handlers.errors import Invalid, NotAllowed, NotConnected
from handlers.models import Call, Draft, Person, Place, Policy, Record

RECORD = Record("hubspot", "deal", "1", "v", "t", "x", {})
DRAFT = Draft.of("deal", RECORD, (), call=Call("c", "deal", "1", Person("p:a", "A"), Place("p", "c")))
JIRA = {"jira_url": "https://j.example", "jira_email": "b@j.example", "jira_api_token": "t"}
ZENDESK = {name.replace("jira", "zendesk"): value for name, value in JIRA.items()}


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ({}, {}),
        (JIRA, {"jira": Jira}),
        (JIRA | ZENDESK, {"jira": Jira, "zendesk": Zendesk}),
        ({"hubspot_access_token": "t"}, {"hubspot": HubSpot}),
        ({"hubspot_client_id": "a", "hubspot_client_secret": "b", "hubspot_refresh_token": "c"}, {"hubspot": HubSpot}),
    ],
)
async def test_what_is_set_is_connected(given, kinds):
    async with Http() as http:
        found = connected(Settings.model_validate(given), http)

    assert {name: type(connector) for name, connector in found.items()} == kinds


@pytest.mark.parametrize("name", abouts())
def test_a_connector_tells_true_facts_about_its_settings(name):
    about = abouts()[name]

    assert {setting.lower() for setting in about.settings} <= set(Settings.model_fields)
    assert all(setting.startswith(f"{name.upper()}_") for setting in about.settings)
    assert about.switch
    assert not about.is_on(Settings())
    assert callable(door(name))


def test_a_fact_that_nobody_knows_is_an_error(tmp_path):
    facts = (FOLDER / "jira" / FILE).read_text(encoding="utf-8")
    file = tmp_path / FILE
    file.write_text(f'colour = "blue"\n{facts}', encoding="utf-8")

    with pytest.raises(ValidationError, match="colour"):
        read(file)


async def test_what_is_absent_says_what_to_set():
    absent = Absent("jira")

    for attempt in (absent.read("SUP-1"), absent.past(RECORD, limit=1), absent.find("Mira", limit=1)):
        with pytest.raises(NotConnected, match="JIRA_URL, JIRA_EMAIL and JIRA_API_TOKEN"):
            await attempt


@pytest.mark.parametrize("verb", ["write", "reread", "landed"])
async def test_a_system_that_was_disconnected_meanwhile(verb):
    with pytest.raises(Invalid, match="hubspot is not connected any more"):
        await getattr(WritesBySystem({}), verb)(DRAFT)


async def test_shadow_mode_has_no_way_out():
    shadow = Shadow()

    for attempt in (shadow.write(DRAFT), shadow.reread(DRAFT)):
        with pytest.raises(NotAllowed, match="SHADOW is on"):
            await attempt
    assert await shadow.landed(DRAFT) is False


async def test_a_workflow_in_shadow_mode_has_no_way_out_and_the_others_have_theirs():
    class Reached(Exception):
        """The way to a system."""

    class Way:
        async def write(self, draft):
            raise Reached(draft.id)

        reread = landed = write

    writes = WritesByWorkflow(Way(), {"triage"}.__contains__)
    shown_only = replace(DRAFT, workflow="reply", policy=Policy(shadow=True))

    for draft in (replace(DRAFT, workflow="triage"), shown_only):
        for attempt in (writes.write(draft), writes.reread(draft)):
            with pytest.raises(NotAllowed, match="is in shadow mode, so nothing is written"):
                await attempt
        with pytest.raises(Reached):  # what was sent before the mode was switched on may have landed, and to look changes nothing
            await writes.landed(draft)
    for attempt in (writes.write, writes.reread, writes.landed):
        with pytest.raises(Reached):
            await attempt(replace(DRAFT, workflow="reply"))


async def test_every_connector_that_comes_with_the_program_can_be_asked_what_has_changed(connectors):
    asked = {name: one.watched for name, one in connectors.items() if isinstance(one, Changing)}

    assert asked.keys() == connectors.keys()
    assert asked["jira"] == ("issue",)
    assert "opportunity" in asked["salesforce"]
