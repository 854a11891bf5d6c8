"""Whether an issue fits a parsed JQL query, and in which order the fitting ones come."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from bot.sandbox.jira import adf
from bot.sandbox.jira.catalogue import ACCOUNTS, BOT_ACCOUNT, CATEGORIES, PRIORITIES, PROJECTS, RESOLUTIONS, STATUSES, TYPES
from bot.sandbox.jira.changes import moment
from bot.sandbox.jira.jql import BadQuery, Both, Clause, Either, Node, Not, Order, Value
from bot.sandbox.models import Payload

_RELATIVE = re.compile(r"([+-]?\d+)([wdhm])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
FAR = 10_000
"""The longest way from today that a relative date goes, in its own unit; further is the same."""

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
_ALIASES = {
    "issuekey": "key",
    "issue": "key",
    "type": "issuetype",
    "components": "component",
    "resolutiondate": "resolved",
    "label": "labels",
}
_PLACE = {name: -int(number) for number, name in PRIORITIES.items()}


def _category(record: Payload) -> str:
    key = next(category for name, category in STATUSES.values() if name == record["status"])
    return CATEGORIES[key][1]


_LISTS: dict[str, Callable[[Payload], list[str]]] = {
    "project": lambda record: [record["project"]],
    "key": lambda record: [record["key"]],
    "id": lambda record: [record["id"]],
    "parent": lambda record: [record["parent"]] if record.get("parent") else [],
    "status": lambda record: [record["status"]],
    "statuscategory": lambda record: [_category(record)],
    "issuetype": lambda record: [record["type"]],
    "priority": lambda record: [record["priority"]],
    "labels": lambda record: list(record["labels"]),
    "component": lambda record: list(record["components"]),
    "assignee": lambda record: [record["assignee"]] if record["assignee"] else [],
    "reporter": lambda record: [record["reporter"]],
    "creator": lambda record: [record["creator"]],
    "resolution": lambda record: [record["resolution"]] if record["resolution"] else [],
}
_TIMES = ("created", "updated", "resolved")
_TEXTS: dict[str, Callable[[Payload], str]] = {
    "summary": lambda record: record["summary"],
    "description": lambda record: adf.text(record["description"]),
    "comment": lambda record: "\n".join(adf.text(one["body"]) for one in record["comments"]),
    "text": lambda record: "\n".join(_TEXTS[name](record) for name in ("summary", "description", "comment")),
}
_KNOWN: dict[str, frozenset[str]] = {
    "project": frozenset(word.lower() for one in PROJECTS.values() if not one.hidden for word in (one.key, one.id, one.name)),
    "status": frozenset(name.lower() for name, _ in STATUSES.values()) | STATUSES.keys(),
    "statuscategory": frozenset(
        word.lower() for key, (number, title, _) in CATEGORIES.items() for word in (key, str(number), title)
    ),
    "issuetype": frozenset(name.lower() for name, _ in TYPES.values()) | TYPES.keys(),
    "priority": frozenset(name.lower() for name in PRIORITIES.values()) | PRIORITIES.keys(),
    "component": frozenset(word.lower() for one in PROJECTS.values() for pair in one.components.items() for word in pair),
    "resolution": frozenset(name.lower() for name in (*RESOLUTIONS.values(), "unresolved")) | RESOLUTIONS.keys(),
}


def matcher(where: Node | None, now: datetime) -> Callable[[Payload], bool]:
    """A test for issues; BadQuery when the query names fields, operators or values that do not exist."""
    match where:
        case None:
            raise BadQuery("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
        case Both(parts):
            tests = [matcher(part, now) for part in parts]
            return lambda record: all(test(record) for test in tests)
        case Either(parts):
            tests = [matcher(part, now) for part in parts]
            return lambda record: any(test(record) for test in tests)
        case Not(part):
            test = matcher(part, now)
            return lambda record: not test(record)
        case Clause():
            return _clause(where, now)


def ordered(records: Iterable[Payload], order: tuple[Order, ...]) -> list[Payload]:
    """The records in the order asked for; without one, the newest first."""
    found = sorted(records, key=lambda record: int(record["id"]), reverse=True)
    for key in reversed(order):
        found.sort(key=_sorter(_field(key.field)), reverse=key.descending)
    return found


def _field(name: str) -> str:
    plain = name.lower()
    return _ALIASES.get(plain, plain)


def _sorter(name: str) -> Callable[[Payload], tuple[object, ...]]:
    if name == "priority":
        return lambda record: (_PLACE[record["priority"]],)
    if name in ("key", "id"):
        return lambda record: (record["project"], int(record["key"].partition("-")[2]))
    if name in _TIMES:
        return lambda record: (record[name] or "",)
    if name == "summary":
        return lambda record: (record["summary"].lower(),)
    if name in _LISTS:
        read = _LISTS[name]
        return lambda record: (" ".join(read(record)).lower(),)
    raise BadQuery(f"Field '{name}' does not exist or you do not have permission to view it.")


def _clause(clause: Clause, now: datetime) -> Callable[[Payload], bool]:
    name = _field(clause.field)
    if name in _TEXTS and name not in _LISTS:
        return _text_clause(clause, name)
    if name in _TIMES:
        return _time_clause(clause, name, now)
    if name in _LISTS:
        return _list_clause(clause, name)
    raise BadQuery(f"Field '{clause.field}' does not exist or you do not have permission to view it.")


def _list_clause(clause: Clause, name: str) -> Callable[[Payload], bool]:
    read = _LISTS[name]
    if clause.operator in ("is", "is not"):
        return lambda record: bool(read(record)) is (clause.operator == "is not")
    wanted = {_wanted(name, clause.field, value) for value in clause.values}
    if clause.operator in ("=", "in"):
        return lambda record: not wanted.isdisjoint(_spellings(name, read(record)))
    if clause.operator in ("!=", "not in"):  # an empty field is neither equal nor unequal: Jira leaves it out
        return lambda record: bool(read(record)) and wanted.isdisjoint(_spellings(name, read(record)))
    if name == "priority" and clause.operator in ("<", "<=", ">", ">="):
        place = next(_PLACE[title] for number, title in PRIORITIES.items() if {number, title.lower()} & wanted)
        return lambda record: _compare(_PLACE[record["priority"]], clause.operator, place)
    raise BadQuery(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")


def _wanted(name: str, field: str, value: Value) -> str:
    text = value.text
    if value.function:
        if text != "currentuser" or name not in ("assignee", "reporter", "creator"):
            raise BadQuery(f"Unable to find JQL function '{text}()' for the field '{field}'.")
        return BOT_ACCOUNT
    if name in _KNOWN and text.lower() not in _KNOWN[name]:
        raise BadQuery(f"The value '{text}' does not exist for the field '{field}'.")
    if name in ("assignee", "reporter", "creator"):
        found = [one.id for one in ACCOUNTS.values() if text.lower() in (one.id, one.email, one.name.lower())]
        if not found:
            raise BadQuery(f"The value '{text}' does not exist for the field '{field}'.")
        return found[0]
    return text.lower()


def _spellings(name: str, values: list[str]) -> set[str]:
    """Every way to name these values: by name, and by id where there is one."""
    words = {value.lower() for value in values}
    for value in values:
        match name:
            case "project":
                words |= {PROJECTS[value].id, PROJECTS[value].name.lower()}
            case "statuscategory":
                words |= {word for key, (number, title, _) in CATEGORIES.items() if title == value for word in (key, str(number))}
            case "status" | "issuetype":
                table = STATUSES if name == "status" else TYPES
                words |= {number for number, (title, _) in table.items() if title == value}
            case "priority" | "resolution":
                words |= {
                    number for number, title in (PRIORITIES if name == "priority" else RESOLUTIONS).items() if title == value
                }
            case "component":
                words |= {number for one in PROJECTS.values() for number, title in one.components.items() if title == value}
    return words or ({"unresolved"} if name == "resolution" else set())


def _time_clause(clause: Clause, name: str, now: datetime) -> Callable[[Payload], bool]:
    if clause.operator in ("is", "is not"):
        return lambda record: bool(record[name]) is (clause.operator == "is not")
    if clause.operator not in ("=", "!=", "<", "<=", ">", ">="):
        raise BadQuery(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
    border = _time(clause.values[0], clause.field, now)
    return lambda record: bool(record[name]) and _compare(moment(record[name]).timestamp(), clause.operator, border.timestamp())


def _time(value: Value, field: str, now: datetime) -> datetime:
    if value.function and value.text in ("now", "startofday"):
        start = now if value.text == "now" else now.replace(hour=0, minute=0, second=0, microsecond=0)
        return start + sum((_step(argument, field) for argument in value.arguments), timedelta())
    if _RELATIVE.fullmatch(value.text):
        return now + _step(value.text, field)
    for shape in _DATES:
        try:
            return datetime.strptime(value.text, shape).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise BadQuery(
        f"Date value '{value.text}' for field '{field}' is invalid. Valid formats include: 'yyyy-MM-dd HH:mm', 'yyyy-MM-dd', '-5d'."
    )


def _step(text: str, field: str) -> timedelta:
    match = _RELATIVE.fullmatch(text)
    if match is None:
        raise BadQuery(f"Date value '{text}' for field '{field}' is invalid.")
    return timedelta(**{_UNITS[match.group(2)]: max(-FAR, min(int(match.group(1)), FAR))})


def _compare(left: float, operator: str, right: float) -> bool:
    match operator:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def _text_clause(clause: Clause, name: str) -> Callable[[Payload], bool]:
    read = _TEXTS[name]
    if clause.operator in ("is", "is not") and name != "text":
        return lambda record: bool(read(record)) is (clause.operator == "is not")
    if clause.operator not in ("~", "!~"):
        raise BadQuery(f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
    wanted = clause.values[0].text
    if not wanted.strip():
        raise BadQuery(f"The field '{clause.field}' does not support searching for an empty string.")
    phrases = re.findall(r'"([^"]+)"', wanted)
    terms = re.findall(r"[\w*]+", re.sub(r'"[^"]*"', " ", wanted.lower()))

    def holds(record: Payload) -> bool:
        text = read(record).lower()
        words = {_stem(word) for word in re.findall(r"\w+", text)}
        return all(phrase.lower() in text for phrase in phrases) and all(_has(words, term) for term in terms)

    return holds if clause.operator == "~" else lambda record: not holds(record)


def _has(words: set[str], term: str) -> bool:
    if term.endswith("*"):
        return any(word.startswith(term.rstrip("*")) for word in words)
    return _stem(term) in words


def _stem(word: str) -> str:
    """Jira's index stems English words; cutting the commonest endings comes near enough."""
    for ending in ("ings", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 3 else word  # noqa: PLR2004 - refund, refunded; charge, charged
