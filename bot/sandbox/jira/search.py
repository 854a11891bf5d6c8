"""Search by JQL: only the fields asked for, a token per page, never a total."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from bot.sandbox.jira import shapes
from bot.sandbox.jira.catalogue import PROJECTS
from bot.sandbox.jira.fields import refuse
from bot.sandbox.jira.jql import BadQuery, parse
from bot.sandbox.jira.matching import matcher, ordered
from bot.sandbox.models import Answer, Call, Clock, Payload, Route

LARGEST_PAGE = 100
_LIST_WORDS = ("fields", "properties")


class Search:
    """Both ways to ask (GET and POST), and the approximate count."""

    def __init__(self, records: Mapping[str, Payload], clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        root = "/rest/api/3/search"
        return [
            Route("GET", f"{root}/jql", lambda call: self._answer(call, _from_query(call))),
            Route("POST", f"{root}/jql", lambda call: self._answer(call, _from_body(call.body))),
            Route("POST", f"{root}/approximate-count", self._count),
        ]

    def _answer(self, call: Call, wanted: Payload) -> Answer:
        jql = wanted.get("jql") or ""
        size = max(1, min(_number(wanted.get("maxResults", 50)), LARGEST_PAGE))
        start = _start(wanted.get("nextPageToken"), jql)
        found = self._find(jql)
        fields = tuple(wanted.get("fields") or ("id",))
        expand = tuple((wanted.get("expand") or "").split(","))
        properties = tuple(wanted.get("properties") or ())
        shown = [self._hit(call, record, fields, expand, properties) for record in found[start : start + size]]
        body: Payload = {"issues": shown, "isLast": start + size >= len(found)}
        if not body["isLast"]:
            body["nextPageToken"] = _token(start + size, jql)
        return Answer(200, body)

    def _hit(
        self, call: Call, record: Payload, fields: tuple[str, ...], expand: tuple[str, ...], properties: tuple[str, ...]
    ) -> Payload:
        if fields == ("id",):
            return {"id": record["id"]}
        return shapes.issue(call.url, record, fields, expand, properties, others=self._records)

    def _count(self, call: Call) -> Answer:
        return Answer(200, {"count": len(self._find(str(_from_body(call.body).get("jql") or "")))})

    def _find(self, jql: str) -> list[Payload]:
        visible = (record for record in self._records.values() if not PROJECTS[record["project"]].hidden)
        try:
            query = parse(jql)
            fits = matcher(query.where, self._clock())
            return ordered((record for record in visible if fits(record)), query.order)
        except BadQuery as error:
            raise refuse(None, str(error)) from error


def _from_query(call: Call) -> Payload:
    wanted: Payload = dict(call.query)
    return wanted | {name: list(call.names(name)) for name in _LIST_WORDS}


def _from_body(body: object) -> Payload:
    known = {"jql": str, "nextPageToken": str, "maxResults": int, "expand": str, "fields": list, "properties": list}
    known |= {"fieldsByKeys": bool, "reconcileIssues": list}
    if not isinstance(body, dict) or any(name not in known or not isinstance(value, known[name]) for name, value in body.items()):
        raise refuse(None, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise refuse(None, "maxResults must be a number.") from None


def _token(start: int, jql: str) -> str:
    return base64.urlsafe_b64encode(f"{start}:{_mark(jql)}".encode()).decode()


def _start(token: str | None, jql: str) -> int:
    """Where a page begins; a token belongs to the query that gave it out."""
    if not token:
        return 0
    try:
        start, _, mark = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if mark == _mark(jql):
            return int(start)
    except (ValueError, binascii.Error):
        pass
    raise refuse(None, "The provided next page token is invalid or expired.")


def _mark(jql: str) -> str:
    return hashlib.sha256(jql.encode()).hexdigest()[:12]
