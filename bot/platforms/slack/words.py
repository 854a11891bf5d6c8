"""Foreign text in Slack's three dialects, so that nothing in it can mention, mask a link or load a picture. Pure."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cards.clean import clean, target
from bot.cards.markdown import entities
from bot.cards.markdown import passages as written

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
HALF_ENTITY = re.compile(r"&[a-z]{0,3}\Z")


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
    found, shown = target(url, label)
    safe = found.replace("&", "&amp;")
    return f"<{safe}|{escaped(shown).replace('|', ' ')}>" if safe and len(safe) <= LONGEST_LINK else ""


def date(at: datetime) -> str:
    """A time that everybody reads in their own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{at.astimezone(UTC):%d %b %Y, %H:%M} UTC>"


def passages(text: str, *, links: Collection[str] = ()) -> list[str]:
    """A text of any length for `markdown` blocks, each of up to LONGEST_MARKDOWN characters however much escaping adds."""
    return written(text, longest=LONGEST_MARKDOWN, links=links)


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
