"""Comments of an issue: payload -> Comment, a draft's words -> a new one that carries our mark. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.connectors.jira.adf import document, text
from bot.connectors.jira.records import MARK, is_outside, mark, moment, ref
from handlers.errors import Invalid
from handlers.models import Draft
from handlers.tickets import Comment

ASKED = {"expand": "properties", "maxResults": "100"}
"""Parameters of a page of comments: its marks, and as many as the vendor gives."""

LONGEST = 32_767
"""Characters of one comment that Jira Cloud takes, unless its administrators set another number."""


def comment(payload: Mapping[str, Any]) -> Comment:
    """A comment in our words; one that Jira shows to a role or a group alone is not public. Raises Invalid naming what is missing."""
    try:
        author = payload.get("author")
        is_public = payload.get("jsdPublic") is not False and not payload.get("visibility")
        return Comment(
            str(payload["id"]), ref(author, "accountId", "displayName"), text(payload["body"]), moment(payload["created"]),
            is_public, is_outside(author),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot read this comment.") from missing


def body(draft: Draft) -> dict[str, Any]:
    """The comment that a draft of words alone makes, marked in the same call. Raises Invalid for one that is too long for Jira."""
    [change] = draft.changes
    if (length := len(str(change.after))) > LONGEST:
        raise Invalid(
            f"A comment in Jira holds {LONGEST} characters, and this one has {length}. Ask again and edit it to be shorter."
        )
    return {"body": document(str(change.after)), "properties": [{"key": MARK, "value": mark(draft)}]}


def is_marked(payloads: Iterable[Mapping[str, Any]], draft: Draft) -> bool:
    """Whether one of these comments is the one that the draft has made."""
    for payload in payloads:
        kept = payload.get("properties")
        for one in kept if isinstance(kept, list) else ():
            if isinstance(one, Mapping) and one.get("key") == MARK and one.get("value") == mark(draft):
                return True
    return False


def is_older(payload: Mapping[str, Any], draft: Draft) -> bool:
    """Whether a comment was there before the draft was made. Raises Invalid naming what it lacks."""
    return comment(payload).at < moment(draft.record.version)
