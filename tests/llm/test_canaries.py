"""A thousand secrets in documents, questions and settings: none of them leaves, and none is left behind."""

import json
import random
import string

import structlog
from llm.labelled.canaries import canaries
from llm.note import ALL, Note
from sqlalchemy import text

from handlers.errors import NoModel
from handlers.material import Material

BATCH = 25
"""Secrets of one question: as many as a long thread and its passages may hold."""


async def asked(gate, material):
    """The answer, or what was said instead."""
    try:
        return (await gate("answer", Note, material=material, audience=ALL)).text
    except NoModel as none:
        return str(none)


async def kept(state):
    """Every row of every table, as text."""
    async with state.read() as tx:
        names = (await tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))).scalars().all()
        return str([(await tx.execute(text(f"SELECT * FROM {name}"))).all() for name in names])  # noqa: S608 - our own tables


async def test_of_a_thousand_secrets_in_texts_none_reaches_the_model_the_log_the_ledger_or_an_error(desk, state):
    found = canaries(31, 1000)
    gate, errors = desk.gate(), []
    with structlog.testing.capture_logs() as lines:
        for start in range(0, len(found), BATCH):
            desk.standin.ways.mood = "babbles" if start % (2 * BATCH) else "plain"
            some = found[start : start + BATCH]
            blocks = [
                Material("question" if not n else f"passage {n}", around, outside=bool(n % 2))
                for n, (_, around) in enumerate(some)
            ]
            errors.append(await asked(gate, blocks))
    await gate.close()

    sent, logged, ledger = "\n".join(desk.sent), str(lines), await kept(state)
    assert len(found) == 1000
    assert len(desk.sent) >= 1000 // BATCH
    for secret, _ in found:
        inside = json.dumps(secret, ensure_ascii=False)[1:-1]
        assert inside not in sent
        assert secret not in logged
        assert secret not in ledger
    refused = [error for error in errors if "no answer that can be used" in error]
    assert len(refused) == len(errors) // 2
    assert not any(secret in error for secret, _ in found for error in refused)


async def test_of_a_thousand_secrets_in_the_settings_none_is_sent_in_any_spelling(desk):
    draw = random.Random(32)  # noqa: S311 - a set that can be made again
    letters = string.ascii_lowercase + " \"'/&é"
    secrets = ["".join(draw.choice(letters) for _ in range(draw.randint(9, 30))).strip() + "zq" for _ in range(1000)]
    gate = desk.gate(hidden=frozenset(secrets))
    for start in range(0, 1000, 100):
        block = "\n".join(
            (f"I set it to {secret} today." if n % 2 else json.dumps({"value": secret}))
            for n, secret in enumerate(secrets[start : start + 100])
        )
        await asked(gate, [Material("question", block, outside=False)])

    sent = "\n".join(str(message["content"]) for each in desk.standin.asked for message in each.body["messages"])
    assert len(desk.sent) == 10
    assert [secret for secret in secrets if secret in sent or json.dumps(secret)[1:-1] in sent] == []
