"""Markdown to the words that a person reads: pure."""

import re

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^\s{0,3}(?:#{1,6}|>)\s+", re.MULTILINE), ""),
    (re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?", re.MULTILINE), ""),
    (re.compile(r"^\s*\|?[\s:|-]*-{2,}[\s:|-]*$", re.MULTILINE), ""),
    (re.compile(r"^\s*\|\s*|\s*\|\s*$", re.MULTILINE), ""),
    (re.compile(r"\s+\|\s+"), ", "),
    (re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"^\s*(?:`{3,}|~{3,}).*$", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]+?)(?<=[^\s_])_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]*)`"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
)


def plain(markdown: str) -> str:
    """One line without marks of formatting: headings, bullets, emphasis, links, table rules."""
    text = markdown
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())
