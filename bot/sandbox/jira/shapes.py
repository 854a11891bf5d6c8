"""A record -> the JSON that Jira answers."""

from collections.abc import Mapping

from bot.sandbox.jira import adf
from bot.sandbox.jira.catalogue import (
    ACCOUNTS,
    CATEGORIES,
    DEFAULT_PRIORITY,
    EPIC,
    FLAG,
    LINK,
    PRIORITIES,
    PROJECTS,
    RESOLUTIONS,
    STATUSES,
    TRANSITIONS,
    TYPES,
    Project,
    Transition,
    key_of,
    status_id,
    type_id,
)
from bot.sandbox.jira.changes import category_changed
from bot.sandbox.models import Payload

FIELDS = {
    "summary": ("Summary", "string"),
    "issuetype": ("Issue Type", "issuetype"),
    "project": ("Project", "project"),
    "description": ("Description", "string"),
    "environment": ("Environment", "string"),
    "priority": ("Priority", "priority"),
    "labels": ("Labels", "array:string"),
    "components": ("Components", "array:component"),
    "assignee": ("Assignee", "user"),
    "reporter": ("Reporter", "user"),
    "creator": ("Creator", "user"),
    "status": ("Status", "status"),
    "resolution": ("Resolution", "resolution"),
    "resolutiondate": ("Resolved", "datetime"),
    "duedate": ("Due date", "date"),
    "parent": ("Parent", "issuelink"),
    "issuelinks": ("Linked Issues", "array:issuelinks"),
    "statuscategorychangedate": ("Status Category Changed", "datetime"),
    "created": ("Created", "datetime"),
    "updated": ("Updated", "datetime"),
    "comment": ("Comment", "comments-page"),
    FLAG[0]: (FLAG[1], "array:option"),
}
"""Every field by id: name and type ("array:x" is a list of x)."""


def user(base: str, account: str | None) -> Payload | None:
    """An account as it appears in fields and in user searches."""
    if account is None:
        return None
    known = ACCOUNTS[account]
    return {
        "self": f"{base}/rest/api/3/user?accountId={known.id}",
        "accountId": known.id,
        "accountType": known.kind,
        "emailAddress": known.email,
        "displayName": known.name,
        "active": True,
        "timeZone": "Europe/Stockholm",
        "avatarUrls": {size: f"{base}/avatar/{known.id}/{size}" for size in ("48x48", "24x24", "16x16", "32x32")},
    }


def issue_type(base: str, name: str) -> Payload:
    """An issue type."""
    number = type_id(name)
    return {
        "self": f"{base}/rest/api/3/issuetype/{number}",
        "id": number,
        "name": name,
        "description": TYPES[number][1],
        "subtask": False,
        "hierarchyLevel": 1 if number == EPIC else 0,
    }


def priority(base: str, name: str) -> Payload:
    """A priority."""
    number = key_of(PRIORITIES, name)
    return {"self": f"{base}/rest/api/3/priority/{number}", "id": number, "name": name, "iconUrl": f"{base}/images/{number}.svg"}


def priority_details(base: str, name: str) -> Payload:
    """A priority as the list of priorities shows it."""
    details = {
        "description": f"Harbourlight's {name.lower()} priority.",
        "isDefault": name == DEFAULT_PRIORITY,
        "statusColor": "#5c6b73",
    }
    return priority(base, name) | details


def status(base: str, name: str) -> Payload:
    """A status with its category."""
    number = status_id(name)
    key = STATUSES[number][1]
    category, title, colour = CATEGORIES[key]
    return {
        "self": f"{base}/rest/api/3/status/{number}",
        "id": number,
        "name": name,
        "description": "",
        "iconUrl": f"{base}/images/status/{number}.svg",
        "statusCategory": {
            "self": f"{base}/rest/api/3/statuscategory/{category}",
            "id": category,
            "key": key,
            "colorName": colour,
            "name": title,
        },
    }


def component(base: str, project: Project, name: str) -> Payload:
    """A component of a project."""
    number = key_of(project.components, name)
    return {"self": f"{base}/rest/api/3/component/{number}", "id": number, "name": name}


def project_reference(base: str, project: Project) -> Payload:
    """A project as a field shows it."""
    return {
        "self": f"{base}/rest/api/3/project/{project.id}",
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "projectTypeKey": "software",
        "simplified": False,
    }


def resolution(base: str, name: str | None) -> Payload | None:
    """How an issue ended."""
    if name is None:
        return None
    number = key_of(RESOLUTIONS, name)
    return {"self": f"{base}/rest/api/3/resolution/{number}", "id": number, "name": name, "description": ""}


def comment(base: str, record: Payload, one: Payload, *, properties: bool = False) -> Payload:
    """A comment; its properties only when they were asked for."""
    shown = {
        "self": f"{base}/rest/api/3/issue/{record['id']}/comment/{one['id']}",
        "id": one["id"],
        "author": user(base, one["author"]),
        "body": one["body"],
        "updateAuthor": user(base, one["author"]),
        "created": one["created"],
        "updated": one["updated"],
        "jsdPublic": one.get("public", True),
        **({"visibility": one["visibility"]} if "visibility" in one else {}),
    }
    return shown | ({"properties": one["properties"]} if properties else {})


