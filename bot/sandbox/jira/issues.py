"""Issues over REST: read, create, edit, comment, move through the workflow, keep properties."""

import copy

from bot.sandbox.jira import changes, screens, shapes
from bot.sandbox.jira.adf import is_document
from bot.sandbox.jira.catalogue import BOT_ACCOUNT, PROJECTS, RESOLUTIONS, TRANSITIONS, Transition
from bot.sandbox.jira.fields import NOT_A_DOCUMENT, checked, operated, project_of, refuse
from bot.sandbox.models import Answer, Call, Change, Clock, Payload, Route

BULK_LIMIT = 50
"""How many issues one bulk create may hold."""

PAGE = 50


class Issues:
    """Every route under /rest/api/3/issue."""

    def __init__(self, records: dict[str, Payload], clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        root = "/rest/api/3/issue"
        one = f"{root}/{{issue}}"
        return [
            Route("POST", root, self._create),
            Route("POST", f"{root}/bulk", self._create_many),
            Route("GET", one, self._read),
            Route("PUT", one, self._edit),
            Route("GET", f"{one}/changelog", self._changelog),
            Route("PUT", f"{one}/assignee", self._assign),
            Route("GET", f"{one}/comment", self._comments),
            Route("POST", f"{one}/comment", self._comment),
            Route("GET", f"{one}/comment/{{comment}}", self._one_comment),
            Route("PUT", f"{one}/comment/{{comment}}", self._edit_comment),
            Route("GET", f"{one}/transitions", self._transitions),
            Route("POST", f"{one}/transitions", self._move),
            Route("GET", f"{one}/properties", self._property_keys),
            Route("GET", f"{one}/properties/{{property}}", self._property),
            Route("PUT", f"{one}/properties/{{property}}", self._put_property),
        ]

    def _find(self, call: Call) -> Payload:
        wanted = call.params["issue"]
        for record in self._records.values():
            if wanted.upper() == record["key"] or wanted == record["id"]:
                if PROJECTS[record["project"]].hidden:
                    break
                return record
        raise refuse(None, "Issue does not exist or you do not have permission to see it.", status=404)

    def _read(self, call: Call) -> Answer:
        record = self._find(call)
        asked = (call.names("fields"), call.names("expand"), call.names("properties"))
        return Answer(200, shapes.issue(call.url, record, *asked, others=self._records))

    def _create(self, call: Call) -> Answer:
        record = self._fresh(_object(call.body), self._records)
        return Answer(201, _created(call, record), changes=[Change(record["key"], record)])

    def _create_many(self, call: Call) -> Answer:
        updates = _object(call.body).get("issueUpdates")
        if not isinstance(updates, list) or len(updates) > BULK_LIMIT:
            raise refuse(None, f"Send up to {BULK_LIMIT} issues as issueUpdates.")
        records, fresh = dict(self._records), []
        for update in updates:
            record = self._fresh(_object(update), records)
            records[record["key"]] = record
            fresh.append(record)
        body = {"issues": [_created(call, record) for record in fresh], "errors": []}
        return Answer(201, body, changes=[Change(record["key"], record) for record in fresh])

    def _fresh(self, body: Payload, records: dict[str, Payload]) -> Payload:
        given = _object(body.get("fields") or {})
        project = project_of(given)
        missing = {"summary": "You must specify a summary of the issue.", "issuetype": "Specify an issue type"}
        if errors := {name: sentence for name, sentence in missing.items() if name not in given}:
            raise refuse(errors)
        values = checked(project, {name: value for name, value in given.items() if name != "project"})
        record = changes.created(project, values, BOT_ACCOUNT, self._clock, records)
        record["properties"] = _properties(body)
        return record

    def _edit(self, call: Call) -> Answer:
        record, body = self._find(call), _object(call.body)
        given, update = _object(body.get("fields") or {}), _object(body.get("update") or {})
        if twice := sorted(given.keys() & update.keys()):
            raise refuse({name: f"Field '{name}' cannot appear in both 'fields' and 'update'" for name in twice})
        project = PROJECTS[record["project"]]
        values = checked(project, given) | operated(project, record, update)
        after = changes.changed(record, values, BOT_ACCOUNT, self._clock)
        after["properties"] |= _properties(body)
        for body_of_comment in _comments_in(update):
            number = changes.next_comment(self._records)
            after = changes.commented(after, body_of_comment, [], author=BOT_ACCOUNT, clock=self._clock, number=number)
        done = [Change(record["key"], after)]
        if call.flag("returnIssue"):
            return Answer(200, shapes.issue(call.url, after, (), call.names("expand"), (), others=self._records), changes=done)
        return Answer(204, changes=done)

    def _assign(self, call: Call) -> Answer:
        record = self._find(call)
        values = checked(PROJECTS[record["project"]], {"assignee": call.body})
        return Answer(204, changes=[Change(record["key"], changes.changed(record, values, BOT_ACCOUNT, self._clock))])

    def _changelog(self, call: Call) -> Answer:
        entries = [shapes.history(call.url, entry) for entry in self._find(call)["changelog"]]
        start, size = page(call, 100)
        shown = entries[start : start + size]
        last = start + size >= len(entries)
        return Answer(200, {"startAt": start, "maxResults": size, "total": len(entries), "isLast": last, "values": shown})

    def _comments(self, call: Call) -> Answer:
        record = self._find(call)
        listed = list(record["comments"])
        if call.query.get("orderBy", "created").lstrip("+") == "-created":
            listed.reverse()
        start, size = page(call, PAGE)
        with_properties = "properties" in call.names("expand")
        shown = [shapes.comment(call.url, record, one, properties=with_properties) for one in listed[start : start + size]]
        return Answer(200, {"startAt": start, "maxResults": size, "total": len(listed), "comments": shown})

    def _one_comment(self, call: Call) -> Answer:
        record = self._find(call)
        found = _comment(record, call.params["comment"])
        return Answer(200, shapes.comment(call.url, record, found, properties="properties" in call.names("expand")))

    def _comment(self, call: Call) -> Answer:
        record, body = self._find(call), _object(call.body)
        text, kept = _text(body), [{"key": key, "value": value} for key, value in _properties(body).items()]
        number = changes.next_comment(self._records)
        after = changes.commented(record, text, kept, author=BOT_ACCOUNT, clock=self._clock, number=number)
        return Answer(201, shapes.comment(call.url, after, after["comments"][-1]), changes=[Change(record["key"], after)])

    def _edit_comment(self, call: Call) -> Answer:
        record, body = self._find(call), _object(call.body)
        _comment(record, call.params["comment"])
        after = changes.changed(record, {}, BOT_ACCOUNT, self._clock)
        mine = _comment(after, call.params["comment"])
        mine |= {"body": _text(body), "updated": after["updated"]}
        return Answer(200, shapes.comment(call.url, after, mine), changes=[Change(record["key"], after)])

    def _transitions(self, call: Call) -> Answer:
        record = self._find(call)
        found = shapes.transitions(call.url, record)
        if wanted := call.query.get("transitionId"):
            found = [one for one in found if one["id"] == wanted]
        if "transitions.fields" in call.names("expand"):
            found = [one | {"fields": screens.fields(call.url, _step(record, one))} for one in found]
        return Answer(200, {"expand": "transitions", "transitions": found})

    def _move(self, call: Call) -> Answer:
        record, body = self._find(call), _object(call.body)
        step = _step(record, body.get("transition"))
        given = dict(_object(body.get("fields") or {}))
        screens.check(step, given, _object(body.get("update") or {}))
        resolution = given.pop("resolution", None)
        values = checked(PROJECTS[record["project"]], given)
        if resolution is not None:
            values["resolution"] = _resolution(resolution)
        after = changes.moved(record, step, values, BOT_ACCOUNT, self._clock)
        after["properties"] |= _properties(body)
        for text in _comments_in(_object(body.get("update") or {})):
            number = changes.next_comment(self._records)
            after = changes.commented(after, text, [], author=BOT_ACCOUNT, clock=self._clock, number=number)
        return Answer(204, changes=[Change(record["key"], after)])

    def _property_keys(self, call: Call) -> Answer:
        record = self._find(call)
        root = f"{call.url}/rest/api/3/issue/{record['id']}/properties"
        return Answer(200, {"keys": [{"self": f"{root}/{key}", "key": key} for key in record["properties"]]})

    def _property(self, call: Call) -> Answer:
        record, key = self._find(call), call.params["property"]
        if key not in record["properties"]:
            raise refuse(None, f"The property {key} does not exist.", status=404)
        return Answer(200, {"key": key, "value": record["properties"][key]})

    def _put_property(self, call: Call) -> Answer:
        record, key = self._find(call), call.params["property"]
        if call.body is None:
            raise refuse(None, "The property value cannot be empty.")
        after = copy.deepcopy(record)  # a property is no field: `updated` stays
        known = key in record["properties"]
        after["properties"][key] = call.body
        return Answer(200 if known else 201, {}, changes=[Change(record["key"], after)])


def page(call: Call, largest: int) -> tuple[int, int]:
    """The startAt and maxResults of a paged list; 400 when they are no numbers."""
    try:
        start, size = int(call.query.get("startAt", "0")), int(call.query.get("maxResults", str(largest)))
    except ValueError:
        raise refuse(None, "startAt and maxResults must be numbers.") from None
    return max(start, 0), max(0, min(size, largest))


def _created(call: Call, record: Payload) -> Payload:
    return {"id": record["id"], "key": record["key"], "self": f"{call.url}/rest/api/3/issue/{record['id']}"}


def _object(body: object) -> Payload:
    if not isinstance(body, dict):
        raise refuse(None, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def _text(body: Payload) -> Payload:
    text: object = body.get("body")
    if not isinstance(text, dict) or not is_document(text):
        raise refuse({"comment": NOT_A_DOCUMENT}, "Comment body is not valid!")
    return text


def _comments_in(update: Payload) -> list[Payload]:
    operations = update.get("comment", [])
    if not isinstance(operations, list):
        raise refuse({"comment": "Specify a list of operations."})
    return [_text(_object(_object(operation).get("add"))) for operation in operations]


def _properties(body: Payload) -> Payload:
    """The entity properties that came along with a write, by key."""
    given = body.get("properties") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) and isinstance(one.get("key"), str) for one in given):
        raise refuse(None, "Each property needs a key and a value.")
    return {one["key"]: one.get("value") for one in given}


def _comment(record: Payload, number: str) -> Payload:
    for one in record["comments"]:
        if one["id"] == number:
            found: Payload = one
            return found
    raise refuse(None, f"Can not find a comment for the id: {number}.", status=404)


def _step(record: Payload, wanted: object) -> Transition:
    if not isinstance(wanted, dict) or not wanted.get("id"):
        raise refuse(None, "Missing 'transition' identifier")
    for step in TRANSITIONS:
        if step.id == str(wanted["id"]) and record["status"] in step.sources:
            return step
    raise refuse(
        None, f"It seems that you have tried to perform an illegal workflow operation: no transition {wanted['id']} from here."
    )


def _resolution(value: object) -> str:
    if isinstance(value, dict):
        for number, name in RESOLUTIONS.items():
            if value.get("id") == number or value.get("name") == name:
                return name
    raise refuse({"resolution": "The resolution selected is invalid."})
