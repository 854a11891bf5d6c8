"""HubSpot's search: groups of filters, words, sorting, pages by offset."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.sandbox.hubspot import checks, shapes
from bot.sandbox.hubspot.catalogue import PROPERTIES, SEARCHED
from bot.sandbox.hubspot.refusals import refused
from bot.sandbox.models import Answer, Call, Clock, Payload, Route

LARGEST, DEEPEST = 200, 10_000
"""Results a page, and results of one search that can be reached."""
MOST_GROUPS, MOST_FILTERS, LONGEST_QUERY = 5, 6, 3000
KNOWN = ("filterGroups", "sorts", "properties", "limit", "after", "query")
TOGETHER = "associations."
"""Before the singular of a kind of object: filters by what is linked."""
Test = Callable[[Payload], bool]
Key = float | str


class Index:
    """What searches see: not what was written within `lag`, and no more than `deepest` results."""

    def __init__(self, clock: Clock) -> None:
        self.lag = timedelta()
        self.deepest = DEEPEST
        self._clock = clock

    def has(self, record: Payload) -> bool:
        """Whether it knows the record as it stands now."""
        return not self.lag or datetime.fromisoformat(record["updated"]) <= self._clock() - self.lag


class Search:
    """`/search` of one kind of object."""

    def __init__(self, kind: str, records: Mapping[str, Payload], index: "Index") -> None:
        self._kind = kind
        self._records = records
        self._index = index

    def routes(self) -> list[Route]:
        """The one path."""
        return [Route("POST", f"/crm/v3/objects/{self._kind}/search", self._search)]

    def _search(self, call: Call) -> Answer:
        given = checks.body(call.body, known=KNOWN)
        limit, start = _whole(given.get("limit"), 10), _whole(given.get("after"), 0)
        if not 1 <= limit <= LARGEST:
            raise refused(400, f"limit must be between 1 and {LARGEST}")
        if start + limit > self._index.deepest:
            raise refused(400, f"Search results beyond {self._index.deepest} cannot be reached")
        tests = [_group(self._kind, group) for group in _list(given, "filterGroups", MOST_GROUPS)]
        words = given.get("query") or ""
        if not isinstance(words, str) or len(words) > LONGEST_QUERY:
            raise refused(400, f"query must be a text of at most {LONGEST_QUERY} characters")
        found = [
            record
            for record in sorted(self._records.values(), key=lambda one: int(one["id"]))
            if record["kind"] == self._kind
            and not shapes.is_archived(record)
            and self._index.has(record)
            and (not tests or any(test(record) for test in tests))
            and _says(record, words)
        ]
        for order in reversed(_list(given, "sorts", 1)):
            name, down = _order(self._kind, order)
            found.sort(key=lambda record: _key(self._kind, name, record["values"].get(name)), reverse=down)
        names = [str(name) for name in _list(given, "properties", 500)]
        answer: Payload = {"total": len(found), "results": [shapes.shown(one, names) for one in found[start : start + limit]]}
        if start + limit < len(found):
            answer["paging"] = {"next": {"after": str(start + limit)}}
        return Answer(200, answer)


def _list(given: Payload, key: str, most: int) -> list[object]:
    value = given.get(key) or []
    if not isinstance(value, list) or len(value) > most:
        raise refused(400, f"{key} must be a list of at most {most}")
    return value


def _whole(value: object, otherwise: int) -> int:
    text = str(otherwise if value in (None, "") else value)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004 - nothing is that far down
        raise refused(400, f"{text[:40]} is no number")
    return int(text)


def _group(kind: str, group: object) -> Test:
    filters = group.get("filters") if isinstance(group, dict) else None
    if not isinstance(filters, list) or not 1 <= len(filters) <= MOST_FILTERS:
        raise refused(400, f"a filter group has 1 to {MOST_FILTERS} filters")
    tests = [_filter(kind, one) for one in filters]
    return lambda record: all(test(record) for test in tests)


def _filter(kind: str, given: object) -> Test:
    name = given.get("propertyName") if isinstance(given, dict) else None
    operator = given.get("operator") if isinstance(given, dict) else None
    if not isinstance(given, dict) or not isinstance(name, str) or not isinstance(operator, str):
        raise refused(400, "a filter has a propertyName and an operator")
    linked = {f"{TOGETHER}{single}": many for many, single in shapes.SINGULAR.items()}
    if name in linked and operator in ("EQ", "IN"):
        wanted = {str(one) for one in (given.get("values") or [given.get("value")])}
        return lambda record: bool(wanted & set(record["links"].get(linked[name], ())))
    if name not in PROPERTIES[kind]:
        raise refused(400, f"There was a problem with the request. Property {name!r} does not exist")
    return _compared(kind, name, operator, given)


def _compared(kind: str, name: str, operator: str, given: Payload) -> Test:
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return lambda record: bool(record["values"].get(name)) is (operator == "HAS_PROPERTY")
    if operator in ("IN", "NOT_IN"):
        many = given.get("values")
        if not isinstance(many, list) or not many:
            raise refused(400, f"{operator} needs values")
        wanted = [_key(kind, name, str(one)) for one in many]
        return lambda record: (_key(kind, name, record["values"].get(name)) in wanted) is (operator == "IN")
    value = given.get("value")
    if not isinstance(value, str):
        raise refused(400, f"{operator} needs a value")
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        return lambda record: _has_token(record["values"].get(name), value) is (operator == "CONTAINS_TOKEN")
    return _sized(kind, name, operator, (_key(kind, name, value), _key(kind, name, str(given.get("highValue") or ""))))


def _sized(kind: str, name: str, operator: str, bounds: tuple[Key, Key]) -> Test:
    def held(record: Payload) -> Key:
        return _key(kind, name, record["values"].get(name))

    low, high = bounds
    if operator == "BETWEEN":
        return lambda record: _ordered(low, held(record)) and _ordered(held(record), high)
    if operator in ("EQ", "NEQ"):
        return lambda record: (held(record) == low) is (operator == "EQ")
    if operator in ("LT", "LTE", "GT", "GTE"):
        return lambda record: bool(record["values"].get(name)) and _stands(operator, held(record), low)
    raise refused(400, f"There is no operator {operator[:40]!r}")


def _stands(operator: str, one: Key, other: Key) -> bool:
    if one == other:
        return operator in ("LTE", "GTE")
    return _ordered(one, other) is (operator in ("LT", "LTE"))


def _ordered(one: Key, other: Key) -> bool:
    return one <= other if isinstance(one, float) and isinstance(other, float) else str(one) <= str(other)


def _key(kind: str, name: str, value: str | None) -> Key:
    """A value as it is compared: numbers and moments by size, texts whatever their case."""
    of = PROPERTIES[kind][name].type
    if of not in ("number", "datetime"):
        return (value or "").lower()
    try:
        return float(value or "-inf")
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return float("-inf")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000


def _has_token(held: str | None, token: str) -> bool:
    wanted = token.lower().strip("*")
    return any(word == wanted or ("*" in token and wanted in word) for word in _words(held)) or wanted == (held or "").lower()


def _words(text: str | None) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in (text or "").lower()).split()


def _says(record: Payload, words: str) -> bool:
    """Whether every word begins a word of what is searched."""
    there = [word for name in SEARCHED[record["kind"]] for word in _words(record["values"].get(name))]
    return all(any(one.startswith(word) for one in there) for word in _words(words))


def _order(kind: str, given: object) -> tuple[str, bool]:
    """(property, whether downwards): `-name`, `name`, or an object as the vendor's pages show it."""
    if isinstance(given, dict):
        name, down = str(given.get("propertyName")), given.get("direction") == "DESCENDING"
    else:
        name, down = str(given).removeprefix("-"), str(given).startswith("-")
    if name not in PROPERTIES[kind]:
        raise refused(400, f"There was a problem with the request. Property {name[:40]!r} does not exist")
    return name, down
