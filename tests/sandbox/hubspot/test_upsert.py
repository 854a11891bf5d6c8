"""HubSpot's batch upsert: by a property with unique values, each input by itself."""

import pytest

UPSERT = "/crm/v3/objects/contacts/batch/upsert"


def one(name, by="countersign_draft", **properties):
    return {"id": name, "idProperty": by, "properties": properties}


async def test_what_is_not_there_is_made_and_what_is_there_is_changed(hubspot, sandbox):
    first = await hubspot("POST", UPSERT, {"inputs": [one("abc.1", lastname="Moor")]})
    second = await hubspot("POST", UPSERT, {"inputs": [one("abc.1", lastname="Moore"), one("abc.2", lastname="Tove")]})

    assert [row["new"] for row in first.body["results"] + second.body["results"]] == [True, False, True]
    number = first.body["results"][0]["id"]
    assert second.body["results"][0]["id"] == number
    assert sandbox.hubspot.record(number)["values"]["lastname"] == "Moore"
    read = await hubspot("GET", "/crm/v3/objects/contacts/abc.2?idProperty=countersign_draft")
    assert read.body["id"] == second.body["results"][1]["id"] != number


async def test_one_that_is_wrong_is_told_beside_the_rest(hubspot):
    reply = await hubspot("POST", UPSERT, {"inputs": [one("abc.1", nonsense="1"), one("abc.2", lastname="Moor")]})

    assert (reply.status, reply.body["numErrors"], len(reply.body["results"])) == (207, 1, 1)
    assert "nonsense" in reply.body["errors"][0]["message"]


@pytest.mark.parametrize(
    "inputs", [None, [7], [{"id": "abc.1"}], [one("abc.1"), one("abc.1")], [one(str(number)) for number in range(101)]]
)
async def test_a_batch_that_is_none_is_refused(hubspot, sandbox, inputs):
    reply = await hubspot("POST", UPSERT, {"inputs": inputs})

    assert reply.status == 400
    assert not [entry for entry in sandbox.hubspot.ledger.entries if entry.effect]


async def test_a_property_that_is_not_unique_names_nobody(hubspot):
    reply = await hubspot("POST", UPSERT, {"inputs": [one("1", by="phone", lastname="Moor")]})

    assert (reply.status, reply.body["results"]) == (207, [])
    assert "not a unique property" in reply.body["errors"][0]["message"]
