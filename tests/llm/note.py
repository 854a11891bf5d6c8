"""The smallest thing to ask a gate for, and what the server of a test says."""

import json
from dataclasses import dataclass

from handlers.material import Material

ALL = frozenset({"everyone"})
TICKET = Material(
    "ticket",
    "I am Bo Brandt, bo@example.com, card 4111 1111 1111 1111. My key is s3cr3t-of-ours-77.",
    outside=True,
    source="zendesk",
)


@dataclass(frozen=True, slots=True)
class Note:
    text: str


def note(text):
    return lambda _asked: json.dumps({"text": text})


def echo(asked):
    """Say the whole of what was read."""
    return json.dumps({"text": str(asked.messages[1]["content"])})


async def ask(gate, *material, audience=ALL, people=()):
    return await gate("answer", Note, material=material or (TICKET,), people=people, audience=audience)


def token(asked):
    user = str(asked.messages[1]["content"])
    return user[user.index("[EMAIL") : user.index("]", user.index("[EMAIL")) + 1]
