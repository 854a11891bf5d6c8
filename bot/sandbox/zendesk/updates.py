"""One write to a ticket: checks what Zendesk checks, moves `updated_at`, adds comment and audit."""

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sandbox.models import Clock, Payload, Refusal
from bot.sandbox.zendesk.catalogue import BOT_ID, GROUPS, ORGANIZATIONS, PRIORITIES, STATUSES, TYPES, USERS, user_named
from bot.sandbox.zendesk.seed import stamp

SETTABLE = (
    "subject",
    "status",
    "priority",
    "type",
    "tags",
    "assignee_id",
    "group_id",
    "requester_id",
    "organization_id",
    "external_id",
    "due_at",
    "problem_id",
)
"""What a write may set. Zendesk passes over attributes that it does not know, and so do we."""

_ENUMS = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}
_TABLES: dict[str, Mapping[int, object]] = {"group_id": GROUPS, "requester_id": USERS, "organization_id": ORGANIZATIONS}


def invalid(field: str, sentence: str) -> Refusal:
    """A refusal in Zendesk's shape for one bad value."""
    details = {field: [{"description": sentence, "error": "InvalidValue"}]}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def later(record: Payload, clock: Clock) -> str:
    """The time of a write. Zendesk counts whole seconds; a write within the same second is dated one later, so a guard sees it."""
    last = datetime.fromisoformat(record["updated_at"])
    return max(stamp(clock()), stamp(last + timedelta(seconds=1)))


def values_of(given: Payload) -> Payload:
    """The settable attributes of a ticket object, checked; 422 for a value that Zendesk would refuse."""
    values = {name: given[name] for name in SETTABLE if name in given}
    for name, value in values.items():
        _check(name, value)
    if "assignee_email" in given:
        try:
            values["assignee_id"] = user_named(str(given["assignee_email"])).id
        except KeyError:
            raise invalid("assignee_email", f"Assignee email: {given['assignee_email']} is not an agent") from None
        _check("assignee_id", values["assignee_id"])
    if "tags" in values:
        values["tags"] = sorted({tag.lower() for tag in values["tags"]})
    return values


def _check(name: str, value: object) -> None:
    title = name.removesuffix("_id").replace("_", " ").capitalize()
    if name in _ENUMS:
        nothing = value is None and name != "status"
        if not nothing and value not in _ENUMS[name]:
            raise invalid(name, f"{title}: {value} is not one of {', '.join(_ENUMS[name])}")
    elif name == "tags":
        if not isinstance(value, list) or not all(isinstance(tag, str) and tag and not tag.count(" ") for tag in value):
            raise invalid(name, "Tags: must be a list of words without spaces")
    elif name == "subject":
        if not isinstance(value, str) or not value.strip():
            raise invalid(name, "Subject: cannot be blank")
    elif name == "assignee_id":
        if value is not None and (not isinstance(value, int) or value not in USERS or not USERS[value].agent):
            raise invalid(name, f"Assignee: {value} is not an agent")
    elif name in _TABLES and value is not None and (not isinstance(value, int) or value not in _TABLES[name]):
        raise invalid(name, f"{title}: {value} is invalid")


def updated(
    record: Payload, values: Payload, comment: object, author: int, clock: Clock, *, custom: Payload | None = None
) -> Payload:
    """The ticket after one update, with its audit last; 422 when the result would not hold together.

    `custom` is what the request says of itself: it stands in the metadata of the audit and nowhere else.
    """
    if record["status"] == "closed":
        raise invalid("status", "Status: closed prevents ticket update")
    after = copy.deepcopy(record)
    after.update(copy.deepcopy(values))
    _settle(after, values)
    after["updated_at"] = later(record, clock)
    audit = max([one["id"] for one in record["audits"]], default=record["id"] * 1000 + 499) + 1
    events = [
        _event(audit, place, name, record[name], after[name])
        for place, name in enumerate(SETTABLE)
        if record[name] != after[name]
    ]
    if comment is not None:
        said = _comment(after, comment, author, audit)
        after["comments"].append(said)
        events.append(
            {
                "id": audit * 100 + 99,
                "type": "Comment",
                "author_id": said["author_id"],
                "body": said["body"],
                "public": said["public"],
            },
        )
    after["audits"].append(
        {"id": audit, "author_id": author, "created_at": after["updated_at"], "events": events, "custom": custom or {}}
    )
    return after


