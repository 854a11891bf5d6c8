"""Search, macros, people, and what has changed since the last look."""

import pytest

from bot.connectors.zendesk.events import Checkpoint
from bot.connectors.zendesk.search import Wanted
from bot.sandbox.faults import Fault
from handlers.errors import Invalid, NotFound
from handlers.models import PRIVATE_NOTE, Change, Ref


async def test_tickets_are_found_by_words_and_by_who_asked(desk):
    mine = await desk.zendesk.search(Wanted(requester="mira"), limit=50)
    words = await desk.zendesk.search(Wanted(words="charged (twice)"), limit=50)
    few = await desk.zendesk.search(Wanted(status="solved"), limit=2)

    assert mine
    assert all(one.fields["requester"].label.startswith("Mira") for one in mine)
    assert "153" in [one.id for one in words]
    assert [one.fields["status"] for one in few] == ["solved", "solved"]
    assert {one.fields["group"].label for one in await desk.zendesk.search(Wanted(group="Billing"), limit=50)} == {"Billing"}


async def test_a_value_cannot_end_its_quotes(desk):
    everything = await desk.zendesk.search(Wanted(status="solved"), limit=200)

    found = await desk.zendesk.search(Wanted(requester='nobody" OR status:"solved'), limit=200)

    assert everything
    assert found == []


async def test_people_and_groups_are_choices(desk):
    [bo] = await desk.zendesk.users("bo@harbourlight.example")

    assert bo.label == "Bo Lindqvist"
    assert Ref("5001", "Billing") in await desk.zendesk.groups()
    with pytest.raises(Invalid, match="Type a name"):
        await desk.zendesk.users("  ")


def pages(path, name, *rows, by_cursor):
    """Answers of a list whose pages hold one row each, and whose last one says so."""
    for n, row in enumerate(rows, 1):
        more = n < len(rows)
        link = (
            {"meta": {"has_more": more, "after_cursor": f"c{n}"}} if by_cursor else {"next_page": "https://x" if more else None}
        )
        yield Fault("status", path=path, status=200, body={name: [row], **link})


@pytest.mark.parametrize("by_cursor", [True, False])
async def test_groups_are_read_to_the_end_whatever_their_pages_hold(desk, by_cursor):
    rows = [{"id": n, "name": f"Group {n}"} for n in (1, 2, 3)]
    for fault in pages("/groups$", "groups", *rows, by_cursor=by_cursor):
        desk.trouble(fault)

    assert await desk.zendesk.groups() == [Ref(str(n), f"Group {n}") for n in (1, 2, 3)]


async def test_a_search_goes_on_while_there_are_more_pages_however_small(desk):
    rows = [desk.standin.vendor.records[number] | {"id": int(number)} for number in ("101", "102", "103")]
    for fault in pages("/search$", "results", *rows, by_cursor=False):
        desk.trouble(fault)

    assert [one.id for one in await desk.zendesk.search(Wanted(status="solved"), limit=50)] == ["101", "102", "103"]


async def test_what_a_customer_added_after_a_hundred_comments_is_read(desk):
    ticket = await desk.zendesk.read("153")
    customer = int(ticket.fields["requester"].id)
    said = [
        {"id": n, "author_id": customer, "public": True, "body": f"Word {n}.", "plain_body": f"Word {n}.", "created_at": "2026-11-20T09:00:00Z"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    for fault in pages("/comments$", "comments", *said, by_cursor=True):
        desk.trouble(fault)

    assert (await desk.zendesk.read("153")).text.endswith("Word 2.\n\nWord 3.")


async def test_a_macro_becomes_changes_and_changes_nothing(desk):
    ticket = await desk.zendesk.read("153")

    changes = await desk.zendesk.macro("refund::approved", ticket)

    assert desk.writes() == 0
    found = {change.field: change for change in changes}
    assert found["reply"].after == "Hello Mira,\n\nyour refund for ticket 153 is on its way."
    assert found["visibility"].after == PRIVATE_NOTE
    assert (found["group"].after, found["status"].after) == (Ref("5001", "Billing"), "pending")
    assert "refund_approved" in found["tags"].after
    assert all(change.before == ticket.fields.get(change.field) for change in changes)
    draft = desk.draft(ticket, *(change for change in changes if change.field != "status"))
    await desk.zendesk.write(draft)
    assert "refund_approved" in (await desk.zendesk.read("153")).fields["tags"]


async def test_a_macro_without_words_says_nothing_and_leaves_what_is_so_already(desk):
    desk.standin.vendor.records["153"]["priority"] = "urgent"

    changes = await desk.zendesk.macro("Escalate", await desk.zendesk.read("153"))

    assert {change.field for change in changes} == {"type", "tags"}


@pytest.mark.parametrize(
    ("name", "trouble", "sentence"),
    [
        ("Refund", NotFound, "Did you mean Refund::Approved or Refund::Declined"),
        ("zzz", NotFound, "Its name is that in Zendesk"),
        ("", NotFound, "no macro ''"),
        ("Closing words", Invalid, "placeholder"),
    ],
)
async def test_a_macro_that_cannot_be_used_says_why(desk, name, trouble, sentence):
    with pytest.raises(trouble, match=sentence):
        await desk.zendesk.macro(name, await desk.zendesk.read("153"))


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("/active", {"macros": [{"id": 1, "title": "x"}, {"id": 2, "title": "X"}]}, "Several macros"),
        ("/active", {"macros": [{"id": 1}]}, "without 'title'"),
        ("/active", {"macros": 7}, "no macros"),
        ("/apply", {"result": None}, "no result"),
        ("/apply", {"result": {"ticket": None}}, "no result"),
        ("/apply", [], "no result"),
    ],
)
async def test_macros_that_make_no_sense_are_refused(desk, path, body, sentence):
    ticket = await desk.zendesk.read("153")
    desk.trouble(Fault("status", path=path, status=200, body=body, count=None))

    with pytest.raises(Invalid, match=sentence):
        await desk.zendesk.macro("Escalate" if path == "/apply" else "x", ticket)


