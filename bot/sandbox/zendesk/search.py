"""Zendesk's search language over tickets: words, "phrases", key:value, comparisons, -exclusion."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.sandbox.models import Answer, Call, Payload, Refusal, Route
from bot.sandbox.zendesk import pages, shapes
from bot.sandbox.zendesk.catalogue import BOT_ID, GROUPS, ORGANIZATIONS, PRIORITIES, STATUSES, USERS, User
from bot.sandbox.zendesk.tickets import DOT

LARGEST = 1000
"""Search shows no more than so many results; the export shows all."""

_TERM = re.compile(r'(-?)(?:([a-z_]+)(:|>=|<=|>|<))?("[^"]*"|[^\s"]+)')
_SORTABLE = ("created_at", "updated_at", "priority", "status")
Test = Callable[[Payload], bool]


class Search:
    """/search and /search/export."""

    def __init__(self, records: Mapping[str, Payload]) -> None:
        self._records = records

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        return [
            Route("GET", f"/api/v2/search{DOT}", self._search),
            Route("GET", f"/api/v2/search/export{DOT}", self._export),
            Route("GET", f"/api/v2/search/count{DOT}", lambda call: Answer(200, {"count": len(self._found(call, _query(call)))})),
        ]

    def _search(self, call: Call) -> Answer:
        found = self._found(call, _query(call))[:LARGEST]
        return Answer(200, pages.paged(call, "results", found) | {"facets": None})

    def _export(self, call: Call) -> Answer:
        if (kind := call.query.get("filter[type]")) not in ("ticket", "user"):
            raise pages.bad("filter[type]", f"must be ticket or user, not {kind}")
        found = self._found(call, f"type:{kind} {_query(call)}")
        asked = {"page[size]": call.query.get("page[size]", str(pages.LARGEST))}
        whole = Call(call.method, call.path, call.url, call.params, {**call.query, **asked}, call.headers, None)
        return Answer(200, pages.paged(whole, "results", found) | {"facets": None})

    def _found(self, call: Call, query: str) -> list[Payload]:
        if re.search(r"\btype:user\b", query):
            words = re.sub(r"\btype:user\b", "", query).lower().split()
            people = [one for one in USERS.values() if all(_person_has(one, word) for word in words)]
            return [shapes.user(call.url, one) | {"result_type": "user"} for one in people]
        tests = [test for test in _tests(query) if test is not None]
        found = [record for record in self._records.values() if all(test(record) for test in tests)]
        _sort(found, call.query.get("sort_by", ""), down=call.query.get("sort_order", "desc") == "desc")
        return [shapes.ticket(call.url, record) | {"result_type": "ticket"} for record in found]


def _query(call: Call) -> str:
    text = call.query.get("query", "").strip()
    if not text:
        raise Refusal(422, {"error": "invalid", "description": "Invalid search: the query is missing"})
    return text


def _sort(found: list[Payload], order: str, *, down: bool) -> None:
    found.sort(key=lambda record: (record["updated_at"], record["id"]), reverse=True)
    if order in ("created_at", "updated_at"):
        found.sort(key=lambda record: str(record[order]), reverse=down)
    elif order == "priority":
        found.sort(key=lambda record: PRIORITIES.index(record["priority"]) if record["priority"] else -1, reverse=down)
    elif order == "status":
        found.sort(key=lambda record: STATUSES.index(record["status"]), reverse=down)


def _tests(query: str) -> list[Test | None]:
    """One test per term. Terms of the same key are alternatives for tags only when Zendesk says so; here all must hold."""
    return [_test(*match) for match in _TERM.findall(query)]


def _test(minus: str, key: str, sign: str, raw: str) -> Test | None:
    text = raw.strip('"')
    if key == "type" and text == "ticket":
        return None
    if key in ("order_by", "sort"):
        return None
    test = _keyed(key, sign, text) if key else _words(text)
    return (lambda record: not test(record)) if minus else test


def _keyed(key: str, sign: str, text: str) -> Test:
    if key in ("created", "updated", "created_at", "updated_at"):
        return _dated(f"{key.removesuffix('_at')}_at", sign, text)
    if key in ("status", "priority"):
        ranks = STATUSES if key == "status" else PRIORITIES
        if text not in (*ranks, "none"):
            return lambda _: False
        return lambda record: _ranked(ranks, record[key], sign, text)
    readers: dict[str, Callable[[Payload], list[str]]] = {
        "id": lambda record: [str(record["id"])],
        "ticket_type": lambda record: [record["type"] or "none"],
        "tags": lambda record: record["tags"] or ["none"],
        "tag": lambda record: record["tags"] or ["none"],
        "external_id": lambda record: [record["external_id"] or "none"],
        "group": lambda record: _group(record["group_id"]),
        "assignee": lambda record: _user(record["assignee_id"]),
        "requester": lambda record: _user(record["requester_id"]),
        "organization": lambda record: _organization(record["organization_id"]),
    }
    if key in readers:
        read = readers[key]
        return lambda record: text.lower() in read(record)
    if key in ("subject", "description"):
        return lambda record: all(word in str(record[key]).lower() for word in text.lower().split())
    return _words(f"{key}{sign}{text}")


def _ranked(ranks: tuple[str, ...], value: str | None, sign: str, text: str) -> bool:
    if value is None or text == "none":
        return sign == ":" and value is None and text == "none"
    mine, other = ranks.index(value), ranks.index(text)
    return {":": mine == other, "<": mine < other, ">": mine > other, "<=": mine <= other, ">=": mine >= other}[sign]


def _dated(field: str, sign: str, text: str) -> Test:
    try:
        border = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(422, {"error": "invalid", "description": f"Invalid search: {text} is no date"}) from None
    edge = (border if border.tzinfo else border.replace(tzinfo=UTC)).timestamp()

    def test(record: Payload) -> bool:
        mine = shapes.seconds(record[field])
        whole_day = edge <= mine < edge + 86_400
        return {":": whole_day, "<": mine < edge, ">": mine > edge, "<=": mine <= edge, ">=": mine >= edge}[sign]

    return test


def _words(text: str) -> Test:
    plain = text.lower()
    pattern = re.compile(rf"\b{re.escape(plain.rstrip('*'))}" + ("" if plain.endswith("*") else r"(?:s|es|ed|ing)?\b"))
    return lambda record: (
        pattern.search("\n".join([record["subject"], *(one["body"] for one in record["comments"])]).lower()) is not None
    )


def _group(number: int | None) -> list[str]:
    return ["none"] if number is None else [str(number), GROUPS[number].name.lower()]


def _organization(number: int | None) -> list[str]:
    return ["none"] if number is None else [str(number), ORGANIZATIONS[number].name.lower()]


def _user(number: int | None) -> list[str]:
    if number is None:
        return ["none"]
    user = USERS[number]
    return [str(number), user.name.lower(), user.email, *user.name.lower().split(), *(["me"] if number == BOT_ID else [])]


def _person_has(user: User, word: str) -> bool:
    text = word.partition(":")[2].strip('"') or word
    return text in (user.email, user.role) or any(part.startswith(text) for part in user.name.lower().split())
