"""HubSpot object -> Record. Pure: no network, no clock."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from handlers.errors import Invalid
from handlers.models import Record, Ref, Value

NUMBER = re.compile(r"^(?:(contact|company|deal|note|task|email)/)?([0-9]{1,20})$")
KINDS = {
    "contact": "contacts", "company": "companies", "deal": "deals", "note": "notes", "task": "tasks", "email": "emails",
}  # fmt: skip
"""Our name of a kind -> theirs in a path."""
TYPES = {"contact": "0-1", "company": "0-2", "deal": "0-3", "note": "0-46", "task": "0-27", "email": "0-49"}
"""Theirs in a link."""
CONTACT = {
    "email": "email", "phone": "phone", "job": "jobtitle", "company": "company", "country": "country", "stage": "lifecyclestage",
    "status": "hs_lead_status", "source": "hs_analytics_source", "visits": "hs_analytics_num_page_views",
    "forms": "num_conversion_events", "form": "recent_conversion_event_name", "replied": "hs_sales_email_last_replied",
    "active": "hs_last_sales_activity_timestamp",
}  # fmt: skip
COMPANY = {
    "name": "name", "domain": "domain", "industry": "industry", "employees": "numberofemployees", "country": "country",
    "description": "description",
}  # fmt: skip
DEAL = {
    "name": "dealname", "amount": "amount", "stage": "dealstage", "pipeline": "pipeline", "close": "closedate",
    "lost_reason": "closed_lost_reason", "next_step": "hs_next_step", "description": "description",
}  # fmt: skip
TOLD = {"active": "notes_last_updated", "created": "createdate"}
"""What HubSpot works out about a deal by itself: when something was last noted on it, and when it was made."""
PAST = ("dealstage", "amount")
"""Properties of a deal whose earlier values are read."""
NOTE = {"text": "hs_note_body", "at": "hs_timestamp"}
TASK = {
    "subject": "hs_task_subject", "text": "hs_task_body", "status": "hs_task_status", "priority": "hs_task_priority",
    "due": "hs_timestamp",
}  # fmt: skip
EMAIL = {
    "subject": "hs_email_subject", "text": "hs_email_text", "direction": "hs_email_direction", "status": "hs_email_status",
    "at": "hs_timestamp",
}  # fmt: skip
"""Our name of a field -> theirs, of plain text."""
ENGAGEMENTS: Mapping[str, Mapping[str, str]] = {"note": NOTE, "task": TASK, "email": EMAIL}
"""What hangs on other records: something written, something to do, something sent."""
OWNER = "hubspot_owner_id"
ASKED = {
    "contact": ("firstname", "lastname", *CONTACT.values(), OWNER, "associatedcompanyid"),
    "company": (*COMPANY.values(), OWNER),
    "deal": (*DEAL.values(), *TOLD.values(), OWNER, "hs_is_closed", "hs_is_closed_won"),
    **{kind: (*fields.values(), OWNER) for kind, fields in ENGAGEMENTS.items()},
}
"""The properties that are read of each kind."""
INCOMING = "INCOMING_EMAIL"
"""The direction of an e-mail that a customer sent."""
WON, LOST = ("customer", "evangelist"), ("UNQUALIFIED",)
"""Stages and statuses of contacts whose story has ended."""


def modified(kind: str) -> str:
    """The property that holds when an object was changed last."""
    return "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate"


def spelled(name: str) -> tuple[str, str]:
    """(kind, id) of what a person typed: `701` is a contact, `deal/901` a deal. Raises Invalid with what to type instead."""
    if (found := NUMBER.match(name.strip().casefold())) is None:
        raise Invalid(f"{name.strip()[:60]!r} is no HubSpot id. Type it like 701, or deal/901 for a deal.")
    return found[1] or "contact", found[2]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known besides the objects themselves: who owns things, the companies of contacts, what the stages of deals are called,
    where people look at them.
    """

    site: str
    portal: str
    owners: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    companies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, site: str, portal: str, owners: Iterable[Mapping[str, Any]], companies: Iterable[Mapping[str, Any]] = ()) -> Self:
        """Owners and companies by their ids. Raises Invalid where one has none."""
        return cls(site, portal, by_id(owners, "owner"), by_id(companies, "company"))

    def owner(self, number: object) -> Ref | None:
        """Somebody as a value of a field; who has left is known by the number only."""
        if not number:
            return None
        person = self.owners.get(str(number), {})
        name = " ".join(str(person[part]) for part in ("firstName", "lastName") if person.get(part))
        return Ref(str(number), name or str(person.get("email") or f"owner {number}"))

    def names(self, number: object) -> frozenset[str]:
        """Every name that HubSpot gives an owner."""
        email = self.owners.get(str(number), {}).get("email")
        return frozenset({f"hubspot:{number}"} | ({str(email).casefold()} if email else set())) if number else frozenset()

    def link(self, kind: str, number: str) -> str:
        """Where people look at an object."""
        return link(self.site, self.portal, kind, number)


