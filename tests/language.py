"""The stand-in of a server of language models, held to its document where that lies at hand."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from vendor_contract import SPECS, contract

from bot.app.model import model, offline, open_gate
from bot.app.store import Store
from bot.llm.gate import Gate
from bot.net.http import Http
from bot.sandbox.openai import ModelStandin
from bot.sandbox.openai.server import EMBEDDING_MODEL, MODEL
from bot.settings import Configuration, Settings
from handlers.ports import Model

UNSAID = frozenset({400, 401, 404})
"""Statuses that the document does not describe."""

WARM: list[bool] = []
"""Whether this process has checked a request of each kind: the first check of each takes a second, which a deadline would feel."""


@asynccontextmanager
async def running(**given: Any) -> AsyncIterator[ModelStandin]:
    """A stand-in during the block; at its end every request, answer and event of a stream has kept to the document."""
    broken: list[str] = []
    checks = [contract("openai", broken, root="/v1", unsaid=UNSAID)] if SPECS.is_dir() else []
    standin = ModelStandin(middlewares=checks, **given)
    await standin.start()
    if checks and not WARM:
        await warm(standin)
    try:
        yield standin
    finally:
        await standin.stop()
    assert [line for line in broken if " /v1/" in line] == []  # Azure's paths, and wrong ones, are in no document
    assert event_problems(standin.sent) == []


@asynccontextmanager
async def asked_of(settings: Settings, configuration: Configuration, store: Store, http: Http | None) -> AsyncIterator[Model]:
    """The model that handlers are given: one behind its gate, or none."""
    if http is None:
        yield offline
        return
    async with AsyncExitStack() as stack:

        async def gate() -> Gate:
            return await stack.enter_async_context(open_gate(settings, configuration, store, http))

        yield model(settings, gate)


async def warm(standin: ModelStandin) -> None:
    """Let the document be understood before time counts."""
    asked = {
        "chat/completions": {"model": MODEL, "messages": [{"role": "user", "content": "x"}]},
        "embeddings": {"model": EMBEDDING_MODEL, "input": ["x"]},
    }
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {standin.key}"}) as session:
        for path, body in asked.items():
            async with session.post(f"{standin.base_url}/{path}", json=body) as answer:
                assert answer.status == 200
    standin.received.clear()
    WARM.append(True)


def event_problems(events: list[Any]) -> list[str]:
    """What is wrong with the events of streams."""
    if not SPECS.is_dir() or not events:
        return []
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only contract checks need it

    spec = nullable(json.loads((SPECS / "openai.json").read_text(encoding="utf-8")))
    chunk = {"$ref": "#/components/schemas/CreateChatCompletionStreamResponse", "components": spec["components"]}
    validator = Draft202012Validator(chunk)
    return [error.message[:200] for event in events for error in validator.iter_errors(event)]


def nullable(schema: Any) -> Any:
    """The document with its `nullable`, a word of an older version, put into the words of its own."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: nullable(each) for name, each in schema.items()}
    return {"anyOf": [found, {"type": "null"}]} if found.pop("nullable", None) is True else found
