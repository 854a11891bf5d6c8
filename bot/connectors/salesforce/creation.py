"""A draft of something new -> one composite request that makes it, marked so that it is found again. Pure: no network, no clock."""

from collections.abc import Mapping
from typing import Any

from bot.connectors.salesforce import kinds
from bot.connectors.salesforce.kinds import ACCOUNT, CONTACT, LEAD, LETTER, LOGGED, OPPORTUNITY, TASK, Kind
from bot.connectors.salesforce.records import NOTE, mark, task_of, translated
from bot.connectors.salesforce.soql import All, Condition, Where
from handlers.errors import Invalid
from handlers.models import Draft

NAMES: Mapping[str, Mapping[str, str]] = {
    LEAD.word: {"first_name": "FirstName", "last_name": "LastName"},
    CONTACT.word: {"first_name": "FirstName", "last_name": "LastName"},
    ACCOUNT.word: {"name": "Name"},
    OPPORTUNITY.word: {"name": "Name"},
    TASK.word: {},
    LETTER.word: {},
}
"""Kind -> our names of the fields that only a new one takes -> theirs."""
ABOVE = {CONTACT.word: {"Account": "AccountId"}, OPPORTUNITY.word: {"Account": "AccountId"}}
"""What a new record can hang on, and the field that says so; a task hangs on anything."""
SUBJECT = 255
"""Characters of a task's subject."""


def key(draft: Draft) -> str:
    """The draft in one word, for a field that is an external id. It stands in a path, where a full stop could begin a file's ending."""
    return f"{draft.id}-{draft.version}"


def hung(kind: Kind, where: str) -> dict[str, str]:
    """The field that hangs a new record on the one of this id. Raises Invalid where it cannot hang there."""
    if not where:
        return {}
    known = kinds.of_id(where)
    about = known[0] if known else None
    field = (
        about.link
        if about is not None and kind.object == TASK.object
        else ABOVE.get(kind.word, {}).get(about.object if about else "", "")
    )
    if known is None or not field:
        raise Invalid(f"A {kind.word} in Salesforce cannot hang on {where[:80]!r}.")
    return {field: known[1]}


def fields_of(draft: Draft, kind: Kind, *, score: str = "") -> dict[str, Any]:
    """Every field of the new record. Raises Invalid naming one that a new one cannot have."""
    found: dict[str, Any] = hung(kind, draft.record.where)
    for change in draft.changes:
        if change.field == NOTE:
            raise Invalid(f"A new {kind.word} in Salesforce takes no note. Make the note another draft.")
        name = NAMES[kind.word].get(change.field) or kind.theirs(change.field, score)
        found[name] = translated(name, change, score=score)
    return found | ({"Status": "Completed"} if kind is LETTER else {})


def composite(draft: Draft, kind: Kind, *, root: str, score: str = "", external: str = "") -> dict[str, Any]:
    """One write. With the field of an external id Salesforce makes the record once however often it is asked; without one a task that
    hangs on it, made in the same transaction, says which draft made it. A task says so in its own subject.
    """
    fields, url = fields_of(draft, kind, score=score), f"{root}/sobjects/{kind.object}"
    if external:
        parts = [{"method": "PATCH", "url": f"{url}/{external}/{key(draft)}", "referenceId": "record", "body": fields}]
    elif kind.object == TASK.object:
        parts = [{"method": "POST", "url": url, "referenceId": "record", "body": fields | {"Subject": subject(draft)}}]
    else:
        parts = [
            {"method": "POST", "url": url, "referenceId": "record", "body": fields},
            task_of(draft, kind, root=root, about="@{record.id}"),
        ]
    return {"allOrNone": True, "compositeRequest": parts}


def subject(draft: Draft) -> str:
    """What a new task is called: what was approved, cut where that is too long, and the mark."""
    named = next((str(change.after) for change in draft.changes if change.field in ("name", "subject") and change.after), "")
    words = " ".join(
        (f"{LOGGED}: {named}" if draft.record.kind == LETTER.word else named).split()
    )  # Salesforce takes blanks off the ends, and by the whole subject the task is found again
    ending = f" ({mark(draft)})" if words else mark(draft)
    return words[: SUBJECT - len(ending)] + ending


def found_by(draft: Draft, kind: Kind, *, external: str = "") -> tuple[str, Where]:
    """(object, condition) of what is there once this draft has made its record."""
    if external:
        return kind.object, Condition(external, "=", key(draft))
    return TASK.object, All((Condition("Subject", "=", subject(draft) if kind.object == TASK.object else mark(draft)),))