def link(site: str, portal: str, kind: str, number: str) -> str:
    """Where people look at an object, as far as the number of the account is known."""
    return "/".join(filter(None, (site, "contacts", portal, "record", TYPES[kind], number)))


def site(url: str) -> str:
    """The address of the pages that belong to an API: app.hubspot.com, or of a region; a stand-in has its pages itself."""
    host = urlsplit(url).hostname or ""
    region = re.fullmatch(r"api(-[a-z0-9]+)?\.hubapi\.com", host)
    return f"https://app{region[1] or ''}.hubspot.com" if region else url.rstrip("/")


def by_id(rows: Iterable[Mapping[str, Any]], what: str) -> dict[str, Mapping[str, Any]]:
    """Rows by their id. Raises Invalid where one has none."""
    try:
        return {str(row["id"]): row for row in rows}
    except KeyError as missing:
        raise Invalid(f"HubSpot's answer leaves out the id of one {what}; the bot cannot go on.") from missing


def record(kind: str, payload: Mapping[str, Any], around: Around, *, score: str = "") -> Record:
    """An object as a Record. `score` is the property of contacts that holds one.

    A property that an account does not have, or that holds nothing, need not be in an answer. Raises Invalid naming what else is missing.
    """
    try:
        held = {**dict.fromkeys((*ASKED[kind], *((score,) if score else ()))), **payload["properties"]}
        payload = {**payload, "properties": held}
        if kind in ENGAGEMENTS:
            return engagement(kind, payload, around)
        return {"contact": contact, "company": company, "deal": deal}[kind](payload, around, score)
    except (KeyError, TypeError, AttributeError, ValueError) as missing:
        raise Invalid(f"HubSpot's answer has no usable {missing}; the bot cannot read this {kind}.") from missing


def contact(payload: Mapping[str, Any], around: Around, score: str) -> Record:
    """Somebody. What came in by a form was typed by that person: it is text from outside."""
    held = payload["properties"]
    at = around.companies.get(str(held["associatedcompanyid"]))
    firm = {**dict.fromkeys(ASKED["company"]), **at["properties"]} if at else {}
    texts: dict[str, Value] = {ours: text(held[theirs]) for ours, theirs in CONTACT.items()}
    name = " ".join(filter(None, (text(held["firstname"]), text(held["lastname"]))))
    fields = texts | {
        "name": name,
        "company": text(firm["name"]) if firm else texts["company"],
        "industry": text(firm["industry"]) if firm else "",
        "employees": text(firm["numberofemployees"]) if firm else "",
        "owner": around.owner(held[OWNER]),
        "company_owner": around.owner(firm[OWNER]) if firm else None,
        "outcome": outcome(held),
        **({"score": text(held[score])} if score else {}),
    }
    number, email = str(payload["id"]), text(held["email"])
    said = ", ".join(str(fields[one]) for one in ("job", "company", "industry", "country", "source") if fields[one])
    return Record(
        "hubspot", "contact", number, version=payload["updatedAt"],
        title=", ".join(str(part) for part in (name or email or f"contact {number}", fields["company"]) if part),
        text=said, fields=fields, url=around.link("contact", number), owner=around.names(held[OWNER]),
        author=frozenset({email.casefold()}) if email else frozenset(), outside_text=texts["forms"] not in ("", "0"),
    )  # fmt: skip


