"""Tickets over REST: list, read, create once, update with a guard, comments, audits, tags."""

import hashlib
import json
from datetime import timedelta

from bot.sandbox.models import Answer, Call, Change, Clock, Payload, Refusal, Route
from bot.sandbox.zendesk import pages, shapes, updates
from bot.sandbox.zendesk.catalogue import BOT_ID
from bot.sandbox.zendesk.seed import stamp

KEY_LIFE = timedelta(hours=2)
"""How long an Idempotency-Key is remembered."""

DOT = r"{dot:(\.json)?}"
"""Every path answers with and without .json."""


class Tickets:
    """Every route about tickets but search."""

    def __init__(self, records: dict[str, Payload], clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        root = "/api/v2/tickets"
        one = rf"{root}/{{id:\d+}}"
        return [
            Route("GET", root + DOT, self._list),
            Route("POST", root + DOT, self._create),
            Route("GET", f"{root}/show_many{DOT}", self._many),
            Route("GET", f"{root}/count{DOT}", self._count),
            Route("GET", one + DOT, self._read),
            Route("PUT", one + DOT, self._update),
            Route("GET", f"{one}/comments{DOT}", self._comments),
            Route("GET", f"{one}/audits{DOT}", self._audits),
            Route("GET", f"{one}/tags{DOT}", lambda call: Answer(200, {"tags": self._find(call)["tags"]})),
            Route("POST", f"{one}/tags{DOT}", lambda call: self._tag(call, lambda _, given: given)),
            Route("PUT", f"{one}/tags{DOT}", lambda call: self._tag(call, lambda old, given: [*old, *given])),
            Route(
                "DELETE",
                f"{one}/tags{DOT}",
                lambda call: self._tag(call, lambda old, given: [tag for tag in old if tag not in given]),
            ),
            Route("GET", f"/api/v2/incremental/tickets/cursor{DOT}", self._incremental),
        ]

    def _find(self, call: Call) -> Payload:
        record = self._records.get(call.params["id"])
        if record is None:
            raise Refusal(404, {"error": "RecordNotFound", "description": "Not found"})
        return record

    def _list(self, call: Call) -> Answer:
        found = sorted(self._records.values(), key=lambda record: int(record["id"]))
        if external := call.query.get("external_id"):
            found = [record for record in found if record["external_id"] == external]
        order = call.query.get("sort_by") or call.query.get("sort", "").lstrip("-")
        if order in ("updated_at", "created_at", "status", "id"):
            down = call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-")
            found.sort(key=lambda record: str(record[order]), reverse=down)
        shown = [shapes.ticket(call.url, record) for record in found]
        return Answer(200, pages.paged(call, "tickets", shown))

    def _read(self, call: Call) -> Answer:
        return Answer(200, {"ticket": shapes.ticket(call.url, self._find(call))})

    def _many(self, call: Call) -> Answer:
        found = [self._records[number] for number in call.names("ids") if number in self._records]
        return Answer(200, {"tickets": [shapes.ticket(call.url, record) for record in found], "count": len(found)})

    def _count(self, _: Call) -> Answer:
        return Answer(200, {"count": {"value": len(self._records), "refreshed_at": stamp(self._clock())}})

    def _create(self, call: Call) -> Answer:
        given = _ticket(call.body)
        key = call.headers.get("Idempotency-Key")
        mark = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()
        if key is not None and (earlier := self._earlier(key)) is not None:
            if earlier["idempotency"]["mark"] != mark:
                sentence = "The request parameters do not match those of the earlier request with this idempotency key."
                raise Refusal(400, {"error": "IdempotentRequestError", "description": sentence})
            return Answer(201, {"ticket": shapes.ticket(call.url, earlier)}, {"x-idempotency-lookup": "hit"})
        record = updates.created(given, self._records, self._clock)
        headers = {"Location": f"{call.url}/api/v2/tickets/{record['id']}.json"}
        if key is not None:
            record["idempotency"] = {"key": key, "mark": mark, "at": record["created_at"]}
            headers["x-idempotency-lookup"] = "miss"
        body = {"ticket": shapes.ticket(call.url, record), "audit": shapes.audit(record, record["audits"][-1])}
        return Answer(201, body, headers, [Change(str(record["id"]), record)])

    def _earlier(self, key: str) -> Payload | None:
        oldest = stamp(self._clock() - KEY_LIFE)
        for record in self._records.values():
            mine = record["idempotency"]
            if mine is not None and mine["key"] == key and mine["at"] >= oldest:
                return record
        return None

    def _update(self, call: Call) -> Answer:
        record, given = self._find(call), _ticket(call.body)
        _guard(record, given)
        after = updates.updated(
            record, updates.values_of(given), given.get("comment"), BOT_ID, self._clock, custom=_custom(given)
        )
        body = {"ticket": shapes.ticket(call.url, after), "audit": shapes.audit(after, after["audits"][-1])}
        return Answer(200, body, changes=[Change(str(record["id"]), after)])

    def _comments(self, call: Call) -> Answer:
        record = self._find(call)
        shown = [shapes.comment(record, one) for one in record["comments"]]
        if call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-"):
            shown.reverse()
        return Answer(200, pages.paged(call, "comments", shown))

    def _audits(self, call: Call) -> Answer:
        record = self._find(call)
        return Answer(200, pages.paged(call, "audits", [shapes.audit(record, one) for one in record["audits"]]))

    def _tag(self, call: Call, choose: "pages.Choice") -> Answer:
        record = self._find(call)
        tags = call.body.get("tags") if isinstance(call.body, dict) else None
        if not isinstance(tags, list):
            raise pages.bad("tags", "must be a list")
        values = updates.values_of({"tags": choose(record["tags"], [str(tag) for tag in tags])})
        after = updates.updated(record, values, None, BOT_ID, self._clock)
        status = 201 if call.method == "POST" else 200
        return Answer(status, {"tags": after["tags"]}, changes=[Change(str(record["id"]), after)])

    def _incremental(self, call: Call) -> Answer:
        start = _start(call)
        moved = sorted(self._records.values(), key=lambda record: (record["updated_at"], record["id"]))
        fresh = [record for record in moved if (shapes.seconds(record["updated_at"]), record["id"]) > start]
        size = pages.size(call.query.get("per_page", "1000"), 1000)
        shown = fresh[:size]
        last = (shapes.seconds(shown[-1]["updated_at"]), shown[-1]["id"]) if shown else start
        cursor = pages.encode(f"{last[0]}.{last[1]}")
        body = {
            "tickets": [shapes.ticket(call.url, record) for record in shown],
            "after_cursor": cursor,
            "after_url": f"{call.url}{call.path}?cursor={cursor}",
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": len(fresh) <= size,
        }
        return Answer(200, body)


def _ticket(body: object) -> Payload:
    """The ticket object inside its wrapper; 400 for a body that is not wrapped."""
    ticket = body.get("ticket") if isinstance(body, dict) else None
    if not isinstance(ticket, dict):
        raise pages.bad("ticket", "must be an object")
    return ticket


def _custom(given: Payload) -> Payload:
    """What an update says of itself; anything but an object is passed over, as the vendor does."""
    metadata = given.get("metadata")
    custom = metadata.get("custom") if isinstance(metadata, dict) else None
    return custom if isinstance(custom, dict) else {}


def _guard(record: Payload, given: Payload) -> None:
    """The optimistic lock. Sending safe_update at all switches it on, `false` too: that is how the vendor behaves."""
    if "safe_update" not in given:
        return
    if "updated_stamp" not in given:
        raise Refusal(400, {"error": "BadRequest", "description": "safe_update needs an updated_stamp"})
    try:
        known = shapes.seconds(str(given["updated_stamp"]))
    except ValueError:
        raise pages.bad("updated_stamp", "must be a date and time") from None
    if known < shapes.seconds(record["updated_at"]):
        sentence = (
            "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again."
        )
        raise Refusal(409, {"error": "UpdateConflict", "description": sentence})


def _start(call: Call) -> tuple[int, int]:
    """Where an export goes on: (seconds since 1970, the id passed last); 422 when neither start_time nor cursor makes sense."""
    try:
        if cursor := call.query.get("cursor"):
            moment, _, number = pages.decode(cursor).partition(".")
            return int(moment), int(number)
        return int(call.query["start_time"]), -1
    except (KeyError, ValueError):
        raise Refusal(422, {"error": "InvalidValue", "description": "Send start_time (seconds) or a cursor"}) from None
