"""Comments of a ticket: payload -> Comment. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.connectors.zendesk.records import Names, moment
from handlers.errors import Invalid
from handlers.tickets import Comment


def comment(payload: Mapping[str, Any], names: Names) -> Comment:
    """A comment in our words. Raises Invalid naming what is missing."""
    try:
        author = payload["author_id"]
        text = payload["plain_body"] if payload.get("plain_body") else payload["body"] or ""
        return Comment(
            str(payload["id"]), names.user(author), str(text), moment(payload["created_at"]), payload["public"] is True,
            names.is_customer(author),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as missing:
        raise Invalid(f"Zendesk's answer has no usable {missing}; the bot cannot read this comment.") from missing
