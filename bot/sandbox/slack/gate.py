"""Will Slack take this? Pure. The rules about single blocks are in `blocks` and `elements`; here are those across them.

Limits are those of docs.slack.dev; where the page of a block says nothing, of the models in Slack's own SDK.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.sandbox.rules import Rule, Shape, at, flag, free, words
from bot.sandbox.slack.blocks import LONGEST_MARKDOWN, OF_MESSAGE, OF_VIEW
from bot.sandbox.slack.elements import LONGEST_ID
from bot.sandbox.slack.texts import plain

LONGEST_TEXT, LONGEST_UPDATE = 40_000, 4_000
"""Characters of the fallback text of a new message, and of one that is changed."""
LONGEST_JSON = 13_000
"""Characters of a message's blocks as JSON: no page names it, and Slack answers msg_blocks_too_long somewhat above it."""
LARGEST_VIEW = 250_000
"""Bytes of a view; Slack answers view_too_large above it."""
METADATA = Shape({"event_type": words(LONGEST_ID), "event_payload": free})
COMMON: Mapping[str, Rule] = {"blocks": OF_VIEW}
NAMED: Mapping[str, Rule] = {
    "callback_id": words(LONGEST_ID),
    "private_metadata": words(3000, 0),
    "external_id": words(LONGEST_ID, 0),
}
SHORT = plain(24)
VIEWS: Mapping[str, Shape] = {
    "modal": Shape(
        {**COMMON, "title": SHORT},
        {**NAMED, "submit": SHORT, "close": SHORT, "clear_on_close": flag, "notify_on_close": flag, "submit_disabled": flag},
    ),
    "home": Shape(COMMON, NAMED),
}
Body = Mapping[str, Any]


def problems(message: Body) -> list[str]:
    """Everything for which Slack refuses the arguments of chat.postMessage, chat.update or chat.postEphemeral."""
    return list(dict.fromkeys(faults(message)))


def faults(message: Body) -> Iterator[str]:
    """What is wrong with a message, one sentence each."""
    blocks = message.get("blocks")
    yield from fallback(message)
    if (given := message.get("metadata")) is not None:
        yield from METADATA("metadata", given)
    if blocks is None:
        return
    yield from OF_MESSAGE("blocks", blocks)
    known = objects(blocks)
    yield from same_ids(known)
    yield from repeated("action_id", [(path, value) for path, block in known for path, value in actions(path, block)], "message")
    yield from together(known)
    try:
        size = len(json.dumps(blocks, ensure_ascii=False))
    except (TypeError, ValueError):
        yield "blocks is no JSON."
        return
    if size > LONGEST_JSON:
        yield f"blocks has {size} characters as JSON, more than {LONGEST_JSON}."


def fallback(message: Body) -> Iterator[str]:
    """What notifications show has to be there, with or without blocks."""
    text = message.get("text")
    if not text or (isinstance(text, str) and not text.strip()):
        yield "text is missing (no_text)." if message.get("blocks") else "text and blocks are missing (no_text)."
        return
    yield from words(LONGEST_UPDATE if "ts" in message else LONGEST_TEXT)("text", text)


def view_problems(view: Body) -> list[str]:
    """Everything for which Slack refuses a view."""
    kind = view.get("type")
    if not isinstance(kind, str) or kind not in VIEWS:
        return [f"type is {str(kind)[:40]!r}, which a view cannot be."]
    return list(dict.fromkeys(view_faults(kind, view)))


def view_faults(kind: str, view: Body) -> Iterator[str]:
    """What is wrong with a modal or a Home tab, one sentence each."""
    yield from VIEWS[kind]("", view)
    known = objects(view.get("blocks"))
    if kind == "modal" and view.get("submit") is None and any(block.get("type") == "input" for _, block in known):
        yield "submit is missing, and there are inputs."
    yield from same_ids(known)
    for path, block in known:
        yield from repeated("action_id", list(actions(path, block)), "block")
    try:
        size = len(json.dumps(view, ensure_ascii=False).encode(errors="replace"))
    except (TypeError, ValueError):
        yield "The view is no JSON."
        return
    if size > LARGEST_VIEW:
        yield f"The view has {size} bytes, more than {LARGEST_VIEW}."


def objects(blocks: object) -> list[tuple[str, Mapping[str, object]]]:
    """The blocks that are objects, with their paths."""
    there = blocks if isinstance(blocks, Sequence) and not isinstance(blocks, str) else ()
    return [(f"blocks[{number}]", block) for number, block in enumerate(there) if isinstance(block, Mapping)]


def same_ids(blocks: Iterable[tuple[str, Mapping[str, object]]]) -> Iterator[str]:
    """A block's id stands for one block."""
    yield from repeated("block_id", [(at(path, "block_id"), block.get("block_id")) for path, block in blocks], "message or view")


def actions(path: str, block: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The action ids of a block's elements, with their paths."""
    several = block.get("elements")
    found = [(f"{path}.elements[{n}]", one) for n, one in enumerate(several if isinstance(several, list | tuple) else ())]
    found += [(at(path, key), block[key]) for key in ("accessory", "element") if key in block]
    for place, element in found:
        if isinstance(element, Mapping) and "action_id" in element:
            yield at(place, "action_id"), element["action_id"]


def repeated(key: str, given: Sequence[tuple[str, object]], where: str) -> Iterator[str]:
    """An id that stands there twice. Slack wants action ids to differ in a block; a message of ours needs none twice at all."""
    count = Counter(value for _, value in given if isinstance(value, str))
    seen: set[object] = set()
    for path, value in given:
        if isinstance(value, str) and count[value] > 1:
            if value in seen:
                yield f"{path} is a {key} that the {where} has already."
            seen.add(value)


def together(blocks: Sequence[tuple[str, Mapping[str, object]]]) -> Iterator[str]:
    """What the blocks of one message may hold at most taken together."""
    markdown = [block.get("text") for _, block in blocks if block.get("type") == "markdown"]
    if (size := sum(len(text) for text in markdown if isinstance(text, str))) > LONGEST_MARKDOWN:
        yield f"blocks has {size} characters of markdown, more than {LONGEST_MARKDOWN}."
    tables = [path for path, block in blocks if block.get("type") == "table"]
    yield from (f"{path} is a second table; a message takes one." for path in tables[1:])
