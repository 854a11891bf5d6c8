"""The issues of the sample company: hand-written tables -> records with a history."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.sandbox.company import ROOM, colleague
from bot.sandbox.jira import adf
from bot.sandbox.models import Payload

FILES = ("SUP.json", "APP.json", "SEC.json", "KIT.json")


def issues() -> dict[str, Payload]:
    """Every seed issue by key, in the shape that `Jira.records` keeps."""
    rows = (row for name in FILES for row in json.loads((ROOM / "jira" / "issues" / name).read_text(encoding="utf-8")))
    return {row["key"]: _record(row, number) for number, row in enumerate(rows)}


def stamp(moment: datetime) -> str:
    """A moment as Jira writes it: milliseconds and a zone without a colon."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def _record(row: Payload, number: int) -> Payload:
    """A table row -> a record. A triaged issue began as a plain Medium Task, and its changelog says who made of it what."""
    created, reporter = _moment(row["created"], number), colleague(row["reporter"]).jira
    comments = [_comment(number, place, *entry.split(" ", 2)) for place, entry in enumerate(row.get("comments", []))]
    changelog = list(_history(row, number))
    moments = [stamp(created), *(one["created"] for one in comments), *(one["created"] for one in changelog)]
    done = [one["created"] for one in changelog if any(item["field"] == "resolution" for item in one["items"])]
    return {
        "id": str(20_100 + number),
        "key": row["key"],
        "project": row["key"].partition("-")[0],
        "summary": row["summary"],
        "description": adf.document(row["description"]),
        "environment": None,
        "type": row.get("type", "Task"),
        "priority": row.get("priority", "Medium"),
        "labels": row.get("labels", []),
        "components": row.get("components", []),
        "assignee": colleague(row["assignee"]).jira if "assignee" in row else None,
        "reporter": reporter,
        "creator": reporter,
        "status": row.get("status", "To Do"),
        "resolution": row.get("resolution", "Done") if row.get("status") == "Done" else None,
        "resolved": done[-1] if done else None,
        "duedate": row.get("due"),
        "flagged": row.get("flagged", []),
        "parent": row.get("parent"),
        "links": [{"id": str(60_000 + number * 20 + place), **one} for place, one in enumerate(row.get("links", []))],
        "created": stamp(created),
        "updated": max(moments),
        "comments": comments,
        "changelog": changelog,
        "properties": {},
    }


def _comment(number: int, place: int, who: str, when: str, text: str) -> Payload:
    author, moment = colleague(who).jira, stamp(_moment(when, number + place))
    return {
        "id": str(50_000 + number * 20 + place),
        "author": author,
        "body": adf.document(text),
        "created": moment,
        "updated": moment,
        "properties": [],
    }


def _history(row: Payload, number: int) -> Iterator[Payload]:
    """The changelog, oldest first: triage, start of work, end of work."""
    steps = [("triaged", list(_triage(row))), ("started", [_item("status", "To Do", "In Progress")])]
    if row.get("status") == "Waiting for customer":
        steps.append(("waiting", [_item("status", "In Progress", "Waiting for customer")]))
    if row.get("status") == "Done":
        resolution = _item("resolution", None, row.get("resolution", "Done"))
        steps.append(("done", [_item("status", "In Progress" if "started" in row else "To Do", "Done"), resolution]))
    for place, (step, items) in enumerate(steps):
        if step in row and items:
            who, when = row[step].split()
            moment = stamp(_moment(when, number + 7 * place))
            yield {"id": str(80_000 + number * 20 + place), "author": colleague(who).jira, "created": moment, "items": items}


def _triage(row: Payload) -> Iterator[Payload]:
    if row.get("type", "Task") != "Task":
        yield _item("issuetype", "Task", row["type"])
    if row.get("priority", "Medium") != "Medium":
        yield _item("priority", "Medium", row["priority"])
    if row.get("labels"):
        yield _item("labels", "", " ".join(row["labels"]))
    for component in row.get("components", []):
        yield _item("Component", None, component)
    if "assignee" in row:
        yield _item("assignee", None, row["assignee"])


def _item(name: str, before: str | None, after: str | None) -> Payload:
    if name == "assignee" and after is not None:
        return {"field": name, "from": None, "fromString": None, "to": colleague(after).jira, "toString": colleague(after).name}
    return {"field": name, "from": before, "fromString": before, "to": after, "toString": after}


def _moment(text: str, salt: int) -> datetime:
    """People do not click on the full minute: the row's number decides the seconds."""
    odd = timedelta(seconds=salt * 37 % 60, milliseconds=salt * 389 % 1000)
    return datetime.fromisoformat(text).replace(tzinfo=UTC) + odd
