"""What a Jira site has besides issues: projects, types, priorities, statuses, transitions, accounts."""

from dataclasses import dataclass

from bot.sandbox.company import PEOPLE

BOT_ACCOUNT = "712020:4b1e7c00-5a11-4d0c-9f00-0000000000b0"
BOT_EMAIL = "bot@harbourlight.example"
BOT_NAME = "Countersign"

PRIORITIES = {"1": "Highest", "2": "High", "3": "Medium", "4": "Low", "5": "Lowest"}
"""By id, the most urgent first."""

DEFAULT_PRIORITY = "Medium"

EPIC = "10000"
"""The type of issue that holds others: one level above them."""
TYPES = {
    "10001": ("Story", "Something a user wants to be able to do."),
    "10002": ("Task", "A piece of work."),
    "10003": ("Incident", "Something stopped working for customers."),
    "10004": ("Bug", "Something does not do what it should."),
    "10005": ("Question", "A customer needs an answer from engineering."),
    "10006": ("Improvement", "Something works, but could work better."),
    EPIC: ("Epic", "Work that takes more than one issue."),
}
"""By id: name and description."""

STATUSES = {
    "10000": ("To Do", "new"),
    "3": ("In Progress", "indeterminate"),
    "10100": ("Waiting for customer", "indeterminate"),
    "10001": ("Done", "done"),
}
"""By id: name and the key of the category."""

CATEGORIES = {"new": (2, "To Do", "blue-gray"), "indeterminate": (4, "In Progress", "yellow"), "done": (3, "Done", "green")}
"""By key: id, name, colour."""

LINK = ("10000", "Blocks", "is blocked by", "blocks")
"""The one type of link: id, name, and how each of its ends reads it."""

FLAG = ("customfield_10021", "Flagged", {"10019": "Impediment"})
"""The field of a board's flag: a custom field with another number on every site. Its id, its name, and what may be ticked in it."""

RESOLUTIONS = {"10000": "Done", "10001": "Won't Do", "10002": "Duplicate", "10003": "Cannot Reproduce"}


@dataclass(frozen=True, slots=True)
class Transition:
    """A step of the workflow: from these statuses to that one; `resolution` is what it sets when the caller names none.

    Fields of `screen` may be set on the way, those of `required` must be.
    """

    id: str
    name: str
    sources: tuple[str, ...]
    target: str
    resolution: str | None = None
    screen: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


ENDING = ("resolution", "comment")
TRANSITIONS = (
    Transition("11", "Back to queue", ("In Progress",), "To Do"),
    Transition("21", "Start work", ("To Do", "Waiting for customer"), "In Progress"),
    Transition("31", "Resolve", ("In Progress", "Waiting for customer"), "Done", "Done", ENDING),
    Transition("41", "Ask the customer", ("In Progress",), "Waiting for customer"),
    Transition("51", "Decline", ("To Do",), "Done", "Won't Do", ENDING),
    Transition("61", "Reopen", ("Done",), "To Do"),
    Transition("71", "Hand back", ("Waiting for customer",), "To Do", None, ("assignee", "comment"), ("assignee",)),
)


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its issue types and components. `hidden`: the API account may not browse it."""

    id: str
    key: str
    name: str
    lead: str
    types: tuple[str, ...]
    components: dict[str, str]
    hidden: bool = False


_SHARED = ("Payments", "Calendar", "Mobile app", "Sign-in", "Reports", "E-mail", "Platform", "Privacy")
_HARDWARE = ("Smart locks", "Trackers", "Kiosks", "Card terminals", "Lockers", "Network", "Firmware")

PROJECTS = {
    project.key: project
    for project in (
        Project(
            "10010",
            "SUP",
            "Support escalations",
            "bo",
            ("10002", "10003", "10004", "10005"),
            {str(10100 + n): name for n, name in enumerate(_SHARED)},
        ),
        Project(
            "10011",
            "APP",
            "Harbourlight product",
            "gus",
            ("10001", "10002", "10004", "10006", EPIC),
            {str(10200 + n): name for n, name in enumerate(_SHARED)},
        ),
        Project(
            "10013",
            "KIT",
            "Hardware and installations",
            "juno",
            ("10002", "10003", "10004", "10005"),
            {str(10400 + n): name for n, name in enumerate(_HARDWARE)},
        ),
        Project("10012", "SEC", "Security", "fern", ("10002", "10004"), {"10300": "Platform"}, hidden=True),
    )
}
"""By key."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody that Jira knows. Apps and contractors get no issues assigned."""

    id: str
    name: str
    email: str
    kind: str = "atlassian"
    assignable: bool = True


ACCOUNTS = {
    account.id: account
    for account in (
        *(Account(one.jira, one.name, one.email, assignable="contractors" not in one.groups) for one in PEOPLE),
        Account(BOT_ACCOUNT, BOT_NAME, BOT_EMAIL, "app", assignable=False),
    )
}
"""By account id."""


def key_of(table: dict[str, str], name: str) -> str:
    """The id of a name in one of the tables above; KeyError when there is none."""
    return next((key for key, value in table.items() if value == name), "") or _missing(name)


def type_id(name: str) -> str:
    """The id of an issue type; KeyError when there is none."""
    return next((key for key, (value, _) in TYPES.items() if value == name), "") or _missing(name)


def status_id(name: str) -> str:
    """The id of a status; KeyError when there is none."""
    return next((key for key, (value, _) in STATUSES.items() if value == name), "") or _missing(name)


def _missing(name: str) -> str:
    raise KeyError(name)
