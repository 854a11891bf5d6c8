"""Objects over REST: list, read, read many at once, create with links, change."""

import copy
from datetime import datetime, timedelta

from bot.sandbox.hubspot import checks, seed, shapes
from bot.sandbox.hubspot.catalogue import APP, ENGAGEMENTS, PROPERTIES, modified
from bot.sandbox.hubspot.refusals import error, not_found, refused
from bot.sandbox.models import Answer, Call, Change, Clock, Payload, Refusal, Route

LARGEST_BATCH = 100


class Objects:
    """Every route about one kind of object but its search."""

    def __init__(self, kind: str, records: dict[str, Payload], clock: Clock) -> None:
        self._kind = kind
        self._records = records
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        root = f"/crm/v3/objects/{self._kind}"
        return [
            Route("GET", root, self._list),
            Route("POST", root, self._create),
            Route("POST", f"{root}/batch/read", self._many),
            Route("GET", f"{root}/{{id}}", lambda call: Answer(200, shapes.asked(self._find(call), call))),
            Route("PATCH", f"{root}/{{id}}", self._change),
        ]

    def _mine(self) -> list[Payload]:
        found = [record for record in self._records.values() if record["kind"] == self._kind]
        return sorted(found, key=lambda record: int(record["id"]))

    def _find(self, call: Call) -> Payload:
        return self._by(call.params["id"], call.query.get("idProperty"))

    def _by(self, name: str, property_name: str | None) -> Payload:
        if property_name not in (None, "", "hs_object_id", "email"):
            raise refused(400, f"{property_name} is not a unique property of {self._kind}")
        if property_name == "email":
            found = [one for one in self._mine() if (one["values"].get("email") or "").lower() == name.lower()]
            if not found:
                raise not_found()
            return found[0]
        record = self._records.get(name)
        if record is None or record["kind"] != self._kind:
            raise not_found()
        return record

    def _list(self, call: Call) -> Answer:
        return Answer(200, shapes.page(call, [shapes.asked(record, call) for record in self._mine()]))

    def _many(self, call: Call) -> Answer:
        given = checks.body(call.body, known=("inputs", "properties", "propertiesWithHistory", "idProperty"))
        inputs = given.get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in inputs):
            raise refused(400, "Invalid input JSON: inputs must be a list of ids")
        if len(inputs) > LARGEST_BATCH:
            raise refused(400, f"The batch size limit is {LARGEST_BATCH}")
        found, missing = [], []
        for one in inputs:
            try:
                record = self._by(one["id"], given.get("idProperty"))
            except Refusal:
                missing.append(one["id"])
                continue
            found.append(shapes.shown(record, _names(given, "properties"), history=_names(given, "propertiesWithHistory")))
        now = seed.stamp(self._clock())
        answer: Payload = {"status": "COMPLETE", "results": found, "startedAt": now, "completedAt": now}
        if missing:
            lost = error(
                "Could not get some objects, they may be deleted or not exist.", "OBJECT_NOT_FOUND", context={"ids": missing}
            )
            del lost["correlationId"]
            answer |= {"numErrors": 1, "errors": [{**lost, "links": {}, "errors": []}]}
        return Answer(207 if missing else 200, answer)

    def _create(self, call: Call) -> Answer:
        given = checks.body(call.body, known=("properties", "associations"))
        values = checks.values_of(self._kind, given.get("properties"))
        checks.required(self._kind, values)
        self._refuse_twin(values)
        linked = checks.links_of(self._kind, given.get("associations"), self._records)
        moment = seed.stamp(self._clock())
        record = seed.blank(self._kind, str(max(int(number) for number in self._records) + 1), moment)
        record["history"] = {}
        _set(record, values, moment)
        changes = [Change(record["id"], record)]
        for number in dict.fromkeys(linked):
            other = self._records[number]
            record["links"].setdefault(other["kind"], []).append(number)
            changes.append(Change(number, self._linked(other, record)))
        return Answer(201, shapes.shown(record, values), changes=changes)

    def _refuse_twin(self, values: dict[str, str], but: str = "") -> None:
        email = values.get("email", "").lower() if self._kind == "contacts" else ""
        for one in self._mine() if email else ():
            if (one["values"]["email"] or "").lower() == email and one["id"] != but:
                raise refused(409, f"Contact already exists. Existing ID: {one['id']}")

    def _linked(self, other: Payload, record: Payload) -> Payload:
        """The other end of a new link. Somebody wrote a note: then the object at that end has changed, too."""
        after = copy.deepcopy(other)
        after["links"].setdefault(record["kind"], []).append(record["id"])
        if record["kind"] in ENGAGEMENTS:
            moment = later(other, self._clock)
            if record["kind"] == "notes":
                after["values"]["num_notes"] = str(len(after["links"]["notes"]))
            after["values"] |= {"notes_last_updated": moment, modified(other["kind"]): moment}
            after["updated"] = moment
        return after

    def _change(self, call: Call) -> Answer:
        record = self._find(call)
        given = checks.body(call.body, known=("properties",))
        values = checks.values_of(self._kind, given.get("properties"))
        self._refuse_twin(values, but=record["id"])
        after = changed(record, values, self._clock)
        return Answer(200, shapes.shown(after, values), changes=[Change(record["id"], after)])


def changed(record: Payload, values: dict[str, str], clock: Clock, *, source: str = "INTEGRATION", by: str = str(APP)) -> Payload:
    """An object after a write. One that changes nothing leaves it as it was, its date too."""
    news = {name: value for name, value in values.items() if (record["values"][name] or "") != value}
    after = copy.deepcopy(record)
    if news:
        moment = later(record, clock)
        _set(after, news, moment, source=source, by=by)
        after["updated"] = after["values"][modified(record["kind"])] = moment
    return after


def _set(record: Payload, values: dict[str, str], moment: str, *, source: str = "INTEGRATION", by: str = str(APP)) -> None:
    for name, value in values.items():
        seed.remember(record, name, value, moment, source=source, by=by)
        record["values"][name] = value or None
    if record["kind"] == "deals" and "dealstage" in values:
        seed.settle(record)


def later(record: Payload, clock: Clock) -> str:
    """The moment of a write: always after the last one, by a thousandth of a second at least."""
    last = datetime.fromisoformat(record["updated"])
    return max(seed.stamp(clock()), seed.stamp(last + timedelta(milliseconds=1)))


def _names(given: Payload, key: str) -> list[str]:
    names = given.get(key)
    return [str(name) for name in names if str(name) in PROPERTIES_OF_ANY] if isinstance(names, list) else []


PROPERTIES_OF_ANY = frozenset(name for known in PROPERTIES.values() for name in known)
