"""Zendesk ticket <-> Record; Changes -> one guarded update. Pure: no network, no clock."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.errors import Invalid
from handlers.models import PRIVATE_NOTE, PUBLIC_REPLY, Change, Draft, Record, Ref, Value, same

NUMBER = re.compile(r"^#?([0-9]{1,15})$")
FIELDS = {
    "subject": "subject",
    "type": "type",
    "priority": "priority",
    "status": "status",
    "tags": "tags",
    "group": "group_id",
    "assignee": "assignee_id",
}
"""Our name of a field -> theirs."""
MARK = "countersign"
"""Under this name an update says in its own audit which draft it carries out."""
ISSUE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,8}(?![\w-])")
"""How a Jira issue is named in a comment, notes among colleagues included."""
SPOKEN = ("reply", "note")
"""Changes that add a comment. A note is for colleagues; a reply is, too, unless the draft's `visibility` says that it is public."""


def number(name: str) -> str:
    """A ticket's id. Raises Invalid with what to type instead."""
    if (found := NUMBER.match(name.strip())) is None:
        raise Invalid(f"{name.strip()[:60]!r} is no ticket number. Type it like 153, for example: /reply 153")
    return found[1]


def moment(text: str) -> datetime:
    """A time as Zendesk writes it. Raises ValueError naming what is none."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"time in {text[:40]!r}")
    return found


class Names:
    """Names of users and groups, as far as they were looked up."""

    def __init__(self, users: Iterable[Mapping[str, Any]] = (), groups: Iterable[Mapping[str, Any]] = ()) -> None:
        self.users = by_id(users, "user")
        self.groups = by_id(groups, "group")

    def user(self, identity: object) -> Ref | None:
        """A person as a value of a field."""
        found = self.users.get(str(identity), {})
        return Ref(str(identity), str(found.get("name") or f"user {identity}")) if identity else None

    def group(self, identity: object) -> Ref | None:
        """A group as a value of a field."""
        found = self.groups.get(str(identity), {})
        return Ref(str(identity), str(found.get("name") or f"group {identity}")) if identity else None

    def of(self, identity: object) -> frozenset[str]:
        """Every name that Zendesk gives a person."""
        email = self.users.get(str(identity), {}).get("email")
        found = {f"zendesk:{identity}"} | ({str(email).casefold()} if email else set())
        return frozenset(found) if identity else frozenset()

    def is_customer(self, identity: object) -> bool:
        """Whether a person is from outside; who is unknown is."""
        return bool(self.users.get(str(identity), {}).get("role", "end-user") == "end-user")


def by_id(rows: Iterable[Mapping[str, Any]], what: str) -> dict[str, Mapping[str, Any]]:
    """Rows by their id. Raises Invalid where one has none."""
    try:
        return {str(row["id"]): row for row in rows}
    except KeyError as missing:
        raise Invalid(f"Zendesk's answer has a {what} without an id; the bot cannot go on.") from missing


def ticket(payload: Mapping[str, Any], *, names: Names, site: str, comments: Sequence[Mapping[str, Any]] = ()) -> Record:
    """A ticket as a Record; later public words of the customer are part of its text. Raises Invalid naming what is missing.

    Notes among colleagues are not in it, also where a ticket begins with one, or whoever opened it is a colleague.
    """
    try:
        requester = payload.get("requester_id")
        mine = [c for c in comments[1:] if c.get("author_id") == requester and c.get("public") is not False]
        later = [c["plain_body"] if c.get("plain_body") else c["body"] or "" for c in mine]
        begins = "" if comments and comments[0].get("public") is False else payload.get("description") or ""
        subject = payload.get("subject") or payload.get("raw_subject") or f"Ticket {payload['id']}"
        held: dict[str, Value] = {
            "subject": subject,
            "type": payload.get("type"),
            "priority": payload.get("priority"),
            "status": payload.get("status"),
            "tags": tuple(payload.get("tags") or ()),
            "group": names.group(payload.get("group_id")),
            "assignee": names.user(payload.get("assignee_id")),
            "requester": names.user(requester) if str(requester) in names.users else None,
            "issues": tuple(dict.fromkeys(key for c in comments for key in ISSUE.findall(str(c.get("body") or "")))),
        }
        return Record(
            "zendesk", "ticket", str(payload["id"]), version=payload["updated_at"], title=subject,
            text="\n\n".join((begins, *filter(None, later))).strip(), fields=held,
            url=f"{site}/agent/tickets/{payload['id']}", owner=names.of(payload.get("assignee_id")),
            author=names.of(requester), outside_text=names.is_customer(requester),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as missing:
        raise Invalid(f"Zendesk's answer has no usable {missing}; the bot cannot read this ticket.") from missing


def update(draft: Draft) -> dict[str, Any]:
    """One update. If the ticket moved after the version the draft was made from, Zendesk answers 409 and writes nothing."""
    guard = {"safe_update": True, "updated_stamp": draft.record.version}
    spoken = [change for change in draft.changes if change.field in SPOKEN]
    if len(spoken) > 1:
        raise Invalid("Zendesk takes one comment an update. Make the reply and the note two drafts.")
    said = {"comment": said_by(spoken[0], draft)} if spoken else {}
    silent = [change for change in draft.changes if change.field not in SPOKEN and (change.field != "visibility" or not spoken)]
    return {"ticket": guard | marked(draft) | fields(silent, FIELDS) | said}


def marked(draft: Draft) -> dict[str, Any]:
    """What a write of ours says of itself; it stands in the audit of the write and nowhere else."""
    return {"metadata": {"custom": {MARK: {"draft": draft.id, "version": draft.version}}}}


def fields(changes: Iterable[Change], known: Mapping[str, str]) -> dict[str, Any]:
    """Changes without words as attributes of a ticket. Raises Invalid for a field that is not ours to write."""
    found: dict[str, Any] = {}
    for change in changes:
        if change.field not in known:
            raise Invalid(f"The bot does not write the field {change.field} in Zendesk.")
        found[known[change.field]] = theirs(change.after)
    return found


def said_by(words: Change, draft: Draft) -> dict[str, Any]:
    """A comment, for the customer only where somebody chose that. Raises Invalid for a choice that there is not."""
    choice = next((change.after for change in draft.changes if change.field == "visibility"), PRIVATE_NOTE)
    if choice not in (PRIVATE_NOTE, PUBLIC_REPLY):
        raise Invalid(f"The visibility of a reply in Zendesk is {PRIVATE_NOTE} or {PUBLIC_REPLY}.")
    return {"body": words.after, "public": words.field != "note" and choice == PUBLIC_REPLY}


def theirs(value: Value) -> object:
    """A value in Zendesk's words: ids are numbers. Raises Invalid for one that is none."""
    if isinstance(value, Ref):
        if not (value.id.isascii() and value.id.isdecimal()):
            raise Invalid(f"{value.id[:40]!r} is no id of Zendesk's: ids there are numbers.")
        return int(value.id)
    return [str(item) for item in value] if isinstance(value, tuple) else value


