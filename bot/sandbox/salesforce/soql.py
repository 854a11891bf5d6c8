"""SOQL -> a tree: a strict parser for the part of the language that a connector needs. What it does not know it refuses."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:\\.|[^'\\\x00-\x1f])*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d)(?![\w.:]))
  | (?P<date>\d{4}-\d\d-\d\d(?![\w.:-]))
  | (?P<number>[+-]?\d+(?:\.\d+)?(?![\w.:-]))
  | (?P<operator>!=|<=|>=|=|<|>|\(|\)|,)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*){0,4})
)""",
    re.VERBOSE | re.ASCII,
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_WORDS = frozenset({"select", "from", "where", "and", "or", "not", "in", "like", "order", "by", "limit", "null", "true", "false"})
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
LONGEST = 100_000
"""Characters of a query (SOQL and SOSL limits)."""
MOST_DEPTH = 50
"""Brackets inside brackets; more is refused as too complicated."""

Literal = str | float | bool | date | None
"""A value of a query; a datetime is a date, too."""


class MalformedQuery(Exception):
    """The query cannot be read; the message is what Salesforce says."""


@dataclass(frozen=True, slots=True)
class Text:
    """What stood between quotes, still with its escapes: LIKE reads two more of them than the other operators."""

    raw: str

    def plain(self) -> str:
        """The text for every operator but LIKE. Raises MalformedQuery for an escape that does not exist."""
        return _ESCAPE.sub(lambda hit: _unescaped(hit[1]), self.raw)

    def pattern(self) -> re.Pattern[str]:
        r"""The text for LIKE: `%` is any run of characters, `_` any one of them, `\%` and `\_` are the signs themselves."""
        parts = re.split(r"(\\u[0-9a-fA-F]{4}|\\.|%|_)", self.raw, flags=re.DOTALL)
        return re.compile("".join(map(_piece, parts)), re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator values`; the operators are those of comparison, like, in, not in."""

    field: str
    operator: str
    values: tuple[Text | Literal, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Every part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


Node = Condition | Both | Either | Not


@dataclass(frozen=True, slots=True)
class Order:
    """One key of ORDER BY. Empty fields come first, unless NULLS LAST is asked for."""

    field: str
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query."""

    fields: tuple[str, ...]
    object: str
    where: Node | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(soql: str) -> Query:
    """The tree of a query; MalformedQuery with the first thing that cannot be read."""
    if len(soql) > LONGEST:
        raise MalformedQuery("SOQL statement is too long")
    reader = _Reader(_tokens(soql))
    query = reader.query()
    if not reader.done:
        raise reader.wrong()
    return query


def _tokens(soql: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while soql[at:].strip():
        match = _TOKEN.match(soql, at)
        if match is None:
            raise MalformedQuery(f"unexpected character or unfinished text at position {at + 1}")
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match.group(kind), match.start(kind)))
        at = match.end()
    return tokens


def _unescaped(escape: str) -> str:
    if escape[0] == "u" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape not in _ESCAPES:
        raise MalformedQuery(f"invalid string escape: \\{escape}")
    return _ESCAPES[escape]


def _piece(part: str) -> str:
    if part in ("%", "_"):
        return ".*" if part == "%" else "."
    if part in (r"\%", r"\_"):
        return re.escape(part[1])
    return re.escape(_unescaped(part[1:]) if part.startswith("\\") else part)


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def done(self) -> bool:
        """Whether everything was read."""
        return self._at >= len(self._tokens)

    def query(self) -> Query:
        """All of it, in the order that SOQL wants."""
        self._demand("select")
        fields = [self._name()]
        while self._take(","):
            fields.append(self._name())
        self._demand("from")
        source = self._name()
        where = self._where() if self._take("where") else None
        order = self._order() if self._take("order") else ()
        limit = self._count() if self._take("limit") else None
        return Query(tuple(fields), source, where, order, limit)

    def wrong(self) -> MalformedQuery:
        """The error for the place where reading stopped."""
        if self.done:
            return MalformedQuery("unexpected end of the query")
        token = self._tokens[self._at]
        return MalformedQuery(f"unexpected token: '{token.text}' at position {token.at + 1}")

    def _ahead(self, word: str) -> bool:
        if self.done:
            return False
        token = self._tokens[self._at]
        return token.kind in ("word", "operator") and token.text.lower() == word

    def _take(self, word: str) -> bool:
        found = self._ahead(word)
        self._at += found
        return found

    def _demand(self, word: str) -> None:
        if not self._take(word):
            raise self.wrong()

    def _where(self) -> Node:
        """Conditions joined by AND or by OR: to mix them takes brackets, as at Salesforce."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise MalformedQuery("the query is too complicated")
        first = Not(self._one()) if self._take("not") else self._one()
        parts: list[Node] = [first]
        joined = next((word for word in ("and", "or") if self._ahead(word)), "")
        while joined and self._take(joined):
            parts.append(self._one())
        self._depth -= 1
        if len(parts) == 1:
            return first
        return Both(tuple(parts)) if joined == "and" else Either(tuple(parts))

    def _one(self) -> Node:
        if self._take("("):
            inside = self._where()
            self._demand(")")
            return inside
        field = self._name()
        if self._take("not"):
            self._demand("in")
            return Condition(field, "not in", self._list())
        if self._take("in"):
            return Condition(field, "in", self._list())
        if self._take("like"):
            return Condition(field, "like", (self._value(),))
        if self.done or self._tokens[self._at].text not in _COMPARISONS:
            raise self.wrong()
        operator = self._tokens[self._at].text
        self._at += 1
        return Condition(field, operator, (self._value(),))

    def _list(self) -> tuple[Text | Literal, ...]:
        self._demand("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._demand(")")
        return tuple(values)

    def _order(self) -> tuple[Order, ...]:
        self._demand("by")
        keys: list[Order] = []
        while not keys or self._take(","):
            field = self._name()
            descending = self._take("desc")
            if not descending:
                self._take("asc")
            last = False
            if self._take("nulls"):
                last = self._take("last")
                if not last:
                    self._demand("first")
            keys.append(Order(field, descending, last))
        return tuple(keys)

    def _count(self) -> int:
        if self.done or self._tokens[self._at].kind != "number" or not self._tokens[self._at].text.isdecimal():
            raise self.wrong()
        self._at += 1
        return int(self._tokens[self._at - 1].text)

    def _name(self) -> str:
        if self.done or self._tokens[self._at].kind != "word" or self._tokens[self._at].text.lower() in _WORDS:
            raise self.wrong()
        self._at += 1
        return self._tokens[self._at - 1].text

    def _value(self) -> Text | Literal:
        for word, value in (("null", None), ("true", True), ("false", False)):
            if self._take(word):
                return value
        if self.done or self._tokens[self._at].kind in ("word", "operator"):
            raise self.wrong()
        token = self._tokens[self._at]
        self._at += 1
        return _read(token)


def _read(token: _Token) -> Text | Literal:
    """A literal out of its token."""
    if token.kind == "string":
        text = Text(token.text[1:-1])
        text.pattern()  # an escape that not even LIKE knows is no escape
        return text
    if token.kind == "number":
        return float(token.text)
    try:
        if token.kind == "datetime":
            return datetime.fromisoformat(token.text).astimezone(UTC)
        return date.fromisoformat(token.text)
    except (ValueError, OverflowError):
        raise MalformedQuery(f"no such day or time: {token.text}") from None
