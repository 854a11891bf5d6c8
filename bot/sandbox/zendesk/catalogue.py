"""Who and what a Zendesk account has besides tickets: agents, customers, organizations, groups."""

import json
from dataclasses import dataclass

from bot.sandbox.company import PEOPLE, ROOM, colleague

BOT_ID = 30_090
BOT_EMAIL = "bot@harbourlight.example"
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
"""In the order of a ticket's life."""

PRIORITIES = ("low", "normal", "high", "urgent")
"""The least urgent first."""

TYPES = ("problem", "incident", "question", "task")
BIRTH = "2026-01-12T09:00:00Z"
"""When the account, its people and its groups were made."""


@dataclass(frozen=True, slots=True)
class Group:
    """A team of agents; only its members can be assignees of its tickets."""

    id: int
    name: str
    description: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Organization:
    """A customer's company."""

    id: int
    name: str
    domain: str
    tags: tuple[str, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class User:
    """An agent or a customer."""

    id: int
    key: str
    name: str
    email: str
    role: str
    organization: int | None = None
    phone: str | None = None
    locale: str = "en-GB"

    @property
    def agent(self) -> bool:
        """Whether this user may hold tickets."""
        return self.role != "end-user"


def _team(*people: str) -> tuple[int, ...]:
    return tuple(colleague(one).zendesk for one in people)


GROUPS = {
    group.id: group
    for group in (
        Group(5001, "Billing", "Invoices, payouts, refunds, chargebacks.", _team("hana", "bo")),
        Group(5002, "Technical", "Calendars, the apps, sign-in, e-mail, speed.", _team("ada", "bo", "ivo")),
        Group(5003, "Onboarding", "New shops and their first two weeks.", _team("juno", "ada")),
        Group(5004, "Success", "Plans, renewals, data requests, feedback.", _team("juno", "bo")),
    )
}
"""By id."""

_TABLE = json.loads((ROOM / "zendesk" / "customers.json").read_text(encoding="utf-8"))

ORGANIZATIONS = {
    row["id"]: Organization(row["id"], row["name"], row["domain"], tuple(row["tags"]), row["notes"])
    for row in _TABLE["organizations"]
}
"""By id."""

USERS = {
    user.id: user
    for user in (
        *(
            User(one.zendesk, one.id, one.name, one.email, "admin" if one.id == "bo" else "agent")
            for one in PEOPLE
            if one.id != "cy"
        ),
        User(BOT_ID, "bot", "Countersign", BOT_EMAIL, "admin"),
        *(
            User(
                row["id"],
                row["key"],
                row["name"],
                row["email"],
                "end-user",
                row.get("organization"),
                row.get("phone"),
                row.get("locale", "en-GB"),
            )
            for row in _TABLE["customers"]
        ),
    )
}
"""By id: agents, the API account, customers."""


def user_named(key: str) -> User:
    """The user of this short key or e-mail address; KeyError for a stranger."""
    for user in USERS.values():
        if key in (user.key, user.email):
            return user
    raise KeyError(key)


def group_named(name: str) -> Group:
    """The group of this name, whatever its case; KeyError when there is none."""
    for group in GROUPS.values():
        if group.name.lower() == name.lower():
            return group
    raise KeyError(name)
