"""The Home tab: what waits for one person. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.platforms.slack.cards import sections
from bot.platforms.slack.words import Block, date, mrkdwn, plain
from handlers.models import Draft

MOST = 40
"""Proposals that are listed; Slack takes 100 blocks."""
LONGEST_ROW = 600
"""Characters of one of them: the whole card is one press away, and a view has 250,000 bytes."""


def home(waiting: Sequence[Draft], *, now: datetime, name: str) -> Block:
    """The whole tab."""
    return {"type": "home", "blocks": [*head(len(waiting), name), *listed(waiting), foot(len(waiting), now)]}


def head(number: int, name: str) -> Iterator[Block]:
    """How many, and the one thing to do about it."""
    yield {"type": "header", "text": plain("Waiting for your countersign", limit=150)}
    if not number:
        yield from sections(f"Nothing waits for you, {name}. Ask me anything in the Messages tab, or type /bot help.")
        return
    yield from sections(f"{number} waiting for you, {name}.")
    button = {"type": "button", "action_id": "show", "text": plain("Show me"), "value": "approvals", "style": "primary"}
    yield {"type": "actions", "block_id": "show", "elements": [button]}


def listed(waiting: Sequence[Draft]) -> Iterator[Block]:
    """One line a proposal, oldest first."""
    for draft in waiting[:MOST]:
        record = draft.record
        fields = ", ".join(change.field for change in draft.changes)
        yield {
            "type": "section",
            "text": plain(
                f"{draft.workflow} of {record.system} {record.name}: {record.title}\nwould change {fields}", limit=LONGEST_ROW
            ),
        }
        until = f"expires {date(draft.expires)}" if draft.expires else "does not expire"
        yield {"type": "context", "elements": [mrkdwn(until)]}
    if len(waiting) > MOST:
        yield from sections(f"and {len(waiting) - MOST} more.")


def foot(number: int, now: datetime) -> Block:
    """As of when: the tab is drawn when it is opened."""
    return {
        "type": "context",
        "elements": [mrkdwn(f"as of {date(now)}" + ("" if number else ". Nothing is written before a person approves it."))],
    }
