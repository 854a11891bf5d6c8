"""A reply -> messages. Pure; every shape has a golden file."""

from collections.abc import Iterator

from bot.cards.card import sources, sureness
from bot.platforms.slack.cards import cited, note, sections
from bot.platforms.slack.words import LONGEST_MARKDOWN, Block, Message, fallback, fenced, markdown, packed, plain, split
from handlers.models import Reply


def say(reply: Reply, *, answer_id: str = "", share: bool = False) -> tuple[Message, ...]:
    """What is said, without the reply's drafts: those are cards. With `answer_id` people can vote on it, with `share` pass it on."""
    if reply.confidence is None:
        blocks = packed(list(sections(reply.text)), [])
    else:
        blocks = packed(list(answer(reply)), list(foot(reply, answer_id=answer_id, share=share)))
    return tuple(Message(fallback(reply.text), tuple(part)) for part in blocks if part)


def answer(reply: Reply) -> Iterator[Block]:
    """An answer as Markdown. Only the addresses of its own citations can be followed."""
    links = frozenset(source.url for source in reply.citations)
    for piece in fenced(split(reply.text, LONGEST_MARKDOWN // 2)):
        if piece.strip():
            yield {"type": "markdown", "text": markdown(piece, links=links)}


def foot(reply: Reply, *, answer_id: str, share: bool) -> Iterator[Block]:
    """Where it stands, how sure it is, and what one can do with it."""
    if reply.citations:
        yield note("Nearest sources" if reply.abstained else "Sources")
    for source in sources(reply.citations):
        yield from cited(source)
    if reply.confidence is not None:
        sure = sureness(reply.confidence)
        yield note(f"confidence {sure.percent} % ({sure.level}){', only you can see this' if reply.private else ''}")
    if share:
        button = {"type": "button", "action_id": "share", "text": plain("Share here"), "value": answer_id}
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