def link(base: str, one: Payload, others: Mapping[str, Payload]) -> Payload:
    """A link to another issue, as the issue at one of its ends shows it."""
    number, name, inward, outward = LINK
    end, other = ("inwardIssue", one["inward"]) if "inward" in one else ("outwardIssue", one["outward"])
    linked = brief(base, others[other])
    kind = {"id": number, "name": name, "inward": inward, "outward": outward, "self": f"{base}/rest/api/3/issueLinkType/{number}"}
    return {"id": one["id"], "self": f"{base}/rest/api/3/issueLink/{one['id']}", "type": kind, end: linked}


def flags(base: str, record: Payload) -> list[Payload] | None:
    """What is ticked in the field of the board's flag; None where nothing is."""
    ticked = record.get("flagged") or ()
    numbers = {name: number for number, name in FLAG[2].items()}
    return [
        {"self": f"{base}/rest/api/3/customFieldOption/{numbers[name]}", "value": name, "id": numbers[name]} for name in ticked
    ] or None


def brief(base: str, there: Payload) -> Payload:
    """An issue as another one shows it."""
    about = {
        "summary": there["summary"],
        "status": status(base, there["status"]),
        "priority": priority(base, there["priority"]),
        "issuetype": issue_type(base, there["type"]),
    }
    return {"id": there["id"], "key": there["key"], "self": f"{base}/rest/api/3/issue/{there['id']}", "fields": about}


def fields(base: str, record: Payload, others: Mapping[str, Payload]) -> Payload:
    """Every field of an issue. `others` are the issues that it may be linked to, by key."""
    project = PROJECTS[record["project"]]
    comments = [comment(base, record, one) for one in record["comments"]]
    return {
        "summary": record["summary"],
        "issuetype": issue_type(base, record["type"]),
        "project": project_reference(base, project),
        "description": record["description"],
        "environment": record["environment"],
        "priority": priority(base, record["priority"]),
        "labels": record["labels"],
        "components": [component(base, project, name) for name in record["components"]],
        "assignee": user(base, record["assignee"]),
        "reporter": user(base, record["reporter"]),
        "creator": user(base, record["creator"]),
        "status": status(base, record["status"]),
        "resolution": resolution(base, record["resolution"]),
        "resolutiondate": record["resolved"],
        "duedate": record["duedate"],
        "issuelinks": [
            link(base, one, others) for one in record.get("links", ()) if one.get("inward", one.get("outward")) in others
        ],
        "statuscategorychangedate": category_changed(record),
        "created": record["created"],
        "updated": record["updated"],
        "comment": {"comments": comments, "maxResults": len(comments), "startAt": 0, "total": len(comments)},
        FLAG[0]: flags(base, record),
        **({"parent": brief(base, others[record["parent"]])} if record.get("parent") in others else {}),
    }


def history(base: str, entry: Payload) -> Payload:
    """One entry of the changelog."""
    items = [{"fieldtype": "jira", "fieldId": _field_id(item["field"]), **item} for item in entry["items"]]
    return {"id": entry["id"], "author": user(base, entry["author"]), "created": entry["created"], "items": items}


def transition(base: str, one: Transition) -> Payload:
    """A transition that is open from the issue's present status."""
    return {
        "id": one.id,
        "name": one.name,
        "to": status(base, one.target),
        "hasScreen": bool(one.screen),
        "isGlobal": False,
        "isInitial": False,
        "isConditional": False,
        "isAvailable": True,
    }


def transitions(base: str, record: Payload) -> list[Payload]:
    """Every transition that is open now."""
    return [transition(base, one) for one in TRANSITIONS if record["status"] in one.sources]


def issue(
    base: str,
    record: Payload,
    wanted: tuple[str, ...],
    expand: tuple[str, ...],
    properties: tuple[str, ...],
    *,
    others: Mapping[str, Payload],
) -> Payload:
    """An issue with the fields, expansions and properties that were asked for."""
    every = fields(base, record, others)
    chosen = _chosen(wanted)
    head = {"id": record["id"], "key": record["key"], "self": f"{base}/rest/api/3/issue/{record['id']}"}
    shown: Payload = {"expand": "renderedFields,names,schema,operations,editmeta,changelog,transitions"} | head
    picked = {name: value for name, value in every.items() if name in chosen}
    if picked:
        shown["fields"] = picked
    if "names" in expand:
        shown["names"] = {name: FIELDS[name][0] for name in picked}
    if "renderedFields" in expand:
        shown["renderedFields"] = {"description": f"<p>{adf.text(record['description'])}</p>"}
    if "transitions" in expand:
        shown["transitions"] = transitions(base, record)
    if "changelog" in expand:
        entries = [history(base, entry) for entry in reversed(record["changelog"])]
        shown["changelog"] = {"startAt": 0, "maxResults": len(entries), "total": len(entries), "histories": entries}
    if properties:
        every_property = "*all" in properties
        shown["properties"] = {key: value for key, value in record["properties"].items() if every_property or key in properties}
    return shown


def _chosen(wanted: tuple[str, ...]) -> set[str]:
    """The field ids of a `fields` parameter: names, *all, *navigable, and -name to leave one out."""
    chosen: set[str] = set()
    if not wanted or any(name.startswith("-") for name in wanted[:1]):
        chosen |= set(FIELDS)
    for name in wanted:
        if name in ("*all", "*navigable"):
            chosen |= set(FIELDS) - ({"comment"} if name == "*navigable" else set())
        elif name.startswith("-"):
            chosen.discard(name[1:])
        else:
            chosen.add(name)
    return chosen


def _field_id(name: str) -> str:
    return {"Component": "components"}.get(name, name)
