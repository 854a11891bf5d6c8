"""Conditions of `bot.toml` over a draft's or a record's fields: comparisons, `in`, and, or, not. Pure, and nothing can be called in them."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simpleeval import EvalWithCompoundTypes

from handlers.errors import Invalid
from handlers.models import Draft, Record, Ref, Value, shown

Fact = str | bool | tuple[str, ...]
"""What a name in a condition stands for: text, yes or no, or a list of texts."""
LONGEST = 500
"""Characters of a condition."""
ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Compare, ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple,
)  # fmt: skip
"""What a condition is made of. Calls, attributes, arithmetic and everything else are refused when the program starts."""
HINT = "A condition compares fields, for example: priority == 'Highest' and 'vpn' in labels"


RECORD = ("system", "kind", "record")
"""What a condition sees of a record that is gone, and what no field hides."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read. An empty text always holds."""

    text: str

    @classmethod
    def read(cls, text: str) -> "Condition":
        """The condition in a text. Raises Invalid with what is wrong and how it is written."""
        if len(text) > LONGEST:
            raise Invalid(f"A condition has at most {LONGEST} characters, this one {len(text)}. {HINT}")
        if not text.strip():
            return cls("")
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Invalid(f"{text!r} cannot be read. {HINT}") from None
        for node in ast.walk(tree):
            if not isinstance(node, ALLOWED) or (
                isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float)
            ):
                raise Invalid(f"{text!r} holds something that a condition may not ({type(node).__name__}). {HINT}")
        return cls(text.strip())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of facts in it, each once, in the order of the text."""
        found = [node for node in ast.walk(ast.parse(self.text or "''", mode="eval")) if isinstance(node, ast.Name)]
        return tuple(dict.fromkeys(node.id for node in sorted(found, key=lambda one: one.col_offset)))

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it holds. A name without a fact is empty text; what is no number is neither larger nor smaller than anything."""
        if not self.text:
            return True
        evaluator = EvalWithCompoundTypes(names=lambda node: facts.get(node.id, ""), functions={}, operators=OPERATORS)
        return bool(evaluator.eval(self.text))


def facts(draft: Draft) -> Mapping[str, Fact]:
    """What a condition sees of a draft: each field that it sets, as it would be afterwards, and what it is of.

    `workflow`, `system`, `kind`, `record` (its id), `title`, `tainted`. A field of such a name is not seen.
    """
    record = draft.record
    own: dict[str, Fact] = {
        "workflow": draft.workflow, "system": record.system, "kind": record.kind, "record": record.id, "title": record.title,
        "tainted": draft.tainted,
    }  # fmt: skip
    return {**{change.field: fact(change.after) for change in draft.changes}, **own}


def facts_of(record: Record) -> Mapping[str, Fact]:
    """What a condition sees of a record: its fields, and `system`, `kind`, `record` (its id) and `title`, which no field hides."""
    own: dict[str, Fact] = {"system": record.system, "kind": record.kind, "record": record.id, "title": record.title}
    return {**{name: fact(value) for name, value in record.fields.items()}, **own}


def fact(value: Value) -> Fact:
    """A value by the label that people read."""
    if isinstance(value, tuple):
        return tuple(item.label if isinstance(item, Ref) else item for item in value)
    return shown(value)


def number(value: object) -> float:
    """A value as a number; what is none compares with nothing."""
    try:
        return float(value) if isinstance(value, str | int | float) else float("nan")
    except ValueError:
        return float("nan")


def by_number(compare: Callable[[float, float], bool]) -> Callable[[object, object], bool]:
    """A comparison of two values as numbers."""
    return lambda one, other: compare(number(one), number(other))


def within(one: object, other: object) -> bool:
    """Whether a text stands in a list or in another text."""
    return isinstance(one, str) and isinstance(other, str | tuple | list) and one in other


OPERATORS: dict[type[ast.AST], Callable[..., object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: within,
    ast.NotIn: lambda one, other: not within(one, other),
    ast.Not: operator.not_,
    ast.Lt: by_number(operator.lt),
    ast.LtE: by_number(operator.le),
    ast.Gt: by_number(operator.gt),
    ast.GtE: by_number(operator.ge),
}
