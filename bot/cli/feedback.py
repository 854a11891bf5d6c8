"""feedback: votes on answers, as questions that `eval` reads."""

import json
from collections.abc import Mapping
from typing import Any

from bot.app import House
from bot.cli.out import Out
from bot.store.talk.answers import Judged

Arguments = Mapping[str, Any]


async def feedback(house: House, _arguments: Arguments, out: Out) -> int:
    """Feedback export: one line a question on which the votes agree; where they do not, nobody knows what is right."""
    store = await house.store()
    used = unclear = 0
    async for judged in store.answers.judged():
        if (row := question(judged)) is None:
            unclear += 1
            continue
        out.line(json.dumps(row, ensure_ascii=False))
        await out.drained()
        used += 1
    out.note(f"{used} questions; {unclear} left out, because the votes differ or say only that an answer was wrong.")
    return 0


def question(judged: Judged) -> dict[str, object] | None:
    """A question with the documents that answer it; None where the votes do not say which those are.

    A wrong answer says nothing about the right one, but a refusal to answer that people agree with is a question without one.
    """
    given, reply = judged.answer, judged.answer.reply
    if judged.up <= judged.down:
        return None
    documents = sorted({source.document for source in reply.citations if source.document})
    return {
        "question": given.question,
        "document_ids": [] if reply.abstained else documents,
        "answers": [],
        "answerable": not reply.abstained,
        "history": list(given.history),
    }
