"""What can be set on the way from one status to another, and what has to be."""

from bot.sandbox.jira import shapes
from bot.sandbox.jira.catalogue import RESOLUTIONS, Transition
from bot.sandbox.jira.fields import refuse
from bot.sandbox.models import Payload


def fields(base: str, step: Transition) -> Payload:
    """The fields of a step's screen, as a caller who asks for them sees them."""
    return {name: _field(base, name, is_required=name in step.required) for name in step.screen}


def check(step: Transition, given: Payload, update: Payload) -> None:
    """Refuse a step that lacks a field which its screen wants, or comes with one that is not there."""
    touched = given.keys() | update.keys()
    if strange := sorted(touched - {*step.screen}):
        sentence = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
        raise refuse({name: sentence.format(name) for name in strange})
    if lacking := [name for name in step.required if name not in touched or given.get(name, 1) is None]:
        raise refuse({name: f"{shapes.FIELDS[name][0]} is required." for name in lacking})


def _field(base: str, name: str, *, is_required: bool) -> Payload:
    title, kind = shapes.FIELDS[name]
    shown: Payload = {
        "key": name,
        "name": title,
        "required": is_required,
        "hasDefaultValue": False,
        "operations": ["add"] if name == "comment" else ["set"],
        "schema": {"type": kind.partition(":")[0], "system": name},
    }
    return shown | (
        {"allowedValues": [shapes.resolution(base, one) for one in RESOLUTIONS.values()]} if name == "resolution" else {}
    )
