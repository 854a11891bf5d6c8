"""What a person reads in a message of Slack's or of Teams', as plain lines: without markup, escapes, and each platform's own marks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlsplit

MARK = "⚠ "
"""Stands before trouble in messages; the page has a colour for it, and Teams shows what a press is answered with as it is."""
NOT_EVERYWHERE = ("Got it, working on it.", "[Share here]")
"""Slack shows the one for every command, and Teams for Share. The page has no Share."""
SAID_OTHERWISE = {"Nearest sources": "Sources"}
"""The page counts sources, whatever they are."""
TIME = "TIME"
"""Stands for every time of the day: it is another one each time."""
SLACK_DATE = re.compile(r"<!date\^[^>]*>")
SLACK_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
TEAMS_DATE = re.compile(r"\{\{DATE\([^)]*\)\}\}(?: \{\{TIME\([^)]*\)\}\})?")
MARKDOWN_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.)+)\]\((https?://[^)\s]+)\)")
ADDRESS_IN_CODE = re.compile(r"`((?:https?://|[\w.+-]+@)[^`\n]+)`")
"""How Teams is kept from making a link of an address that is none of an answer's own."""
STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
SHORT, LONG = re.compile(r"[\w.]+: .+ → "), re.compile(r"[\w.]+, (?:was|now|before|after)\b")
"""Lines with which a field of a card begins: all of it in one, or a block of its own."""
ESCAPED = re.compile(r"\\([^\w\s])")


def tidy(lines: Sequence[str]) -> str:
    """Lines without the spaces that only lay them out, and without those that are empty."""
    found = (" ".join(part.replace("\u00a0", " ").split()) for line in lines for part in line.split("\n"))
    return "\n".join(line for line in found if line)


def alike(text: str) -> str:
    """A text without what is one platform's own; empty where that is all of it. The page shows long fields below the others."""
    lines = [SAID_OTHERWISE.get(line, line).removeprefix(MARK) for line in text.split("\n")]
    return "\n".join(line for line in long_last(lines) if line not in NOT_EVERYWHERE)


def long_last(lines: Sequence[str]) -> list[str]:
    """A card's lines, with the fields that have a block of their own below those of one line."""
    fields = [number for number, line in enumerate(lines) if SHORT.match(line) or LONG.match(line)]
    if not fields or "Why" not in lines:
        return list(lines)
    first, end = fields[0], lines.index("Why")
    short = [line for line in lines[first:end] if SHORT.match(line)]
    return [*lines[:first], *short, *(line for line in lines[first:end] if line not in short), *lines[end:]]


def link(url: str, label: str) -> str:
    """Where one is led, with the words of the link unless they only say the host."""
    return url if label in ("", url, urlsplit(url).hostname) else f"{label} {url}"


def button(*labels: str) -> str:
    """Buttons in a line."""
    return " ".join(f"[{label}]" for label in labels)


def markdown(text: str) -> str:
    """Markdown as it is shown."""
    shown = MARKDOWN_LINK.sub(lambda hit: link(hit[2], ESCAPED.sub(r"\1", hit[1])), text)
    return unescape(ESCAPED.sub(r"\1", STRONG.sub(r"\1", shown)))


def mrkdwn(text: str) -> str:
    """Slack's own markup as it is shown."""
    shown = SLACK_DATE.sub(TIME, text)
    return unescape(SLACK_LINK.sub(lambda hit: link(hit[1], hit[2]), shown))


def of_slack(message: Mapping[str, Any]) -> str:
    """A message of Slack's; its blocks, or its text where it has none."""
    blocks = message.get("blocks") or ()
    return tidy([line for block in blocks for line in of_block(block)] or [mrkdwn(message.get("text", ""))])


def of_block(block: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a block. Thumbs are a mark of Slack's."""
    match block["type"]:
        case "markdown":
            yield markdown(block["text"])
        case "header" | "section":
            yield text_of(block["text"])
        case "context":
            yield " ".join(text_of(element) for element in block["elements"])
        case "actions" if block.get("block_id", "").startswith("offers."):
            yield from (button(element["text"]["text"]) for element in block["elements"])
        case "actions":
            yield button(*(element["text"]["text"] for element in block["elements"]))


def text_of(part: Mapping[str, Any]) -> str:
    """A text object."""
    return mrkdwn(part["text"]) if part["type"] == "mrkdwn" else str(part["text"])


def of_teams(activity: Mapping[str, Any], card: Mapping[str, Any] | None) -> str:
    """A message of Teams': its text, then its card."""
    text = ADDRESS_IN_CODE.sub(r"\1", activity.get("text") or "")
    return tidy([markdown(text), *(of_card(card) if card else ())])


def of_card(card: Mapping[str, Any]) -> Iterator[str]:
    """The lines of an Adaptive Card. Its buttons stand below everything else; here they stand where other platforms have them."""
    found = [line for element in card.get("body", ()) for line in of_element(element)]
    pressed = [button(*(action["title"] for action in card["actions"]))] if card.get("actions") else []
    yield from (*found[:-1], *pressed, *found[-1:])


def of_element(element: Mapping[str, Any]) -> Iterator[str]:
    """The lines of an element."""
    match element["type"]:
        case "RichTextBlock":
            yield " ".join(part for part in joined(element["inlines"]) if part)
        case "TextBlock":
            yield TEAMS_DATE.sub(TIME, element["text"])
        case "Container":
            yield from (line for item in element["items"] for line in of_element(item))
        case "ActionSet":
            yield from (button(action["title"]) for action in element["actions"])
        case "Input.Text" | "Input.ChoiceSet":
            yield f"{element['label']}: {element.get('value', '')}"


def joined(inlines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The words of runs, then where their links lead."""
    plain = "".join(run["text"] for run in inlines if "selectAction" not in run)
    led = {run["selectAction"]["url"]: "" for run in inlines if "selectAction" in run}
    for run in inlines:
        if "selectAction" in run:
            led[run["selectAction"]["url"]] += run["text"]
    yield plain
    yield from (link(url, label) for url, label in led.items())


def warnings(card: Mapping[str, Any]) -> list[str]:
    """What a form of Teams' says is wrong with what was typed."""
    blocks = [element for element in card.get("body", ()) if element["type"] == "RichTextBlock"]
    return [
        " ".join(joined(block["inlines"])).strip()
        for block in blocks
        if {r.get("color") for r in block["inlines"]} == {"Attention"}
    ]
