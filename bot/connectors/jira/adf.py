"""Atlassian Document Format <-> plain text. Pure."""

from collections.abc import Mapping
from typing import Any

BLOCKS = frozenset({"paragraph", "heading", "blockquote", "codeBlock", "listItem", "tableRow", "rule", "panel", "taskItem"})
"""Nodes that end a line."""


def text(node: object) -> str:
    """The words of a document, a line per block; plain strings pass as they are, anything else is empty."""
    if isinstance(node, str):
        return node
    if not isinstance(node, Mapping):
        return ""
    return "\n".join(line for line in (part.strip() for part in walk(node).split("\n")) if line)


def walk(node: Mapping[str, Any]) -> str:
    """The words of one node and what it holds."""
    match node.get("type"):
        case "text":
            return str(node.get("text", ""))
        case "hardBreak":
            return "\n"
        case "mention" | "emoji" | "status" | "date":
            attributes = node.get("attrs") or {}
            return str(attributes.get("text") or attributes.get("shortName") or "")
        case kind:
            inner = "".join(walk(child) for child in node.get("content") or () if isinstance(child, Mapping))
            return f"{inner}\n" if kind in BLOCKS else inner


def document(words: str) -> dict[str, Any]:
    """Plain text as a document: a paragraph per line, empty lines left out (the format has no empty text)."""
    lines = [line for line in words.splitlines() if line.strip()]
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines],
    }
