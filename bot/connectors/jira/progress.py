"""The issues of a project as time sees them: what is asked for, and payload -> Record with its dates and what it waits for. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.connectors.jira import records
from bot.connectors.jira.jql import Ago, All, Condition, Where
from bot.connectors.jira.records import moment
from handlers.errors import Invalid
from handlers.models import Record, Ref, Value

ASKED = (*records.ASKED, "created", "resolutiondate", "duedate", "issuelinks", "statuscategorychangedate", "parent")
MOST_URGENT_FIRST, LATEST_FIRST = ("priority DESC", "updated"), ("updated DESC",)
"""Of open issues the urgent ones that nobody has touched for longest come first, so these are not lost where a list is cut."""
BLOCKS = "Blocks"
"""The type of link by which one issue waits for another, under the name that every new site has it."""
FLAG, TICKS = "Flagged", ":multicheckboxes"
"""The name and the end of the type of the field behind "Add flag"; its id is another one on every site."""
DAY = 24 * 60
"""Minutes."""


def still_open(project: str) -> Where:
    """The issues of a project that are not done."""
    return All((Condition("project", "=", records.project(project)), Condition("statusCategory", "!=", "Done")))


def done_lately(project: str, days: int) -> Where:
    """Those that are done and were touched within so many days: all that were finished then are among them."""
    done = Condition("statusCategory", "=", "Done")
    return All((Condition("project", "=", records.project(project)), done, Condition("updated", ">=", Ago(days * DAY))))


def flags(fields: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The ids of the fields in which a site's boards keep their flag: custom ones, and named so by Jira itself. A site may have none."""
    return tuple(
        str(one["id"])
        for one in fields
        if FLAG in (one.get("name"), one.get("untranslatedName")) and str((one.get("schema") or {}).get("custom")).endswith(TICKS)
    )


def issue(payload: Mapping[str, Any], *, site: str, flags: Sequence[str] = ()) -> Record:
    """An issue with the fields that the port Tracker names; `flags` are the ids of the flag's field. Raises Invalid naming what is missing."""
    found = records.issue(payload, site=site)
    try:
        fields = payload["fields"]
        category = records.category(payload)
        moved = fields.get("statuscategorychangedate") or fields["created"]
        held: dict[str, Value] = {
            "category": category,
            "created": moment(fields["created"]).isoformat(),
            "updated": moment(fields["updated"]).isoformat(),
            "moved": moment(moved).isoformat(),
            "finished": moment(fields.get("resolutiondate") or moved).isoformat() if category == "done" else "",
            "due": str(fields.get("duedate") or ""),
            "flagged": tuple(Ref(str(one["id"]), str(one["value"])) for name in flags for one in fields.get(name) or ()),
            "epic": epic(fields.get("parent")),
            "waits_for": tuple(filter(None, (blocker(link) for link in fields.get("issuelinks") or ()))),
        }
    except (KeyError, TypeError, AttributeError, ValueError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot read this project.") from missing
    return replace(found, fields={**found.fields, **held})


def epic(parent: Mapping[str, Any] | None) -> Ref | None:
    """The epic that an issue belongs to: its parent, where that is of a level above issues."""
    told = (parent or {}).get("fields") or {}
    if not parent or int((told.get("issuetype") or {}).get("hierarchyLevel") or 0) < 1:
        return None
    return Ref(str(parent["key"]), str(told.get("summary") or parent["key"]))


def blocker(link: Mapping[str, Any]) -> Ref | None:
    """The issue that blocks this one by a link and is not done; None where none does."""
    other = link.get("inwardIssue")
    if other is None or link["type"]["name"] != BLOCKS or records.category(other) == "done":
        return None
    return Ref(str(other["key"]), str(other["key"]))