def company(payload: Mapping[str, Any], around: Around, _score: str) -> Record:
    """A firm."""
    held, number = payload["properties"], str(payload["id"])
    fields: dict[str, Value] = {ours: text(held[theirs]) for ours, theirs in COMPANY.items()}
    return Record(
        "hubspot", "company", f"company/{number}", version=payload["updatedAt"], title=text(held["name"]) or f"company {number}",
        text=text(held["description"]), fields=fields | {"owner": around.owner(held[OWNER])}, url=around.link("company", number),
        owner=around.names(held[OWNER]),
    )  # fmt: skip


def deal(payload: Mapping[str, Any], around: Around, _score: str) -> Record:
    """An opportunity, with the stages and the amounts that it had, oldest first, where they were asked for."""
    held, number = payload["properties"], str(payload["id"])
    stage, (stages, amounts) = text(held["dealstage"]), (earlier(payload, name, around.stages) for name in PAST)
    fields: dict[str, Value] = {ours: text(held[theirs]) for ours, theirs in (DEAL | TOLD).items()}
    fields |= {
        "owner": around.owner(held[OWNER]),
        "stage": Ref(stage, around.stages[stage]) if stage in around.stages else stage,
        "history": stages,
        "amounts": amounts,
        "outcome": {("true", "true"): "won", ("true", "false"): "lost"}.get((held["hs_is_closed"], held["hs_is_closed_won"]), ""),
    }
    return Record(
        "hubspot", "deal", f"deal/{number}", version=payload["updatedAt"], title=text(held["dealname"]) or f"deal {number}",
        text="\n".join(filter(None, (text(held["description"]), text(held["hs_next_step"]), text(held["closed_lost_reason"])))),
        fields=fields, url=around.link("deal", number), owner=around.names(held[OWNER]),
    )  # fmt: skip


def earlier(payload: Mapping[str, Any], name: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The values that a property had, by their labels if they have any, each behind the day on which it was set, oldest first; none where
    they were not asked for.
    """
    past = (payload.get("propertiesWithHistory") or {}).get(name) or ()
    return tuple(
        f"{str(one['timestamp'])[:10]} {labels.get(str(one['value']), one['value'])}"
        for one in sorted(past, key=lambda one: str(one["timestamp"]))
    )


def engagement(kind: str, payload: Mapping[str, Any], around: Around) -> Record:
    """A note, a task or a logged e-mail. What a customer sent is text from outside."""
    held, number = payload["properties"], str(payload["id"])
    fields: dict[str, Value] = {ours: text(held[theirs]) for ours, theirs in ENGAGEMENTS[kind].items()}
    return Record(
        "hubspot", kind, f"{kind}/{number}", version=payload["updatedAt"], title=str(fields.get("subject") or f"{kind} {number}"),
        text=str(fields["text"]), fields=fields | {"owner": around.owner(held[OWNER])}, url=around.link(kind, number),
        owner=around.names(held[OWNER]), outside_text=fields.get("direction") == INCOMING,
    )  # fmt: skip


def outcome(held: Mapping[str, Any]) -> str:
    """How the story of a contact ended: `won`, `lost`, or an empty string while it goes on."""
    if held["lifecyclestage"] in WON:
        return "won"
    return "lost" if held["hs_lead_status"] in LOST else ""


def text(value: object) -> str:
    """A property's value. Raises ValueError for what is neither text nor nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    raise ValueError(f"text in {value!r}"[:80])


def company_ids(payloads: Iterable[Mapping[str, Any]]) -> list[str]:
    """The companies of these contacts, each once."""
    held = (payload.get("properties") for payload in payloads)
    found = (one.get("associatedcompanyid") for one in held if isinstance(one, Mapping))
    return list(dict.fromkeys(str(number) for number in found if number))
