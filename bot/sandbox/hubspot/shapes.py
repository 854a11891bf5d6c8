"""Objects as HubSpot shows them."""

from collections.abc import Iterable, Mapping

from bot.sandbox.hubspot.catalogue import BIRTH, DEFAULTS, OWNERS, PROPERTIES, STAGES, Property, created, modified
from bot.sandbox.models import Call, Payload

SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal", "notes": "note", "tasks": "task", "emails": "email"}


def is_archived(record: Payload) -> bool:
    """Whether somebody has deleted the object: it is only kept to be brought back."""
    return "archived" in record


def shown(record: Payload, names: Iterable[str], *, history: Iterable[str] = ()) -> Payload:
    """An object with these properties; a name that does not exist is passed over, as the vendor does."""
    kind, past = record["kind"], tuple(history)
    always = ("hs_object_id", created(kind), modified(kind))
    chosen = dict.fromkeys((*(tuple(names) or DEFAULTS[kind]), *past, *always))
    values = {name: record["values"].get(name) for name in chosen if name in PROPERTIES[kind]}
    answer: Payload = {"id": record["id"], "properties": values, "createdAt": record["created"], "updatedAt": record["updated"]}
    answer |= {"archived": True, "archivedAt": record["archived"]} if is_archived(record) else {"archived": False}
    if past:
        answer["propertiesWithHistory"] = {name: record["history"].get(name, []) for name in past if name in PROPERTIES[kind]}
    return answer


def asked(record: Payload, call: Call) -> Payload:
    """An object as the query of a read asks for it, with the ids that it is linked to."""
    answer = shown(record, call.names("properties"), history=call.names("propertiesWithHistory"))
    linked = {kind: _links(record, kind) for kind in call.names("associations") if record["links"].get(kind)}
    return answer | ({"associations": linked} if linked else {})


def _links(record: Payload, kind: str) -> Payload:
    way = f"{SINGULAR[record['kind']]}_to_{SINGULAR[kind]}"
    return {"results": [{"id": number, "type": way} for number in record["links"][kind]]}


def owner(number: str) -> Payload:
    """Somebody who can own objects."""
    person = OWNERS[number]
    first, _, last = person.name.partition(" ")
    return {
        "id": number, "email": person.email, "type": "PERSON", "firstName": first, "lastName": last, "userId": int(number) + 1000,
        "userIdIncludingInactive": int(number) + 1000, "createdAt": BIRTH, "updatedAt": BIRTH, "archived": False,
    }  # fmt: skip


def pipeline() -> Payload:
    """The one pipeline of deals, with its stages."""
    dates = {"createdAt": BIRTH, "updatedAt": BIRTH, "archived": False}
    stages = [
        {"id": name, "label": label, "displayOrder": place, "metadata": {"probability": share}, **dates}
        for place, (name, (label, share)) in enumerate(STAGES.items())
    ]
    return {"id": "default", "label": "Sales pipeline", "displayOrder": 0, "stages": stages, **dates}


def definition(known: Property) -> Payload:
    """A property as the account's settings describe it."""
    options = [
        {"label": name.title(), "value": name, "displayOrder": place, "hidden": False} for place, name in enumerate(known.options)
    ]
    fields = {"enumeration": "select", "number": "number", "datetime": "date"}
    return {
        "name": known.name, "label": known.label, "type": known.type, "fieldType": fields.get(known.type, "text"), "description": "",
        "groupName": "information", "options": options, "calculated": False, "hidden": False, "archived": False,
        "hasUniqueValue": known.is_unique,
        "modificationMetadata": {"archivable": False, "readOnlyDefinition": True, "readOnlyValue": known.read_only},
    }  # fmt: skip


def page(call: Call, results: list[Payload], *, most: int = 100, usual: int = 10) -> Payload:
    """One page of a list; `after` is the id of the last object of the page before."""
    limit = number(call.query, "limit", usual)
    after = call.query.get("after", "")
    rest = [one for one in results if not after or int(one["id"]) > int(after)] if after.isdecimal() or not after else []
    size = max(1, min(limit, most))
    answer: Payload = {"results": rest[:size]}
    if len(rest) > size:
        last = rest[size - 1]["id"]
        answer["paging"] = {"next": {"after": last, "link": f"{call.url}{call.path}?after={last}"}}
    return answer


def number(given: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number of a query; what makes no sense counts as not given."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else otherwise  # noqa: PLR2004 - no page is larger
