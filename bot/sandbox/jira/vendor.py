"""The Jira room: its routes, its sign-in, its way of saying no, and what a person can change in its pages."""

import base64
import hmac
from collections.abc import Iterable, Mapping

from bot.sandbox.company import colleague
from bot.sandbox.jira import adf, changes, seed
from bot.sandbox.jira.catalogue import BOT_EMAIL, FLAG, PRIORITIES, PROJECTS, STATUSES, TRANSITIONS, TYPES, Transition
from bot.sandbox.jira.issues import Issues
from bot.sandbox.jira.lookups import Lookups
from bot.sandbox.jira.search import Search
from bot.sandbox.models import Answer, Clock, Payload, Route

TOKEN = "sandbox-jira-token"  # noqa: S105 - opens nothing but the stand-in


class Jira:
    """Harbourlight's Jira site. `records` holds every issue by key."""

    name = "jira"
    email = BOT_EMAIL
    token = TOKEN
    page = "/browse/{id}"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: dict[str, Payload] = seed.issues()
        self._rooms = (Lookups(clock), Issues(self.records, clock), Search(self.records, clock))

    def routes(self) -> Iterable[Route]:
        """Every path that this site answers."""
        return [route for room in self._rooms for route in room.routes()]

    def settings(self, url: str) -> Mapping[str, str]:
        """The connector's settings."""
        return {"JIRA_URL": url, "JIRA_EMAIL": self.email, "JIRA_API_TOKEN": self.token}

    def authenticated(self, authorization: str) -> bool:
        """Whether it is Basic sign-in with the API account's address and token."""
        expected = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {expected}".encode())

    def trouble(self, status: int, sentence: str) -> Answer:
        """Jira's error collection."""
        return Answer(status, {"errorMessages": [sentence], "errors": {}})

    def edited(self, record: str, fields: Payload) -> Payload:
        """The issue after a person's click. Fields as in `records`; people by short id, address or account; texts are plain.

        `comment` adds one, `author` says who it was (Bo when it is missing). KeyError for a strange issue, ValueError for a strange field.
        """
        issue = self.records[record]
        given = dict(fields)
        author = _person(given.pop("author", "bo")) or ""
        comment = given.pop("comment", None)
        status = given.pop("status", None)
        values = {name: _value(issue, name, value) for name, value in given.items()}
        after = changes.changed(issue, values, author, self._clock)
        if status is not None:
            after = changes.moved(after, _step(issue["status"], str(status)), {}, author, self._clock)
        if comment is not None:
            number = changes.next_comment(self.records)
            after = changes.commented(after, adf.document(str(comment)), [], author=author, clock=self._clock, number=number)
        return after


def room(clock: Clock) -> Jira:
    """The door of this room."""
    return Jira(clock)


def _value(issue: Payload, name: str, value: object) -> object:
    project = PROJECTS[issue["project"]]
    allowed = {
        "priority": list(PRIORITIES.values()),
        "type": [TYPES[number][0] for number in project.types],
        "components": list(project.components.values()),
        "flagged": list(FLAG[2].values()),
    }
    if name in allowed and not {*(value if isinstance(value, list) else [value])} <= {*allowed[name]}:
        raise ValueError(f"There is no {name} {value!r}: use {', '.join(allowed[name])}.")
    match name:
        case "assignee" | "reporter":
            return _person(value)
        case "description":
            return adf.document(str(value))
        case "labels" | "components" | "flagged":
            return list(value) if isinstance(value, list) else [value]
        case "summary" | "priority" | "type" | "duedate" | "parent":
            return value
        case _:
            raise ValueError(f"The field {name!r} cannot be changed here: use a field that the record shows.")


def _person(value: object) -> str | None:
    if value is None:
        return None
    try:
        return colleague(str(value)).jira
    except KeyError:
        raise ValueError(f"Nobody is called {value!r}: use a short id, an e-mail address or an account id.") from None


def _step(source: str, target: str) -> Transition:
    """The way from one status to another; in the pages a project admin can force any."""
    if target not in (name for name, _ in STATUSES.values()):
        raise ValueError(f"There is no status {target!r}: use {', '.join(name for name, _ in STATUSES.values())}.")
    direct = (step for step in TRANSITIONS if step.target == target and source in step.sources)
    return next(direct, Transition("0", "Moved by hand", (source,), target, "Done"))
