"""People, places, records and drafts to decide about."""

from collections.abc import Callable

import pytest

from handlers.models import Call, Change, Draft, Person, Place, Record

ADA = Person("slack:T1/ada", "Ada Novak", "ada@example.com", frozenset({"support"}), frozenset({"jira:5b-ADA"}))
HERE = Place("slack", "C1")


@pytest.fixture
def ada() -> Person:
    return ADA


@pytest.fixture
def here() -> Place:
    return HERE


@pytest.fixture
def record() -> Callable[..., Record]:
    """A record of any system; what is not named does not matter."""

    def make(system="jira", **more):
        kind = {"jira": "issue", "zendesk": "ticket"}[system]
        given = {"id": "SUP-1", "version": "v1", "title": "Payments fail", "text": "Nobody can pay.", "fields": {}} | more
        return Record(system, kind, **given)

    return make


@pytest.fixture
def draft(record) -> Callable[..., Draft]:
    """A draft with these changes."""

    def make(*changes: Change, of: Record | None = None, asked_by: Person = ADA) -> Draft:
        call = Call("call-1", "triage", "SUP-1", asked_by, HERE)
        return Draft.of("triage", of or record(), changes, call=call)

    return make
