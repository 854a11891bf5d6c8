"""A draft of a new issue -> the body that makes it, and how it is found again where no answer came. Pure.

No query finds an issue by our mark. So what this account made in the project since the draft was approved is looked through first, and
then the keys after the latest that the search knows, for the search lags behind what is there.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.connectors.jira import records
from bot.connectors.jira.jql import Ago, All, Condition, Me, Where
from bot.connectors.jira.records import KEY, MARK, body_of, mark
from handlers.errors import Invalid
from handlers.models import Draft, Verb

NEEDED = ("summary", "type")
"""What Jira wants of every new issue besides its project."""
LATEST_FIRST = ("key DESC",)
MARGIN = timedelta(minutes=10)
"""How far Jira's clock and ours may be apart, both ways."""
GAP = 5
"""So many keys in a row that lead nowhere: the project has no more issues. Some are skipped, deleted, or not for us to see."""
MOST_KEYS = 50
"""Keys that are tried after the latest that the search knows."""


def body(draft: Draft) -> dict[str, Any]:
    """The new issue and our mark in one call. Raises Invalid for what a new issue lacks or cannot have."""
    if draft.record.kind != "issue":
        raise Invalid(f"The bot makes no {draft.record.kind} in Jira.")
    given = {change.field for change in draft.changes}
    if lacking := [name for name in NEEDED if name not in given]:
        raise Invalid(f"Jira makes no issue without {' and '.join(lacking)}.")
    if strange := sorted(given & {"status", "comment"}):
        raise Invalid(f"Jira makes no issue with {' and '.join(strange)}. Make that a second draft, once the issue is there.")
    made = body_of(draft.changes)
    where = {"project": {"key": records.project(draft.record.where)}}
    return {"fields": where | made["fields"], "properties": [{"key": MARK, "value": mark(draft)}]}


def key_of(data: object) -> str | None:
    """The key of an issue that was made, out of Jira's answer; None where it does not say it."""
    found = data.get("key") if isinstance(data, Mapping) else None
    return found if isinstance(found, str) and KEY.fullmatch(found) else None


def mine(draft: Draft, now: datetime) -> Where:
    """What to ask for to find what this account made in the project since the draft was approved."""
    conditions: list[Condition] = [
        Condition("project", "=", records.project(draft.record.where)),
        Condition("creator", "=", Me()),
    ]
    approved = [vote.at for vote in draft.votes if vote.verb is Verb.APPROVE and vote.version == draft.version]
    if approved:
        minutes = (now - max(approved) + MARGIN) // timedelta(minutes=1)
        conditions.append(Condition("created", ">=", Ago(minutes + 1)))
    return All(tuple(conditions))


def is_marked(payloads: Iterable[Mapping[str, Any]], draft: Draft) -> bool:
    """Whether one of these issues is the one that the draft has made."""
    found = (payload.get("properties") for payload in payloads)
    return any(isinstance(kept, Mapping) and kept.get(MARK) == mark(draft) for kept in found)


def number(payload: Mapping[str, Any]) -> int:
    """The number of an issue in its project. Raises Invalid."""
    spelled = str(payload.get("key"))
    if not KEY.fullmatch(spelled):
        raise Invalid("Jira's answer has no usable key; the bot cannot go on.")
    return int(spelled.rpartition("-")[2])
