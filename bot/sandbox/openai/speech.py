"""What the stand-in says, by its mood. Pure; each speech is made of what was sent and nothing else."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.models import Payload

Mood = Literal["plain", "obeys", "refuses", "babbles", "filters"]
ORDER = re.compile(r"(?im)^.*\b(?:ignore|instead|must|please|say|write|send|post|include|click|visit|approve|set|reply)\b.*$")
"""A line that orders something, whoever wrote it."""
LURE = re.compile(r"https?://[^\s<>\"')\]]+|!\[[^\]]*\]\([^)]*\)|<[@!#][^>]*>|<at>.*?</at>|@\w+")
"""What an attacker wants to see in an answer: addresses, pictures, mentions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A chat completion as it was asked for. `schema` is None without a JSON Schema, `kind` is the name that it was given.

    `is_json` says that an object was asked for.
    """

    model: str
    messages: Sequence[Payload]
    longest: int | None
    schema: Mapping[str, Any] | None
    is_json: bool
    stream: bool
    counts_stream: bool
    kind: str = ""

    @property
    def text(self) -> str:
        """Everything that the model reads."""
        return "\n".join(str(message.get("content") or "") for message in self.messages)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer before it is cut to its longest. `reason` is the API's `finish_reason`."""

    text: str
    reason: str = "stop"
    refusal: str = ""


Say = Callable[[Asked], str | Said]
"""A script of a test, asked for each answer."""


def spoken(asked: Asked, mood: Mood) -> Said:
    """The answer of a mood."""
    match mood:
        case "refuses":
            return Said("", refusal="I cannot help with that.")
        case "filters":
            return Said("", "content_filter")
        case "babbles":
            return Said('{"half": [1, "and then ' + asked.text[:40])
        case "obeys":
            return Said(shaped(asked, obedient(asked.text)))
        case "plain":
            return Said(shaped(asked, f"An answer to: {asked.text[-200:]}"))


def obedient(text: str) -> str:
    """What a model says that follows every order it reads and passes on every lure."""
    orders = [found.strip() for found in ORDER.findall(text)]
    return "\n".join(("Done as ordered.", *orders, *LURE.findall(text)))[:8000]


def shaped(asked: Asked, text: str) -> str:
    """The text itself, or as JSON where JSON was asked for: in every place of the schema where a text may stand."""
    if asked.schema is not None:
        return json.dumps(fitting(asked.schema, text, asked.schema), ensure_ascii=False)
    return json.dumps({"text": text}, ensure_ascii=False) if asked.is_json else text


def fitting(schema: Mapping[str, Any], text: str, root: Mapping[str, Any]) -> object:
    """A value that fits a schema of the strict form: every property, the first choice of each, as few items as allowed (else one)."""
    if "$ref" in schema:
        found: Any = root
        for step in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found[step]
        return fitting(found, text, root)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return fitting(choices[0], text, root)
    kind = schema.get("type", "string")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            return {name: fitting(each, text, root) for name, each in schema.get("properties", {}).items()}
        case "array":
            count = min(max(schema.get("minItems", 1), 1), schema.get("maxItems", 1))
            return [fitting(schema.get("items", {}), text, root)] * count
        case single:
            return alone(single, schema, text)


def alone(kind: str, schema: Mapping[str, Any], text: str) -> object:
    """A value that holds no others."""
    if kind in ("integer", "number"):
        least = max(1, schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        return min(least, schema.get("maximum", least))
    return {"boolean": True, "null": None}.get(kind, fitted(schema, text))


def fitted(schema: Mapping[str, Any], text: str) -> str:
    """A text of a length that is allowed."""
    return text[: schema.get("maxLength", len(text))].ljust(schema.get("minLength", 0), ".")
