"""Links in Markdown: what can be followed, and whether it shows where it leads. Pure."""

import re
from html import unescape
from urllib.parse import unquote, urlsplit

HOST = re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)+")
"""What a person takes for a host."""
LEADS = frozenset({"http", "https", "mailto"})
PASSIVE = re.compile(
    r"(?P<fence>^```(?!`)[^`\n]*$(?:.*?^```+[ \t]*$|.*\Z))|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
"""Markdown that makes nothing: a fence, an escaped sign, code in a line. Read from left to right, as Markdown itself is."""
ESCAPED = 0xE000
"""Escaped signs stand aside in Unicode's private area while the rest is looked at."""
OWN = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^()\s]*)\)")
"""A link with its label and its address, in Markdown that was bared."""


def bared(text: str) -> str:
    """Markdown without what makes nothing: code is a dot, escaped signs stand aside."""
    return PASSIVE.sub(lambda hit: chr(ESCAPED + ord(hit[0][1])) if hit["escape"] else "·", text)


def spelled(label: str) -> str:
    """A label with its escaped signs back in place."""
    return "".join(chr(ord(sign) - ESCAPED) if ESCAPED <= ord(sign) < ESCAPED + 128 else sign for sign in label)


def imitates(label: str, host: str) -> bool:
    """Whether a label names a host that is not this one."""
    if label.casefold() == host:
        return False
    return any(shown.casefold() != host for shown in HOST.findall(label))


def host_of(url: str) -> str:
    """Where an address leads; empty where nobody can say."""
    try:
        return unquote(urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""


def is_honest(label: str, address: str) -> bool:
    """Whether a link's label is its address, letter by letter."""
    scheme, colon, _ = address.partition(":")
    return bool(colon) and scheme.casefold() in LEADS and unquote(unescape(spelled(label))) == unquote(unescape(address))
