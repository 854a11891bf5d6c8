"""Frozen dataclasses as the JSON that a model is asked for, and what it answered as a dataclass again. Pure."""

import functools
import json
import re
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from bot.llm.provider import Shape

T = TypeVar("T")
Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None

FENCED = re.compile(r"\s*```[a-z]*\n(?P<inside>.*)\n```\s*", re.DOTALL)
"""Some servers put code marks around JSON whatever they are asked for."""
MOST_SAID = 5
"""Mistakes that a model is told of at once."""
UNTYPED = frozenset({"prefixItems", "patternProperties", "propertyNames"})
"""Words of a schema that the strict form does not know: pairs and dictionaries. A tuple of one kind of thing is an array."""


class Misfit(ValueError):
    """An answer that is not what was asked for. Its message names places and rules, and nothing of the answer."""


class Form(Generic[T]):
    """One kind of answer: what is asked for, and how it is read."""

    def __init__(self, kind: type[T]) -> None:
        self._adapter = TypeAdapter(kind)
        self.shape = Shape(kind.__name__.strip("_").lower(), cast("dict[str, object]", strict(self._adapter.json_schema())))

    def read(self, text: str, *, each: Callable[[str], str] = str) -> T:
        """The answer in a text, with every string in it as `each` makes it. Raises Misfit."""
        found = FENCED.fullmatch(text)
        inside = found["inside"] if found else text
        self._valid(inside)
        return self._valid(json.dumps(mapped(json.loads(inside), each)))

    def _valid(self, text: str) -> T:
        try:
            return self._adapter.validate_json(text, strict=True)
        except ValidationError as wrong:
            raise Misfit("; ".join(complaints(wrong))) from None


def form(kind: type[T]) -> Form[T]:
    """The form of one kind, made once. Raises TypeError for a kind that cannot be asked for."""
    return cast("Form[T]", made(cast("Hashable", kind)))


@functools.lru_cache(maxsize=64)
def made(kind: Hashable) -> Form[object]:
    """See `form`; a cache does not know about types."""
    return Form(cast("type[object]", kind))


def complaints(wrong: ValidationError) -> list[str]:
    """What does not fit, one place each, without the values that stand there."""
    errors = wrong.errors(include_input=False, include_context=False, include_url=False)
    return [f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {rule(str(one['type']))}" for one in errors[:MOST_SAID]]


def rule(name: str) -> str:
    """A rule by its name in words; pydantic's messages may quote the answer."""
    return name.replace("_", " ")


def mapped(value: Json, each: Callable[[str], str]) -> Json:
    """The same JSON with its strings changed; keys stay."""
    if isinstance(value, str):
        return each(value)
    if isinstance(value, list):
        return [mapped(one, each) for one in value]
    if isinstance(value, dict):
        return {key: mapped(one, each) for key, one in value.items()}
    return value


def strict(schema: Json) -> Json:
    """A JSON Schema in the strict form: every property is required, no other one may come, nothing has a default."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if odd := UNTYPED & schema.keys():
        raise TypeError(f"an answer may hold tuples of one kind of thing only, no pairs and no dictionaries: {', '.join(odd)}")
    found = {key: named(key, one) for key, one in schema.items() if key not in ("title", "default")}
    if schema.get("type") == "object":
        if "properties" not in schema:
            raise TypeError("an answer may hold no dictionaries: make it a tuple of a dataclass")
        found |= {"additionalProperties": False, "required": list(cast("dict[str, Json]", schema["properties"]))}
    return found


def named(key: str, value: Json) -> Json:
    """What stands under a word of the schema; under `properties` and `$defs` stand names of ours, which may be any."""
    if key in ("properties", "$defs") and isinstance(value, dict):
        return {name: strict(one) for name, one in value.items()}
    return strict(value)
