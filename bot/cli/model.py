"""What the doctor says of the server of language models: whether it is there, has the models, keeps to a shape, and what it costs."""

import asyncio
from collections.abc import Iterator, Sequence

from bot.llm.openai.refusals import ModelRefused
from bot.llm.openai.server import OpenAI, configured
from bot.llm.prices import Prices, listed
from bot.llm.provider import Completion, Message, Shape
from bot.net.http import Http
from bot.settings import Configuration, Settings
from bot.settings.review import Finding
from handlers.errors import Trouble

PATIENCE = 20.0
"""Seconds for one question; a model on this machine may have to be loaded first."""
LONGEST = 500
"""Tokens of the trial answer: a model that thinks first needs some before its first word."""
TRIAL = Shape(
    "trial",
    {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": False},
)
QUESTION = (Message("user", "Say that you are ready."),)
FORMS = {
    "json_schema": "keeps to a JSON Schema",
    "json_object": "has no JSON Schema, so shapes are described in words and answers that do not fit are asked for again",
    "": "knows JSON by words alone, so answers that do not fit their shape are asked for again",
}


async def model(settings: Settings, configuration: Configuration) -> Sequence[Finding]:
    """The lines of the model. They cost an answer of a few tokens."""
    if not settings.has_model:
        return [Finding("ok", "model", "none: answers are quotes, and advice comes from similar past cases")]
    async with Http() as http:
        server = configured(settings, http)
        found = [await answering(server), *(await embedding(server, settings))]
    return [*found, *prices(settings, configuration)]


async def answering(server: OpenAI) -> Finding:
    """Whether the model answers, and how."""
    await server.load()
    names, said = await asyncio.gather(names_of(server), trial(server))
    if not isinstance(said, Completion):
        absent = isinstance(names, frozenset) and server.model not in names
        hint = f" It lists {', '.join(sorted(names)[:5])}." if absent and isinstance(names, frozenset) and names else ""
        return Finding("fail", "model", f"{said}{hint}")
    known = "listed" if isinstance(names, frozenset) and server.model in names else "not listed, but there"
    return Finding("ok", "model", f"{server.model} answers ({known}) and {FORMS[server.form]}")


async def names_of(server: OpenAI) -> frozenset[str] | None:
    """The models that the server lists; None where it does not tell, as Azure's deployments do not."""
    try:
        return await server.models(within=PATIENCE)
    except Trouble:
        return None


async def trial(server: OpenAI) -> Completion | Trouble:
    """An answer in a shape, or why there is none."""
    try:
        return await server.complete(QUESTION, shape=TRIAL, longest=LONGEST, within=PATIENCE)
    except Trouble as trouble:
        return trouble


async def embedding(server: OpenAI, settings: Settings) -> Sequence[Finding]:
    """Whether the embedding model gives vectors, where one is set."""
    name, part = settings.openai_embedding_model, "embedding model"
    if not name:
        return []
    try:
        found = await server.embed(["ready"], within=PATIENCE)
    except ModelRefused as refused:
        return [Finding("fail", part, f"{refused} It was asked for {name}.")]
    except Trouble as trouble:
        return [Finding("fail", part, str(trouble))]
    return [Finding("ok", part, f"{name} gives vectors of {found.vectors.shape[1]} numbers")]


def prices(settings: Settings, configuration: Configuration) -> Iterator[Finding]:
    """Models whose price nobody knows: the budget counts them as dear."""
    unknown = listed().unknown
    for name in filter(None, (settings.language_model, settings.openai_embedding_model)):
        if Prices(configuration.prices).of(name) is None:
            dear = f"counted as the dearest there is ({unknown.asked:f} and {unknown.answered:f} dollars a million tokens)"
            yield Finding("warn", "prices", f"nobody knows what {name} costs, so it is {dear}. Say it in CONFIG_FILE: [prices]")
