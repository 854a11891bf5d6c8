"""One write to an issue: moves `updated`, keeps the changelog, numbers what is new."""

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox.jira.catalogue import ACCOUNTS, DEFAULT_PRIORITY, STATUSES, Project, Transition
from bot.sandbox.jira.seed import stamp
from bot.sandbox.models import Clock, Payload

_NAMES = {
    "type": "issuetype",
    "components": "Component",
    "flagged": "Flagged",
    "parent": "IssueParentAssociation",
    "resolved": None,
}


def moment(text: str) -> datetime:
    """A moment out of Jira's way of writing it."""
    return datetime.fromisoformat(text)


def later(record: Payload, clock: Clock) -> str:
    """The time of a write: now, and never the same millisecond as the write before."""
    return stamp(max(clock(), moment(record["updated"]) + timedelta(milliseconds=1)))


def changed(record: Payload, values: Payload, author: str, clock: Clock) -> Payload:
    """The record with these values, a later `updated`, and an entry in the changelog for what really differs."""
    after = copy.deepcopy(record)
    after["updated"] = later(record, clock)
    items = [item for name, value in values.items() if (item := _item(name, record.get(name), value)) is not None]
    after.update(copy.deepcopy(values))
    if items:
        number = max([80_000_000, *(int(entry["id"]) for entry in record["changelog"])]) + 1
        after["changelog"].append({"id": str(number), "author": author, "created": after["updated"], "items": items})
    return after


def moved(record: Payload, step: Transition, values: Payload, author: str, clock: Clock) -> Payload:
    """The record after a transition; what ends gets a resolution, what begins again loses it."""
    done = STATUSES[next(number for number, (name, _) in STATUSES.items() if name == step.target)][1] == "done"
    resolution = values.pop("resolution", None) or step.resolution
    ending = {"status": step.target, "resolution": resolution if done else None}
    after = changed(record, values | ending, author, clock)
    after["resolved"] = after["updated"] if done else None
    return after


def commented(record: Payload, body: Payload, properties: list[Payload], *, author: str, clock: Clock, number: str) -> Payload:
    """The record with one more comment, the last of its list."""
    after = changed(record, {}, author, clock)
    entry = {"id": number, "author": author, "body": body, "created": after["updated"], "updated": after["updated"]}
    after["comments"].append(entry | {"properties": properties})
    return after


def created(project: Project, values: Payload, author: str, clock: Clock, records: Mapping[str, Payload]) -> Payload:
    """A new issue with the next free key of its project."""
    mine = [int(key.partition("-")[2]) for key in records if key.startswith(f"{project.key}-")]
    now = stamp(clock())
    fresh: Payload = {
        "id": str(max(int(record["id"]) for record in records.values()) + 1),
        "key": f"{project.key}-{max(mine, default=0) + 1}",
        "project": project.key,
        "description": None,
        "environment": None,
        "priority": DEFAULT_PRIORITY,
        "labels": [],
        "components": [],
        "assignee": None,
        "reporter": author,
        "creator": author,
        "status": "To Do",
        "resolution": None,
        "resolved": None,
        "duedate": None,
        "flagged": [],
        "parent": None,
        "links": [],
        "created": now,
        "updated": now,
        "comments": [],
        "changelog": [],
        "properties": {},
    }
    return fresh | values


def next_comment(records: Mapping[str, Payload]) -> str:
    """The id of the next comment on this site."""
    return str(max((int(one["id"]) for record in records.values() for one in record["comments"]), default=50_000) + 1)


def category_changed(record: Payload) -> str:
    """When the issue came into the category that its status has now."""
    told = [entry["created"] for entry in record["changelog"] if any(item["field"] == "status" for item in entry["items"])]
    return str(told[-1] if told else record["created"])


def _item(name: str, before: object, after: object) -> Payload | None:
    """How one difference is told in the changelog; None when there is none to tell."""
    if before == after or _NAMES.get(name, name) is None:
        return None
    shown = {
        "field": _NAMES.get(name, name),
        "from": _text(before),
        "fromString": _text(before),
        "to": _text(after),
        "toString": _text(after),
    }
    if name in ("assignee", "reporter"):
        shown["fromString"] = ACCOUNTS[str(before)].name if before else None
        shown["toString"] = ACCOUNTS[str(after)].name if after else None
    return shown


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return value if isinstance(value, str) else "(document)"
