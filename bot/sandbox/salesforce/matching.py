"""Whether a record fits a parsed SOQL query, in which order the fitting ones come, and what is shown of them."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from bot.sandbox.models import Payload
from bot.sandbox.salesforce import activity, ids
from bot.sandbox.salesforce.schema import NUMBERS, OBJECTS, TEXTS, Field, Object
from bot.sandbox.salesforce.soql import Both, Condition, Either, Literal, MalformedQuery, Node, Not, Order, Query, Text

Records = Mapping[str, Payload]
Test = Callable[[Payload], bool]


class BadField(Exception):
    """A query names a field that is not there, or compares it with what it cannot be. `code` is Salesforce's word for it."""

    def __init__(self, message: str, code: str = "INVALID_FIELD") -> None:
        super().__init__(message)
        self.code = code


class Path:
    """A field of an object, or of a record that its references lead to (`Owner.Name`, `Account.Owner.Name`)."""

    def __init__(self, source: Object, name: str, records: Records) -> None:
        *above, last = name.split(".")
        self._records = records
        self.references: list[Field] = []
        here: tuple[Object, ...] = (source,)
        for one in above:
            step = next(
                (f for place in here for f in place.fields.values() if f.parent and f.parent.lower() == one.lower()), None
            )
            here = tuple(OBJECTS[target] for target in step.refers) if step else ()
            self.references += [step] if step else []
        found = next((hit for place in here if (hit := place.field(last))), None)
        if found is None or (len(here) > 1 and found.name not in ("Id", "Name", "Email")):
            raise BadField(
                f"No such column '{name}' on entity '{source.name}'."
            )  # several objects share only what all names have
        self.field = found
        self.shown = ".".join([*(one.parent for one in self.references), found.name])

    def value(self, record: Payload) -> object:
        """What the record holds there, as it is kept."""
        holder = next(iter(self.parents(record)[-1:]), record)
        return activity.value(holder, self.field.name, self._records) if holder else None

    def parents(self, record: Payload) -> list[Payload | None]:
        """The records that the references lead to, one after the other; None from the first that points nowhere."""
        found: list[Payload | None] = []
        here: Payload | None = record
        for one in self.references:
            here = self._records.get(str(here.get(one.name))) if here else None
            found.append(here)
        return found


def found(query: Query, source: Object, records: Records) -> list[Payload]:
    """The records that a query finds, in its order; BadField, MalformedQuery."""
    fits = _test(query.where, source, records) if query.where else None
    keys = [(_key(order, source, records), order.descending) for order in query.order]
    mine = [record for name, record in records.items() if name.startswith(source.prefix)]
    hits = sorted((record for record in mine if fits is None or fits(record)), key=lambda record: str(record["Id"]))
    for key, down in reversed(keys):
        hits.sort(key=key, reverse=down)
    return hits[: query.limit] if query.limit is not None else hits


def _key(order: Order, source: Object, records: Records) -> Callable[[Payload], tuple[bool, object]]:
    path = _filterable(order.field, source, records)
    empty_is_larger = order.nulls_last is not order.descending

    def key(record: Payload) -> tuple[bool, object]:
        value = path.value(record)
        if value is None:
            return empty_is_larger, ""
        return not empty_is_larger, _kept(path.field, value)

    return key


def _test(node: Node, source: Object, records: Records) -> Test:
    match node:
        case Both(parts):
            tests = [_test(part, source, records) for part in parts]
            return lambda record: all(test(record) for test in tests)
        case Either(parts):
            tests = [_test(part, source, records) for part in parts]
            return lambda record: any(test(record) for test in tests)
        case Not(part):
            inner = _test(part, source, records)
            return lambda record: not inner(record)
        case Condition():
            return _condition(node, _filterable(node.field, source, records))


def _filterable(name: str, source: Object, records: Records) -> Path:
    path = Path(source, name, records)
    if not path.field.filterable:
        raise BadField(f"field '{path.shown}' can not be filtered or sorted in a query call")
    return path


def _condition(condition: Condition, path: Path) -> Test:
    if condition.operator == "like":
        return _like(condition, path)
    wanted = [_wanted(path, value) for value in condition.values]
    match condition.operator:
        case "=" | "in":
            return lambda record: _kept(path.field, path.value(record)) in wanted
        case "!=" | "not in":
            return lambda record: _kept(path.field, path.value(record)) not in wanted
        case operator:
            if wanted[0] is None or path.field.type in ("boolean", "id", "reference"):
                raise BadField(f"invalid operator {operator} on {path.shown}", "INVALID_QUERY_FILTER_OPERATOR")
            limit = wanted[0]
            return lambda record: _compare(_kept(path.field, path.value(record)), operator, limit)


def _like(condition: Condition, path: Path) -> Test:
    (value,) = condition.values
    if not isinstance(value, Text) or path.field.type not in TEXTS:
        raise BadField(f"invalid operator LIKE on {path.shown}", "INVALID_QUERY_FILTER_OPERATOR")
    pattern = value.pattern()
    return lambda record: pattern.fullmatch(str(path.value(record) or "")) is not None


def _wanted(path: Path, value: Text | Literal) -> object:
    """A literal in the form that values are compared in; BadField when it is of another type than the field."""
    kind = path.field.type
    if value is None:
        return None
    if isinstance(value, Text) and kind in TEXTS:
        return value.plain().casefold() or None  # nothing between the quotes is an empty field
    if isinstance(value, Text) and kind in ("id", "reference"):
        try:
            return ids.whole(value.plain())
        except ValueError:
            raise BadField(f"invalid ID field: {value.plain()}", "INVALID_QUERY_FILTER_OPERATOR") from None
    if isinstance(value, bool):
        fits = kind == "boolean"
    elif isinstance(value, datetime):
        fits = kind == "datetime"
    elif isinstance(value, date):
        fits = kind == "date"
    else:
        fits = isinstance(value, float) and kind in NUMBERS
    if not fits:
        raise BadField(f"value of filter criterion for field '{path.shown}' must be of type {kind}")
    return value


def _kept(field: Field, value: object) -> object:
    """A record's value in the form that values are compared in."""
    if value is None:
        return None
    if field.type == "datetime":
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    if field.type == "date":
        return date.fromisoformat(str(value))
    if field.type in NUMBERS:
        return float(str(value))
    return value.casefold() if isinstance(value, str) and field.type in TEXTS else value


def _compare(value: object, operator: str, limit: object) -> bool:
    if value is None:
        return False
    less, equal = bool(value < limit), value == limit  # type: ignore[operator]  # both went through the same form
    return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less}[operator]


def source_of(query: Query) -> Object:
    """The object that a query is about. Raises BadField."""
    source = next((one for name, one in OBJECTS.items() if name.lower() == query.object.lower()), None)
    if source is None:
        raise BadField(f"sObject type '{query.object}' is not supported.", "INVALID_TYPE")
    return source


def paths_of(query: Query, source: Object, records: Records) -> list[Path]:
    """What the query selects. Raises BadField, MalformedQuery for a field that stands twice."""
    paths = [Path(source, name, records) for name in query.fields]
    names = [path.shown for path in paths]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise MalformedQuery(f"duplicate field selected: {twice[0]}")
    return paths
