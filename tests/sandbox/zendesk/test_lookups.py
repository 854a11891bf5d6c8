"""Users, groups, organizations and fields: what a connector asks before it writes."""

from typing import Any

import pytest


async def test_the_account_is_the_bots_own(zendesk: Any) -> None:
    user = (await zendesk("GET", "/api/v2/users/me.json")).body["user"]
    assert (user["email"], user["role"]) == ("bot@harbourlight.example", "admin")


async def test_a_customer_has_a_company(zendesk: Any) -> None:
    user = (await zendesk("GET", "/api/v2/users/40006")).body["user"]
    company = (await zendesk("GET", f"/api/v2/organizations/{user['organization_id']}")).body["organization"]
    assert (user["name"], user["role"], company["name"]) == ("Daan de Wit", "end-user", "Cycle Canal Amsterdam")
    assert "enterprise" in company["tags"]


@pytest.mark.parametrize("path", ["users/1", "groups/1", "organizations/1"])
async def test_a_stranger_is_404(zendesk: Any, path: str) -> None:
    assert (await zendesk("GET", f"/api/v2/{path}")).status == 404


async def test_users_are_searched_listed_and_fetched_together(zendesk: Any) -> None:
    for query in ("mira", "mira@kestrelboats.example", "email:mira@kestrelboats.example"):
        assert [one["id"] for one in (await zendesk("GET", f"/api/v2/users/search?query={query}")).body["users"]] == [40001]
    assert (await zendesk("GET", "/api/v2/users/search")).status == 400
    assert [one["id"] for one in (await zendesk("GET", "/api/v2/users/show_many?ids=30001,x,1,40001")).body["users"]] == [
        30001,
        40001,
    ]
    assert {one["name"] for one in (await zendesk("GET", "/api/v2/users?role=admin")).body["users"]} == {
        "Bo Lindqvist",
        "Countersign",
    }


async def test_the_four_groups_have_members(zendesk: Any) -> None:
    groups = (await zendesk("GET", "/api/v2/groups")).body["groups"]
    assert [one["name"] for one in groups] == ["Billing", "Technical", "Onboarding", "Success"]
    assert (await zendesk("GET", "/api/v2/groups/5002")).body["group"]["default"] is True
    members = (await zendesk("GET", "/api/v2/group_memberships?group_id=5001")).body["group_memberships"]
    assert {one["user_id"] for one in members} == {30008, 30002}


async def test_fields_name_their_options(zendesk: Any) -> None:
    fields = {one["type"]: one for one in (await zendesk("GET", "/api/v2/ticket_fields")).body["ticket_fields"]}
    assert [one["value"] for one in fields["priority"]["system_field_options"]] == ["low", "normal", "high", "urgent"]
    assert len((await zendesk("GET", "/api/v2/organizations")).body["organizations"]) == 12
