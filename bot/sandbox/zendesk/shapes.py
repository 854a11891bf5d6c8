"""A record -> the JSON that Zendesk answers."""

import html
from datetime import UTC, datetime

from bot.sandbox.models import Payload
from bot.sandbox.zendesk.catalogue import BIRTH, GROUPS, PRIORITIES, STATUSES, TYPES, Group, Organization, User

_PLAIN = (
    "id",
    "external_id",
    "created_at",
    "updated_at",
    "type",
    "subject",
    "description",
    "priority",
    "status",
    "requester_id",
    "submitter_id",
    "assignee_id",
    "organization_id",
    "group_id",
    "problem_id",
    "due_at",
    "tags",
)

FIELDS = (
    (7001, "subject", "Subject", ()),
    (7002, "description", "Description", ()),
    (7003, "status", "Status", STATUSES),
    (7004, "tickettype", "Type", TYPES),
    (7005, "priority", "Priority", PRIORITIES),
    (7006, "group", "Group", ()),
    (7007, "assignee", "Assignee", ()),
)


def ticket(base: str, record: Payload) -> Payload:
    """A ticket."""
    return {name: record[name] for name in _PLAIN} | {
        "url": f"{base}/api/v2/tickets/{record['id']}.json",
        "raw_subject": record["subject"],
        "via": via(record["channel"]),
        "recipient": None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "has_incidents": False,
        "is_public": any(comment["public"] for comment in record["comments"]),
        "custom_fields": [],
        "custom_status_id": 9001 + STATUSES.index(record["status"]),
        "satisfaction_rating": {"score": "unoffered"},
        "sharing_agreement_ids": [],
        "followup_ids": [],
        "ticket_form_id": 8001,
        "brand_id": 8101,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
        "generated_timestamp": seconds(record["updated_at"]),
    }


def via(channel: str) -> Payload:
    """Where something came from."""
    return {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}}


def comment(record: Payload, one: Payload) -> Payload:
    """A comment of a ticket."""
    markup = "".join(f"<p>{html.escape(part)}</p>" for part in one["body"].split("\n\n"))
    return {
        "id": one["id"],
        "type": "Comment",
        "author_id": one["author_id"],
        "body": one["body"],
        "html_body": one.get("html_body") or f'<div class="zd-comment">{markup}</div>',
        "plain_body": one["body"],
        "public": one["public"],
        "attachments": [],
        "audit_id": one["audit_id"],
        "via": via(record["channel"]),
        "created_at": one["created_at"],
        "metadata": {"system": {}, "custom": {}},
    }


def audit(record: Payload, one: Payload) -> Payload:
    """An audit of a ticket: what one update did."""
    return {
        "id": one["id"],
        "ticket_id": record["id"],
        "created_at": one["created_at"],
        "author_id": one["author_id"],
        "metadata": {"system": {}, "custom": one.get("custom", {})},
        "events": one["events"],
        "via": via(record["channel"]),
    }


def user(base: str, one: User) -> Payload:
    """An agent or a customer."""
    shown: Payload = {
        "id": one.id,
        "url": f"{base}/api/v2/users/{one.id}.json",
        "name": one.name,
        "email": one.email,
        "role": one.role,
        "phone": one.phone,
        "organization_id": one.organization,
        "locale": one.locale,
        "time_zone": "London",
        "iana_time_zone": "Europe/London",
        "created_at": BIRTH,
        "updated_at": BIRTH,
        "active": True,
        "verified": True,
        "suspended": False,
        "shared": False,
        "tags": [],
        "external_id": None,
        "photo": None,
    }
    groups = [group.id for group in GROUPS.values() if one.id in group.members]
    return shown | ({"default_group_id": groups[0]} if groups else {})


def group(base: str, one: Group) -> Payload:
    """A group of agents."""
    return {
        "id": one.id,
        "url": f"{base}/api/v2/groups/{one.id}.json",
        "name": one.name,
        "description": one.description,
        "default": one.name == "Technical",
        "deleted": False,
        "is_public": True,
        "created_at": BIRTH,
        "updated_at": BIRTH,
    }


def organization(base: str, one: Organization) -> Payload:
    """A customer's company."""
    return {
        "id": one.id,
        "url": f"{base}/api/v2/organizations/{one.id}.json",
        "name": one.name,
        "domain_names": [one.domain],
        "tags": list(one.tags),
        "notes": one.notes,
        "details": None,
        "external_id": None,
        "group_id": None,
        "shared_tickets": False,
        "shared_comments": False,
        "organization_fields": {},
        "created_at": BIRTH,
        "updated_at": BIRTH,
    }


def ticket_field(base: str, number: int, kind: str, title: str, options: tuple[str, ...]) -> Payload:
    """A field of the ticket form."""
    shown: Payload = {
        "id": number,
        "url": f"{base}/api/v2/ticket_fields/{number}.json",
        "type": kind,
        "title": title,
        "raw_title": title,
        "description": title,
        "active": True,
        "required": kind in ("subject", "description"),
        "removable": False,
        "position": number - 7001,
        "tag": None,
        "created_at": BIRTH,
        "updated_at": BIRTH,
    }
    return shown | ({"system_field_options": [{"name": one.capitalize(), "value": one} for one in options]} if options else {})


def seconds(text: str) -> int:
    """A moment in Zendesk's writing as seconds since 1970; ValueError for anything else. Without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
