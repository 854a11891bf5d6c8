"""A reply -> messages. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.cards import phrases
from bot.cards.card import sources
from bot.cards.clean import clean
from bot.cards.cutting import whole_letter
from bot.cards.pictures import alternative
from bot.cards.views import SourceView
from bot.platforms.teams.elements import LARGEST_CARD, Element, adaptive, execute, picture, size
from bot.platforms.teams.words import LONGEST_TEXT, Message, link, passages, spelled, summary
from bot.store.talk.offers import Button
from handlers.models import Reply
from handlers.speech import Picture

LONGEST_QUOTE = 300
"""Characters of a source's quote; the link leads to the rest."""
ROOM_FOR_BUTTONS = 5000
"""Bytes of a card that are not a picture's: ten buttons and the card itself."""
IN_A_ROW = 5
"""Buttons of one row; Teams hides what is more than six."""
MOST_CITED, LONGEST_NAME, LONGEST_ABSTRACT = 20, 80, 160
"""Citations of one message, and characters of their titles and quotes (limits of Teams: msteams-docs, AI-generated content)."""


def say(reply: Reply, *, answer_id: str = "", share: bool = False, offers: Sequence[Button] = ()) -> tuple[Message, ...]:
    """What is said, without the reply's drafts: those are cards. With `share` people can pass the answer `answer_id` on.

    `offers` are the buttons under it.
    """
    if reply.confidence is None and not reply.citations:
        words, below = phrases.spoken(reply), [*pictured(reply), *offered(offers)]
        told = words or (alternative(reply.picture) if reply.picture else "")
        texts, last = list(spelled(words)) or [""] * bool(below), adaptive(below) if below else None
        return tuple(Message(text, summary(told), last if n == len(texts) else None) for n, text in enumerate(texts, 1))
    seen = sources(reply.citations)
    links = frozenset(source.url for source in reply.citations)
    texts = filled([*passages(reply.text, links=links), *grounds(reply, seen)])
    claims = tuple(claim(source) for source in seen[:MOST_CITED])
    shares = [execute(phrases.SHARE, "share", {"answer": answer_id})] if share and answer_id else []
    below = [*pictured(reply), *offered(offers)]
    cards = [*[None] * (len(texts) - 1), adaptive(below, shares) if below or shares else None]
    told = summary(reply.text)
    return tuple(Message(text, told, card, claims, is_answer=True) for text, card in zip(texts, cards, strict=True))


def grounds(reply: Reply, seen: Iterable[SourceView]) -> Iterator[str]:
    """Where an answer stands, and how sure it is; a paragraph each."""
    yield from spelled(phrases.grounds(reply))
    for source in seen:
        *before, last = spelled(phrases.cited(source, longest=LONGEST_QUOTE))
        yield from before
        found = link(source.url)
        if found and len(last) + len(found) < LONGEST_TEXT:
            yield f"{last} {found}"
        else:
            yield from (last, *([found] if found else spelled(source.url)))
    yield from spelled(phrases.confident(reply))


def offered(offers: Sequence[Button]) -> Iterator[Element]:
    """The buttons of what one may ask for next, as many in a row as Teams shows."""
    for first in range(0, len(offers), IN_A_ROW):
        row = offers[first : first + IN_A_ROW]
        yield {
            "type": "ActionSet",
            "actions": [execute(short(clean(one.label), LONGEST_NAME) or "…", "offer", {"offer": one.id}) for one in row],
        }


def pictured(reply: Reply) -> Iterator[Element]:
    """The picture, where there is one."""
    if reply.picture is not None:
        yield picture(reply.picture)


def fits(shown: Picture) -> bool:
    """Whether a card has room for a picture, with its buttons."""
    return size(picture(shown)) <= LARGEST_CARD - ROOM_FOR_BUTTONS


def filled(paragraphs: Iterable[str]) -> list[str]:
    """The paragraphs over as many texts as they need, in order."""
    texts: list[str] = []
    for paragraph in paragraphs:
        if texts and len(texts[-1]) + 2 + len(paragraph) <= LONGEST_TEXT:
            texts[-1] += f"\n\n{paragraph}"
        else:
            texts.append(paragraph)
    return texts


def claim(source: SourceView) -> Mapping[str, Any]:
    """A citation as Teams shows it behind a mark."""
    title = short(source.title, LONGEST_NAME) or "untitled"
    quote = short("".join(piece.text for piece in source.quote), LONGEST_ABSTRACT)
    way = {"url": source.url} if link(source.url) else {}
    document = {"@type": "DigitalDocument", "name": title, **way, "abstract": quote or title}
    return {"@type": "Claim", "position": source.number, "appearance": document}


def short(text: str, longest: int) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: whole_letter(line, longest - 1)]}…"
