"""The book of Harbourlight's sales: a hand-written table -> records, the tasks of their history included."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bot.sandbox.company import PEOPLE, ROOM
from bot.sandbox.models import Payload
from bot.sandbox.salesforce import rows
from bot.sandbox.salesforce.ids import made
from bot.sandbox.salesforce.schema import OBJECTS

BIRTH = "2026-01-12T09:00:00.000+0000"
"""When the organisation and its users were made."""
TABLES = {"accounts": "Account", "contacts": "Contact", "leads": "Lead", "opportunities": "Opportunity"}
BOT_EMAIL = "bot@harbourlight.example"
USERS = {one.id: made("005", number) for number, one in enumerate((one for one in PEOPLE if one.id != "cy"), start=1)}
"""A colleague's short id -> the id as a user."""
BOT = made("005", 90)
"""The user that the API acts as."""


def records() -> dict[str, Payload]:
    """Every seed record by id, in the shape that `Salesforce.records` keeps."""
    book = json.loads((ROOM / "salesforce" / "book.json").read_text(encoding="utf-8"))
    found: dict[str, Payload] = {one["Id"]: one for one in _users()}
    accounts: dict[str, str] = {}
    for table, name in TABLES.items():
        for row in book[table]:
            record = _record(name, row, accounts, found)
            found[record["Id"]] = record
            if name == "Account":
                accounts[row["key"]] = record["Id"]
            for task in _history(record, row, found):
                found[task["Id"]] = task
    return found


def _users() -> Iterator[Payload]:
    stamps = {"CreatedDate": BIRTH, "LastModifiedDate": BIRTH, "SystemModstamp": BIRTH}
    for one in PEOPLE:
        if one.id in USERS:
            yield {"Id": USERS[one.id], "Name": one.name, "Email": one.email, "Username": one.email, "IsActive": True} | stamps
    yield {"Id": BOT, "Name": "Countersign", "Email": BOT_EMAIL, "Username": BOT_EMAIL, "IsActive": True} | stamps


def _record(name: str, row: Payload, accounts: dict[str, str], found: dict[str, Payload]) -> Payload:
    source = OBJECTS[name]
    given = {key: value for key, value in row.items() if key in source.fields}
    if "account" in row:
        given["AccountId"] = accounts[row["account"]]
    given["OwnerId"] = USERS[row["owner"]]
    if name in ("Lead", "Contact") and "Email" in row:
        given["Harbourlight_Id__c"] = f"{name.lower()}-{row['Email'].partition('@')[0]}-{len(found):03d}"
    record = rows.created(source, given, found, by=USERS[row["owner"]], clock=_clock(row["created"], len(found)))
    if name == "Lead":
        record["IsConverted"] = record["Status"] == "Closed - Converted"
    last = max((entry[:10] for entry in row.get("history", ())), default="")
    if last:
        moved = rows.stamp(_clock(f"{last}T16:05", len(found))())
        record |= {"LastModifiedDate": moved, "SystemModstamp": moved}
    return record


def _history(record: Payload, row: Payload, found: dict[str, Payload]) -> Iterator[Payload]:
    """The tasks of a row. An entry is `day who subject|what was said`."""
    link = "WhoId" if record["Id"].startswith(("00Q", "003")) else "WhatId"
    taken = dict(found)
    for entry in row.get("history", ()):
        day, who, text = entry.split(" ", 2)
        subject, _, said = text.partition("|")
        given = {"Subject": subject, "Description": said, link: record["Id"], "OwnerId": USERS[who], "Status": "Completed"}
        clock = _clock(f"{day}T15:40", len(taken))
        task = rows.created(OBJECTS["Task"], given | {"ActivityDate": day}, taken, by=USERS[who], clock=clock)
        taken[task["Id"]] = task
        yield task


def _clock(text: str, salt: int) -> Callable[[], datetime]:
    """Nobody clicks on the full minute: the number of the record decides the seconds."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(seconds=salt * 41 % 60)
    return lambda: moment
