"""Jira issue <-> Record; Changes -> one edit that carries our mark. Pure: no network, no clock."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.connectors.jira.adf import document, text
from handlers.errors import Invalid
from handlers.models import Change, Draft, Record, Ref, Value

KEY = re.compile(r"^[A-Z][A-Z0-9_]{1,30}-[0-9]{1,10}$")
MARK = "countersign.draft"
"""The issue property in which a write leaves the draft's id and version."""
ASKED = ("summary", "description", "issuetype", "priority", "labels", "components", "assignee", "reporter", "status", "updated")
DEALT_WITH = ("done", "indeterminate")
"""Status categories of issues that somebody has looked at."""


def key(name: str) -> str:
    """An issue key as Jira spells it. Raises Invalid with what to type instead."""
    spelled = name.strip().upper()
    if not KEY.match(spelled):
        raise Invalid(f"{name.strip()[:60]!r} is no issue key. Type it like SUP-21, for example: /triage SUP-21")
    return spelled


def issue(payload: Mapping[str, Any], *, site: str) -> Record:
    """An issue as a Record. Raises Invalid naming the field that is missing."""
    try:
        fields = payload["fields"]
        held: dict[str, Value] = {
            "type": ref(fields["issuetype"], "id", "name"),
            "priority": ref(fields.get("priority"), "id", "name"),
            "labels": tuple(fields.get("labels") or ()),
            "component": tuple(Ref(str(part["id"]), str(part["name"])) for part in fields.get("components") or ()),
            "assignee": ref(fields.get("assignee"), "accountId", "displayName"),
            "status": ref(fields.get("status"), "id", "name"),
            "summary": fields["summary"],
            "description": text(fields.get("description")),
        }
        return Record(
            "jira", "issue", payload["key"], version=fields["updated"], title=fields["summary"],
            text=text(fields.get("description")), fields=held, url=f"{site}/browse/{payload['key']}",
            owner=names(fields.get("assignee")), author=names(fields.get("reporter")), outside_text=is_customer(fields),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot read this issue.") from missing


def ref(payload: Mapping[str, Any] | None, name: str, label: str) -> Ref | None:
    """Something that Jira knows by an id."""
    return Ref(str(payload[name]), str(payload[label])) if payload else None


def names(user: Mapping[str, Any] | None) -> frozenset[str]:
    """Every name that Jira gives a person."""
    if not user:
        return frozenset()
    found = {f"jira:{user['accountId']}".casefold()}
    return frozenset(found | ({user["emailAddress"].casefold()} if user.get("emailAddress") else set()))


def is_customer(fields: Mapping[str, Any]) -> bool:
    """Whether the text comes from outside: reported by a portal customer, or by nobody that Jira knows."""
    reporter = fields.get("reporter")
    return not reporter or reporter.get("accountType", "atlassian") != "atlassian"


def dealt_with(payload: Mapping[str, Any]) -> bool:
    """Whether people have worked on an issue, so that its fields say something."""
    fields = payload.get("fields") or {}
    category = ((fields.get("status") or {}).get("statusCategory") or {}).get("key")
    return category in DEALT_WITH or bool(fields.get("assignee") or fields.get("components") or fields.get("labels"))


def edit(changes: Iterable[Change], *, draft: Draft) -> dict[str, Any]:
    """The body of one edit: the changes and, in the same call, the mark by which a lost answer is found again."""
    fields: dict[str, Any] = {}
    for change in changes:
        fields |= field(change)
    return {"fields": fields, "properties": [{"key": MARK, "value": {"id": draft.id, "version": draft.version}}]}


def field(change: Change) -> dict[str, Any]:
    """One change in Jira's words. Raises Invalid for a field that is not ours to write."""
    found: dict[str, Any] = {}
    match change.field, change.after:
        case ("type" | "priority" as name, Ref(id=chosen)):
            found = {"issuetype" if name == "type" else "priority": {"id": chosen}}
        case "labels", tuple(labels):
            found = {"labels": [str(label) for label in labels]}
        case "component", tuple(parts):
            found = {"components": [{"id": part.id} for part in parts if isinstance(part, Ref)]}
        case "assignee", (Ref() | None) as person:
            found = {"assignee": {"accountId": person.id} if person else None}
        case "summary", str(words):
            found = {"summary": words}
        case "description", str(words):
            found = {"description": document(words)}
        case name, _:
            raise Invalid(f"The bot does not write the field {name} in Jira.")
    return found


def complaint(data: object) -> str:
    """What Jira says is wrong, in its own words, on one line."""
    if not isinstance(data, Mapping):
        return "no reason given"
    messages, errors = data.get("errorMessages"), data.get("errors")
    parts = [str(message) for message in (messages if isinstance(messages, list) else ())]
    parts += [f"{name}: {message}" for name, message in (errors.items() if isinstance(errors, Mapping) else ())]
    return "; ".join(parts)[:500] or "no reason given"