def _settle(after: Payload, values: Payload) -> None:
    """What Zendesk sets by itself, and what must fit together."""
    group = after["group_id"]
    if "assignee_id" in values and after["assignee_id"] is not None:
        homes = [one.id for one in GROUPS.values() if after["assignee_id"] in one.members]
        if group not in homes:
            if "group_id" in values or not homes:
                raise invalid("assignee_id", "Assignee: is not a member of the group")
            after["group_id"] = homes[0]
    elif "group_id" in values and group is not None and after["assignee_id"] not in GROUPS[group].members:
        after["assignee_id"] = None
    if after["status"] == "new" and after["assignee_id"] is not None:
        after["status"] = "open"
    if after["status"] in ("solved", "closed") and after["assignee_id"] is None:
        raise invalid("assignee", "Assignee: is required when solving a ticket")


def _event(audit: int, place: int, name: str, before: object, after: object) -> Payload:
    shown = [value if isinstance(value, list) or value is None else str(value) for value in (before, after)]
    return {"id": audit * 100 + place, "type": "Change", "field_name": name, "previous_value": shown[0], "value": shown[1]}


def _comment(after: Payload, given: object, author: int, audit: int) -> Payload:
    """A new comment; public unless it says otherwise, as at Zendesk."""
    if not isinstance(given, dict):
        raise invalid("comment", "Comment: must be an object")
    text = given.get("body") or given.get("html_body")
    if not isinstance(text, str) or not text.strip():
        raise invalid("comment", "Comment: cannot be empty")
    public = given.get("public", True)
    if not isinstance(public, bool):
        raise invalid("comment", "Comment: public must be true or false")
    writer = given.get("author_id", author)
    if not isinstance(writer, int) or writer not in USERS:
        raise invalid("comment", f"Comment: author {writer} is invalid")
    number = max([one["id"] for one in after["comments"]], default=after["id"] * 1000 - 1) + 1
    said = {
        "id": number,
        "author_id": writer,
        "body": text,
        "public": public,
        "created_at": after["updated_at"],
        "audit_id": audit,
    }
    return said | ({"html_body": given["html_body"]} if "html_body" in given else {})


def created(given: Payload, records: Mapping[str, Payload], clock: Clock) -> Payload:
    """A new ticket. The requester is the API account, or somebody the account knows by id or e-mail address."""
    comment = given.get("comment") or ({"body": given["description"]} if given.get("description") else None)
    if comment is None:
        raise invalid("base", "Description: cannot be blank")
    values = values_of(given)
    requester = values.get("requester_id", BOT_ID)
    if isinstance(given.get("requester"), dict):
        requester = _requester(given["requester"].get("email"))
    number = max(int(key) for key in records) + 1
    now = stamp(clock())
    blank: Payload = dict.fromkeys(SETTABLE) | {"id": number, "status": "new", "tags": [], "channel": "api", "idempotency": None}
    blank |= {"requester_id": requester, "submitter_id": BOT_ID, "organization_id": USERS[requester].organization}
    blank |= {"created_at": now, "updated_at": stamp(clock() - timedelta(seconds=1)), "comments": [], "audits": []}
    after = updated(blank, values | {"subject": values.get("subject")}, comment, BOT_ID, clock)
    after["comments"][0]["author_id"] = comment.get("author_id", requester) if isinstance(comment, dict) else requester
    after["description"] = after["comments"][0]["body"]
    after["subject"] = after["subject"] or after["description"][:150]
    return after


def _requester(email: object) -> int:
    try:
        return user_named(str(email)).id
    except KeyError:
        raise invalid("requester", f"Requester: {email} is no user of this sandbox") from None
