"""Queries by SOQL, a page at a time."""

from collections.abc import Mapping, MutableMapping

from bot.sandbox.models import Answer, Call, Payload, Route
from bot.sandbox.salesforce import matching
from bot.sandbox.salesforce.ids import made
from bot.sandbox.salesforce.refusals import refusal
from bot.sandbox.salesforce.rows import alive
from bot.sandbox.salesforce.sobjects import ROOT, attributes, version_of
from bot.sandbox.salesforce.soql import MalformedQuery, parse

LARGEST, SMALLEST = 2000, 200
"""Records a page: what it holds, and the least that a caller may ask for."""
Cursors = MutableMapping[str, list[Payload]]
"""What open queries have found, by locator; a page that is read later shows what was there when the query ran."""


class Queries:
    """The query resource."""

    def __init__(self, records: Mapping[str, Payload], cursors: Cursors) -> None:
        self._records = records
        self._cursors = cursors

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        return [
            Route("GET", ROOT + "/query", lambda call: self._first(call, alive(self._records))),
            Route("GET", ROOT + "/queryAll", lambda call: self._first(call, self._records)),
            Route("GET", ROOT + "/query/{locator}", self._next),
        ]

    def _first(self, call: Call, records: Mapping[str, Payload]) -> Answer:
        """The first page over these records: `queryAll` sees the recycle bin, too."""
        version_of(call)
        rows = self._found(call, records)
        size = _size(call)
        if len(rows) <= size:
            return Answer(200, {"totalSize": len(rows), "done": True, "records": rows})
        locator = made("01g", len(self._cursors) + 1)
        self._cursors[f"{locator}-{size}"] = rows
        return self._page(call, f"{locator}-{size}", 0)

    def _next(self, call: Call) -> Answer:
        version_of(call)
        name, _, start = call.params["locator"].rpartition("-")
        if name not in self._cursors or not start.isdecimal():
            raise refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(call, name, int(start))

    def _page(self, call: Call, name: str, start: int) -> Answer:
        rows = self._cursors[name]
        end = start + int(name.rpartition("-")[2])
        body: Payload = {"totalSize": len(rows), "done": end >= len(rows), "records": rows[start:end]}
        if not body["done"]:
            body["nextRecordsUrl"] = f"/services/data/{call.params['version']}/query/{name}-{end}"
        return Answer(200, body)

    def _found(self, call: Call, records: Mapping[str, Payload]) -> list[Payload]:
        try:
            query = parse(call.query.get("q", ""))
            source = matching.source_of(query)
            paths = matching.paths_of(query, source, records)
            hits = matching.found(query, source, records)
        except MalformedQuery as error:
            raise refusal(400, "MALFORMED_QUERY", str(error)) from error
        except matching.BadField as error:
            raise refusal(400, error.code, str(error)) from error
        return [self._row(call, record, paths) for record in hits]

    def _row(self, call: Call, record: Payload, paths: list[matching.Path]) -> Payload:
        """A record with the fields that were selected; those of a parent stand in an object of their own."""
        row: Payload = {"attributes": attributes(call, record)}
        for path in paths:
            here: Payload | None = row
            for reference, above in zip(path.references, path.parents(record), strict=True):
                if here is not None:
                    head = {"attributes": attributes(call, above)} if above else None
                    here = here.setdefault(reference.parent, head)
            if here is not None:
                here[path.field.name] = path.value(record)
        return row


def _size(call: Call) -> int:
    """The page size of the header Sforce-Query-Options."""
    text = call.headers.get("Sforce-Query-Options", "").replace(" ", "").removeprefix("batchSize=")
    if not text:
        return LARGEST
    if not text.isdecimal():
        raise refusal(400, "INVALID_QUERY_OPTIONS", "batchSize has to be a number")
    return min(max(int(text), SMALLEST), LARGEST)
