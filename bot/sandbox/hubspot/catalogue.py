"""What a HubSpot account knows besides records: owners, stages, and the properties that each kind of object has."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.company import Colleague, colleague

PORTAL = 4815162
APP = 2718281
"""The private app whose token the connector has: its writes carry this id in the history of a property."""
SCORE = "countersign_lead_score"
"""The custom property of contacts that holds a lead score."""
DRAFT = "countersign_draft"
"""The custom property with unique values that holds which draft made a contact, a company or a deal."""
BIRTH = "2026-01-12T09:00:00.000Z"
"""When the account, its owners and its pipelines were made."""

OWNERS: dict[str, Colleague] = {str(60_000 + one.zendesk - 30_000): one for one in map(colleague, ("bo", "gus", "juno"))}
"""By owner id: who sells and looks after customers."""

STAGES: dict[str, tuple[str, str]] = {
    "appointmentscheduled": ("Appointment scheduled", "0.2"),
    "qualifiedtobuy": ("Qualified to buy", "0.4"),
    "presentationscheduled": ("Presentation scheduled", "0.6"),
    "decisionmakerboughtin": ("Decision maker bought in", "0.8"),
    "contractsent": ("Contract sent", "0.9"),
    "closedwon": ("Closed won", "1.0"),
    "closedlost": ("Closed lost", "0.0"),
}
"""Stages of the one pipeline, in order: label, probability."""
CLOSED = ("closedwon", "closedlost")

LIFE = (
    "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other",
)  # fmt: skip
STATUSES = ("NEW", "OPEN", "IN_PROGRESS", "OPEN_DEAL", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED", "BAD_TIMING")
INDUSTRIES = (
    "LEISURE_TRAVEL_TOURISM", "RECREATIONAL_FACILITIES_AND_SERVICES", "SPORTS", "SPORTING_GOODS", "HOSPITALITY",
    "EDUCATION_MANAGEMENT", "MANAGEMENT_CONSULTING",
)  # fmt: skip


UNIQUE = frozenset({"email", DRAFT})


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a kind of object. `type` is string, number, date, datetime, enumeration or bool."""

    name: str
    type: str = "string"
    options: tuple[str, ...] = ()
    read_only: bool = False

    @property
    def is_unique(self) -> bool:
        """Whether no two objects hold the same value."""
        return self.name in UNIQUE

    @property
    def label(self) -> str:
        """As the account's pages show it."""
        return self.name.removeprefix("hs_").replace("_", " ").capitalize()


def _made(
    *, writable: str, computed: str, numbers: str = "", moments: str = "", options: Mapping[str, tuple[str, ...]]
) -> dict[str, Property]:
    """Properties by name, from words: `numbers` and `moments` say of what type some of them are."""
    kinds = dict.fromkeys(numbers.split(), "number") | dict.fromkeys(moments.split(), "datetime")
    made = {}
    for names, read_only in ((writable, False), (computed, True)):
        for name in names.split():
            choices = options.get(name, ())
            made[name] = Property(name, "enumeration" if choices else kinds.get(name, "string"), choices, read_only)
    return made


def _engagement(writable: str, **options: tuple[str, ...]) -> dict[str, Property]:
    dates = "hs_createdate hs_lastmodifieddate"
    return _made(
        writable=f"hs_timestamp hubspot_owner_id {writable}",
        computed=f"hs_object_id {dates}",
        moments=f"hs_timestamp {dates}",
        options=options | _OWNED,
    )


_OWNED = {"hubspot_owner_id": tuple(OWNERS)}

