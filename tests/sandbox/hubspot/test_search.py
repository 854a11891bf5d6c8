"""Search: filters, words, order, pages, and what it refuses."""

from typing import Any

import pytest

PATH = "/crm/v3/objects/{}/search"


def one(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    given = {} if value is None else {"values": value} if isinstance(value, list) else {"value": value}
    return {"filterGroups": [{"filters": [{"propertyName": name, "operator": operator, **given, **more}]}], "limit": 200}


async def ids(api: Any, body: Any, kind: str = "contacts") -> list[int]:
    answer = await api("POST", PATH.format(kind), body)
    assert answer.status == 200, answer.body
    return [int(found["id"]) for found in answer.body["results"]]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (one("email", "EQ", "MIRA@kestrelboats.example"), [701]),
        (one("associatedcompanyid", "IN", ["801", "808"]), [701, 702, 717, 718]),
        (one("lastname", "CONTAINS_TOKEN", "kes*"), [701, 726]),
        (one("hs_analytics_num_page_views", "GTE", "58"), [701, 706, 711]),
        (one("hs_analytics_num_page_views", "BETWEEN", "58", highValue="64"), [701, 706]),
        (one("hs_lead_status", "NOT_IN", ["UNQUALIFIED"]) | {"query": "post.example"}, [704, 735]),
        (one("hubspot_owner_id", "NOT_HAS_PROPERTY") | {"query": "sunline"}, [721, 722]),
        (one("hs_last_sales_activity_timestamp", "GT", "2026-11-19T00:00:00Z"), [713, 717, 739]),
        (one("associations.company", "EQ", "809"), [719, 720]),
        ({"query": "kestrel"}, [701, 702, 726, 737]),
        ({"query": "Mira Kestrel"}, [701]),
        ({"query": "nobody"}, []),
    ],
)
async def test_who_is_found(hubspot: Any, body: Any, found: list[int]) -> None:
    assert await ids(hubspot, body) == found


async def test_groups_widen_and_filters_narrow(hubspot: Any) -> None:
    owner, lost = ({"propertyName": name, "operator": "EQ", "value": value} for name, value in
                   (("hubspot_owner_id", "60002"), ("dealstage", "closedlost")))  # fmt: skip
    both = {"filterGroups": [{"filters": [owner, lost]}]}
    either = {"filterGroups": [{"filters": [owner]}, {"filters": [lost]}]}

    assert await ids(hubspot, both, "deals") == [910]
    assert await ids(hubspot, either, "deals") == [903, 907, 908, 909, 910, 911, 914, 915]


async def test_results_are_sorted_and_paged(hubspot: Any) -> None:
    body = {"sorts": ["-hs_analytics_num_page_views"], "limit": 3}
    assert await ids(hubspot, body) == [711, 701, 706]
    page = (await hubspot("POST", PATH.format("contacts"), body)).body
    assert (page["total"], page["paging"]["next"]["after"]) == (40, "3")
    assert await ids(hubspot, body | {"after": "39"}) == [740]
    ordered = {"sorts": [{"propertyName": "createdate", "direction": "DESCENDING"}], "limit": 1}
    assert await ids(hubspot, ordered) == [739]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201}, {"limit": 0}, {"limit": "x"}, {"after": "9995"}, {"filterGroups": [{"filters": []}]}, {"filterGroups": [7]},
        {"sorts": ["zzz"]}, {"sorts": ["email", "phone"]}, {"colour": 1}, {"query": 7}, one("zzz", "EQ", "1"), one("email", "LIKE", "x"),
        one("email", "EQ"), one("email", "IN", "x"), {"filterGroups": [{"filters": [{"operator": "EQ"}]}]}, [],
    ],
)  # fmt: skip
async def test_what_search_refuses(hubspot: Any, body: Any) -> None:
    answer = await hubspot("POST", PATH.format("contacts"), body)
    assert (answer.status, answer.body["category"]) == (400, "VALIDATION_ERROR")


async def test_many_are_read_at_once(hubspot: Any) -> None:
    inputs = [{"id": number} for number in ("801", "802", "1")]
    answer = await hubspot("POST", "/crm/v3/objects/companies/batch/read", {"inputs": inputs, "properties": ["name", "zzz"]})
    assert (answer.status, answer.body["numErrors"], answer.body["errors"][0]["context"]) == (207, 1, {"ids": ["1"]})
    assert [found["properties"]["name"] for found in answer.body["results"]] == ["Kestrel Boat Hire", "Cycle Canal Amsterdam"]
    many = {"inputs": [{"id": str(number)} for number in range(101)], "properties": []}
    assert (await hubspot("POST", "/crm/v3/objects/companies/batch/read", many)).status == 400
