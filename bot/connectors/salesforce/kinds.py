"""The objects of Salesforce that the bot knows: which fields of theirs are which of ours, and what names a record. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.errors import Invalid

ID = re.compile(r"(?<![A-Za-z0-9])(00Q|003|001|006|00T)[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])")
"""An id of 15 or 18 characters, by itself or inside an address; the first three name the object."""
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
CUSTOMER = "Customer"
"""What an account's type begins with once it buys (`Customer - Direct` in a new organisation)."""
UNKNOWN = ("visits", "forms", "form", "replied")
"""What `/lead` asks of people and Salesforce does not hold."""
STAMPS = ("Id", "SystemModstamp", "LastModifiedDate")
OWNER = ("OwnerId", "Owner.Name", "Owner.Email")
NUMBERS = frozenset({"NumberOfEmployees", "AnnualRevenue", "Amount", "Probability"})
DAYS = frozenset({"CloseDate", "ActivityDate"})
ABOVE = "AccountId"
"""The field that says to which account a contact or an opportunity belongs."""
FLAGS = frozenset({"IsConverted", "IsClosed", "IsWon"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One object. `fields` maps our name of a field to theirs, `fixed` are those of ours that the bot does not write, besides what
    belongs to another record (`Account.Name`). `link` is the field by which a task hangs on such a record (none for a task itself), `parent` what `Owner`
    of its own another owner stands in. `ends` says by the beginning of which field of ours a story is `won` or `lost`; the first that
    fits counts.
    """

    object: str
    word: str
    prefix: str
    link: str
    fields: Mapping[str, str]
    fixed: frozenset[str]
    ends: Mapping[str, tuple[str, str]]
    parent: str = ""

    def asked(self, score: str) -> tuple[str, ...]:
        """What a query selects; `score` is the field of a lead score, if there is one."""
        own = self.fields.values() if not (score and self.is_person) else (*self.fields.values(), score)
        return (*STAMPS, *OWNER, *(f"{self.parent}.{one}" for one in OWNER[:2] if self.parent), *own)

    @property
    def is_person(self) -> bool:
        """Whether it can have a lead score."""
        return self.link == "WhoId"

    def theirs(self, name: str, score: str) -> str:
        """Their name of a field that the bot may write. Raises Invalid."""
        found = score if name == "score" and self.is_person else "OwnerId" if name == "owner" else self.fields.get(name, "")
        if not found or name in self.fixed or "." in found:
            raise Invalid(f"The bot does not write the field {name} of a Salesforce {self.word}.")
        return found


SHARED = {"name": "Name", "description": "Description", "active": "LastActivityDate"}
PERSON = SHARED | {"job": "Title", "email": "Email", "phone": "Phone", "source": "LeadSource"}
FIRM = {"website": "Website", "industry": "Industry", "employees": "NumberOfEmployees", "revenue": "AnnualRevenue"}
FIXED = frozenset({"name", "active", "converted", "closed", "won"})

LEAD = Kind(
    "Lead", "lead", "00Q", "WhoId",
    PERSON | FIRM | {
        "company": "Company", "stage": "Status", "rating": "Rating", "city": "City", "country": "Country",
        "converted": "IsConverted",
    },
    FIXED, {"won": ("converted", "yes"), "lost": ("stage", "Closed")},
)  # fmt: skip
CONTACT = Kind(
    "Contact", "contact", "003", "WhoId",
    PERSON | {name: f"Account.{field}" for name, field in FIRM.items()} | {
        "company": "Account.Name", "stage": "Account.Type", "department": "Department", "city": "MailingCity",
        "country": "MailingCountry",
    },
    FIXED, {"won": ("stage", CUSTOMER)}, "Account",
)  # fmt: skip
ACCOUNT = Kind(
    "Account", "account", "001", "WhatId",
    SHARED | FIRM | {"type": "Type", "rating": "Rating", "phone": "Phone", "city": "BillingCity", "country": "BillingCountry"},
    FIXED, {"won": ("type", CUSTOMER)},
)  # fmt: skip
OPPORTUNITY = Kind(
    "Opportunity", "opportunity", "006", "WhatId",
    SHARED | {
        "company": "Account.Name", "stage": "StageName", "amount": "Amount", "probability": "Probability",
        "close": "CloseDate", "type": "Type", "source": "LeadSource", "next_step": "NextStep", "closed": "IsClosed",
        "won": "IsWon", "account": "AccountId", "created": "CreatedDate", "staged": "LastStageChangeDate",
    },
    FIXED | {"account", "created", "staged"}, {"won": ("won", "yes"), "lost": ("closed", "yes")}, "Account",
)  # fmt: skip
TASK = Kind(
    "Task", "task", "00T", "",
    {
        "name": "Subject", "description": "Description", "status": "Status", "priority": "Priority", "due": "ActivityDate",
        "closed": "IsClosed", "person": "WhoId", "about": "WhatId",
    },
    frozenset({"closed", "person", "about"}), {},
)  # fmt: skip
LETTER = Kind(
    "Task", "email", "00T", "", {"subject": "Subject", "text": "Description", "status": "Status"}, frozenset({"status"}), {},
)  # fmt: skip
"""What was written to somebody: a task that is done, as Salesforce logs an e-mail."""
LOGGED = "Email"
"""How the subject of such a task begins."""
KINDS = (LEAD, CONTACT, ACCOUNT, OPPORTUNITY, TASK)


def of_id(name: str) -> tuple[Kind, str] | None:
    """The kind and the id of a record that is named by its id or by the address of its page; None for any other name."""
    found = ID.search(name) if "/" in name else ID.fullmatch(name.strip())
    if found is None:
        return None
    return next((kind, found[0]) for kind in KINDS if kind.prefix == found[1])


def of_word(word: str) -> Kind:
    """The kind that a record of ours is of. Raises Invalid."""
    for kind in (*KINDS, LETTER):
        if kind.word == word:
            return kind
    raise Invalid(f"The bot knows no {word} of Salesforce.")
