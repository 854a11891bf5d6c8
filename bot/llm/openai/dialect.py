"""How one server wants to be asked. What it does not know is found out by its refusals and remembered while the process lives. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.llm.openai.refusals import ModelRefused
from bot.llm.provider import Message, Shape

Body = dict[str, object]
FORMS = ("json_schema", "json_object", "")
"""How a shape is asked for, the strictest first; in the last way by words alone."""
Limit = Literal["max_completion_tokens", "max_tokens"]
"""The two spellings of the longest answer: models that think first know the new one only, older servers the old one only."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server takes: a form of shapes (an index of FORMS), a spelling of the longest answer, and whether it counts streams."""

    limit: Limit
    form: int = 0
    counts_streams: bool = True

    def body(self, model: str, messages: Sequence[Message], *, shape: Shape | None, longest: int, stream: bool = False) -> Body:
        """A chat completion as it is sent. Nothing of it is kept by OpenAI, and it offers no tools."""
        said = [{"role": each.role, "content": each.text} for each in messages]
        found: Body = {"model": model, "messages": said, self.limit: longest}
        if stream:
            found |= {"stream": True} | ({"stream_options": {"include_usage": True}} if self.counts_streams else {})
        if shape is None:
            return found
        form = FORMS[self.form]
        if form == "json_schema":
            wanted = {"name": shape.name, "schema": dict(shape.schema), "strict": True}
            return found | {"response_format": {"type": form, form: wanted}}
        said.append({"role": "system", "content": in_words(shape)})
        return found | ({"response_format": {"type": form}} if form else {})

    def other(self, refused: ModelRefused, *, shaped: bool, streamed: bool) -> "Dialect | None":
        """Another way of asking, where the refusal may be due to the way; None when it is due to the question."""
        if not refused.may_be_spelling:
            return None
        field = refused.field
        if field == self.limit:
            return replace(self, limit="max_tokens" if field == "max_completion_tokens" else "max_completion_tokens")
        if streamed and self.counts_streams and field in ("", "stream_options"):
            return replace(self, counts_streams=False)
        if shaped and self.form + 1 < len(FORMS) and (not field or field.startswith("response_format")):
            return replace(self, form=self.form + 1)
        return None


def in_words(shape: Shape) -> str:
    """The instruction that stands for a schema where the server has none. It is ours alone, so it stands as a message of the system."""
    schema = json.dumps(shape.schema, ensure_ascii=False)
    return f"Answer with one JSON object that fits this JSON Schema, and with nothing else, no Markdown around it: {schema}"
