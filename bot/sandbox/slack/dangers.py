"""Active content that must never come out of foreign text: mentions, links that pretend, pictures. Pure."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from bot.sandbox.links import LEADS, OWN, bared, host_of, imitates, is_honest

Body = Mapping[str, Any]
MENTION = re.compile(r"<(?:!(?!date\^)|@|#)[^>]*>?")
"""`<!channel>`, `<!subteam^S1>`, `<@U1>`, `<#C1>`; a date is the one command that only shows something."""
LINK = re.compile(r"<([a-z][a-z0-9+.-]*):([^|>]*)(?:\|([^>]*))?>", re.IGNORECASE)
OPEN = {
    "a link": re.compile(r"\]\("),
    "a picture": re.compile(r"!\["),
    "a link in angle brackets": re.compile(r"<[a-z][a-z0-9+.-]*:", re.IGNORECASE),
    "a reference": re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.MULTILINE),
    "a bare address": re.compile(r"https?://|www\.", re.IGNORECASE),
}
MENTIONED = frozenset({"user", "usergroup", "channel", "broadcast"})


def dangers(message: Body) -> list[str]:
    """Active content in a message or view, one sentence each, with the path of where it stands."""
    return list(dict.fromkeys(walked("", message)))


def walked(path: str, value: object) -> Iterator[str]:
    """Everything below a path."""
    if isinstance(value, Mapping):
        yield from of_object(path, value)
        for key, inner in value.items():
            yield from walked(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from walked(f"{path}[{number}]", inner)


def of_object(path: str, value: Mapping[str, object]) -> Iterator[str]:
    """What one object shows, by its type; the message itself has a fallback text."""
    kind, text = value.get("type"), value.get("text")
    place = f"{path}.text" if path else "text"
    if kind == "image":
        yield f"{path} is a picture: whoever owns its address learns who looks at it."
    if isinstance(kind, str) and kind in MENTIONED:
        yield f"{path} is a mention."
    if isinstance(text, str) and (kind == "mrkdwn" or not path):
        yield from in_mrkdwn(place, text)
    if isinstance(text, str) and kind == "markdown":
        yield from in_markdown(place, text)


def in_mrkdwn(path: str, text: str) -> Iterator[str]:
    """Mentions, and links that lead elsewhere than their label says."""
    for hit in MENTION.finditer(text):
        yield f"{path} has the mention {hit[0][:40]}."
    for scheme, rest, label in LINK.findall(text):
        if scheme.casefold() not in LEADS:
            yield f"{path} has a link with the scheme {scheme[:20]}."
        elif imitates(unescape(label), host_of(unescape(f"{scheme}:{rest}"))):
            yield f"{path} has a link whose label shows another host than it leads to."


def in_markdown(path: str, text: str) -> Iterator[str]:
    """Mentions, and everything that leads or loads. A link that shows exactly where it leads is none of them."""
    for hit in MENTION.finditer(text):
        yield f"{path} has the mention {hit[0][:40]}."
    rest = OWN.sub(lambda hit: "·" if is_honest(hit[1], hit[2]) else hit[0], bared(text))
    yield from (f"{path} has {what} in Markdown." for what, pattern in OPEN.items() if pattern.search(rest))
