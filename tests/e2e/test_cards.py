"""Every card that the bot can draw, read by Microsoft's own library for Adaptive Cards."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from shapes import NOW, SHAPES, new_draft

from bot.platforms.teams.cards import card
from bot.platforms.teams.edit import edit_card
from bot.platforms.teams.render import say
from handlers.models import Reply, Source, State

PERSONS = tuple(f"29:{number:03}" for number in range(70))


def drawn():
    """Cards by name: each shape with all its parts, the form of those that wait, and the button that passes an answer on."""
    found = {}
    for name, shape in SHAPES.items():
        draft = new_draft(**shape)
        messages = card(draft, now=NOW, refresh=PERSONS)
        found |= {f"{name}.{number}": message.card for number, message in enumerate(messages)}
        if draft.state is State.PENDING:
            found[f"{name}.edit"] = edit_card(draft)
            found[f"{name}.wrong"] = edit_card(
                draft, wrong={draft.changes[0].field: "Too long."}, typed={draft.changes[0].field: "x"}
            )
    long = new_draft(changes=(replace(new_draft(**SHAPES["tainted"]).changes[0], after="A line of some length.\n" * 3000),))
    found |= {f"long.{number}": message.card for number, message in enumerate(card(long, now=NOW))}
    reply = Reply("Up to 48 hours [1].", citations=(Source("Refunds", "https://kb.example/refunds", "48 hours"),), confidence=0.9)
    found["share"] = say(reply, answer_id="a1", share=True)[-1].card
    return found


async def wrong(cards, packages):
    """What the library finds wrong, by the card's name."""
    program = Path(__file__).with_name("check_cards.cjs")
    node = await asyncio.create_subprocess_exec(
        "node", str(program), str(packages), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await node.communicate(json.dumps(cards).encode())
    assert node.returncode == 0
    return json.loads(output)


async def test_microsofts_own_library_takes_every_card(packages):
    cards = drawn()
    assert len(cards) > len(SHAPES) * 1.5
    assert await wrong(cards, packages) == {}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "TextBlok", "text": "x"}, "Unknown element"),
        ({"type": "TextBlock", "text": "x", "size": "Huge"}, "Invalid value"),
        ({"type": "Input.Text", "label": "x"}, "unique Id"),
    ],
)
async def test_it_does_not_take_everything(packages, part, words):
    broken = {"type": "AdaptiveCard", "version": "1.5", "body": [part]}
    [found] = (await wrong({"broken": broken}, packages))["broken"]
    assert words in found
