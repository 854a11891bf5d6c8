"""Tickets: guarded updates, notes and replies, creating once, what Zendesk refuses, pages."""

from typing import Any

import pytest

from bot.sandbox import Sandbox

TICKET = "/api/v2/tickets/153"


async def test_a_ticket_is_read_with_and_without_json_at_the_end(zendesk: Any) -> None:
    plain, dotted = [(await zendesk("GET", path)).body for path in (TICKET, f"{TICKET}.json")]
    assert plain == dotted
    assert (plain["ticket"]["status"], plain["ticket"]["assignee_id"], plain["ticket"]["priority"]) == ("new", None, None)
    assert (await zendesk("GET", "/api/v2/tickets/999")).body == {"error": "RecordNotFound", "description": "Not found"}


async def test_an_update_moves_updated_at_and_leaves_an_audit(sandbox: Sandbox, zendesk: Any, watch: Any) -> None:
    watch.advance(minutes=1)
    update = {"priority": "high", "group_id": 5001, "assignee_id": 30008, "tags": ["Payments", "double-charge"]}
    answer = await zendesk("PUT", TICKET, {"ticket": update})
    ticket = answer.body["ticket"]
    assert answer.status == 200
    assert (ticket["updated_at"], ticket["status"], ticket["tags"]) == (
        "2026-11-20T09:01:00Z",
        "open",
        ["double-charge", "payments"],
    )
    events = {event["field_name"]: (event["previous_value"], event["value"]) for event in answer.body["audit"]["events"]}
    assert events["priority"] == (None, "high")
    assert events["status"] == ("new", "open")
    audits = (await zendesk("GET", f"{TICKET}/audits")).body["audits"]
    assert audits[-1]["id"] == answer.body["audit"]["id"]
    assert len(sandbox.zendesk.writes(153)) == 1


@pytest.mark.parametrize("switch", [True, False])
async def test_a_stale_stamp_is_409_and_writes_nothing_even_with_safe_update_false(
    *, sandbox: Sandbox, zendesk: Any, switch: bool
) -> None:
    stamp = sandbox.zendesk.record(153)["updated_at"]
    guard = {"safe_update": switch, "updated_stamp": stamp}
    assert (await zendesk("PUT", TICKET, {"ticket": {"comment": {"body": "Once"}, **guard}})).status == 200
    again = await zendesk("PUT", TICKET, {"ticket": {"comment": {"body": "Once"}, **guard}})
    assert (again.status, again.body["error"]) == (409, "UpdateConflict")
    assert [one["body"] for one in sandbox.zendesk.record(153)["comments"]][1:] == ["Once"]


async def test_without_the_guard_the_last_one_wins_and_the_guard_needs_its_stamp(zendesk: Any) -> None:
    old = {"updated_stamp": "2020-01-01T00:00:00Z"}
    assert (await zendesk("PUT", TICKET, {"ticket": {"priority": "low", **old}})).status == 200
    assert (await zendesk("PUT", TICKET, {"ticket": {"priority": "low", "safe_update": True}})).status == 400
    assert (await zendesk("PUT", TICKET, {"ticket": {"safe_update": True, "updated_stamp": "soon"}})).status == 400


async def test_a_reply_is_public_by_default_and_a_note_is_not(zendesk: Any) -> None:
    await zendesk("PUT", TICKET, {"ticket": {"comment": {"body": "To the customer"}}})
    await zendesk("PUT", TICKET, {"ticket": {"comment": {"html_body": "<p>To us</p>", "public": False}}})
    comments = (await zendesk("GET", f"{TICKET}/comments")).body["comments"]
    assert [(one["public"], one["author_id"]) for one in comments[1:]] == [(True, 30090), (False, 30090)]
    assert comments[2]["html_body"] == "<p>To us</p>"
    newest = (await zendesk("GET", f"{TICKET}/comments?sort_order=desc")).body["comments"][0]
    assert newest["id"] == comments[2]["id"]


