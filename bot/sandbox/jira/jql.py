"""JQL -> a tree: a small real parser for the part of the language that search needs."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<operator>!=|!~|<=|>=|=|~|<|>|\(|\)|,)
  | (?P<word>[^\s"'=!~<>(),]+)
)""",
    re.VERBOSE,
)
_COMPARISONS = frozenset({"=", "!=", "~", "!~", "<", "<=", ">", ">="})
_RESERVED = frozenset({"and", "or", "not", "in", "is", "order", "by", "empty", "null"})


class BadQuery(Exception):
    """The query cannot be read or asks for what is not there; the message is what Jira says."""


@dataclass(frozen=True, slots=True)
class Value:
    """A literal; `function` when it was written with brackets: currentUser()."""

    text: str
    function: bool = False
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """`field operator values`; the operators are = != ~ !~ < <= > >= in, not in, is, is not. EMPTY is an `is` without values."""

    field: str
    operator: str
    values: tuple[Value, ...]


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


Node = Clause | Both | Either | Not


@dataclass(frozen=True, slots=True)
class Order:
    """One key of ORDER BY."""

    field: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query; `where` is None when only an order (or nothing) was given."""

    where: Node | None
    order: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(jql: str) -> Query:
    """The tree of a query; BadQuery with the place of the first thing that cannot be read."""
    reader = _Reader(_tokens(jql))
    where = None if reader.done or reader.ahead("order") else reader.either()
    order = reader.order() if reader.take("order") else ()
    if not reader.done:
        raise reader.wrong("Expecting either 'OR' or 'AND'")
    return Query(where, order)


def _tokens(jql: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while jql[at:].strip():
        match = _TOKEN.match(jql, at)
        if match is None:
            raise BadQuery(
                f"Error in the JQL Query: The quoted string or character at position {at + 1} has not been completed or is not allowed."
            )
        kind = str(match.lastgroup)
        text = match.group(kind)
        tokens.append(_Token(kind, re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "string" else text, match.start(kind)))
        at = match.end()
    return tokens


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        """Whether everything was read."""
        return self._at >= len(self._tokens)

    def ahead(self, *words: str) -> bool:
        """Whether the next tokens are these words or signs (a quoted string never is)."""
        part = self._tokens[self._at : self._at + len(words)]
        return len(part) == len(words) and all(
            token.kind != "string" and token.text.lower() == word for token, word in zip(part, words, strict=True)
        )

    def take(self, *words: str) -> bool:
        """Read these words or signs if they come next."""
        if not self.ahead(*words):
            return False
        self._at += len(words)
        return True

    def either(self) -> Node:
        """Parts joined by OR."""
        parts = [self._both()]
        while self.take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def order(self) -> tuple[Order, ...]:
        """What follows ORDER."""
        if not self.take("by"):
            raise self.wrong("Expecting 'BY'")
        keys: list[Order] = []
        while not keys or self.take(","):
            field = self._word()
            descending = self.take("desc")
            if not descending:
                self.take("asc")
            keys.append(Order(field, descending))
        return tuple(keys)

    def wrong(self, what: str) -> BadQuery:
        """The error for the place where reading stopped."""
        if self.done:
            return BadQuery(f"Error in the JQL Query: {what} before the end of the query.")
        token = self._tokens[self._at]
        return BadQuery(f"Error in the JQL Query: {what} but got '{token.text}'. (line 1, character {token.at + 1})")

    def _both(self) -> Node:
        parts = [self._one()]
        while self.take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Node:
        if self.take("not"):
            return Not(self._one())
        if self.take("("):
            inside = self.either()
            if not self.take(")"):
                raise self.wrong("Expecting ')'")
            return inside
        return self._clause()

    def _clause(self) -> Clause:
        field = self._word()
        if self.take("is", "not"):
            return Clause(field, "is not", self._nothing())
        if self.take("is"):
            return Clause(field, "is", self._nothing())
        if self.take("not", "in"):
            return Clause(field, "not in", self._list())
        if self.take("in"):
            return Clause(field, "in", self._list())
        if self.done or self._tokens[self._at].text not in _COMPARISONS:
            raise self.wrong("Expecting operator")
        operator = self._tokens[self._at].text
        self._at += 1
        if operator in ("=", "!=") and (self.take("empty") or self.take("null")):
            return Clause(field, "is" if operator == "=" else "is not", ())
        return Clause(field, operator, (self._value(),))

    def _nothing(self) -> tuple[Value, ...]:
        if not (self.take("empty") or self.take("null")):
            raise self.wrong("Expecting EMPTY or NULL")
        return ()

    def _list(self) -> tuple[Value, ...]:
        if not self.take("("):
            raise self.wrong("Expecting '('")
        values = [self._value()]
        while self.take(","):
            values.append(self._value())
        if not self.take(")"):
            raise self.wrong("Expecting ')' or ','")
        return tuple(values)

    def _value(self) -> Value:
        text = self._word()
        if not self.take("("):
            return Value(text)
        arguments: list[str] = []
        while not self.take(")"):
            arguments.append(self._word())
            self.take(",")
        return Value(text.lower(), function=True, arguments=tuple(arguments))

    def _word(self) -> str:
        if self.done:
            raise self.wrong("Expecting a field name or a value")
        token = self._tokens[self._at]
        if token.kind == "operator" or (token.kind == "word" and token.text.lower() in _RESERVED):
            raise self.wrong("Expecting a field name or a value")
        self._at += 1
        return token.text
