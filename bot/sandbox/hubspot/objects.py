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
            Route("POST", f"{root}/batch/upsert", self._upsert),
            Route("GET", f"{root}/{{id}}", self._read),
            Route("PATCH", f"{root}/{{id}}", self._change),
        ]

    def _mine(self, *, archived: bool = False) -> list[Payload]:
        """The objects of this kind, or those of it that were deleted."""
        mine = (record for record in self._records.values() if record["kind"] == self._kind)
        found = [record for record in mine if shapes.is_archived(record) is archived]
        return sorted(found, key=lambda record: int(record["id"]))

    def _read(self, call: Call) -> Answer:
        found = self._by(call.params["id"], call.query.get("idProperty"), archived=call.flag("archived"))
        return Answer(200, shapes.asked(found, call))

    def _find(self, call: Call) -> Payload:
        return self._by(call.params["id"], call.query.get("idProperty"))

    def _by(self, name: str, by: str | None, *, archived: bool = False) -> Payload:
        """The object of this id, or with this value of a property that is unique."""
        if by in (None, "", "hs_object_id"):
            record = self._records.get(name)
            if record is None or record["kind"] != self._kind or shapes.is_archived(record) is not archived:
                raise not_found()
            return record
        self._check_unique(str(by))
        found = [one for one in self._mine(archived=archived) if (one["values"].get(by) or "").lower() == name.lower()]
        if not found or not name:
            raise not_found()
        return found[0]

    def _check_unique(self, name: str) -> None:
        known = PROPERTIES[self._kind].get(name)
        if known is None or not known.is_unique:
            raise refused(400, f"{name} is not a unique property of {self._kind}")

    def _list(self, call: Call) -> Answer:
        mine = self._mine(archived=call.flag("archived"))
        return Answer(200, shapes.page(call, [shapes.asked(record, call) for record in mine]))

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
        linked = checks.links_of(self._kind, given.get("associations"), self._records)
        record, changes = self._made(values, linked, later=0)
        return Answer(201, shapes.shown(record, values), changes=changes)

    def _made(self, values: dict[str, str], linked: list[str], *, later: int) -> tuple[Payload, list[Change]]:
        """A new object, the one after `later` others, and everything that changes with it."""
        checks.required(self._kind, values)
        self._refuse_twin(values)
        moment = seed.stamp(self._clock())
        record = seed.blank(self._kind, str(max(int(number) for number in self._records) + 1 + later), moment)
        record["history"] = {}
        _set(record, values, moment)
        changes = [Change(record["id"], record)]
        for number in dict.fromkeys(linked):
            other = self._records[number]
            record["links"].setdefault(other["kind"], []).append(number)
            changes.append(Change(number, self._linked(other, record)))
        return record, changes

    def _upsert(self, call: Call) -> Answer:
        """Each input by itself: a twin of its unique value is changed, what has none is made; what is wrong is told beside the rest."""
        inputs = self._inputs(checks.body(call.body, known=("inputs",)).get("inputs"))
        results, wrong, changes, fresh = list[Payload](), list[object](), list[Change](), 0
        for one in inputs:
            try:
                record, more, is_new = self._one(one, later=fresh)
            except Refusal as refusal:
                wrong.append(_told(refusal))
                continue
            fresh += is_new
            changes += more
            trace = {"objectWriteTraceId": one["objectWriteTraceId"]} if "objectWriteTraceId" in one else {}
            results.append({**shapes.shown(record, one["properties"]), "new": is_new, **trace})
        now = seed.stamp(self._clock())
        answer: Payload = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        answer |= {"numErrors": len(wrong), "errors": wrong} if wrong else {}
        return Answer(207 if wrong else 200, answer, changes=changes)

    def _one(self, given: Payload, *, later: int) -> tuple[Payload, list[Change], bool]:
        name, by = given["id"], given["idProperty"]
        self._check_unique(by)
        values = checks.values_of(self._kind, given.get("properties"))
        try:
            twin = self._by(name, by)
        except Refusal:
            record, changes = self._made(values | {by: name}, [], later=later)
            return record, changes, True
        self._refuse_twin(values, but=twin["id"])
        after = changed(twin, values, self._clock)
        return after, [Change(twin["id"], after)], False

    def _inputs(self, given: object) -> list[Payload]:
        needed = ("id", "idProperty")
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            raise refused(400, "Invalid input JSON: inputs must be a list of objects")
        if not all(isinstance(one.get(name), str) for one in given for name in needed):
            raise refused(400, "Invalid input JSON: each input has an id and an idProperty")
        if len(given) > LARGEST_BATCH:
            raise refused(400, f"The batch size limit is {LARGEST_BATCH}")
        if len({(one["idProperty"], one["id"]) for one in given}) < len(given):
            raise refused(400, "Duplicate IDs found in batch input")
        return given

    def _refuse_twin(self, values: dict[str, str], but: str = "") -> None:
        for name, value in values.items():
            if not value or not PROPERTIES[self._kind][name].is_unique:
                continue
            twin = next((one for one in self._mine() if (one["values"].get(name) or "").lower() == value.lower()), None)
            if twin is not None and twin["id"] != but:
                raise refused(409, f"{shapes.SINGULAR[self._kind].title()} already exists. Existing ID: {twin['id']}")

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
    news = {name: value for name, value in values.items() if (record["values"].get(name) or "") != value}
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


def _told(refusal: Refusal) -> Payload:
    """A refusal as it stands beside the rest of a batch."""
    body = refusal.answer.body
    told = {name: value for name, value in body.items() if name != "correlationId"} if isinstance(body, dict) else {}
    return {"links": {}, "errors": [], "context": {}, **told}


def later(record: Payload, clock: Clock) -> str:
    """The moment of a write: always after the last one, by a thousandth of a second at least."""
    last = datetime.fromisoformat(record["updated"])
    return max(seed.stamp(clock()), seed.stamp(last + timedelta(milliseconds=1)))


def _names(given: Payload, key: str) -> list[str]:
    names = given.get(key)
    return [str(name) for name in names if str(name) in PROPERTIES_OF_ANY] if isinstance(names, list) else []


PROPERTIES_OF_ANY = frozenset(name for known in PROPERTIES.values() for name in known)