@pytest.mark.parametrize(
    ("ticket", "field"),
    [
        ({"status": "done"}, "status"),
        ({"status": None}, "status"),
        ({"priority": "High"}, "priority"),
        ({"type": "bug"}, "type"),
        ({"tags": "payments"}, "tags"),
        ({"tags": ["two words"]}, "tags"),
        ({"subject": ""}, "subject"),
        ({"assignee_id": 40001}, "assignee_id"),
        ({"assignee_id": "30001"}, "assignee_id"),
        ({"assignee_id": 30008, "group_id": 5002}, "assignee_id"),
        ({"assignee_email": "zoe@harbourlight.example"}, "assignee_email"),
        ({"group_id": 1}, "group_id"),
        ({"requester_id": 1}, "requester_id"),
        ({"status": "solved"}, "assignee"),
        ({"comment": "hello"}, "comment"),
        ({"comment": {"body": " "}}, "comment"),
        ({"comment": {"body": "x", "public": "no"}}, "comment"),
        ({"comment": {"body": "x", "author_id": 1}}, "comment"),
    ],
)
async def test_a_value_that_zendesk_would_not_take_is_422(sandbox: Sandbox, zendesk: Any, ticket: Any, field: str) -> None:
    before = sandbox.zendesk.record(153)
    answer = await zendesk("PUT", TICKET, {"ticket": {"external_id": "x"} | ticket})
    assert (answer.status, answer.body["error"], list(answer.body["details"])) == (422, "RecordInvalid", [field])
    assert sandbox.zendesk.record(153) == before


@pytest.mark.parametrize("body", [{"status": "open"}, {"ticket": "x"}, [], None])
@pytest.mark.parametrize(("method", "path"), [("PUT", TICKET), ("POST", "/api/v2/tickets")])
async def test_an_unwrapped_body_is_400(sandbox: Sandbox, zendesk: Any, method: str, path: str, body: Any) -> None:
    answer = await zendesk(method, path, body)
    assert (answer.status, answer.body["error"]["title"]) == (400, "Invalid attribute")
    assert not any(entry.effect for entry in sandbox.zendesk.ledger.entries)


async def test_a_closed_ticket_refuses_every_update(sandbox: Sandbox, zendesk: Any) -> None:
    answer = await zendesk("PUT", "/api/v2/tickets/101", {"ticket": {"comment": {"body": "One more thing"}}})
    assert answer.status == 422
    assert "closed prevents" in answer.body["details"]["status"][0]["description"]
    assert sandbox.zendesk.writes(101) == []


async def test_a_group_without_the_assignee_lets_go_of_the_assignee(zendesk: Any) -> None:
    answer = await zendesk("PUT", "/api/v2/tickets/146", {"ticket": {"group_id": 5001}})
    assert answer.body["ticket"]["assignee_id"] is None
    found = await zendesk("PUT", "/api/v2/tickets/146", {"ticket": {"assignee_email": "juno@harbourlight.example"}})
    assert (found.body["ticket"]["assignee_id"], found.body["ticket"]["group_id"]) == (30010, 5003)


async def test_an_unknown_attribute_is_passed_over(zendesk: Any) -> None:
    assert (await zendesk("PUT", TICKET, {"ticket": {"mood": "bad", "priority": "low"}})).body["ticket"]["priority"] == "low"


async def test_a_new_ticket_belongs_to_its_requester(zendesk: Any) -> None:
    ticket = {"subject": "Hello", "comment": {"body": "A question"}, "requester": {"email": "mira@kestrelboats.example"}}
    answer = await zendesk("POST", "/api/v2/tickets.json", {"ticket": ticket})
    made = answer.body["ticket"]
    assert (answer.status, made["id"], made["requester_id"], made["organization_id"]) == (201, 161, 40001, 6001)
    assert answer.headers["Location"].endswith("/api/v2/tickets/161.json")
    comments = (await zendesk("GET", "/api/v2/tickets/161/comments")).body["comments"]
    assert [(one["body"], one["author_id"]) for one in comments] == [("A question", 40001)]


@pytest.mark.parametrize(
    "ticket", [{"subject": "No text"}, {"comment": {"body": "x"}, "requester": {"email": "who@nowhere.example"}}]
)
async def test_a_new_ticket_needs_a_text_and_a_known_requester(zendesk: Any, ticket: Any) -> None:
    assert (await zendesk("POST", "/api/v2/tickets", {"ticket": ticket})).status == 422


