"""Harbourlight, the made-up company of the sandbox: its people, its handbook, and what to try first."""

import functools
from dataclasses import dataclass
from pathlib import Path

ROOM = Path(__file__).resolve().parent

HANDBOOK = ROOM / "handbook"
"""The folder of the sample handbook: Markdown and one HTML file."""

NAME = "Harbourlight"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at Harbourlight, with the ids that the systems know them by."""

    id: str
    name: str
    email: str
    role: str
    groups: tuple[str, ...]
    jira: str
    zendesk: int


def _colleague(number: int, name: str, role: str, *groups: str) -> Colleague:
    first = name.split(maxsplit=1)[0].lower()
    account = f"712020:4b1e7c00-5a11-4d0c-9f00-0000000000{number:02d}"
    return Colleague(first, name, f"{first}@harbourlight.example", role, groups, account, 30_000 + number)


PEOPLE: tuple[Colleague, ...] = (
    _colleague(1, "Ada Novak", "support agent", "support", "technical"),
    _colleague(2, "Bo Lindqvist", "support lead", "support", "support-leads"),
    _colleague(3, "Cy Marsh", "contractor", "contractors"),
    _colleague(4, "Dara Okafor", "engineer, payments and billing", "engineering"),
    _colleague(5, "Eli Fontaine", "engineer, mobile app", "engineering"),
    _colleague(6, "Fern Abara", "engineer, platform and sign-in", "engineering"),
    _colleague(7, "Gus Petrakis", "product manager", "product"),
    _colleague(8, "Hana Weiss", "support agent, billing", "support", "billing"),
    _colleague(9, "Ivo Castellan", "engineer, calendars and reports", "engineering"),
    _colleague(10, "Juno Reyes", "onboarding and customer success", "success", "support"),
)
"""Everybody; ids, e-mail addresses and account ids never change."""

REQUESTER, APPROVER, OUTSIDER = PEOPLE[0], PEOPLE[1], PEOPLE[2]
"""Who asks for drafts, who countersigns them, and who may do neither."""

EXAMPLE_QUESTIONS: tuple[str, ...] = (
    "How many hours before pick-up can a renter cancel for free?",
    "How long does a deleted customer's data stay in our backups?",
    "Who gets paged when payments are down at night?",
)
"""Questions that the handbook answers."""

TO_TRY: tuple[str, ...] = (f"/ask {EXAMPLE_QUESTIONS[0]}", "/triage SUP-21", "/reply 153")
"""Three things to try on the playground."""


@functools.cache
def colleague(who: str) -> Colleague:
    """The person of this short id ("ada"), e-mail address or Jira account id; KeyError for a stranger."""
    for person in PEOPLE:
        if who in (person.id, person.email, person.jira):
            return person
    raise KeyError(who)
