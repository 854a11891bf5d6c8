"""Foreign text as Markdown in which nothing mentions, masks a link, loads a picture or makes HTML. Pure."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import quote

from bot.cards.clean import clean, in_ascii, web_link
from bot.cards.cutting import fenced, split

TRAILING = ".,;:!?)*_]}'"
"""Punctuation that belongs to the sentence around an address."""
ADDRESS = (
    r"(?:[a-z][a-z0-9+.-]{0,30}://|www\.|(?:mailto|xmpp|tel|sms):)[^\s<>\"`\\]*|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
)
"""What some dialect of Markdown makes a link of by itself, e-mail included; repetitions are bounded, so time is linear."""
PASSAGE = re.compile(
    r"(?P<fence>^```[^`\n]*$(?:.*?^```+[ \t]*$|.*\Z))|(?P<span>(?<!`)`[^`\n]+`(?!`))" rf"|(?P<address>{ADDRESS})",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
"""What is not words: code that begins a line, code within a line, an address. Every other backtick is a letter."""
SPECIAL = re.compile(r"(?P<mark>\[\d{1,2}\](?![(\[:]))|(?P<escape>[\\`\[\]!|~])|(?P<entity>[&<>])")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def inert(text: str) -> str:
    """Markdown that makes no link, picture, table, code or mention; marks of citations stay as they are."""
    return SPECIAL.sub(lambda hit: hit["mark"] or ENTITIES.get(hit[0], f"\\{hit[0]}"), text)


def entities(text: str) -> str:
    """The three characters that HTML, and Slack, take for more than letters, as entities."""
    return "".join(ENTITIES.get(letter, letter) for letter in text)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a platform makes of Markdown: how words become inert, and how code is written so that it makes no HTML."""

    words: Callable[[str], str] = inert
    code: Callable[[str], str] = entities


COMMON = Dialect()


def markdown(text: str, *, links: Collection[str] = (), dialect: Dialect = COMMON) -> str:
    """Text as Markdown. Only the addresses in `links` can be followed; any other stands as code, which nothing opens."""
    whole, done, found = clean(text), 0, []
    for hit in PASSAGE.finditer(whole):
        shown, end = dialect.code(hit[0]), hit.end()
        if hit["address"]:
            address = followed(hit[0], links)
            end = hit.start() + len(address)
            target = quote(address, safe="%/:=&?~#+!$,;@*")
            shown = (
                f"[{inert(address)}]({target})"
                if address in links and in_ascii(web_link(address)) == address
                else f"`{dialect.code(address)}`"
            )
        if end > hit.start():
            found += [dialect.words(whole[done : hit.start()]), shown]
            done = end
    return "".join((*found, dialect.words(whole[done:])))


def followed(words: str, links: Collection[str]) -> str:
    """The address at the beginning of some words: the longest that is among `links`, else without the sentence's punctuation."""
    bare = words.rstrip(TRAILING)
    longer = (words[:end] for end in range(len(words), len(bare), -1))
    return next((address for address in longer if address in links), bare)


def passages(text: str, *, longest: int, links: Collection[str] = (), dialect: Dialect = COMMON) -> list[str]:
    """A text of any length as Markdown in pieces, each of up to `longest` characters however much escaping adds."""
    whole, limit = clean(text), longest // 2
    while True:
        found = [markdown(piece, links=links, dialect=dialect) for piece in fenced(split(whole, limit)) if piece.strip()]
        if all(len(piece) <= longest for piece in found):
            return found
        limit //= 2
