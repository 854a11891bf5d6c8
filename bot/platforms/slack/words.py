"""Foreign text in Slack's three dialects, so that nothing in it can mention, mask a link or load a picture. Pure."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from bot.cards.clean import clean, web_link

Block = Mapping[str, Any]
LONGEST_SECTION = 2900
"""Characters of a section's text; Slack takes 3,000."""
LONGEST_MARKDOWN = 5000
"""Characters of a `markdown` block of ours; Slack takes 12,000 in a message, and about 13,000 of its whole JSON."""
LONGEST_JSON = 11_500
"""Characters of a message's blocks as JSON; Slack refuses somewhat above 13,000."""
MOST_BLOCKS = 45
"""Blocks of a message; Slack takes 50."""
LONGEST_FALLBACK = 3900
"""Bytes of the text that notifications show: a message that is changed takes 4,000."""
LONGEST_LINK = 2000
"""Characters of an address that is made a link; a text object takes 3,000 with everything."""
TRAILING = ".,;:!?)*_]}'"
"""Punctuation that belongs to the sentence around an address."""
PASSAGE = re.compile(
    r"(?P<fence>^```[^`\n]*$(?:.*?^```+[ \t]*$|.*\Z))|(?P<span>(?<!`)`[^`\n]+`(?!`))"
    r"|(?P<address>(?:[a-z][a-z0-9+.-]{0,30}://|www\.|(?:mailto|xmpp|tel|sms):)[^\s<>\"`\\]*|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
"""What is not words: code that begins a line, code within a line, an address. Every other backtick is a letter.

Addresses are those that some dialect of Markdown makes links of by itself, e-mail included; repetitions are bounded, so time is linear.
"""
OPENS, SHUTS = re.compile(r"```[^`\n]*"), re.compile(r"```+[ \t]*")
"""A line that begins code, and one that ends it."""
SPECIAL = re.compile(r"(?P<mark>\[\d{1,2}\](?![(\[:]))|(?P<escape>[\\`\[\]!|~])|(?P<entity>[&<>])")
IMITATES = re.compile(r"[.:/@]")
"""What makes a label look like an address."""
FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Two of these make a flag."""
HALF_ENTITY = re.compile(r"&[a-z]{0,3}\Z")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
FENCE = "```"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is what notifications show and what a reader without blocks gets."""

    text: str
    blocks: tuple[Block, ...]

    @property
    def markdown(self) -> str:
        """The answer itself, as it may be streamed: made inert like the block that takes its place."""
        return "\n\n".join(str(block["text"]) for block in self.blocks if block["type"] == "markdown")


def plain(text: str, *, limit: int = LONGEST_SECTION) -> Block:
    """Text that Slack shows letter by letter. Cut at `limit` only where the caller has not split it before."""
    return {"type": "plain_text", "text": clean(text)[:limit] or " ", "emoji": False}


def escaped(text: str) -> str:
    """Text for `mrkdwn` and for the fallback, its three special characters escaped once."""
    return entities(clean(text))


def fallback(text: str) -> str:
    """What notifications show. Slack takes no message without it, so words that nobody can see are three dots."""
    safe = escaped(text) if clean(text).strip() else "…"
    if len(safe.encode()) <= LONGEST_FALLBACK:
        return safe
    cut = safe.encode()[: LONGEST_FALLBACK - 3].decode(errors="ignore")
    return f"{HALF_ENTITY.sub('', cut)}…"


def mrkdwn(text: str) -> Block:
    """Markup that we made. `verbatim` keeps Slack from finding names and addresses in it."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def link(url: str, label: str = "") -> str:
    """A link in `mrkdwn`; empty for what no browser may open, and for what is too long to be one.

    Without a label of our own, or with one that could be taken for an address, it shows the host it leads to.
    """
    found = in_ascii(web_link(url))
    safe = quote(found, safe="%/:=&?~#+!$,;'@()*[]").replace("&", "&amp;")
    if not safe or len(safe) > LONGEST_LINK:
        return ""
    shown = label if label and not IMITATES.search(label) else urlsplit(found).hostname or ""
    return f"<{safe}|{escaped(shown).replace('|', ' ')}>"


def in_ascii(url: str) -> str:
    """A web address with its host as the network spells it, so that a look-alike letter shows; empty where it has no such spelling."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        return url if parts.netloc.isascii() else parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()
    except ValueError:  # UnicodeError is one, too
        return ""


def date(at: datetime) -> str:
    """A time that everybody reads in their own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{at.astimezone(UTC):%d %b %Y, %H:%M} UTC>"


def markdown(text: str, *, links: Collection[str] = ()) -> str:
    """Text for a `markdown` block. Only the addresses in `links` can be followed; any other stands as code, which nothing opens."""
    whole, done, found = clean(text), 0, []
    for hit in PASSAGE.finditer(whole):
        shown, end = entities(hit[0]), hit.end()
        if hit["address"]:
            address = followed(hit[0], links)
            end = hit.start() + len(address)
            target = quote(address, safe="%/:=&?~#+!$,;@*")
            shown = (
                f"[{inert(address)}]({target})"
                if address in links and in_ascii(web_link(address)) == address
                else f"`{entities(address)}`"
            )
        if end > hit.start():
            found += [inert(whole[done : hit.start()]), shown]
            done = end
    return "".join((*found, inert(whole[done:])))


def followed(words: str, links: Collection[str]) -> str:
    """The address at the beginning of some words: the longest that is among `links`, else without the sentence's punctuation."""
    bare = words.rstrip(TRAILING)
    longer = (words[:end] for end in range(len(words), len(bare), -1))
    return next((address for address in longer if address in links), bare)


def inert(text: str) -> str:
    """Markdown that makes no link, picture, table, code or mention; marks of citations stay as they are."""
    return SPECIAL.sub(lambda hit: hit["mark"] or ENTITIES.get(hit[0], f"\\{hit[0]}"), text)


def entities(text: str) -> str:
    """Slack's three special characters escaped."""
    return "".join(ENTITIES.get(letter, letter) for letter in text)


def passages(text: str, *, links: Collection[str] = ()) -> list[str]:
    """A text of any length for `markdown` blocks, each of up to LONGEST_MARKDOWN characters however much escaping adds."""
    whole, limit = clean(text), LONGEST_MARKDOWN // 2
    while True:
        found = [markdown(piece, links=links) for piece in fenced(split(whole, limit)) if piece.strip()]
        if all(len(piece) <= LONGEST_MARKDOWN for piece in found):
            return found
        limit //= 2


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of up to `limit` characters, cut after a paragraph, a line, a sentence or a word, whichever comes first."""
    pieces: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = next((place for sign in ("\n\n", "\n", ". ", " ") if (place := rest.rfind(sign, limit // 2, limit)) > 0), 0)
        cut = cut + 1 if cut else whole_letter(rest, limit)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest] if rest else pieces or [""]


def whole_letter(text: str, limit: int) -> int:
    """A place up to `limit` that does not part a letter from its accents, from what joins it to the next, or a flag in two."""
    place = limit
    while place > max(limit // 2, 1) and (joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    halves = len(text[:place]) - len(text[:place].rstrip(FLAGS))
    return place - 1 if halves % 2 and place > 1 and text[place] in FLAGS else place


def joins(letter: str) -> bool:
    """Whether a character belongs to the one before it: accents, vowel signs, selectors of a look, tones of skin."""
    return letter == "\u200d" or unicodedata.category(letter)[0] == "M" or "\U0001f3fb" <= letter <= "\U0001f3ff"


def fenced(pieces: Sequence[str]) -> Iterator[str]:
    """The same pieces, a code fence that is open at the end of one closed there and opened again in the next."""
    is_open = False
    for piece in pieces:
        text = f"{FENCE}\n{piece}" if is_open else piece
        is_open = leaves_open(text)
        yield f"{text}\n{FENCE}" if is_open else text


def leaves_open(text: str) -> bool:
    """Whether a text ends within a code fence."""
    is_open = False
    for line in text.split("\n"):
        if (SHUTS if is_open else OPENS).fullmatch(line):
            is_open = not is_open
    return is_open


def size(blocks: Sequence[Block]) -> int:
    """Characters of the blocks' JSON."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def packed(body: Sequence[Block], foot: Sequence[Block]) -> list[list[Block]]:
    """The body over as many messages as it needs, in order; the foot stands whole in the last one."""
    messages: list[list[Block]] = [[]]
    for block in body:
        here = messages[-1]
        if here and (len(here) + 1 > MOST_BLOCKS - 1 or size([*here, block]) > LONGEST_JSON):
            messages.append([])
        messages[-1].append(block)
    if messages[-1] and (len(messages[-1]) + len(foot) > MOST_BLOCKS or size([*messages[-1], *foot]) > LONGEST_JSON):
        messages.append([])
    messages[-1].extend(foot)
    return messages
