"""Foreign text in the Markdown of Teams' messages, so that nothing in it can mention, mask a link or load a picture. Pure.

Text of Adaptive Cards is made in `elements`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.cards.clean import clean, target
from bot.cards.cutting import split
from bot.cards.markdown import ADDRESS, ENTITIES, TRAILING, Dialect, inert
from bot.cards.markdown import passages as written

CARD = "application/vnd.microsoft.card.adaptive"
LONGEST_TEXT = 12_000
"""Characters of a message's text: at most 48,000 bytes of UTF-16, of the 80,000 that msteams-docs advises for all of a message."""
LONGEST_SUMMARY = 300
"""Characters of what notifications show."""
LONGEST_LINK = 2000
"""Characters of an address that is made a link."""
SEAM = re.compile(r"(?<=\{)(?=\{)|(?<=\$)(?=\{)")
"""Where a run ends, so that `{{` and `${` stand in none."""
SWALLOWED = re.compile(r"(?<= ) |^ ", re.MULTILINE)
"""Spaces that a client would not show: all but the first of several, and the first of a line."""
BLANK, TAB = "\u00a0", "\u00a0" * 4
"""A space that is always shown, and as many of them as a tab is wide."""
BREAK = re.compile(r"\n+")
BARE = re.compile(ADDRESS, re.IGNORECASE)
LETTERS = re.compile(r"(?P<escape>^[#+=-]|[\\`*_~|\[\]])|(?P<number>^\d{1,9}(?=[.)]))|(?P<entity>[&<>])", re.MULTILINE)
"""What Markdown takes for more than letters, wherever it stands or at the beginning of a line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is Markdown, empty for a card; `summary` what notifications show.

    `citations` are Claim objects of schema.org; `is_answer` puts the mark of AI on it, and thumbs where people can vote.
    """

    text: str
    summary: str
    card: Mapping[str, Any] | None = None
    citations: tuple[Mapping[str, Any], ...] = ()
    is_answer: bool = False

    @property
    def attachments(self) -> list[dict[str, Any]]:
        """The card, as an activity carries it."""
        return [] if self.card is None else [{"contentType": CARD, "content": dict(self.card)}]

    @property
    def entities(self) -> list[dict[str, Any]]:
        """The mark of AI and the citations, as an activity carries them."""
        if not self.is_answer:
            return []
        made = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org", "@id": ""}
        cited = [dict(claim) for claim in self.citations]
        return [{**made, "additionalType": ["AIGeneratedContent"], **({"citation": cited} if cited else {})}]


def summary(text: str) -> str:
    """What notifications show, in one line."""
    line = " ".join(clean(text).split()) or "…"
    return line if len(line) <= LONGEST_SUMMARY else f"{split(line, LONGEST_SUMMARY - 1)[0]}…"


def paragraphs(text: str) -> str:
    """Inert Markdown of an answer's words. Teams takes a single line end for a space, so each of them ends a paragraph."""
    return BREAK.sub("\n\n", inert(text))


def in_code(text: str) -> str:
    """Code without anything that begins HTML. An ampersand is shown as it stands."""
    return text.replace("<", ENTITIES["<"]).replace(">", ENTITIES[">"])


ANSWER = Dialect(words=paragraphs, code=in_code)


def passages(text: str, *, links: Collection[str] = (), longest: int = LONGEST_TEXT) -> list[str]:
    """An answer of any length in pieces of up to `longest` characters. Only the addresses in `links` can be followed."""
    return written(text, longest=longest, links=links, dialect=ANSWER)


def letters(text: str) -> str:
    """Markdown that shows a text letter by letter; addresses stand as code, which nothing opens."""
    whole, done, found = clean(text), 0, []
    for hit in BARE.finditer(whole):
        address = hit[0].rstrip(TRAILING)
        if address:
            found += [literal(whole[done : hit.start()]), f"`{in_code(address)}`"]
            done = hit.start() + len(address)
    return "".join((*found, literal(whole[done:])))


def literal(text: str) -> str:
    """Words in which nothing is Markdown, and no space is lost."""
    safe = LETTERS.sub(
        lambda hit: f"{hit[0]}\\" if hit["number"] else ENTITIES.get(hit[0], f"\\{hit[0]}"), SWALLOWED.sub(BLANK, text)
    )
    return BREAK.sub("\n\n", safe.replace("\t", TAB))


def spelled(text: str) -> list[str]:
    """Words of any length as `letters`, in pieces of up to LONGEST_TEXT characters."""
    whole, limit = clean(text), LONGEST_TEXT
    while True:
        found = [letters(piece) for piece in split(whole, limit) if piece.strip()]
        if all(len(piece) <= LONGEST_TEXT for piece in found):
            return found
        limit //= 2


def link(url: str) -> str:
    """A link in Markdown that shows the host it leads to; empty for what nobody may follow, and for what is too long to be one."""
    safe, host = target(url)
    made = quote(safe, safe="%/:=&?~#+!$,;@*")
    return f"[{literal(host)}]({made})" if safe and len(made) <= LONGEST_LINK else ""


def date(at: datetime) -> str:
    """A time that everybody reads in their own zone, for a TextBlock of ours."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{{{{DATE({stamp},SHORT)}}}} {{{{TIME({stamp})}}}}"
