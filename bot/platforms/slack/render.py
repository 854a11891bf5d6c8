"""A reply -> messages. Pure; every shape has a golden file."""

from collections.abc import Iterator, Sequence

from bot.cards import phrases
from bot.cards.card import sources
from bot.cards.cutting import split
from bot.platforms.slack.cards import cited, notes, sections
from bot.platforms.slack.words import LONGEST_FALLBACK, Block, Message, fallback, packed, passages, plain
from bot.store.talk.offers import Button
from handlers.models import Reply

LONGEST_LABEL = 75
"""Characters of a button's label (Slack's limit)."""
LONGEST_QUOTE = 300
"""Characters of a source's quote; the link leads to the rest."""


def say(reply: Reply, *, answer_id: str = "", share: bool = False, offers: Sequence[Button] = ()) -> tuple[Message, ...]:
    """What is said, without the reply's drafts: those are cards. With `answer_id` people can vote on it, with `share` pass it on.

    `offers` are the buttons under it.
    """
    if reply.confidence is None and not reply.citations:
        blocks = packed(list(sections(phrases.spoken(reply))), list(offered(offers)))
    else:
        ending = [*offered(offers), *foot(answer_id=answer_id, share=share)]
        blocks = packed([*answer(reply), *grounds(reply)], ending)
    told = [reply.text] if len(blocks) == 1 else split(reply.text, LONGEST_FALLBACK)
    told += [phrases.part(n, len(blocks)) for n in range(len(told) + 1, len(blocks) + 1)]
    return tuple(Message(fallback(words), tuple(part)) for words, part in zip(told, blocks, strict=False) if part)


def answer(reply: Reply) -> Iterator[Block]:
    """An answer as Markdown. Only the addresses of its own citations can be followed."""
    links = frozenset(source.url for source in reply.citations)
    for piece in passages(reply.text, links=links):
        yield {"type": "markdown", "text": piece}


def grounds(reply: Reply) -> Iterator[Block]:
    """Where it stands, and how sure it is."""
    yield from notes(phrases.grounds(reply))
    for source in sources(reply.citations):
        yield from cited(source, longest=LONGEST_QUOTE)
    yield from notes(phrases.confident(reply))


def offered(offers: Sequence[Button]) -> Iterator[Block]:
    """The buttons of what one may ask for next."""
    found = [
        {"type": "button", "action_id": f"offer.{number}", "text": plain(one.label, limit=LONGEST_LABEL), "value": one.id}
        for number, one in enumerate(offers)
    ]
    if found:
        yield {"type": "actions", "block_id": f"offers.{offers[0].id}", "elements": found}


def foot(*, answer_id: str, share: bool) -> Iterator[Block]:
    """What one can do with it."""
    if share and answer_id:
        button = {"type": "button", "action_id": "share", "text": plain(phrases.SHARE), "value": answer_id}
        yield {"type": "actions", "block_id": f"share.{answer_id}", "elements": [button]}
    if answer_id:
        yield {"type": "context_actions", "block_id": f"vote.{answer_id}", "elements": [feedback(answer_id)]}


def feedback(answer_id: str) -> Block:
    """Two thumbs."""
    return {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": plain("Helpful"), "value": f"up.{answer_id}", "accessibility_label": "This answer is right"},
        "negative_button": {
            "text": plain("Not helpful"),
            "value": f"down.{answer_id}",
            "accessibility_label": "This answer is wrong",
        },
    }
