"""The steps of a workflow that are open to an issue right now, and the one that a draft takes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.connectors.jira.records import MARK, body_of, mark, moment
from handlers.errors import Invalid
from handlers.models import Draft, Ref

ASKED = {"expand": "transitions.fields"}
"""Parameter that shows the fields of the screen of a step, too."""


@dataclass(frozen=True, slots=True)
class Step:
    """A way to a status. `screen` are the fields that can be set on the way, by their ids; `required` those that must be, with their names."""

    id: str
    name: str
    status: Ref
    screen: frozenset[str]
    required: Mapping[str, str]


def step(payload: Mapping[str, Any]) -> Step:
    """A step in our words. Raises Invalid naming what is missing."""
    try:
        fields, to = payload.get("fields") or {}, payload["to"]
        required = {
            name: str(one.get("name") or name)
            for name, one in fields.items()
            if one["required"] and not one.get("hasDefaultValue")
        }
        return Step(str(payload["id"]), str(payload["name"]), Ref(str(to["id"]), str(to["name"])), frozenset(fields), required)
    except (KeyError, TypeError, AttributeError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot read the steps of this issue.") from missing


def chosen(steps: Sequence[Step], draft: Draft) -> Step:
    """The step that leads to the status of a draft. Raises Invalid with what is in the way."""
    wanted = next(change.after for change in draft.changes if change.field == "status")
    if not isinstance(wanted, Ref):
        raise Invalid("The bot does not write this into the field status in Jira.")
    open_to = [one for one in steps if one.status.id == wanted.id]
    if not open_to:
        others = ", ".join(dict.fromkeys(one.status.label for one in steps)) or "nowhere"
        raise Invalid(f"Jira has no step from here to {wanted.label}; from here it goes to: {others}.")
    troubles = {one.id: trouble(one, draft) for one in open_to}
    for one in open_to:
        if not troubles[one.id]:
            return one
    raise Invalid(troubles[open_to[0].id])


def trouble(one: Step, draft: Draft) -> str:
    """Why a step cannot be taken with what the draft holds; empty when it can."""
    given = set(sent(draft))
    if lacking := [name for field, name in one.required.items() if field not in given]:
        return f"Jira's step {one.name} to {one.status.label} wants {', '.join(lacking)}. Take it in Jira itself."
    if strange := sorted(given - one.screen):
        return f"Jira's step {one.name} to {one.status.label} does not take {', '.join(strange)}. Make two drafts of it."
    return ""


def sent(draft: Draft) -> Iterable[str]:
    """The fields that go along with the change of status, under Jira's names."""
    body = body_of(change for change in draft.changes if change.field != "status")
    return (*body.get("fields", {}), *body.get("update", {}))


def body(one: Step, draft: Draft) -> dict[str, Any]:
    """The body of the step: what stands on its screen and our mark, in one call."""
    more = body_of(change for change in draft.changes if change.field != "status")
    return {"transition": {"id": one.id}, **more, "properties": [{"key": MARK, "value": mark(draft)}]}


def is_taken(histories: Iterable[Mapping[str, Any]], draft: Draft, account: str) -> bool:
    """Whether this account has set the draft's status since the version that the draft was made from.

    Raises Invalid naming what an entry of the history lacks.
    """
    wanted = next((change.after for change in draft.changes if change.field == "status"), None)
    if not isinstance(wanted, Ref):
        return False
    try:
        return any(
            item.get("field") == "status" and (item.get("to") == wanted.id or item.get("toString") == wanted.label)
            for entry in histories
            if (entry.get("author") or {}).get("accountId") == account and moment(entry["created"]) > moment(draft.record.version)
            for item in entry["items"]
        )
    except (KeyError, TypeError, AttributeError, ValueError) as missing:
        raise Invalid(f"Jira's answer has no usable {missing}; the bot cannot read the history of this issue.") from missing
