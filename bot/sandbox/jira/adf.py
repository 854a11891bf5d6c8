"""Plain text <-> Atlassian Document Format, and whether something is such a document."""

import re

from bot.sandbox.models import Payload

_BULLET = re.compile(r"^- ")
_NUMBER = re.compile(r"^\d+\. ")
_BLOCKS = frozenset(
    {
        "blockquote",
        "blockCard",
        "bulletList",
        "codeBlock",
        "decisionList",
        "embedCard",
        "expand",
        "extension",
        "heading",
        "layoutSection",
        "mediaGroup",
        "mediaSingle",
        "orderedList",
        "panel",
        "paragraph",
        "rule",
        "table",
        "taskList",
    },
)


def document(text: str) -> Payload:
    """Paragraphs are parted by an empty line; lines that start with `- ` or `1. ` become lists; a block in ``` becomes code."""
    return {"type": "doc", "version": 1, "content": [_block(part) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]}


def _block(part: str) -> Payload:
    lines = part.splitlines()
    if part.startswith("```") and part.endswith("```") and len(lines) > 2:  # noqa: PLR2004 - both fences and a line between
        return {"type": "codeBlock", "attrs": {}, "content": [{"type": "text", "text": "\n".join(lines[1:-1])}]}
    for mark, kind in ((_BULLET, "bulletList"), (_NUMBER, "orderedList")):
        if all(mark.match(line) for line in lines):
            items = [{"type": "listItem", "content": [_paragraph([mark.sub("", line)])]} for line in lines]
            return {"type": kind, "content": items}
    return _paragraph(lines)


def _paragraph(lines: list[str]) -> Payload:
    content: list[Payload] = []
    for line in lines:
        if content:
            content.append({"type": "hardBreak"})
        content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def text(node: object) -> str:
    """What a person reads in a document: blocks on lines of their own."""
    if not isinstance(node, dict):
        return ""
    if node.get("type") == "text":
        return str(node.get("text", ""))
    if node.get("type") == "hardBreak":
        return "\n"
    if node.get("type") in ("mention", "emoji", "status", "inlineCard"):
        attributes = node.get("attrs") or {}
        return str(attributes.get("text") or attributes.get("shortName") or attributes.get("url") or "")
    parts = [text(child) for child in node.get("content", [])]
    inside = node.get("type") in ("paragraph", "heading", "codeBlock")
    return ("" if inside else "\n").join(parts)


def is_document(value: object) -> bool:
    """Whether Jira would take this as a document: the root is a version 1 doc of blocks, and no text node is empty."""
    if not isinstance(value, dict) or value.get("type") != "doc" or value.get("version") != 1:
        return False
    blocks = value.get("content")
    if not isinstance(blocks, list) or set(value) - {"type", "version", "content"}:
        return False
    return all(isinstance(block, dict) and block.get("type") in _BLOCKS and _sound(block) for block in blocks)


def _sound(node: object) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("type"), str):
        return False
    if node["type"] == "text":
        return isinstance(node.get("text"), str) and node["text"] != ""
    children = node.get("content", [])
    return isinstance(children, list) and all(_sound(child) for child in children)
