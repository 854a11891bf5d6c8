"""Several requests in one: each has its own status, later ones may use what earlier ones answered, and all may stand or fall together."""

import re
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from multidict import CIMultiDict

from bot.sandbox.models import Answer, Call, Change, Payload, Refusal, Route
from bot.sandbox.salesforce.refusals import error, missing, refusal
from bot.sandbox.salesforce.sobjects import ROOT, version_of

MOST = 25
"""Parts of one request."""
_HALTED = "The transaction was rolled back since another operation in the same transaction failed."
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)\.([A-Za-z0-9_.]+)\}")
_PLACE = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
INHERITED = ("accept", "authorization", "content-type")
"""Headers that a part takes from the whole request and may not name itself."""
Rooms = Callable[[ChainMap[str, Payload]], Sequence[Route]]
"""The routes over a state in which the parts before have taken effect."""


class Composite:
    """The composite resource."""

    def __init__(self, records: dict[str, Payload], rooms: Rooms) -> None:
        self._records = records
        self._rooms = rooms

    def routes(self) -> list[Route]:
        """The path and who answers it."""
        return [Route("POST", ROOT + "/composite", self._serve)]

    def _serve(self, call: Call) -> Answer:
        version_of(call)
        parts, all_or_none = _parts(call.body)
        staged: ChainMap[str, Payload] = ChainMap({}, self._records)
        routes = self._rooms(staged)
        answers: dict[str, Answer] = {}
        changes: list[Change] = []
        for part in parts:
            answer = _answer(call, part, routes, answers)
            answers[part["referenceId"]] = answer
            for change in answer.changes:
                staged[change.record] = change.after
            changes += answer.changes
            if all_or_none and answer.status >= 400:  # noqa: PLR2004 - HTTP's own border
                halted = {one["referenceId"]: Answer(400, [error("PROCESSING_HALTED", _HALTED)]) for one in parts}
                answers, changes = halted | {part["referenceId"]: answer}, []
                break
        shown = [
            {
                "body": answers[part["referenceId"]].body,
                "httpHeaders": dict(answers[part["referenceId"]].headers),
                "httpStatusCode": answers[part["referenceId"]].status,
                "referenceId": part["referenceId"],
            }
            for part in parts
        ]
        return Answer(200, {"compositeResponse": shown}, changes=changes)


def _parts(body: object) -> tuple[list[Payload], bool]:
    """What the request asks for. Raises Refusal for a request that is not shaped as Salesforce wants it."""
    parts = body.get("compositeRequest") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(parts, list) or not parts or not all(isinstance(one, dict) for one in parts):
        raise refusal(400, "JSON_PARSER_ERROR", "The body needs a list named compositeRequest")
    if len(parts) > MOST:
        raise refusal(400, "LIMIT_EXCEEDED", f"The request has more than {MOST} parts")
    names = [one.get("referenceId") for one in parts]
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names) or len(set(names)) < len(names):
        raise refusal(400, "INVALID_INPUT", "Every part needs a referenceId of its own")
    for one in parts:
        if not isinstance(one.get("url"), str) or not one["url"].startswith("/services/data/"):
            raise refusal(400, "INVALID_INPUT", "Every part needs a url that starts with /services/data/")
        given = one.get("httpHeaders") or {}
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise refusal(400, "JSON_PARSER_ERROR", "httpHeaders has to be an object of texts")
        if any(name.lower() in INHERITED for name in given):
            raise refusal(400, "INVALID_INPUT", "A part may not name these headers: " + ", ".join(INHERITED))
    return parts, body.get("allOrNone") is True


def _answer(call: Call, part: Payload, routes: Sequence[Route], earlier: Mapping[str, Answer]) -> Answer:
    try:
        resolved = _resolved(part, earlier)
        address = urlsplit(resolved["url"])
        for route in routes:
            match = _pattern(route.path).fullmatch(address.path)
            if match and route.method == part.get("method"):
                params = {name: unquote(value) for name, value in match.groupdict().items()}
                query = dict(parse_qsl(address.query, keep_blank_values=True))
                headers: CIMultiDict[str] = CIMultiDict(part.get("httpHeaders") or {})
                inner = Call(route.method, address.path, call.url, params, query, headers, resolved.get("body"))
                return route.handle(inner)
        raise missing()
    except Refusal as no:
        return no.answer


def _pattern(path: str) -> re.Pattern[str]:
    """A route's pattern for a path that aiohttp does not see."""
    return re.compile(_PLACE.sub(lambda hit: f"(?P<{hit[1]}>{hit[2] or '[^/]+'})", path))


def _resolved(value: Any, earlier: Mapping[str, Answer]) -> Any:  # noqa: ANN401 - JSON
    """The value with what earlier parts answered in the place of `@{reference.field}`. Raises Refusal."""

    def put(hit: re.Match[str]) -> str:
        found: object = earlier[hit[1]].body if hit[1] in earlier else None
        for name in hit[2].split("."):
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            raise refusal(400, "PROCESSING_HALTED", f"Invalid reference specified. No value for {hit[1]}.{hit[2]} found")
        return str(found)

    match value:
        case str():
            return _REFERENCE.sub(put, value)
        case list():
            return [_resolved(item, earlier) for item in value]
        case dict():
            return {name: _resolved(item, earlier) for name, item in value.items()}
        case _:
            return value
