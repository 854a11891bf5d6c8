"""Macros: prepared changes that agents keep under a name, made into records and into changes of ours. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.connectors.zendesk.records import Names
from handlers.errors import Invalid, NotFound
from handlers.models import PRIVATE_NOTE, PUBLIC_REPLY, Change, Record, Value, same

MOST_NAMED = 5
"""Macros that are offered where none has the name."""
PLAIN = ("subject", "status", "priority", "type")
LEFT = "{{"
"""What begins a placeholder: one that is left would be filled in only after a person has signed the text."""

PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{%[^%]*%\}")
USAGE = "usage_30d"
"""What Zendesk is asked to add to each macro: how often it was used in 30 days."""
TAGS = ("current_tags", "set_tags")
"""Actions that put tags on a ticket."""


def record(payload: Mapping[str, Any]) -> Record:
    """A macro as a record: its words without placeholders, the tags that it puts on a ticket, how often it was used, who reads it.

    Raises Invalid naming what is missing.
    """
    try:
        title, actions = str(payload["title"]), payload.get("actions") or ()
        done = {str(one["field"]): one.get("value") for one in actions}
        tags = tuple(dict.fromkeys(tag for name in TAGS for tag in str(done.get(name) or "").split()))
        is_private = str(done.get("comment_mode_is_public", "true")).casefold() == "false"
        usage = payload.get(USAGE)
        held: dict[str, Value] = {
            "tags": tags, "usage": "" if usage is None else str(usage), "visibility": "private" if is_private else "public",
        }  # fmt: skip
        words = PLACEHOLDER.sub("", spoken(done.get("comment_value"))).strip()
        return Record("zendesk", "macro", str(payload["id"]), str(payload.get("updated_at") or ""), title, words, held)
    except (KeyError, TypeError, AttributeError) as missing:
        raise Invalid(f"Zendesk's answer has a macro without a usable {missing}; the bot cannot go on.") from missing


def spoken(value: object) -> str:
    """The words of an action: a text, or a pair of a channel and a text."""
    return str(value[-1]) if isinstance(value, list) and value else str(value or "")


def chosen(macros: Sequence[Mapping[str, Any]], name: str) -> str:
    """The id of the macro with this name. Raises NotFound with others' names, Invalid where several have it or one has no id."""
    wanted = name.strip().casefold()
    try:
        found = [str(one["id"]) for one in macros if str(one["title"]).casefold() == wanted]
        others = [str(one["title"]) for one in macros if wanted and wanted in str(one["title"]).casefold()]
    except KeyError as missing:
        raise Invalid(f"Zendesk's answer has a macro without {missing}; the bot cannot go on.") from missing
    if len(found) > 1:
        raise Invalid(f"Several macros are called {name.strip()[:80]}. Rename one of them in Zendesk.")
    if not found:
        hint = (
            f" Did you mean {' or '.join(others[:MOST_NAMED])}?"
            if others
            else " Its name is that in Zendesk, with the groups before it."
        )
        raise NotFound(f"Zendesk has no macro {name.strip()[:80]!r} that the bot may use.{hint}")
    return found[0]


def becomes(data: object) -> Mapping[str, Any]:
    """The ticket that Zendesk works out. Raises Invalid where it is not there."""
    result = data.get("result") if isinstance(data, Mapping) else None
    after = result.get("ticket") if isinstance(result, Mapping) else None
    if not isinstance(after, Mapping):
        raise Invalid("Zendesk's answer has no result with a ticket; the bot cannot tell what the macro does.")
    return after


def changes(data: object, ticket: Record, names: Names) -> tuple[Change, ...]:
    """What a ticket would become, as Zendesk works it out, against what it is. What does not change is left out.

    Words of a macro are for colleagues until somebody chooses otherwise, whatever the macro says. Raises Invalid naming what is missing,
    or where words hold a placeholder that Zendesk has not filled in.
    """
    after = becomes(data)
    held: dict[str, Value] = {name: str(after[name]) for name in PLAIN if after.get(name)}
    held |= {"tags": tuple(map(str, after["tags"]))} if isinstance(after.get("tags"), list) else {}
    held |= {"group": names.group(after["group_id"])} if after.get("group_id") else {}
    held |= {"assignee": names.user(after["assignee_id"])} if after.get("assignee_id") else {}
    silent = (
        Change(name, ticket.fields.get(name), value) for name, value in held.items() if not same(ticket.fields.get(name), value)
    )
    words = data["result"].get("comment") if isinstance(data, Mapping) else None
    return (*said(words or after.get("comment")), *silent)


def said(comment: object) -> tuple[Change, ...]:
    """The words of a macro and who may read them; nothing where it says nothing."""
    text = str(comment.get("body") or "").strip() if isinstance(comment, Mapping) else ""
    if LEFT in text:
        raise Invalid("The macro's words hold a placeholder that Zendesk has not filled in. Fill it in Zendesk itself.")
    if not text:
        return ()
    return (Change("reply", None, text), Change("visibility", None, PRIVATE_NOTE, (PRIVATE_NOTE, PUBLIC_REPLY)))
