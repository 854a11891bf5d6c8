"""A message of Teams as a reader sees it: the lines of a card from top to bottom, and what Markdown makes of a text."""

import re
from urllib.parse import unquote

from markdown_it import MarkdownIt

from bot.cards.clean import clean
from bot.sandbox.teams.dangers import dangers
from bot.sandbox.teams.gate import problems

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
CLOCK = re.compile(r"(expires )?\{\{DATE\(([0-9TZ:-]{20}),SHORT\)\}\} \{\{TIME\(\2\)\}\}")
SHOWS = frozenset({"RichTextBlock", "TextBlock"})


def wrong(messages):
    """Complaints of the stand-in about messages as they are sent."""
    found = []
    for message in messages:
        activity = {"type": "message", "text": message.text, "textFormat": "markdown", "summary": message.summary}
        activity |= {"attachments": message.attachments, "entities": message.entities}
        found += problems(activity, conversation_type="channel") + dangers(activity)
    return found


def lines(card):
    """The lines of a card, the runs of each put together."""
    items = [item for element in card["body"] for item in element.get("items", [element]) if item["type"] in SHOWS]
    return [item["text"] if item["type"] == "TextBlock" else "".join(run["text"] for run in item["inlines"]) for item in items]


def words(messages):
    """Every line of some cards, without the numbers of the parts."""
    several = len(messages) > 1
    return "\n".join(line for message in messages for line in lines(message.card)[several:])


def texts(value):
    """Every text that stands anywhere in a card, with the type of what shows it."""
    if isinstance(value, dict):
        yield from (
            (value["type"], value[name])
            for name in ("text", "label", "title")
            if isinstance(value.get(name), str) and "type" in value
        )
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def types(value):
    """The type of every part of a card."""
    if isinstance(value, dict):
        yield from [value["type"]] if isinstance(value.get("type"), str) else []
        value = list(value.values())
    for inner in value if isinstance(value, list | tuple) else ():
        yield from types(inner)


def alive(card):
    """What clients could expand, load or take for Markdown in a card that holds foreign text."""
    for kind, text in texts(card):
        if kind == "TextBlock":
            if not CLOCK.fullmatch(text):
                yield f"foreign words in a TextBlock: {text}"
        elif "{{" in text or "${" in text:
            yield f"a template in {kind}: {text}"
    yield from (f"{kind} in a card" for kind in types(card) if kind.startswith(("Image", "Media")))


def inlines(text):
    """What a reader of Markdown makes of a text, without its blocks."""
    return [inner for block in MARKDOWN.parse(text) for inner in (block.children if block.type == "inline" else [block])]


def opened(text):
    """Where a text leads, what it loads and which tags it makes."""
    for token in inlines(text):
        if token.type == "link_open":
            yield unquote(token.attrs["href"])
        elif token.type in ("image", "html_inline", "html_block"):
            yield f"{token.type} {token.content}"


def read(text):
    """The letters of a text once its Markdown is drawn, a paragraph a line."""
    blocks = [block for block in MARKDOWN.parse(text) if block.content]
    return "\n".join(
        "".join(one.content or " " for one in block.children) if block.children else block.content for block in blocks
    )


def squeezed(text):
    """Without spaces: they may go where a text is cut."""
    return "".join(clean(text).split())
