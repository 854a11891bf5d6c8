"""Requests as the stand-in reads them, and answers in OpenAI's own shapes. Pure."""

import hashlib
import math
import struct
from collections.abc import Mapping, Sequence

from bot.sandbox.models import Payload, Refusal
from bot.sandbox.openai.speech import Asked, Said

CREATED = 1_790_000_000
"""When everything was made, in seconds since 1970."""
ROLES = frozenset({"developer", "system", "user", "assistant", "tool"})


def problem(status: int, message: str, *, code: str | None = None, param: str | None = None) -> Refusal:
    """A refusal as OpenAI words it."""
    kind = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}.get(status, "invalid_request_error")
    return Refusal(status, {"error": {"message": message, "type": kind, "param": param, "code": code}})


def asked_of(body: object) -> Asked:
    """A chat completion that was asked for. Raises Refusal as the API does."""
    if not isinstance(body, dict) or not isinstance(body.get("model"), str):
        raise problem(400, "you must provide a model parameter", param="model")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(map(is_message, messages)):
        raise problem(400, "Invalid value for 'messages'.", param="messages")
    form = body.get("response_format") or {}
    if not isinstance(form, dict):
        raise problem(400, "Invalid value for 'response_format'.", param="response_format")
    options = body.get("stream_options") or {}
    return Asked(
        body["model"],
        messages,
        body.get("max_completion_tokens") or body.get("max_tokens"),
        form.get("json_schema", {}).get("schema") if form.get("type") == "json_schema" else None,
        form.get("type") == "json_object",
        body.get("stream") is True,
        options.get("include_usage") is True,
        str(form.get("json_schema", {}).get("name") or ""),
    )


def is_message(found: object) -> bool:
    """Whether this is a turn with a text."""
    return isinstance(found, dict) and found.get("role") in ROLES and isinstance(found.get("content"), str)


def tokens(text: str) -> int:
    """What the stand-in counts: words and what is between them."""
    return max(1, len(text) // 4)


def cut(said: Said, longest: int | None) -> Said:
    """An answer of at most so many tokens."""
    if longest is None or tokens(said.text) <= longest:
        return said
    return Said(said.text[: longest * 4], "length")


def usage(asked: str, answered: str) -> Payload:
    """What both sides cost."""
    sent, got = tokens(asked), tokens(answered)
    return {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got}


def completion(number: int, asked: Asked, said: Said) -> Payload:
    """A whole answer."""
    message = {"role": "assistant", "content": None if said.refusal else said.text, "refusal": said.refusal or None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said.reason}
    return head(number, asked, "chat.completion") | {"choices": [choice], "usage": usage(asked.text, said.text)}


def chunks(number: int, asked: Asked, said: Said, size: int) -> Sequence[Payload]:
    """The same in pieces of so many characters: who speaks, the text, the end, and what it cost where that was asked for."""
    start = head(number, asked, "chat.completion.chunk")
    field, text = ("refusal", said.refusal) if said.refusal else ("content", said.text)
    deltas = [{"role": "assistant", field: ""}, *({field: text[at : at + size]} for at in range(0, len(text), size))]
    found = [start | {"choices": [part(delta, None)]} for delta in deltas]
    found.append(start | {"choices": [part({}, said.reason)]})
    return [*found, start | {"choices": [], "usage": usage(asked.text, said.text)}] if asked.counts_stream else found


def part(delta: Mapping[str, str], reason: str | None) -> Payload:
    """A piece of the one answer."""
    return {"index": 0, "delta": dict(delta), "finish_reason": reason}


def head(number: int, asked: Asked, kind: str) -> Payload:
    """What every answer begins with."""
    return {"id": f"chatcmpl-{number:08d}", "object": kind, "created": CREATED, "model": asked.model}


def texts_of(body: object) -> Sequence[str]:
    """The texts of a request for embeddings. Raises Refusal as the API does."""
    given = body.get("input") if isinstance(body, dict) else None
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not 1 <= len(texts) <= 2048 or not all(isinstance(text, str) and text for text in texts):  # noqa: PLR2004 - the API's
        raise problem(400, "'$.input' is invalid.", param="input")
    return texts


def embeddings(model: str, texts: Sequence[str], dimensions: int) -> Payload:
    """Vectors that depend on the words of a text, in an order that is not that of the texts: an index says whose each one is."""
    rows = [{"object": "embedding", "index": at, "embedding": vector(text, dimensions)} for at, text in enumerate(texts)]
    count = sum(map(tokens, texts))
    return {
        "object": "list", "model": model, "data": rows[::-1], "usage": {"prompt_tokens": count, "total_tokens": count},
    }  # fmt: skip


def vector(text: str, dimensions: int) -> list[float]:
    """The sum of a direction for each word: texts that share words are near. Twice as long as a unit vector, for a client to notice."""
    total = [0.0] * dimensions
    for word in text.lower().split() or [text]:
        seed = hashlib.shake_256(word.encode()).digest(dimensions * 2)
        total = [each + value / 32768 for each, value in zip(total, struct.unpack(f"{dimensions}h", seed), strict=True)]
    length = math.hypot(*total) or 1.0
    return [2 * each / length for each in total]


def models(names: Sequence[str]) -> Payload:
    """The list of models."""
    listed = [{"id": name, "object": "model", "created": CREATED, "owned_by": "harbourlight"} for name in names]
    return {"object": "list", "data": listed}
