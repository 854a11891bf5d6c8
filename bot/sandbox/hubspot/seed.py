"""The customers of the sample company: a hand-written book -> objects with their history and their links."""

import json
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.company import ROOM
from bot.sandbox.hubspot.catalogue import CLOSED, ENGAGEMENTS, OWNERS, PORTAL, PROPERTIES, STAGES, created, modified
from bot.sandbox.models import Payload

_OWNER_IDS = {one.id: number for number, one in OWNERS.items()}
_BODIES = {"notes": "hs_note_body", "tasks": "hs_task_subject", "emails": "hs_email_text"}


def stamp(moment: datetime) -> str:
    """A moment as HubSpot writes it: milliseconds, UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def objects() -> dict[str, Payload]:
    """Every object by its id, in the shape that `HubSpot.records` keeps."""
    book = json.loads((ROOM / "hubspot" / "book.json").read_text(encoding="utf-8"))
    made = [
        *(_company(row) for row in book["companies"]),
        *(_contact(row, book["companies"]) for row in book["contacts"]),
        *(_deal(row) for row in book["deals"]),
        *(_engagement(row) for row in book["engagements"]),
    ]
    found = {record["id"]: record for record in made}
    for record in made:
        for other in [one for ids in record["links"].values() for one in ids]:
            back = found[other]["links"].setdefault(record["kind"], [])
            back += [] if record["id"] in back else [record["id"]]
    for record in made:
        _count(record)
    return found


def blank(kind: str, number: str, moment: str) -> Payload:
    """An object that holds nothing but when it was made."""
    values: dict[str, str | None] = dict.fromkeys(PROPERTIES[kind])
    values |= {"hs_object_id": number, created(kind): moment, modified(kind): moment}
    return {"kind": kind, "id": number, "created": moment, "updated": moment, "values": values, "history": {}, "links": {}}


def remember(
    record: Payload, name: str, value: str, moment: str, *, source: str = "CRM_UI", by: str = f"userId:{PORTAL}"
) -> None:
    """Set a property and put it into its history, newest first."""
    record["values"][name] = value
    entry = {"value": value, "timestamp": moment, "sourceType": source, "sourceId": by}
    record["history"].setdefault(name, []).insert(0, entry)


def _made(kind: str, number: int, made: str, last: str, given: dict[str, Any]) -> Payload:
    record = blank(kind, str(number), _moment(made, number))
    for name, value in given.items():
        if value is not None:
            remember(record, name, str(value), record["created"], source="IMPORT", by="import:1")
    record["updated"] = record["values"][modified(kind)] = max(record["created"], _moment(last, number))
    return record


def _company(row: Payload) -> Payload:
    given = {name: row.get(name) for name in ("name", "domain", "industry", "country", "city", "description")}
    given |= {"numberofemployees": row["employees"], "lifecyclestage": row["stage"], "hubspot_owner_id": _owner(row)}
    return _made("companies", row["id"], "2026-01-12", "2026-09-01", given)


def _contact(row: Payload, companies: list[Payload]) -> Payload:
    at = row.get("company")
    known = next((one for one in companies if one["id"] == at), None)
    form = {"recent_conversion_event_name": row.get("form"), "num_conversion_events": row["forms"]}
    given = {
        "firstname": row["first"], "lastname": row["last"], "email": row["email"], "jobtitle": row.get("job"),
        "company": known["name"] if known else at, "country": row["country"], "phone": row.get("phone"),
        "hubspot_owner_id": _owner(row), "lifecyclestage": row["stage"], "hs_lead_status": row.get("status"),
        "hs_analytics_source": row["source"], "hs_analytics_num_page_views": row["views"], **form,
        "hs_sales_email_last_replied": _moment(row["replied"], row["id"]) if "replied" in row else None,
        "associatedcompanyid": at if known else None,
        "hs_last_sales_activity_timestamp": _moment(row["active"], row["id"]),
        "recent_conversion_date": _moment(row["created"], row["id"]) if row["forms"] else None,
    }  # fmt: skip
    record = _made("contacts", row["id"], row["created"], row["active"], given)
    if known:
        record["links"]["companies"] = [str(at)]
    if row["stage"] not in ("subscriber", "lead"):
        first = {"value": "lead", "timestamp": record["created"], "sourceType": "FORM", "sourceId": "form:1"}
        record["history"]["lifecyclestage"] = [
            {**record["history"]["lifecyclestage"][0], "timestamp": record["updated"], "sourceType": "CRM_UI"},
            first,
        ]
    return record


def _deal(row: Payload) -> Payload:
    steps = row["history"]
    given = {
        "dealname": row["name"], "amount": row["amount"], "pipeline": "default", "closedate": _moment(row["close"], row["id"]),
        "hubspot_owner_id": _owner(row), "closed_lost_reason": row.get("lost"), "hs_next_step": row.get("next"),
    }  # fmt: skip
    record = _made("deals", row["id"], steps[0][0], steps[-1][0], given)
    for day, stage in steps:
        remember(record, "dealstage", stage, _moment(day, row["id"]))
    record["links"] = {"contacts": [str(one) for one in row["contacts"]]}
    if "company" in row:
        record["links"]["companies"] = [str(row["company"])]
    settle(record)
    return record


def _engagement(row: Payload) -> Payload:
    kind = row["type"]
    moment = _moment(row["at"], row["id"])
    given = {"hs_timestamp": moment, "hubspot_owner_id": _owner(row), _BODIES[kind]: row["text"]}
    if kind == "emails":
        subject, _, body = row["text"].partition(": ")
        given |= {"hs_email_subject": subject, "hs_email_text": body, "hs_email_direction": "EMAIL", "hs_email_status": "SENT"}
    if kind == "tasks":
        given |= {"hs_task_status": "NOT_STARTED", "hs_task_priority": "MEDIUM"}
    made = min(moment, "2026-11-19T16:00:00.000Z")  # a task lies ahead, but somebody has written it down
    record = _made(kind, row["id"], made[:16], made[:16], given)
    record["links"] = {"contacts": [str(row["contact"])]}
    return record


def settle(record: Payload) -> None:
    """What HubSpot works out from a deal's stage."""
    stage = record["values"]["dealstage"]
    closed = {True: "true", False: "false"}
    record["values"] |= {
        "hs_is_closed": closed[stage in CLOSED],
        "hs_is_closed_won": closed[stage == "closedwon"],
        "hs_deal_stage_probability": STAGES[stage][1] if stage else None,
    }


def _count(record: Payload) -> None:
    """Numbers of links, as HubSpot counts them."""
    links = record["links"]
    if record["kind"] not in ENGAGEMENTS:
        record["values"]["num_notes"] = str(len(links.get("notes", ())))
    for kind, name in (("deals", "num_associated_deals"), ("contacts", "num_associated_contacts")):
        if name in PROPERTIES[record["kind"]]:
            record["values"][name] = str(len(links.get(kind, ())))


def _owner(row: Payload) -> str | None:
    return _OWNER_IDS[row["owner"]] if "owner" in row else None


def _moment(text: str, salt: int) -> str:
    """Nobody clicks on the full minute: the object's number decides the seconds and the thousandths."""
    day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    hour = 8 + salt % 9 if day.hour == 0 else day.hour
    return stamp(day.replace(hour=hour, second=salt * 41 % 60, microsecond=salt * 37 % 1000 * 1000))
