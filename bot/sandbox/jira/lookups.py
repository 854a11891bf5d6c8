"""What a connector looks up before it writes: who it is, projects, types, fields, priorities, people."""

from bot.sandbox.jira import shapes
from bot.sandbox.jira.catalogue import ACCOUNTS, BOT_ACCOUNT, FLAG, PRIORITIES, PROJECTS, STATUSES, TYPES, Project
from bot.sandbox.jira.fields import SETTABLE, refuse, visible
from bot.sandbox.jira.issues import page
from bot.sandbox.models import Answer, Call, Clock, Payload, Route

TICKS = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
"""The type of a field in which several things may be ticked."""


class Lookups:
    """Every route that only reads the site's catalogue."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def routes(self) -> list[Route]:
        """The paths and who answers them."""
        root = "/rest/api/3"
        meta = f"{root}/issue/createmeta/{{project}}/issuetypes"
        return [
            Route("GET", f"{root}/myself", lambda call: Answer(200, shapes.user(call.url, BOT_ACCOUNT))),
            Route("GET", f"{root}/serverInfo", self._server),
            Route("GET", f"{root}/priority", lambda call: Answer(200, _priorities(call))),
            Route("GET", f"{root}/priority/search", lambda call: Answer(200, _paged(call, _priorities(call)))),
            Route(
                "GET",
                f"{root}/issuetype",
                lambda call: Answer(200, [shapes.issue_type(call.url, name) for name, _ in TYPES.values()]),
            ),
            Route(
                "GET",
                f"{root}/status",
                lambda call: Answer(200, [shapes.status(call.url, name) for name, _ in STATUSES.values()]),
            ),
            Route("GET", f"{root}/field", lambda _: Answer(200, [_field(name) for name in shapes.FIELDS])),
            Route("GET", meta, _meta_types),
            Route("GET", f"{meta}/{{type}}", _meta_fields),
            Route("GET", f"{root}/project/search", _projects),
            Route("GET", f"{root}/project/{{project}}", lambda call: Answer(200, _project_details(call))),
            Route("GET", f"{root}/project/{{project}}/components", lambda call: Answer(200, _components(call, _project(call)))),
            Route("GET", f"{root}/user", _user),
            Route("GET", f"{root}/user/search", lambda call: Answer(200, _users(call))),
            Route("GET", f"{root}/user/assignable/search", _assignable),
        ]

    def _server(self, call: Call) -> Answer:
        now = self._clock().isoformat(timespec="milliseconds")
        body = {
            "baseUrl": call.url,
            "version": "1001.0.0-SNAPSHOT",
            "deploymentType": "Cloud",
            "serverTitle": "Harbourlight",
            "serverTime": now,
        }
        return Answer(200, body)


def _priorities(call: Call) -> list[Payload]:
    return [shapes.priority_details(call.url, name) for name in PRIORITIES.values()]


def _paged(call: Call, values: list[Payload]) -> Payload:
    start, size = page(call, 50)
    last = start + size >= len(values)
    return {"startAt": start, "maxResults": size, "total": len(values), "isLast": last, "values": values[start : start + size]}


def _project(call: Call) -> Project:
    wanted = call.params["project"]
    for project in visible():
        if wanted in (project.key, project.id):
            return project
    raise refuse(None, f"No project could be found with key '{wanted}'.", status=404)


def _projects(call: Call) -> Answer:
    text = call.query.get("query", "").lower()
    found = [one for one in visible() if text in one.name.lower() or text in one.key.lower()]
    return Answer(200, _paged(call, [shapes.project_reference(call.url, one) for one in found]))


def _components(call: Call, project: Project) -> list[Payload]:
    details = {"project": project.key, "projectId": int(project.id), "assigneeType": "UNASSIGNED"}
    return [shapes.component(call.url, project, name) | details for name in project.components.values()]


def _project_details(call: Call) -> Payload:
    project = _project(call)
    lead = next(account.id for account in ACCOUNTS.values() if account.email.startswith(f"{project.lead}@"))
    return shapes.project_reference(call.url, project) | {
        "lead": shapes.user(call.url, lead),
        "components": _components(call, project),
        "issueTypes": [shapes.issue_type(call.url, TYPES[number][0]) for number in project.types],
        "assigneeType": "UNASSIGNED",
        "archived": False,
    }


def _schema(name: str) -> Payload:
    kind, _, items = shapes.FIELDS[name][1].partition(":")
    custom = {"custom": TICKS, "customId": int(name.partition("_")[2])} if name == FLAG[0] else {"system": name}
    return {"type": kind, **custom} | ({"items": items} if items else {})


def _field(name: str) -> Payload:
    return {
        "id": name,
        "key": name,
        "name": shapes.FIELDS[name][0],
        "custom": name == FLAG[0],
        "orderable": name in SETTABLE,
        "navigable": name != "comment",
        "searchable": True,
        "clauseNames": [f"cf[{name.partition('_')[2]}]", FLAG[1]] if name == FLAG[0] else [name],
        "schema": _schema(name),
    }


def _meta_types(call: Call) -> Answer:
    types = [shapes.issue_type(call.url, TYPES[number][0]) for number in _project(call).types]
    start, size = page(call, 50)
    return Answer(200, {"startAt": start, "maxResults": size, "total": len(types), "issueTypes": types[start : start + size]})


def _meta_fields(call: Call) -> Answer:
    project = _project(call)
    if call.params["type"] not in project.types:
        raise refuse(None, f"No issue type could be found with id '{call.params['type']}'.", status=404)
    allowed = {
        "priority": [shapes.priority(call.url, name) for name in PRIORITIES.values()],
        "components": [shapes.component(call.url, project, name) for name in project.components.values()],
        "issuetype": [shapes.issue_type(call.url, TYPES[call.params["type"]][0])],
        "project": [shapes.project_reference(call.url, project)],
    }
    fields = [_meta_field(name, allowed.get(name)) for name in ("project", *SETTABLE)]
    start, size = page(call, 50)
    return Answer(200, {"startAt": start, "maxResults": size, "total": len(fields), "fields": fields[start : start + size]})


def _meta_field(name: str, allowed: list[Payload] | None) -> Payload:
    described = {
        "fieldId": name,
        "key": name,
        "name": shapes.FIELDS[name][0],
        "required": name in ("project", "summary", "issuetype"),
        "hasDefaultValue": name == "priority",
        "operations": ["set", "add", "remove"] if name in ("labels", "components") else ["set"],
        "schema": _schema(name),
    }
    return described | ({"allowedValues": allowed} if allowed is not None else {})


def _user(call: Call) -> Answer:
    account = call.query.get("accountId", "")
    if account not in ACCOUNTS:
        raise refuse(None, f"Specified user does not exist or you do not have required permissions: {account}", status=404)
    return Answer(200, shapes.user(call.url, account))


def _users(call: Call) -> list[Payload]:
    """People whose name or e-mail address has a word that starts with the query."""
    text, account = call.query.get("query"), call.query.get("accountId")
    if text is None and account is None:
        raise refuse(None, "Specify the query or accountId parameter.")
    start, size = page(call, 50)
    found = [
        one for one in ACCOUNTS.values() if (account is None or one.id == account) and _fits(one.name, one.email, text or "")
    ]
    return [shown for one in found[start : start + size] if (shown := shapes.user(call.url, one.id)) is not None]


def _assignable(call: Call) -> Answer:
    project, issue = call.query.get("project"), call.query.get("issueKey")
    if project is None and issue is None:
        raise refuse(None, "You must specify a project or an issue key.")
    key = project or str(issue).partition("-")[0]
    if not any(key in (one.key, one.id) for one in PROJECTS.values() if not one.hidden):
        raise refuse(None, f"No project could be found with key '{key}'.", status=404)
    start, size = page(call, 1000)
    text, account = call.query.get("query", ""), call.query.get("accountId")
    people = [
        one for one in ACCOUNTS.values() if one.assignable and account in (None, one.id) and _fits(one.name, one.email, text)
    ]
    return Answer(200, [shapes.user(call.url, one.id) for one in people[start : start + size]])


def _fits(name: str, email: str, text: str) -> bool:
    return any(word.startswith(text.lower()) for word in (name.lower(), *name.lower().split(), email))