async def test_macros_are_records_with_their_words_tags_and_use(desk):
    found = {one.title: one for one in await desk.zendesk.macros()}

    approved, own = found["Refund::Approved"], found["Take it"]
    assert approved.fields == {"tags": ("refund_approved",), "usage": "33", "visibility": "public"}
    assert approved.text.endswith("your refund for ticket  is on its way.")
    assert "{{" not in "".join(one.text for one in found.values())
    assert (own.fields["visibility"], found["Escalate"].text) == ("private", "")
    changes = await desk.zendesk.filled(approved, await desk.zendesk.read("153"))
    assert changes == await desk.zendesk.macro("Refund::Approved", await desk.zendesk.read("153"))


@pytest.mark.parametrize(
    "row", [{}, {"id": 1}, {"id": 1, "title": "x", "actions": ["y"]}, {"id": 1, "title": "x", "actions": [{}]}]
)
async def test_a_macro_that_lacks_something_is_refused(desk, row):
    desk.trouble(Fault("status", path="/macros/active", status=200, body={"macros": [row]}, count=None))

    with pytest.raises(Invalid, match="a macro without a usable"):
        await desk.zendesk.macros()


async def look(desk, since):
    told = [(event, here) async for event, here in desk.zendesk.changes("ticket", since)]
    return [event for event, _ in told], Checkpoint.of(told[-1][1].text) if told else since


async def test_what_has_changed_is_told_once(desk):
    start = Checkpoint.now(desk.watch())
    assert await look(desk, start) == ([], start)
    desk.watch.advance(minutes=1)
    await desk.standin.edit("153", {"priority": "high"})
    desk.watch.advance(minutes=1)
    url = await desk.zendesk.write(desk.ticket(Change("subject", None, "New"), Change("description", None, "x")))

    first, here = await look(desk, start)
    again, here = await look(desk, here)
    desk.watch.advance(minutes=1)
    await desk.standin.edit("153", {"comment": "still open"})
    last, _ = await look(desk, here)

    made = url.rpartition("/")[2]
    assert [(one.name, one.record) for one in first] == [("zendesk.ticket.updated", "153"), ("zendesk.ticket.created", made)]
    assert again == []
    assert [(one.name, one.record) for one in last] == [("zendesk.ticket.updated", "153")]


async def test_the_first_look_begins_a_little_earlier_than_now(desk):
    """Zendesk takes no start within the last minute, and would show nothing of it."""
    await desk.zendesk.write(desk.ticket(Change("subject", None, "New"), Change("description", None, "x")))
    desk.watch.advance(minutes=1)

    [told], _ = await look(desk, Checkpoint.now(desk.watch()))

    assert told.name == "zendesk.ticket.created"


async def test_a_ticket_that_was_made_in_the_second_of_the_last_one_is_new_once(desk):
    words = (Change("subject", None, "New"), Change("description", None, "x"))
    start = Checkpoint.now(desk.watch())
    await desk.zendesk.write(desk.ticket(*words))
    first, here = await look(desk, start)
    url = await desk.zendesk.write(desk.ticket(*words))  # the clock has not moved
    second, here = await look(desk, here)
    desk.watch.advance(minutes=1)
    await desk.standin.edit(url.rpartition("/")[2], {"priority": "high"})
    third, _ = await look(desk, here)

    assert [one.name for one in (*first, *second)] == ["zendesk.ticket.created"] * 2
    assert first[0].record != second[0].record
    assert [one.name for one in third] == ["zendesk.ticket.updated"]


async def test_who_stops_within_a_page_is_told_the_same_again(desk):
    start = Checkpoint.now(desk.watch())
    desk.watch.advance(minutes=1)
    for number in ("151", "152", "153"):
        await desk.standin.edit(number, {"priority": "high"})

    stopped = await anext(desk.zendesk.changes("ticket", start))
    again, here = await look(desk, Checkpoint.of(stopped[1].text))

    assert len(again) == 3
    assert stopped[0] in again
    assert await look(desk, here) == ([], here)


async def test_many_changes_come_over_many_pages(desk):
    start = Checkpoint.now(desk.watch())
    tickets = desk.standin.vendor.records
    for n in range(2000, 3100):
        tickets[str(n)] = {**tickets["101"], "id": n, "created_at": "2026-11-20T09:01:00Z", "updated_at": "2026-11-20T09:01:00Z"}

    told, here = await look(desk, start)

    assert len({one.id for one in told}) == len(told) == 1100
    assert {one.name for one in told} == {"zendesk.ticket.created"}
    assert await look(desk, here) == ([], here)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({}, "tickets"),
        ([], "tickets"),
        ({"tickets": []}, "end_of_stream"),
        ({"tickets": [{"id": 1}], "end_of_stream": True}, "updated_at"),
        ({"tickets": ["x"], "end_of_stream": True}, "updated_at"),
    ],
)
async def test_an_export_that_lacks_something_is_refused(desk, body, name):
    desk.trouble(Fault("status", path="/cursor", status=200, body=body, count=None))

    with pytest.raises(Invalid, match=name):
        await look(desk, Checkpoint.now(desk.watch()))
    with pytest.raises(Invalid, match="changes of user"):
        [one async for one in desk.zendesk.changes("user", Checkpoint.now(desk.watch()))]
