"""What a caller may set on an issue: checks every value as Jira does, and turns it into the record's."""

from collections.abc import Callable, Iterable

from bot.sandbox.jira import adf
from bot.sandbox.jira.catalogue import ACCOUNTS, PRIORITIES, PROJECTS, TYPES, Project
from bot.sandbox.models import Payload, Refusal

LONGEST_SUMMARY = 255
SETTABLE = (
    "summary",
    "issuetype",
    "description",
    "environment",
    "priority",
    "labels",
    "components",
    "assignee",
    "reporter",
    "duedate",
)
NOT_A_DOCUMENT = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


class Wrong(Exception):
    """One field's value is refused; the message is what Jira says about it."""


def refuse(errors: dict[str, str] | None = None, *messages: str, status: int = 400) -> Refusal:
    """A refusal in Jira's shape."""
    return Refusal(status, {"errorMessages": list(messages), "errors": errors or {}})


def checked(project: Project, given: Payload) -> Payload:
    """The record's values of these fields; Refusal with one message per field that Jira would not take."""
    values: Payload = {}
    errors: dict[str, str] = {}
    for name, value in given.items():
        if name not in _READERS:
            errors[name] = f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            continue
        kept, read = _READERS[name]
        try:
            values[kept] = read(project, value)
        except Wrong as wrong:
            errors[name] = str(wrong)
    if errors:
        raise refuse(errors)
    return values


def operated(project: Project, record: Payload, update: Payload) -> Payload:
    """The record's values after the `update` part of an edit: set, add and remove, one after the other."""
    values: Payload = {}
    for name, operations in update.items():
        if name == "comment":
            continue
        if not isinstance(operations, list):
            raise refuse({name: "Specify a list of operations."})
        for operation in operations:
            if not isinstance(operation, dict) or len(operation) != 1:
                raise refuse({name: "Each operation is an object with one verb."})
            ((verb, value),) = operation.items()
            values |= _operate(project, record | values, name, verb, value)
    return values


def _operate(project: Project, record: Payload, name: str, verb: str, value: object) -> Payload:
    if verb == "set":
        return checked(project, {name: value})
    if verb not in ("add", "remove") or name not in ("labels", "components"):
        raise refuse({name: f"The operation '{verb}' is not supported for this field."})
    kept, given = next(iter(checked(project, {name: [value]}).items()))
    present: list[str] = record[kept]
    rest = [one for one in present if one not in given]
    return {kept: rest + given if verb == "add" else rest}


def _summary(_: Project, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("You must specify a summary of the issue.")
    if "\n" in value or "\r" in value:
        raise Wrong("The summary is invalid because it contains newline characters.")
    if len(value) > LONGEST_SUMMARY:
        raise Wrong(f"Summary must be less than {LONGEST_SUMMARY} characters.")
    return value


def _document(_: Project, value: object) -> Payload | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not adf.is_document(value):
        raise Wrong(NOT_A_DOCUMENT)
    return value


def _type(project: Project, value: object) -> str:
    names = {number: TYPES[number][0] for number in project.types}
    return _named(value, names, "Specify a valid issue type")


def _priority(_: Project, value: object) -> str:
    if not isinstance(value, dict):
        raise Wrong("Specify the Priority (id or name) in string format")
    return _named(value, PRIORITIES, "The priority selected is invalid.")


def _labels(_: Project, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise Wrong("Specify a list of labels.")
    for label in value:
        if not label or any(letter.isspace() for letter in label):
            raise Wrong(f"The label '{label}' contains spaces which is invalid.")
    return list(dict.fromkeys(value))


def _components(project: Project, value: object) -> list[str]:
    if not isinstance(value, list):
        raise Wrong("Specify a list of components.")
    found = [_named(one, project.components, "Component name or id is not valid") for one in value]
    return list(dict.fromkeys(found))


def _assignee(_: Project, value: object) -> str | None:
    account = _account(value)
    if account is not None and not ACCOUNTS[account].assignable:
        raise Wrong(f"User '{account}' cannot be assigned issues.")
    return account


def _reporter(_: Project, value: object) -> str:
    account = _account(value)
    if account is None:
        raise Wrong("Reporter is required.")
    return account


def _account(value: object) -> str | None:
    """An account id out of `{"accountId": ...}`; null and `{"accountId": null}` mean nobody."""
    if value is None:
        return None
    if not isinstance(value, dict) or not {"accountId", "id"} & value.keys():
        raise Wrong("Specify the user by accountId.")
    account = value.get("accountId", value.get("id"))
    if account is None:
        return None
    if not isinstance(account, str) or account not in ACCOUNTS:
        raise Wrong("Specified user does not exist or you do not have required permissions")
    return account


def _duedate(_: Project, value: object) -> str | None:
    if value is None:
        return None
    parts = value.split("-") if isinstance(value, str) else []
    if [len(part) for part in parts] != [4, 2, 2] or not all(part.isdigit() for part in parts):
        raise Wrong("Error parsing date string: use yyyy-MM-dd")
    return "-".join(parts)


def _named(value: object, table: dict[str, str], sentence: str) -> str:
    """The name behind `{"id": ...}` or `{"name": ...}`."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and value["id"] in table:
            return table[value["id"]]
        if "id" not in value and value.get("name") in table.values():
            return str(value["name"])
    raise Wrong(sentence)


_READERS: dict[str, tuple[str, Callable[[Project, object], object]]] = {
    "summary": ("summary", _summary),
    "issuetype": ("type", _type),
    "description": ("description", _document),
    "environment": ("environment", _document),
    "priority": ("priority", _priority),
    "labels": ("labels", _labels),
    "components": ("components", _components),
    "assignee": ("assignee", _assignee),
    "reporter": ("reporter", _reporter),
    "duedate": ("duedate", _duedate),
}


def project_of(given: Payload) -> Project:
    """The project that a create names by key or id; Refusal when there is none that the caller may see."""
    value = given.get("project")
    if isinstance(value, dict):
        for project in visible():
            if (
                value.get("key", project.key) == project.key
                and value.get("id", project.id) == project.id
                and {"key", "id"} & value.keys()
            ):
                return project
    raise refuse({"project": "Specify a valid project ID or key"})


def visible() -> Iterable[Project]:
    """The projects that the API account may browse."""
    return [project for project in PROJECTS.values() if not project.hidden]
