"""Active content that must never come out of foreign text: mentions, links that pretend, pictures, templates, hidden signs. Pure.

A message's text is Markdown, and so is a TextBlock; a TextRun shows what stands there, but clients expand dates in it, too.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html import unescape

from bot.sandbox.links import OWN, bared, host_of, imitates, is_honest, spelled
from bot.sandbox.rules import at
from bot.sandbox.teams.cards import walked

AT = re.compile(r"<\s*at\b", re.IGNORECASE)
TAG = re.compile(r"<[a-z/!?]", re.IGNORECASE)
"""What Teams takes for HTML, in a message's text even within code."""
CLOCK = re.compile(r"\{\{(?:DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,\s?SHORT\)|TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\))\}\}")
"""A time that each client writes in its own zone, as this bot writes it."""
EXPANDED = re.compile(r"\{\{\s*(?:DATE|TIME)\s*\(", re.IGNORECASE)
WEB = frozenset({"http", "https"})
OPEN = {
    "a masked link": re.compile(r"\]\("),
    "a picture": re.compile(r"!\["),
    "a reference": re.compile(r"^ {0,3}\[[^\]\n]+\]:", re.MULTILINE),
    "an address that is none of the web": re.compile(r"\b(?!https?:)[a-z][a-z0-9+.-]{1,30}://", re.IGNORECASE),
}
PICTURES = frozenset({"Image", "ImageSet", "Media", "ImageObject"})
LOADED = frozenset({"backgroundImage", "iconUrl", "contentUrl", "thumbnailUrl"})
INLINE = "data:image/png;base64,"
"""How a picture begins that travels within the message: nobody is asked for it."""
SEEN = frozenset({
    "text", "title", "value", "label", "placeholder", "errorMessage", "altText", "fallbackText", "tooltip", "summary", "name", "abstract",
})  # fmt: skip
"""Keys whose texts people read."""
KEPT = "\n\r\t"
HIDDEN = frozenset({"Cc", "Cf", "Cs"})
TAGS = range(0xE0000, 0xE1000)


def dangers(activity: Mapping[str, object]) -> list[str]:
    """Active content in a message of the bot's, one sentence each, with the path of where it stands."""
    return list(dict.fromkeys(found("", activity)))


def found(path: str, activity: Mapping[str, object]) -> Iterator[str]:
    """Everything below a path."""
    text = activity.get("text")
    if isinstance(text, str) and activity.get("textFormat") != "plain":
        yield from in_markdown(at(path, "text"), text, is_html=True)
    for place, part in walked(path, activity):
        yield from of_part(place, part)
        yield from of_texts(place, part)


def of_part(path: str, part: Mapping[str, object]) -> Iterator[str]:
    """What one object does besides its words."""
    kind, here = part.get("type"), path or "The message"
    if kind == "mention":
        yield f"{here} is a mention."
    is_inline = str(part.get("url", "")).startswith(INLINE)
    if (kind in PICTURES and not is_inline) or str(part.get("contentType", "")).startswith("image/"):
        yield f"{here} is a picture: whoever owns its address learns who looks at it."
    yield from (f"{at(path, name)} is loaded by every client." for name in LOADED & part.keys())
    for action in (part, part.get("selectAction")):
        if isinstance(action, Mapping) and action.get("type") == "Action.OpenUrl":
            yield from of_link(
                path, str(action.get("url", "")), [str(part.get(name, "")) for name in ("title", "text", "altText")]
            )
    if part.get("@type") == "DigitalDocument" and "url" in part:
        yield from of_link(path, str(part["url"]), [])


def of_link(path: str, url: str, labels: list[str]) -> Iterator[str]:
    """Where something leads, and what it says about that."""
    if url.partition(":")[0].casefold() not in WEB or not host_of(url) or any(letter.isspace() for letter in url):
        yield f"{path} leads to no address of the web."
    elif "@" in url.partition("://")[2].partition("/")[0]:
        yield f"{path} leads to an address with a user's name, which imitates a host."
    elif any(imitates(label, host_of(url)) for label in labels):
        yield f"{path} shows another host than it leads to."


def of_texts(path: str, part: Mapping[str, object]) -> Iterator[str]:
    """The words of one object."""
    is_block = part.get("type") == "TextBlock" or ".facts[" in path
    in_card = ".content" in path or part.get("type") == "AdaptiveCard"
    for name, text in part.items():
        if name not in SEEN or not isinstance(text, str):
            continue
        place = at(path, name)
        if hidden := next((letter for letter in text if is_hidden(letter)), ""):
            yield f"{place} has the sign U+{ord(hidden):04X}, which nobody sees."
        if in_card and "${" in text:
            yield f"{place} has a template."
        if in_card and EXPANDED.search(CLOCK.sub("·", text)):
            yield f"{place} has a time that is not written as ours are."
        if is_block:
            yield from in_markdown(place, text, is_html=False)


def in_markdown(path: str, text: str, *, is_html: bool) -> Iterator[str]:
    """Mentions, HTML, and everything that leads or loads. A link that shows where it leads, whole or by its host, is none of them."""
    if AT.search(text):
        yield f"{path} has a mention."
    if is_html and TAG.search(text):
        yield f"{path} has HTML."
    rest = OWN.sub(lambda hit: "·" if is_shown(hit[1], hit[2]) else hit[0], bared(text))
    yield from (f"{path} has {what} in Markdown." for what, pattern in OPEN.items() if pattern.search(rest))


def is_shown(label: str, address: str) -> bool:
    """Whether a link's label is its address, or the host that it leads to."""
    address = unescape(address)
    if address.partition(":")[0].casefold() not in WEB:
        return False
    return is_honest(label, address) or unescape(spelled(label)).casefold() == host_of(address) != ""


def is_hidden(letter: str) -> bool:
    """Whether a reader cannot see this sign, though it does something."""
    return letter not in KEPT and (ord(letter) in TAGS or unicodedata.category(letter) in HIDDEN)