async def test_an_idempotency_key_makes_one_ticket_for_two_hours(sandbox: Sandbox, zendesk: Any, watch: Any) -> None:
    async def create(text: str) -> Any:
        body = {"ticket": {"comment": {"body": text}}}
        return await zendesk("POST", "/api/v2/tickets", body, headers={"Idempotency-Key": "draft-7"})

    first, second, other = await create("Hello"), await create("Hello"), await create("Bye")
    assert [answer.headers.get("x-idempotency-lookup") for answer in (first, second)] == ["miss", "hit"]
    assert first.body["ticket"]["id"] == second.body["ticket"]["id"] == 161
    assert other.status == 400
    watch.advance(hours=3)
    assert (await create("Hello")).body["ticket"]["id"] == 162
    assert len(sandbox.zendesk.writes(161)) == 1


async def test_tags_are_set_added_and_removed(zendesk: Any) -> None:
    path = f"{TICKET}/tags"
    assert (await zendesk("POST", path, {"tags": ["a", "b"]})).status == 201
    assert (await zendesk("PUT", path, {"tags": ["c"]})).body == {"tags": ["a", "b", "c"]}
    assert (await zendesk("DELETE", path, {"tags": ["a"]})).body == {"tags": ["b", "c"]}
    assert (await zendesk("GET", path)).body == {"tags": ["b", "c"]}
    assert (await zendesk("PUT", path, {"tags": "x"})).status == 400


async def test_cursor_pages_show_every_ticket_once(zendesk: Any) -> None:
    seen: list[int] = []
    path = "/api/v2/tickets?page[size]=25"
    while path:
        body = (await zendesk("GET", path)).body
        seen += [ticket["id"] for ticket in body["tickets"]]
        assert body["meta"]["has_more"] is (body["links"]["next"] is not None)
        path = (body["links"]["next"] or "").removeprefix(zendesk.base)
    assert seen == list(range(101, 161))


async def test_numbered_pages_link_to_each_other(zendesk: Any) -> None:
    first = (await zendesk("GET", "/api/v2/tickets?per_page=50")).body
    second = (await zendesk("GET", first["next_page"].removeprefix(zendesk.base))).body
    assert (first["count"], len(first["tickets"]), len(second["tickets"]), second["next_page"]) == (60, 50, 10, None)
    assert second["previous_page"] is not None


@pytest.mark.parametrize("query", ["page=0", "page=x", "per_page=-1", "page[size]=none", "page[size]=5&page[after]=!!!"])
async def test_a_strange_page_is_400(zendesk: Any, query: str) -> None:
    assert (await zendesk("GET", f"/api/v2/tickets?{query}")).status == 400


async def test_lists_are_sorted_and_filtered(zendesk: Any) -> None:
    newest = (await zendesk("GET", "/api/v2/tickets?sort_by=updated_at&sort_order=desc")).body["tickets"]
    assert newest[0]["id"] == 160
    await zendesk("PUT", TICKET, {"ticket": {"external_id": "HB-48213"}})
    assert [one["id"] for one in (await zendesk("GET", "/api/v2/tickets?external_id=HB-48213")).body["tickets"]] == [153]
    many = (await zendesk("GET", "/api/v2/tickets/show_many?ids=101,999,153")).body["tickets"]
    assert [one["id"] for one in many] == [101, 153]
    assert (await zendesk("GET", "/api/v2/tickets/count")).body["count"]["value"] == 60


async def test_the_incremental_export_goes_on_where_it_stopped(zendesk: Any, watch: Any) -> None:
    body = (await zendesk("GET", "/api/v2/incremental/tickets/cursor?start_time=0&per_page=40")).body
    assert (len(body["tickets"]), body["end_of_stream"]) == (40, False)
    rest = (await zendesk("GET", f"/api/v2/incremental/tickets/cursor?cursor={body['after_cursor']}")).body
    assert (len(rest["tickets"]), rest["end_of_stream"]) == (20, True)
    watch.advance(hours=1)
    await zendesk("PUT", TICKET, {"ticket": {"priority": "high"}})
    fresh = (await zendesk("GET", f"/api/v2/incremental/tickets/cursor?cursor={rest['after_cursor']}")).body
    assert [one["id"] for one in fresh["tickets"]] == [153]
    assert (await zendesk("GET", "/api/v2/incremental/tickets/cursor")).status == 422
    assert (await zendesk("GET", "/api/v2/incremental/tickets/cursor?cursor=!!!")).status == 422
