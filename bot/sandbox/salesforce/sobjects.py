"""Records one by one: create, read, update, upsert by an external id, describe."""

from collections.abc import Mapping

from bot.sandbox.models import Answer, Call, Change, Clock, Payload, Route
from bot.sandbox.salesforce import activity, conditions, ids, rows
from bot.sandbox.salesforce.refusals import missing, refusal
from bot.sandbox.salesforce.schema import OBJECTS, Field, Object

ROOT = r"/services/data/{version:v\d+\.0}"
VERSIONS = range(50, 68)
"""The versions of the API that this organisation speaks."""


class Sobjects:
    """The rows of every object. `user` is whom the API acts as."""

    def __init__(self, records: Mapping[str, Payload], clock: Clock, user: str) -> None:
        self._records = records
        self._clock = clock
        self._user = user

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        row = ROOT + "/sobjects/{sobject}"
        return [
            Route("POST", row, self._create),
            Route("GET", row + "/describe", _describe),
            Route("GET", row + "/{id}", self._read),
            Route("PATCH", row + "/{id}", self._update),
            Route("PATCH", row + "/{field}/{value}", self._upsert),
        ]

    def _create(self, call: Call) -> Answer:
        source = _writable(call)
        record = rows.created(source, values_of(call), self._records, by=self._user, clock=self._clock)
        return Answer(201, saved(record, created=None), changes=[Change(record["Id"], record)])

    def _read(self, call: Call) -> Answer:
        source, record = self._find(call)
        conditions.check_read(call, source, record)
        wanted = call.names("fields") or tuple(source.fields)
        fields = [source.field(name) for name in wanted]
        if None in fields:
            strange = next(name for name in wanted if source.field(name) is None)
            raise refusal(400, "INVALID_FIELD", f"No such column '{strange}' on entity '{source.name}'.")
        names = [one.name for one in fields if one]
        shown = {name: activity.value(record, name, self._records) for name in (*names, "Id")}
        return Answer(200, {"attributes": attributes(call, record)} | shown, conditions.headers(source, record))

    def _update(self, call: Call) -> Answer:
        source, record = self._find(call)
        conditions.check_write(call, source, record)
        after = rows.changed(source, record, values_of(call), self._records, by=self._user, clock=self._clock)
        return Answer(204, changes=[Change(after["Id"], after)])

    def _upsert(self, call: Call) -> Answer:
        source, name, value = _writable(call), call.params["field"], call.params["value"]
        field = source.field(name)
        if field is None or not field.external:
            raise missing("Provided external ID field does not exist or is not accessible: " + name)
        given = values_of(call)
        if field.name in given:
            raise refusal(400, "INVALID_FIELD", f"The {field.name} field should not be specified in the sobject data.")
        mine = (one for key, one in rows.alive(self._records).items() if key.startswith(source.prefix))
        twin = next((one for one in mine if one.get(field.name) == value), None)
        if twin is None:
            whole = given | {field.name: value}
            record = rows.created(source, whole, self._records, by=self._user, clock=self._clock)
        else:
            record = rows.changed(source, twin, given, self._records, by=self._user, clock=self._clock)
        body = saved(record, created=twin is None)
        return Answer(201 if twin is None else 200, body, changes=[Change(record["Id"], record)])

    def _find(self, call: Call) -> tuple[Object, Payload]:
        source = _writable(call)
        try:
            name = ids.whole(call.params["id"])
        except ValueError:
            raise missing() from None
        if not name.startswith(source.prefix) or name not in self._records:
            raise missing()
        if self._records[name].get("IsDeleted"):
            raise refusal(404, "ENTITY_IS_DELETED", "entity is deleted")
        return source, self._records[name]


def version_of(call: Call) -> str:
    """The version in the path. Raises Refusal for one that this organisation does not speak."""
    version = call.params["version"]
    if int(version[1:-2]) not in VERSIONS:
        raise missing()
    return version


def _writable(call: Call) -> Object:
    version_of(call)
    source = OBJECTS.get(call.params["sobject"])
    if source is None or not source.writable:
        raise missing()
    return source


def values_of(call: Call) -> Payload:
    """The fields of a write. Raises Refusal."""
    if not isinstance(call.body, dict) or not call.body:
        raise refusal(400, "JSON_PARSER_ERROR", "The body has to be an object with fields")
    return {name: value for name, value in call.body.items() if name != "attributes"}


def saved(record: Payload, *, created: bool | None) -> Payload:
    """What the answer to a write says."""
    body: Payload = {"id": record["Id"], "success": True, "errors": []}
    return body if created is None else body | {"created": created}


def attributes(call: Call, record: Payload) -> Payload:
    """What stands at the head of every record."""
    source = next(one for one in OBJECTS.values() if record["Id"].startswith(one.prefix))
    url = f"/services/data/{call.params['version']}/sobjects/{source.name}/{record['Id']}"
    return {"type": source.name, "url": url}


def _describe(call: Call) -> Answer:
    source = _writable(call)
    body = {"name": source.name, "label": source.name, "keyPrefix": source.prefix, "createable": True, "updateable": True}
    return Answer(200, body | {"fields": [_described(one) for one in source.fields.values()]})


def _described(field: Field) -> Payload:
    return {
        "name": field.name,
        "label": field.name.removesuffix("__c").replace("_", " "),
        "type": field.type,
        "length": field.length,
        "nillable": not field.required and field.type not in ("id", "boolean"),
        "createable": field.settable,
        "updateable": field.settable,
        "filterable": field.filterable,
        "sortable": field.filterable,
        "custom": field.name.endswith("__c"),
        "externalId": field.external,
        "referenceTo": list(field.refers),
        "picklistValues": [
            {"value": value, "label": value, "active": True, "defaultValue": value == field.default} for value in field.values
        ],
    }
