"""The objects of Harbourlight's organisation and their fields, custom ones included."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "id", "string", "textarea", "email", "phone", "url", "picklist", "reference", "boolean", "int", "double", "currency",
    "percent", "date", "datetime",
]  # fmt: skip
TEXTS = frozenset({"string", "textarea", "email", "phone", "url", "picklist"})
NUMBERS = frozenset({"int", "double", "currency", "percent"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `settable` says whether an API write may name it, `refers` which objects a reference points to.

    `parent` is the name under which a query reaches the record that a reference points to.
    """

    name: str
    type: Kind
    length: int = 0
    required: bool = False
    settable: bool = True
    values: tuple[str, ...] = ()
    default: object = None
    refers: tuple[str, ...] = ()
    parent: str = ""
    external: bool = False

    @property
    def filterable(self) -> bool:
        """Whether WHERE and ORDER BY may name it: long texts may not stand there."""
        return self.type != "textarea"


@dataclass(frozen=True, slots=True)
class Object:
    """One kind of record. `writable` is false for what only queries reach."""

    name: str
    prefix: str
    fields: dict[str, Field] = field(repr=False)
    writable: bool = True

    def field(self, name: str) -> Field | None:
        """The field of this name, whatever its case, as SOQL finds it."""
        return next((one for key, one in self.fields.items() if key.lower() == name.lower()), None)


def _object(name: str, prefix: str, *own: Field, writable: bool = True) -> Object:
    owner = Field("OwnerId", "reference", refers=("User",), parent="Owner")
    moments = tuple(Field(one, "datetime", settable=False) for one in ("CreatedDate", "LastModifiedDate", "SystemModstamp"))
    changed = Field("LastModifiedById", "reference", settable=False, refers=("User",), parent="LastModifiedBy")
    deleted = Field("IsDeleted", "boolean", settable=False, default=False)
    rest = (owner, changed, *moments, deleted) if writable else moments
    fields = (Field("Id", "id", 18, settable=False), *own, *rest)
    return Object(name, prefix, {one.name: one for one in fields}, writable)


def _text(name: str, length: int, *, required: bool = False) -> Field:
    return Field(name, "string", length, required)


def _pick(name: str, *values: str, required: bool = False, default: str | None = None) -> Field:
    return Field(name, "picklist", 255, required, values=values, default=default)


NAME = Field("Name", "string", 121, settable=False)
ACTIVITY = Field("LastActivityDate", "date", settable=False)
SCORE = Field("Score__c", "double")
EXTERNAL = Field("Harbourlight_Id__c", "string", 40, external=True)
DRAFT = Field("Countersign_Draft__c", "string", 40, external=True)
"""Which draft made a record; tasks have no such field here."""
DESCRIPTION = Field("Description", "textarea", 32_000)
EMAIL, PHONE, WEBSITE = Field("Email", "email", 80), Field("Phone", "phone", 40), Field("Website", "url", 255)
EMPLOYEES, REVENUE = Field("NumberOfEmployees", "int"), Field("AnnualRevenue", "currency")
ACCOUNT = Field("AccountId", "reference", refers=("Account",), parent="Account")
INDUSTRY = _pick(
    "Industry", "Boat Hire", "Bike Hire", "Sailing School", "Outdoor Centre", "Hospitality", "Tourism Board", "Other"
)
RATING = _pick("Rating", "Hot", "Warm", "Cold")
SOURCE = _pick("LeadSource", "Web", "Trade Show", "Referral", "Newsletter", "Cold Call", "Partner")
LEAD_STATUS = _pick(
    "Status", "Open", "Working", "Nurturing", "Closed - Converted", "Closed - Not Converted", required=True, default="Open"
)
STAGES = {
    "Prospecting": 10.0, "Qualification": 20.0, "Trial": 40.0, "Proposal": 60.0, "Negotiation": 80.0, "Closed Won": 100.0,
    "Closed Lost": 0.0,
}  # fmt: skip
"""A stage and how likely it is, in percent, that it ends well."""

OBJECTS = {
    one.name: one
    for one in (
        _object(
            "Lead", "00Q", _text("FirstName", 40), _text("LastName", 80, required=True), NAME,
            _text("Company", 255, required=True), _text("Title", 128), EMAIL, PHONE, WEBSITE, INDUSTRY, RATING, SOURCE,
            LEAD_STATUS, EMPLOYEES, REVENUE, _text("City", 40), _text("Country", 80), DESCRIPTION, SCORE, EXTERNAL, DRAFT,
            Field("IsConverted", "boolean", settable=False, default=False), ACTIVITY,
        ),
        _object(
            "Contact", "003", _text("FirstName", 40), _text("LastName", 80, required=True), NAME, ACCOUNT,
            _text("Title", 128), _text("Department", 80), EMAIL, PHONE, Field("MobilePhone", "phone", 40), SOURCE,
            _text("MailingCity", 40), _text("MailingCountry", 80), DESCRIPTION, SCORE, EXTERNAL, DRAFT, ACTIVITY,
        ),
        _object(
            "Account", "001", _text("Name", 255, required=True), _pick("Type", "Prospect", "Customer", "Partner"), INDUSTRY,
            RATING, WEBSITE, PHONE, EMPLOYEES, REVENUE, _text("BillingCity", 40), _text("BillingCountry", 80), DESCRIPTION,
            EXTERNAL, DRAFT, ACTIVITY,
        ),
        _object(
            "Opportunity", "006", _text("Name", 120, required=True), ACCOUNT, _pick("StageName", *STAGES, required=True),
            Field("CloseDate", "date", required=True), Field("Amount", "currency"), Field("Probability", "percent"),
            _pick("Type", "New Business", "Renewal", "Upgrade"), SOURCE, _text("NextStep", 255), DESCRIPTION, EXTERNAL, DRAFT,
            Field("IsClosed", "boolean", settable=False, default=False),
            Field("IsWon", "boolean", settable=False, default=False), Field("LastStageChangeDate", "datetime", settable=False),
            ACTIVITY,
        ),
        _object(
            "Task", "00T", _text("Subject", 255),
            Field("WhoId", "reference", refers=("Lead", "Contact"), parent="Who"),
            Field("WhatId", "reference", refers=("Account", "Opportunity"), parent="What"),
            _pick("Status", "Not Started", "In Progress", "Completed", required=True, default="Not Started"),
            _pick("Priority", "High", "Normal", "Low", required=True, default="Normal"), Field("ActivityDate", "date"),
            DESCRIPTION, Field("IsClosed", "boolean", settable=False, default=False),
        ),
        _object(
            "User", "005", _text("Name", 121), EMAIL, _text("Username", 80), Field("IsActive", "boolean", default=True),
            writable=False,
        ),
    )
}  # fmt: skip
"""By name."""


def object_of(record: str) -> Object | None:
    """The object that an id belongs to."""
    return next((one for one in OBJECTS.values() if record.startswith(one.prefix)), None)
