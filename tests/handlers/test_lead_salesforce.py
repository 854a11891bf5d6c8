"""/lead on Salesforce: from what people type to the draft, and from the draft to the field or the note."""

from datetime import UTC, datetime

import pytest

from bot.connectors.salesforce.client import connect
from bot.settings import Configuration, Settings
from handlers.errors import NotFound
from handlers.lead import lead
from handlers.models import Call, Draft, Person, Place, Reply

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def ask(connectors):
    async def asked(words, crm=None):
        call = Call("c1", "lead", words, Person("p:ada", "Ada"), Place("playground", "general"))
        both = {name: connectors[name] for name in ("hubspot", "salesforce")}
        return await lead(call, crm=crm or both, clock=lambda: NOW)

    return asked


def id_of(sandbox, name, prefix="00Q"):
    records = sandbox.salesforce.vendor.records
    return next(key for key, one in records.items() if key.startswith(prefix) and one.get("Name") == name)


async def test_ids_of_leads_and_contacts_in_both_lengths(ask, sandbox):
    katya, mira = id_of(sandbox, "Katya Marlow"), id_of(sandbox, "Mira Kestrel", "003")

    drafts = [await ask(words) for words in (katya, katya[:15], mira, mira[:15])]

    assert [(draft.record.id, draft.record.kind) for draft in drafts] == [(katya, "lead")] * 2 + [(mira, "contact")] * 2
    assert {draft.policy_name for draft in drafts} == {"salesforce.lead"}


async def test_an_address_that_hubspot_does_not_know_is_looked_up_in_salesforce(ask):
    draft = await ask("katya@marlowmarina.example")

    assert (draft.record.system, draft.record.title) == ("salesforce", "Katya Marlow, Marlow Marina")


async def test_a_score_goes_into_the_field_and_lands(ask, connectors, sandbox):
    katya = id_of(sandbox, "Katya Marlow")
    draft = await ask(katya)

    [change] = draft.changes
    assert isinstance(draft, Draft)
    assert (change.field, change.before) == ("score", "")
    assert draft.reasons[0].startswith(f"score {change.after} of 100")
    assert draft.reasons[-1].endswith("stays with Juno Reyes")
    assert draft.tainted is True

    address = await connectors["salesforce"].write(draft)

    assert address.endswith(f"/lightning/r/Lead/{katya}/view")
    assert sandbox.salesforce.record(katya)["Score__c"] == int(change.after)
    assert await connectors["salesforce"].landed(draft)
    again = await ask(katya)
    assert isinstance(again, Reply)
    assert "needs no change" in again.text


async def test_past_leads_tell_where_harbourlight_sells(ask, sandbox):
    draft = await ask(id_of(sandbox, "Katya Marlow"))

    converted = {source.title for source in draft.sources}
    assert "Ellen Sorensen, Lofoten Rorbuer & Kayak" in converted
    assert len(converted) == 3


async def test_without_a_field_the_score_is_a_note_that_hangs_on_the_lead(ask, connectors, sandbox):
    settings = Settings.model_validate({name.lower(): value for name, value in sandbox.environment().items()})
    bare = connect(connectors["salesforce"]._http, settings, Configuration())
    katya = id_of(sandbox, "Katya Marlow")

    draft = await ask(katya, {"salesforce": bare})
    await bare.write(draft)

    [change] = draft.changes
    assert change.field == "note"
    tasks = [one for one in sandbox.salesforce.vendor.records.values() if one.get("WhoId") == katya]
    assert [task["Description"] for task in tasks] == [change.after]
    assert await bare.landed(draft)


async def test_several_people_are_a_choice_with_ids(ask, connectors, sandbox):
    found = await ask("Sam Whitlock", {"salesforce": connectors["salesforce"]})

    assert isinstance(found, Reply)
    ids = [id_of(sandbox, "Sam Whitlock", prefix) for prefix in ("00Q", "003")]
    assert [line.rpartition(" ")[2] for line in found.text.splitlines()[1:]] == ids


@pytest.mark.parametrize("words", ["00QHl0000000999", "nobody@nowhere.example", "Nobody Atall"])
async def test_who_is_not_there_is_not_found(ask, words):
    with pytest.raises(NotFound):
        await ask(words)
