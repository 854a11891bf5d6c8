"""Jira issue <-> Record; Changes -> one edit that carries our mark. Pure: no network, no clock."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.connectors.jira.adf import document, text
from handlers.errors import Invalid
from handlers.models import Change, Draft, Record, Ref, Value

KEY = re.compile(r"^[A-Z][A-Z0-9_]{1,30}-[0-9]{1,10}$")
MARK = "countersign.draft"
"""The issue property in which a write leaves the draft's id and version."""
ASKED = (
    "summary", "description", "issuetype", "priority", "labels", "components", "assignee", "reporter", "status", "resolution", "updated",
)  # fmt: skip
DEALT_WITH = ("done", "indeterminate")
"""Status categories of issues that somebody has looked at."""


def key(name: str) -> str:
    """An issue key as Jira spells it. Raises Invalid with what to type instead."""
    spelled = name.strip().upper()
    if not KEY.match(spelled):
        raise Invalid(f"{name.strip()[:60]!r} is no issue key. Type it like SUP-21, for example: /triage SUP-21")
    return spelled


def project(name: str) -> str:
    """The key of a project as Jira spells it. Raises Invalid with what to type instead."""
    spelled = name.strip().upper()
    if not KEY.fullmatch(f"{spelled}-1"):
        raise Invalid(f"{name[:60]!r} is no project of Jira. It is the part of an issue key before the dash, like SUP.")
    return spelled


def project_of(record: Record) -> str:
    """The key of the project that an issue is in, or is to be made in."""
    return record.where if record.is_new else record.id.partition("-")[0]


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
            "category": category(payload),
            "resolution": ref(fields.get("resolution"), "id", "name"),
            "summary": fields["summary"],
            "description": text(fields.get("description")),
        }
        return Record(
            "jira", "issue", payload["key"], version=fields["updated"], title=fields["summary"],
            text=text(fields.get("description")), fields=held, url=f"{site}/browse/{payload['key']}",
            owner=names(fields.get("assignee")), author=names(fields.get("reporter")), outside_text=is_outside(fields.get("reporter")),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot read this issue.") from missing


def ref(payload: Mapping[str, Any] | None, name: str, label: str) -> Ref | None:
    """Something that Jira knows by an id; it goes by that where Jira does not say what it is called."""
    return Ref(str(payload[name]), str(payload.get(label) or payload[name])) if payload else None


def names(user: Mapping[str, Any] | None) -> frozenset[str]:
    """Every name that Jira gives a person."""
    if not user:
        return frozenset()
    found = {f"jira:{user['accountId']}".casefold()}
    return frozenset(found | ({user["emailAddress"].casefold()} if user.get("emailAddress") else set()))


def is_outside(user: Mapping[str, Any] | None) -> bool:
    """Whether what somebody wrote comes from outside: a portal customer's, or that of nobody whom Jira knows."""
    return not user or user.get("accountType", "atlassian") != "atlassian"


def moment(text: str) -> datetime:
    """A time as Jira writes it. Raises ValueError naming what is none."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"time in {text[:40]!r}")
    return found


def category(payload: Mapping[str, Any]) -> str:
    """What kind of status an issue is in: `new`, `indeterminate` or `done`; empty where Jira does not say."""
    status = (payload.get("fields") or {}).get("status") or {}
    return str((status.get("statusCategory") or {}).get("key") or "")


def dealt_with(payload: Mapping[str, Any]) -> bool:
    """Whether people have worked on an issue, so that its fields say something."""
    fields = payload.get("fields") or {}
    return category(payload) in DEALT_WITH or bool(fields.get("assignee") or fields.get("components") or fields.get("labels"))


def mark(draft: Draft) -> dict[str, Any]:
    """What a write of ours says of itself, in the property MARK of the issue or of the comment."""
    return {"id": draft.id, "version": draft.version}


def edit(draft: Draft) -> dict[str, Any]:
    """The body of one edit: the changes, a comment among them, and in the same call the mark by which a lost answer is found again."""
    return {**body_of(draft.changes), "properties": [{"key": MARK, "value": mark(draft)}]}


def body_of(changes: Iterable[Change]) -> dict[str, Any]:
    """Changes as `fields` and, for a comment, `update`. Raises Invalid for a field that is not ours to write."""
    fields: dict[str, Any] = {}
    update: dict[str, Any] = {}
    for change in changes:
        if change.field == "comment" and isinstance(change.after, str):
            update["comment"] = [{"add": {"body": document(change.after)}}]
        else:
            fields |= field(change)
    return {name: part for name, part in (("fields", fields), ("update", update)) if part}


def field(change: Change) -> dict[str, Any]:
    """One change in Jira's words. Raises Invalid for a field that is not ours to write."""
    found: dict[str, Any] = {}
    match change.field, change.after:
        case ("type" | "priority" | "resolution" as name, Ref(id=chosen)):
            found = {"issuetype" if name == "type" else name: {"id": chosen}}
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
