"""Atlassian Document Format <-> text. Pure.

A text may hold what people write in Markdown: paragraphs, headings, bullet and numbered lists, code, bold, italics and links. Nothing
else comes out of one: no mention that would call somebody, no picture, no card that Jira would fetch.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

BLOCKS = frozenset({"paragraph", "heading", "blockquote", "codeBlock", "listItem", "tableRow", "rule", "panel", "taskItem"})
"""Nodes that end a line."""
RULES = ("fence", "list", "heading", "backticks", "emphasis", "link", "escape", "newline")
"""What of Markdown is read; everything else is text."""
MARKDOWN = MarkdownIt("zero", {"html": False}).enable(RULES)
WEB = re.compile(r"(?:https?://|mailto:)[^\s]{1,2000}", re.IGNORECASE)
"""Where a link may lead."""
LANGUAGE = re.compile(r"[A-Za-z0-9+#.-]{1,30}")
Node = dict[str, Any]


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
        case "mention" | "emoji" | "status" | "date" | "inlineCard":
            attributes = node.get("attrs") or {}
            return str(attributes.get("text") or attributes.get("shortName") or attributes.get("url") or "")
        case kind:
            inner = "".join(walk(child) for child in node.get("content") or () if isinstance(child, Mapping))
            return f"{inner}\n" if kind in BLOCKS else inner


def document(words: str) -> Node:
    """A text as a document. A line end within a paragraph stays one; empty lines part paragraphs."""
    return {"type": "doc", "version": 1, "content": blocks(SyntaxTreeNode(MARKDOWN.parse(words)).children)}


def blocks(nodes: Sequence[SyntaxTreeNode], *, inside: bool = False) -> list[Node]:
    """Blocks that follow each other; `inside` a list there is no heading."""
    return [found for node in nodes if (found := block(node, inside=inside)) is not None]


def block(node: SyntaxTreeNode, *, inside: bool) -> Node | None:
    """One block; None for a paragraph without a word."""
    match node.type:
        case "bullet_list":
            return {"type": "bulletList", "content": [item(child) for child in node.children]}
        case "ordered_list":
            start = int(node.attrs.get("start", 1))
            return {"type": "orderedList", "attrs": {"order": start}, "content": [item(child) for child in node.children]}
        case "fence":
            name = node.info.strip()
            code = node.content.removesuffix("\n")
            return {
                "type": "codeBlock",
                "attrs": {"language": name} if LANGUAGE.fullmatch(name) else {},
                "content": [{"type": "text", "text": code}] if code else [],
            }
        case "heading" if not inside:
            return {"type": "heading", "attrs": {"level": int(node.tag[1:])}, "content": line(node)}
        case _:
            return {"type": "paragraph", "content": found} if (found := line(node)) else None


def item(node: SyntaxTreeNode) -> Node:
    """One item of a list; it holds a paragraph at least."""
    return {"type": "listItem", "content": blocks(node.children, inside=True) or [{"type": "paragraph", "content": []}]}


def line(node: SyntaxTreeNode) -> list[Node]:
    """The words of a paragraph or a heading."""
    return [leaf for child in node.children for part in child.children for leaf in inline(part, ())]


def inline(node: SyntaxTreeNode, marks: tuple[Node, ...]) -> list[Node]:
    """Words with the marks that they carry; none of them is empty."""
    match node.type:
        case "softbreak" | "hardbreak":
            return [{"type": "hardBreak"}]
        case "strong" | "em":
            inner = (*marks, {"type": node.type})
        case "link":
            where = str(node.attrs.get("href", ""))
            inner = (*marks, {"type": "link", "attrs": {"href": where}}) if WEB.fullmatch(where) else marks
        case "code_inline":
            links = tuple(mark for mark in marks if mark["type"] == "link")  # the format has no bold code
            return leaf(node.content, (*links, {"type": "code"}))
        case _:
            return (
                leaf(node.content, marks) if not node.children else [x for child in node.children for x in inline(child, marks)]
            )
    return [found for child in node.children for found in inline(child, inner)]


def leaf(words: str, marks: tuple[Node, ...]) -> list[Node]:
    """A text with its marks, each of them once; nothing where there are no words."""
    once = list({mark["type"]: mark for mark in marks}.values())
    return [{"type": "text", "text": words, **({"marks": once} if once else {})}] if words else []
