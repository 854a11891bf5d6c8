"""Zendesk's search language, and the export of everything it finds."""

from typing import Any
from urllib.parse import quote

import pytest


async def found(zendesk: Any, query: str, more: str = "") -> list[int]:
    answer = await zendesk("GET", f"/api/v2/search.json?query={quote(query)}{more}")
    assert answer.status == 200, answer.body
    assert answer.body["count"] == len(answer.body["results"])
    return [one["id"] for one in answer.body["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type:ticket status:new", set(range(153, 161))),
        ("type:ticket status<open", set(range(153, 161))),
        ("status:hold", {145}),
        ("status:limbo", set()),
        ("tags:sso", {104, 126}),
        ("tags:none status:pending", set()),
        ("priority>high tags:sso", {104}),
        ("priority:none assignee:none group:none", set(range(153, 161))),
        ('group:Billing requester:"aoife@tandemandsons.example"', {108, 109, 114}),
        ("assignee:hana tags:chargeback", {112, 133}),
        ("assignee:me", set()),
        ('organization:"velo corsica" status:closed', {105, 118, 134, 138}),
        ("chargeback", {133}),
        ('"sign-in loop"', {126}),
        ("subject:export", {106, 118, 130, 152, 156}),
        ("subject:export -tags:german -status:new", {106, 118, 152}),
        ("created>2026-11-18 created<2026-11-19", {157, 159}),
        ("created:2026-11-19", {160}),
        ("updated>=2026-11-19T00:00:00Z", {160}),
        ("ticket_type:task tags:onboarding", {121, 135}),
        ("certifi* status:new", {154}),
        ("HB-48213", {153}),
        ("154", set()),
        ("id:154", {154}),
    ],
)
async def test_what_a_query_finds(zendesk: Any, query: str, expected: set[int]) -> None:
    assert set(await found(zendesk, query)) == expected


async def test_results_come_the_latest_first_or_as_asked(zendesk: Any) -> None:
    assert (await found(zendesk, "status:new"))[0] == 160
    assert (await found(zendesk, "status:new", "&sort_by=created_at&sort_order=asc"))[0] == 153
    assert (await found(zendesk, "tags:sso", "&sort_by=priority&sort_order=desc")) == [104, 126]
    assert (await found(zendesk, "tags:timezone", "&sort_by=status&sort_order=asc")) == [145, 115]


@pytest.mark.parametrize("query", ["", "created>soon"])
async def test_a_query_that_makes_no_sense_is_422(zendesk: Any, query: str) -> None:
    assert (await zendesk("GET", f"/api/v2/search?query={quote(query)}")).status == 422


async def test_the_export_shows_everything_by_cursor(zendesk: Any) -> None:
    path = f"/api/v2/search/export?query={quote('status:closed')}&filter[type]=ticket&page[size]=20"
    seen: list[int] = []
    while path:
        body = (await zendesk("GET", path)).body
        seen += [one["id"] for one in body["results"]]
        path = (body["links"]["next"] or "").removeprefix(zendesk.base)
    assert len(seen) == len(set(seen)) == (await zendesk("GET", "/api/v2/search/count?query=status:closed")).body["count"]
    assert (await zendesk("GET", "/api/v2/search/export?query=x")).status == 400


async def test_people_can_be_searched_too(zendesk: Any) -> None:
    assert await found(zendesk, "type:user mira@kestrelboats.example") == [40001]
    assert await found(zendesk, "type:user role:agent ada") == [30001]
