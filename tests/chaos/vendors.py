"""What a run has to know of each vendor: how a record is made there, what others edit, and how to read its ledger. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chaos.oracle import MAY_HAVE, Kept, Values, Write

Json = Mapping[str, Any]
Origin = Callable[[Json, Iterable[Kept]], tuple[str, int]]
TITLE = "Renters charged twice when the card form is sent again, case {}"
MARK = re.compile(r"Countersign draft (\w+), version (\d+)")
SCORE = {"hubspot": "countersign_lead_score", "salesforce": "Score__c"}


@dataclass(frozen=True)
class Vendor:
    """One vendor from the outside.

    `names`: the bot's name of a field -> the vendor's. `edits`: what somebody else sets meanwhile, in fields that drafts are about, each time
    something new. `method` and `path`: how the bot writes; `{}` is the record. `makes`: a new record, not yet dealt with, by its number.
    `origin`: whose write an entry of the ledger is. `by_label`: fields that the stand-in keeps by name and the bot by id and name.
    """

    command: str
    names: Mapping[str, str]
    edits: tuple[Json, Json]
    method: str
    path: str
    makes: Callable[[int], tuple[str, object]]
    made: Callable[[Json], str]
    origin: Origin
    by_label: frozenset[str] = frozenset()
    ours: re.Pattern[str] = re.compile("")

    def is_write(self, entry: Json) -> bool:
        """Whether an entry of the ledger is a write of the bot's, carried out or not, and of the record itself."""
        asked, record = str(entry["path"]).partition("?")[0], str(entry["record"] or "")
        wanted = self.path.format(re.escape(record)) if record else self.path.format(".*")
        return entry["method"] == self.method and bool(re.search(wanted, asked)) and (not record or bool(self.ours.match(record)))

    def side(self, record: Json) -> Values:
        """The fields of a draft as a record of the ledger has them."""
        held = record.get("values", record)
        return {name: meant(held[theirs]) for name, theirs in self.names.items()}


def meant(value: Any) -> object:
    """A value, whatever way of saying nothing a vendor has."""
    return None if value == "" else value


def jira(number: int) -> tuple[str, object]:
    fields = {"project": {"key": "SUP"}, "issuetype": {"id": "10002"}, "summary": TITLE.format(number)}
    return "/rest/api/3/issue", {"fields": fields}


def zendesk(number: int) -> tuple[str, object]:
    said = {"body": "A guest was charged twice for one kayak."}
    return "/api/v2/tickets", {"ticket": {"subject": TITLE.format(number), "comment": said, "requester_id": 40001}}


def hubspot(number: int) -> tuple[str, object]:
    person = {
        "firstname": "Case",
        "lastname": str(number),
        "email": f"case{number}@chaos.example",
        "jobtitle": "Head of operations",
        "country": "GB",
    }
    return "/crm/v3/objects/contacts", {"properties": person}


def salesforce(number: int) -> tuple[str, object]:
    person = {
        "LastName": f"Case {number}",
        "Company": "Chaos Boats",
        "Email": f"case{number}@chaos.example",
        "Title": "Owner",
        "Industry": "Boat Hire",
    }
    return "/services/data/v60.0/sobjects/Lead", person


def by_property(entry: Json, _drafts: Iterable[Kept]) -> tuple[str, int]:
    mark = entry["body"]["properties"][0]["value"]
    return mark["id"], mark["version"]


def by_metadata(entry: Json, _drafts: Iterable[Kept]) -> tuple[str, int]:
    mark = entry["body"]["ticket"]["metadata"]["custom"]["countersign"]
    return mark["draft"], mark["version"]


def by_task(entry: Json, _drafts: Iterable[Kept]) -> tuple[str, int]:
    found = MARK.fullmatch(entry["body"]["compositeRequest"][-1]["body"]["Subject"])
    return (found[1], int(found[2])) if found else ("", 0)


def by_values(entry: Json, drafts: Iterable[Kept]) -> tuple[str, int]:
    """HubSpot keeps no mark of ours: the draft is one of this contact, this version of it and these values, one that may have been written first."""
    ours = {theirs: name for name, theirs in VENDORS["hubspot"].names.items()}
    sent = {ours[name]: meant(value) for name, value in entry["body"]["properties"].items()}
    wanted = (f"hubspot/{entry['record']}", entry["before"]["updated"], sent)
    found = [d for d in drafts if (d.record, d.record_version, dict(d.asked)) == wanted]
    found.sort(
        key=lambda d: d.state not in MAY_HAVE
    )  # the same may have been proposed twice, once by itself and once in a bundle
    return (found[0].id, found[0].version) if found else ("", 0)


VENDORS = {
    "jira": Vendor(
        "/triage {}",
        {"type": "type", "priority": "priority", "labels": "labels", "component": "components", "assignee": "assignee"},
        ({"labels": ["seen"], "priority": "Lowest"}, {"labels": ["seen", "again"], "priority": "Highest"}),
        "PUT", "/{}$", jira, lambda made: made["key"], by_property, frozenset({"type", "priority", "component"}),
    ),
    "zendesk": Vendor(
        "/reply {}",
        {
            "type": "type", "priority": "priority", "status": "status", "tags": "tags", "group": "group_id", "assignee": "assignee_id",
        },
        ({"group": "Technical", "priority": "urgent"}, {"group": "Success", "priority": "low"}),
        "PUT", "/{}$", zendesk, lambda made: str(made["ticket"]["id"]), by_metadata,
    ),
    "hubspot": Vendor(
        "/lead {}",
        {"score": SCORE["hubspot"], "owner": "hubspot_owner_id"},
        ({SCORE["hubspot"]: "11"}, {SCORE["hubspot"]: "22", "owner": "juno"}),
        "PATCH", "/contacts/{}$", hubspot, lambda made: made["id"], by_values,
    ),
    "salesforce": Vendor(
        "/lead {}",
        {"score": SCORE["salesforce"], "owner": "OwnerId"},
        ({SCORE["salesforce"]: 11}, {SCORE["salesforce"]: 22}),
        "POST", "/composite$", salesforce, lambda made: made["id"], by_task, ours=re.compile("00Q"),
    ),
}  # fmt: skip
"""Every vendor that is written to, by the name of its connector."""


def write(vendor: str, entry: Json, drafts: Iterable[Kept]) -> Write:
    """An entry of a stand-in's ledger as the oracle reads it."""
    side = VENDORS[vendor].side
    draft, version = VENDORS[vendor].origin(entry, drafts)
    return Write(draft, version, f"{vendor}/{entry['record']}", side(entry["before"]), side(entry["after"]), entry["time"])


def plain(vendor: str, field: str, value: Any) -> object:
    """A value of a draft as the stand-in would hold it."""
    if isinstance(value, list):
        return [plain(vendor, field, item) for item in value]
    if isinstance(value, dict):
        return value["label"] if field in VENDORS[vendor].by_label else int(value["id"]) if vendor == "zendesk" else value["id"]
    if (vendor, field) == ("salesforce", "score") and value:
        return float(value)
    return meant(value)
