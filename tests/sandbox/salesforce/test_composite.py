"""Several requests in one: a status each, and all or none where that is asked for."""

import pytest


def part(name, method, path, body=None, **headers):
    made = {"method": method, "url": f"/services/data/v60.0{path}", "referenceId": name}
    return made | ({"body": body} if body is not None else {}) | ({"httpHeaders": headers} if headers else {})


async def send(force, *parts, all_or_none=True):
    reply = await force("POST", "/composite", {"allOrNone": all_or_none, "compositeRequest": list(parts)})
    assert reply.status == 200, reply.body
    return [(one["referenceId"], one["httpStatusCode"], one["body"]) for one in reply.body["compositeResponse"]]


async def test_a_change_and_its_task_are_one_write(force):
    lead = await force.id_of("Katya Marlow")

    update, task = await send(
        force,
        part("lead", "PATCH", f"/sobjects/Lead/{lead}", {"Score__c": 74}),
        part("task", "POST", "/sobjects/Task", {"WhoId": lead, "Subject": "Score 74", "Status": "Completed"}),
    )

    assert (update, task[:2]) == (("lead", 204, None), ("task", 201))
    assert force.standin.record(lead)["Score__c"] == 74
    assert force.standin.record(task[2]["id"])["IsClosed"] is True
    assert [entry.record for entry in force.standin.ledger.entries] == [lead, task[2]["id"]]


async def test_what_fails_takes_the_others_with_it(force):
    lead = await force.id_of("Katya Marlow")
    before = force.standin.record(lead)
    parts = (
        part("first", "PATCH", f"/sobjects/Lead/{lead}", {"Score__c": 74}),
        part("bad", "PATCH", f"/sobjects/Lead/{lead}", {"Nonsense": 1}),
        part("last", "POST", "/sobjects/Task", {"WhoId": lead, "Subject": "x"}),
    )

    first, bad, last = await send(force, *parts)
    assert (first[1], first[2][0]["errorCode"], last[2][0]["errorCode"]) == (400, "PROCESSING_HALTED", "PROCESSING_HALTED")
    assert bad[2][0]["errorCode"] == "INVALID_FIELD"
    assert force.standin.record(lead) == before
    assert [entry.effect for entry in force.standin.ledger.entries] == [False]

    assert [one[1] for one in await send(force, *parts, all_or_none=False)] == [204, 400, 201]


async def test_a_part_has_its_own_guard(force, watch):
    lead = await force.id_of("Katya Marlow")
    watch.advance(minutes=1)
    await force.standin.edit(lead, {"City": "Henley"})

    seen = {"If-Unmodified-Since": "Fri, 20 Nov 2026 09:00:00 GMT"}
    update, task = await send(
        force,
        part("lead", "PATCH", f"/sobjects/Lead/{lead}", {"Score__c": 74}, **seen),
        part("task", "POST", "/sobjects/Task", {"WhoId": lead, "Subject": "x"}),
    )

    assert (update[1], update[2][0]["errorCode"], task[1]) == (412, "PRECONDITION_FAILED", 400)


async def test_a_later_part_uses_what_an_earlier_one_answered(force):
    made, task, read = await send(
        force,
        part("lead", "POST", "/sobjects/Lead", {"LastName": "Ward", "Company": "Ward Boats"}),
        part("task", "POST", "/sobjects/Task", {"WhoId": "@{lead.id}", "Subject": "Hello"}),
        part("read", "GET", "/query?q=SELECT+Company+FROM+Lead+WHERE+Id+=+'@{lead.id}'"),
    )

    assert force.standin.record(task[2]["id"])["WhoId"] == made[2]["id"]
    assert read[2]["records"][0]["Company"] == "Ward Boats"


async def test_a_reference_to_nothing_is_refused(force):
    (only,) = await send(force, part("task", "POST", "/sobjects/Task", {"WhoId": "@{lead.id}"}))

    assert (only[1], only[2][0]["errorCode"]) == (400, "PROCESSING_HALTED")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"compositeRequest": []},
        {"compositeRequest": ["x"]},
        {"compositeRequest": [part(f"p{n}", "GET", "/limits") for n in range(26)]},
        {"compositeRequest": [part("same", "GET", "/limits"), part("same", "GET", "/limits")]},
        {"compositeRequest": [part("a b", "GET", "/limits")]},
        {"compositeRequest": [{"method": "GET", "url": "https://elsewhere.example", "referenceId": "x"}]},
        {"compositeRequest": [part("x", "GET", "/limits", Authorization="Bearer x")]},
    ],
)
async def test_a_request_that_is_no_composite_is_refused(force, body):
    assert (await force("POST", "/composite", body)).status == 400


async def test_a_path_that_may_not_stand_inside_is_not_found(force):
    ((_, status, body),) = await send(force, part("x", "POST", "/composite", {"compositeRequest": []}))

    assert (status, body[0]["errorCode"]) == (404, "NOT_FOUND")
