"""Will Teams take this, and show it whole? Pure. The rules about cards are in `cards`; here are those about the activity around them.

Limits are those of msteams-docs: format-your-bot-messages, streaming-ux, bot-messages-ai-generated-content, targeted-messages.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.sandbox.rules import LONGEST_URL, Rule, Shape, any_of, at, choice, free, items, matching, whole, words
from bot.sandbox.teams.cards import card_problems
from bot.sandbox.teams.elements import seen
from bot.sandbox.teams.state import CARD

TOO_BIG = "MessageSizeTooBig"
LARGEST = 80 * 1024
"""Bytes of an activity as UTF-16: Teams refuses somewhat above it."""
LONGEST_INFORMATIVE = 1000
MOST_CARDS, MOST_SUGGESTED = 10, 3
MOST_CITATIONS, LONGEST_NAME, LONGEST_ABSTRACT, MOST_KEYWORDS, LONGEST_KEYWORD = 20, 80, 160, 3, 28
MADE, AI = "https://schema.org/Message", "AIGeneratedContent"
DOCUMENT = Shape(
    {"@type": choice("DigitalDocument"), "name": words(LONGEST_NAME), "abstract": words(LONGEST_ABSTRACT)},
    {
        "url": matching(rf"https?://[^\s/?#]+\S{{0,{LONGEST_URL}}}", "address"), "text": words(10_000, 0), "encodingFormat": words(100),
        "keywords": items(words(LONGEST_KEYWORD), MOST_KEYWORDS, 0), "image": free, "usageInfo": free,
    },
)  # fmt: skip
CLAIM = Shape({"@type": choice("Claim"), "position": whole(1, MOST_CITATIONS), "appearance": DOCUMENT})


def anything(path: str, value: object) -> Iterator[str]:  # noqa: ARG001 - a rule takes both
    """Nothing is wrong with it."""
    return iter(())


ENTITIES: Mapping[str, Rule] = {
    MADE: Shape(
        {"@type": choice("Message"), "@context": choice("https://schema.org")},
        {
            "@id": words(200, 0), "additionalType": items(choice(AI), 1), "citation": items(CLAIM, MOST_CITATIONS, 0),
            "usageInfo": free,
        },
        (any_of("additionalType", "citation", "usageInfo"),),
    ),
    "mention": Shape({"mentioned": Shape({"id": words(200), "name": seen}, {"aadObjectId": words(100)}), "text": seen}),
    "streaminfo": Shape(
        {}, {"streamType": choice("informative", "streaming", "final"), "streamId": words(200), "streamSequence": whole(1, 10**6)}
    ),
    "targetedMessageInfo": Shape({"messageId": words(100)}),
    "clientInfo": free,
}  # fmt: skip
BUTTON = Shape({"type": words(100), "title": seen}, {"value": anything, "image": words(LONGEST_URL)})
SUGGESTED = Shape({"actions": items(BUTTON, MOST_SUGGESTED)}, {"to": items(words(200), 100, 0)})
THUMBS = Shape({"type": choice("default", "custom")})
FORMS: Mapping[str, tuple[str, ...]] = {
    "textFormat": ("plain", "markdown", "xml"),
    "attachmentLayout": ("list", "carousel"),
    "importance": ("low", "normal", "high", "urgent"),
}
Body = Mapping[str, object]


def problems(activity: Body, *, conversation_type: str) -> list[str]:
    """Everything for which Teams refuses an activity or breaks it silently, in a conversation of this type."""
    return list(dict.fromkeys(faults(activity, conversation_type)))


def faults(activity: Body, conversation_type: str) -> Iterator[str]:
    """What is wrong, one sentence each."""
    kind = activity.get("type")
    if kind not in ("message", "typing"):
        yield "type is neither message nor typing."
    try:
        size = len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le", errors="replace"))
    except (TypeError, ValueError):
        yield "The activity is no JSON."
        return
    if size > LARGEST:
        yield f"{TOO_BIG}: the activity has {size} bytes as UTF-16, more than {LARGEST}."
    yield from said(activity)
    yield from labelled(activity)
    yield from streamed(activity, conversation_type)
    if (given := activity.get("suggestedActions")) is not None:
        yield from SUGGESTED("suggestedActions", given)
    data = activity.get("channelData")
    if isinstance(data, Mapping) and "feedbackLoop" in data:
        yield from THUMBS("channelData.feedbackLoop", data["feedbackLoop"])
    recipient = activity.get("recipient")
    if isinstance(recipient, Mapping) and recipient.get("isTargeted") and conversation_type == "personal":
        yield "recipient.isTargeted is set in a personal chat, where everything is for one person."


def said(activity: Body) -> Iterator[str]:
    """The text and what goes with it."""
    text, attachments = activity.get("text"), activity.get("attachments")
    if text is not None and not isinstance(text, str):
        yield "text is no string."
    for name, offered in FORMS.items():
        if name in activity:
            yield from choice(*offered)(name, activity[name])
    if "summary" in activity:
        yield from words(10_000, 0)("summary", activity["summary"])
    has_text = isinstance(text, str) and bool(text.strip())
    if activity.get("type") == "message" and not has_text and not attachments:
        yield "text and attachments are missing."
    if attachments is not None:
        yield from items(attached, MOST_CARDS, 0)("attachments", attachments)


def attached(path: str, value: object) -> Iterator[str]:
    """One attachment."""
    yield from free(path, value)
    kind = value.get("contentType") if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and kind == CARD:
        yield from card_problems(at(path, "content"), value.get("content"))
    elif not isinstance(kind, str) or not kind:
        yield f"{at(path, 'contentType')} is missing."


def labelled(activity: Body) -> Iterator[str]:
    """The entities: the mark of AI, citations, mentions, pieces of a stream. What Teams does not know is dropped without a word."""
    entities = activity.get("entities")
    if entities is not None:
        yield from items(free, 100, 0)("entities", entities)
    there = objects(entities)
    for number, each in enumerate(there):
        path, kind = f"entities[{number}]", each.get("type")
        rule = ENTITIES.get(kind) if isinstance(kind, str) else None
        if rule is None:
            yield f"{at(path, 'type')} is {str(kind)[:40]!r}, which Teams drops."
            continue
        yield from rule(path, each)
        if kind == "mention" and str(each.get("text")) not in str(activity.get("text")):
            yield f"{at(path, 'text')} does not stand in the text."
        positions = [str(claim.get("position")) for claim in objects(each.get("citation"))]
        if len(set(positions)) < len(positions):
            yield f"{at(path, 'citation')} has the same position twice."
    for kind in (MADE, "streaminfo"):
        if sum(each.get("type") == kind for each in there) > 1:
            yield f"entities has {kind} more than once."


def streamed(activity: Body, conversation_type: str) -> Iterator[str]:
    """A piece of a stream by itself; what came before it, only the connector knows."""
    entities = objects(activity.get("entities"))
    info = next((each for each in entities if each.get("type") == "streaminfo"), None)
    if info is None:
        return
    if conversation_type != "personal":
        yield "entities: streaminfo outside of a personal chat, where Teams streams nothing."
    is_last = info.get("streamType") == "final"
    if is_last is not (activity.get("type") == "message"):
        yield "entities: streamType is final in a message, and only there."
    if is_last and ("streamSequence" in info or not info.get("streamId")):
        yield "entities: the final message needs streamId, and no streamSequence."
    if not is_last:
        yield from growing(activity, entities, info)


def growing(activity: Body, entities: Sequence[Body], info: Body) -> Iterator[str]:
    """A piece before the final message."""
    text = activity.get("text")
    if "streamSequence" not in info:
        yield "entities: streamSequence is missing."
    if not isinstance(text, str) or not text.strip():
        yield "text is missing in a piece of a stream."
    elif info.get("streamType") == "informative" and len(text) > LONGEST_INFORMATIVE:
        yield f"text has {len(text)} characters in an informative piece, more than {LONGEST_INFORMATIVE}."
    if activity.get("attachments") or any(each.get("additionalType") for each in entities):
        yield "attachments and the mark of AI belong to the final message of a stream."


def objects(value: object) -> list[Body]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []
