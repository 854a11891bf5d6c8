"""The tickets of the sample company: a hand-written table -> records with comments and audits."""

import json
from datetime import UTC, datetime, timedelta

from bot.sandbox.company import ROOM
from bot.sandbox.models import Payload
from bot.sandbox.zendesk.catalogue import group_named, user_named


def tickets() -> dict[str, Payload]:
    """Every seed ticket by id, in the shape that `Zendesk.records` keeps."""
    rows = json.loads((ROOM / "zendesk" / "tickets.json").read_text(encoding="utf-8"))
    return {str(row["id"]): _record(row) for row in rows}


def stamp(moment: datetime) -> str:
    """A moment as Zendesk writes it: whole seconds, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _record(row: Payload) -> Payload:
    """A table row -> a record. Each entry of the thread is `who when public|note text`."""
    number, requester = row["id"], user_named(row["from"])
    assignee = user_named(row["assignee"]) if "assignee" in row else None
    created = _moment(row["created"], number)
    comments = [_comment(number, 0, requester.id, created, row["text"], public=True)]
    for place, entry in enumerate(row.get("thread", []), start=1):
        who, when, kind, text = entry.split(" ", 3)
        said = _moment(when, number + place)
        comments.append(_comment(number, place, user_named(who).id, said, text, public=kind == "public"))
    return {
        "id": number,
        "subject": row["subject"],
        "description": row["text"],
        "status": row.get("status", "new"),
        "priority": row.get("priority"),
        "type": row.get("type"),
        "tags": row.get("tags", []),
        "requester_id": requester.id,
        "submitter_id": requester.id,
        "assignee_id": assignee.id if assignee else None,
        "group_id": group_named(row["group"]).id if "group" in row else None,
        "organization_id": requester.organization,
        "external_id": None,
        "due_at": None,
        "problem_id": None,
        "channel": row.get("channel", "email"),
        "created_at": stamp(created),
        "updated_at": comments[-1]["created_at"],
        "comments": comments,
        "audits": [_audit(place, comment, row) for place, comment in enumerate(comments)],
        "idempotency": None,
    }


def _comment(number: int, place: int, author: int, moment: datetime, text: str, *, public: bool) -> Payload:
    return {
        "id": number * 1000 + place,
        "author_id": author,
        "body": text,
        "public": public,
        "created_at": stamp(moment),
        "audit_id": number * 1000 + 500 + place,
    }


def _audit(place: int, comment: Payload, row: Payload) -> Payload:
    """The audit of one entry of the thread. The first made the ticket; the second tells what the first agent set."""
    first_id = comment["audit_id"] * 10
    events: list[Payload] = [{"id": first_id, "type": "Comment", "author_id": comment["author_id"]}]
    events[0] |= {"body": comment["body"], "public": comment["public"]}
    if place == 0:
        events.append({"id": first_id + 1, "type": "Create", "field_name": "subject", "value": row["subject"]})
    if place == 1 and "group" in row:
        for extra, (name, before, after) in enumerate(_routing(row), start=1):
            change = {"id": first_id + extra, "type": "Change", "field_name": name, "previous_value": before, "value": after}
            events.append(change)
    return {"id": comment["audit_id"], "author_id": comment["author_id"], "created_at": comment["created_at"], "events": events}


def _routing(row: Payload) -> list[tuple[str, str | None, str]]:
    changes: list[tuple[str, str | None, str]] = [("group_id", None, str(group_named(row["group"]).id))]
    if "assignee" in row:
        changes.append(("assignee_id", None, str(user_named(row["assignee"]).id)))
    changes.append(("status", "new", "open"))
    return [*changes, ("priority", None, row["priority"])] if row.get("priority") else changes


def _moment(text: str, salt: int) -> datetime:
    """Nobody writes on the full minute: the ticket's number decides the seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(seconds=salt * 41 % 60)
