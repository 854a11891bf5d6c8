"""What a connector looks up besides objects: the account, owners, pipelines, properties, links."""

from collections.abc import Mapping

from bot.sandbox.hubspot import shapes
from bot.sandbox.hubspot.catalogue import LINKS, OWNERS, PORTAL, PROPERTIES
from bot.sandbox.hubspot.refusals import not_found
from bot.sandbox.models import Answer, Call, Payload, Route


class Lookups:
    """Routes that only read."""

    def __init__(self, records: Mapping[str, Payload]) -> None:
        self._records = records

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        return [
            Route("GET", "/account-info/v3/details", _account),
            Route("GET", "/crm/v3/owners{slash:/?}", _owners),
            Route("GET", r"/crm/v3/owners/{id:\d+}", _owner),
            Route("GET", "/crm/v3/pipelines/{kind}", _pipelines),
            Route("GET", "/crm/v3/properties/{kind}", _properties),
            Route("GET", "/crm/v3/properties/{kind}/{name}", _property),
            Route("GET", "/crm/v4/objects/{kind}/{id}/associations/{to}", self._links),
        ]

    def _links(self, call: Call) -> Answer:
        record = self._records.get(call.params["id"])
        kind, to = call.params["kind"], call.params["to"]
        if record is None or record["kind"] != kind or shapes.is_archived(record) or to not in PROPERTIES:
            raise not_found()
        way = LINKS.get((kind, to)) or LINKS[(to, kind)] - 1
        types = [{"category": "HUBSPOT_DEFINED", "typeId": way, "label": None}]
        found = [{"id": number, "toObjectId": int(number), "associationTypes": types} for number in record["links"].get(to, ())]
        answer = shapes.page(call, sorted(found, key=lambda one: int(str(one["id"]))), most=500, usual=500)
        for one in answer["results"]:
            del one["id"]
        return Answer(200, answer)


def _account(_: Call) -> Answer:
    return Answer(
        200,
        {
            "portalId": PORTAL, "accountType": "STANDARD", "timeZone": "Europe/London", "companyCurrency": "GBP",
            "additionalCurrencies": [], "utcOffset": "+00:00", "utcOffsetMilliseconds": 0, "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "eu1",
        },
    )  # fmt: skip


def _owners(call: Call) -> Answer:
    wanted = call.query.get("email")
    found = [shapes.owner(number) for number, one in sorted(OWNERS.items()) if wanted in (None, "", one.email)]
    return Answer(200, shapes.page(call, found, most=500, usual=100))


def _owner(call: Call) -> Answer:
    if call.params["id"] not in OWNERS:
        raise not_found()
    return Answer(200, shapes.owner(call.params["id"]))


def _pipelines(call: Call) -> Answer:
    return Answer(200, {"results": [shapes.pipeline()] if call.params["kind"] == "deals" else []})


def _properties(call: Call) -> Answer:
    known = PROPERTIES.get(call.params["kind"])
    if known is None:
        raise not_found()
    return Answer(200, {"results": [shapes.definition(one) for one in known.values()]})


def _property(call: Call) -> Answer:
    known = PROPERTIES.get(call.params["kind"], {}).get(call.params["name"])
    if known is None:
        raise not_found()
    return Answer(200, shapes.definition(known))