def is_marked(audits: Iterable[Mapping[str, Any]], draft: Draft) -> bool:
    """Whether one of these audits is of the update that carried out the draft."""
    mine = {"draft": draft.id, "version": draft.version}
    return any(marking(audit) == mine for audit in audits)


def marking(audit: Mapping[str, Any]) -> object:
    """The mark that an update of ours carries; None on others."""
    metadata = audit.get("metadata")
    custom = metadata.get("custom") if isinstance(metadata, Mapping) else None
    return custom.get(MARK) if isinstance(custom, Mapping) else None


def doers(audits: Iterable[Mapping[str, Any]], draft: Draft) -> frozenset[str | None]:
    """Who made an update after the draft's version that set every field of a draft without words to what it asked for.

    Such an update counts even when somebody has changed the field again since. One that carries the mark of another draft does
    not: it was that one's. None stands for an update of which Zendesk does not say whose it was.
    """
    wanted = {FIELDS[c.field]: event_value(theirs(c.after)) for c in draft.changes if c.field in FIELDS}
    if len(wanted) < len(draft.changes):
        return frozenset()  # words are looked for among the comments
    found: set[str | None] = set()
    for audit in audits:
        events = audit.get("events")
        if str(audit.get("created_at", "")) < draft.record.version or not isinstance(events, list) or marking(audit):
            continue
        done = {
            e.get("field_name"): event_value(e.get("value"))
            for e in events
            if isinstance(e, Mapping) and e.get("type") == "Change"
        }
        if wanted.items() <= done.items():
            found.add(str(audit["author_id"]) if audit.get("author_id") else None)
    return frozenset(found)


def event_value(value: object) -> object:
    """A value as it can be compared with that of an audit's event, which holds numbers as text and tags in an order of its own."""
    if isinstance(value, list):
        return tuple(sorted(str(item).casefold() for item in value))
    return None if value is None else str(value)


def is_said(comments: Iterable[Mapping[str, Any]], draft: Draft) -> bool:
    """Whether the draft's words stand on the ticket after the version it was made from. An update is one piece: they prove all of it."""
    spoken = {str(change.after) for change in draft.changes if change.field in SPOKEN}
    return bool(spoken) and spoken <= {c.get("body") for c in comments if c.get("created_at", "") >= draft.record.version}


def is_as_asked(now: Record, draft: Draft) -> bool:
    """Whether a ticket that moved holds what a draft without words asked for."""
    silent = not any(change.field in SPOKEN for change in draft.changes)
    return silent and all(same(now.fields.get(change.field), change.after) for change in draft.changes)