PROPERTIES: dict[str, dict[str, Property]] = {
    "contacts": _made(
        writable="firstname lastname email phone jobtitle company website city country message lifecyclestage hs_lead_status"
        f" hubspot_owner_id {SCORE} {DRAFT}",
        computed="hs_object_id createdate lastmodifieddate associatedcompanyid hubspotscore hs_analytics_source hs_analytics_num_page_views"
        " num_conversion_events recent_conversion_event_name recent_conversion_date hs_sales_email_last_replied notes_last_updated"
        " num_notes num_associated_deals hs_last_sales_activity_timestamp",
        numbers=f"{SCORE} hubspotscore hs_analytics_num_page_views num_conversion_events num_notes num_associated_deals",
        moments="createdate lastmodifieddate recent_conversion_date hs_sales_email_last_replied notes_last_updated"
        " hs_last_sales_activity_timestamp",
        options={"lifecyclestage": LIFE, "hs_lead_status": STATUSES} | _OWNED,
    ),
    "companies": _made(
        writable="name domain industry numberofemployees annualrevenue country city description phone lifecyclestage hubspot_owner_id"
        f" {DRAFT}",
        computed="hs_object_id createdate hs_lastmodifieddate num_associated_contacts num_associated_deals notes_last_updated num_notes",
        numbers="numberofemployees annualrevenue num_associated_contacts num_associated_deals num_notes",
        moments="createdate hs_lastmodifieddate notes_last_updated",
        options={"industry": INDUSTRIES, "lifecyclestage": LIFE} | _OWNED,
    ),
    "deals": _made(
        writable="dealname amount dealstage pipeline closedate hubspot_owner_id closed_lost_reason hs_next_step description"
        f" {DRAFT}",
        computed="hs_object_id createdate hs_lastmodifieddate hs_is_closed hs_is_closed_won hs_deal_stage_probability"
        " notes_last_updated num_notes",
        numbers="amount hs_deal_stage_probability num_notes",
        moments="createdate closedate hs_lastmodifieddate notes_last_updated",
        options={"dealstage": tuple(STAGES), "pipeline": ("default",)} | _OWNED,
    ),
    "notes": _engagement("hs_note_body"),
    "tasks": _engagement(
        "hs_task_subject hs_task_body hs_task_status hs_task_priority",
        hs_task_status=("NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"),
        hs_task_priority=("LOW", "MEDIUM", "HIGH"),
    ),
    "emails": _engagement(
        "hs_email_subject hs_email_text hs_email_direction hs_email_status",
        hs_email_direction=("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"),
        hs_email_status=("SENT", "SENDING", "SCHEDULED", "FAILED", "BOUNCED"),
    ),
}
"""By kind of object, then by name."""

ENGAGEMENTS = ("notes", "tasks", "emails")
DEFAULTS: dict[str, tuple[str, ...]] = {
    "contacts": ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "companies": ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    "deals": ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"),
    **dict.fromkeys(ENGAGEMENTS, ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")),
}
"""What is shown of an object when nobody says which properties."""
SEARCHED: dict[str, tuple[str, ...]] = {
    "contacts": ("firstname", "lastname", "email", "phone", "company"),
    "companies": ("name", "domain", "phone"),
    "deals": ("dealname",),
    "notes": ("hs_note_body",),
    "tasks": ("hs_task_subject", "hs_task_body"),
    "emails": ("hs_email_subject", "hs_email_text"),
}
"""The properties that the words of a search's `query` are looked for in."""
LINKS: dict[tuple[str, str], int] = {
    ("contacts", "companies"): 279, ("contacts", "deals"): 4, ("companies", "contacts"): 280, ("companies", "deals"): 342,
    ("deals", "contacts"): 3, ("deals", "companies"): 341,
    ("notes", "contacts"): 202, ("notes", "companies"): 190, ("notes", "deals"): 214,
    ("tasks", "contacts"): 204, ("tasks", "companies"): 192, ("tasks", "deals"): 216,
    ("emails", "contacts"): 198, ("emails", "companies"): 186, ("emails", "deals"): 210,
}  # fmt: skip
"""The number of the way from one kind of object to another; the way back from an engagement has one that nobody sends."""


def modified(kind: str) -> str:
    """The property that holds when an object changed last."""
    return "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"


def created(kind: str) -> str:
    """The property that holds when an object was made."""
    return "hs_createdate" if kind in ENGAGEMENTS else "createdate"
