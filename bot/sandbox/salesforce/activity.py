"""What a record shows of the tasks that hang on it."""

from collections.abc import Mapping

from bot.sandbox.models import Payload


def value(record: Payload, name: str, records: Mapping[str, Payload]) -> object:
    """A field's value; the date of the last activity is nowhere kept, it is that of the latest task that is done."""
    return last(str(record["Id"]), records) if name == "LastActivityDate" else record.get(name)


def last(record: str, records: Mapping[str, Payload]) -> str | None:
    """The day of the latest task of a record that is done."""
    days = (
        str(one["ActivityDate"])
        for name, one in records.items()
        if name.startswith("00T")
        and record in (one.get("WhoId"), one.get("WhatId"))
        and one["IsClosed"]
        and one["ActivityDate"]
        and not one.get("IsDeleted")
    )
    return max(days, default=None)
