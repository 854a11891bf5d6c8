"""What `about.toml` says that records hold and take, by our names, is what they hold and take: `bot.toml` is held against it at start."""

import pytest

from bot.connectors.about import abouts
from bot.connectors.hubspot import changes as hubspot_changes
from bot.connectors.hubspot import records as hubspot
from bot.connectors.jira.records import body_of
from bot.connectors.salesforce import kinds
from bot.connectors.salesforce.records import record as salesforce_record
from bot.connectors.zendesk.records import FIELDS, SPOKEN
from handlers.errors import Invalid
from handlers.models import Change, Ref

SCORE = "Score__c"


def nested(names):
    """An answer with these fields, all empty but what every record has."""
    found = {}
    for name in names:
        at, (*parents, last) = found, name.split(".")
        for parent in parents:
            at = at.setdefault(parent, {})
        at[last] = None
    return found | {"Id": "00Q000000000001AAA", "SystemModstamp": "2026-11-20T12:00:00Z"}


def declared(system, kind):
    return next(one for name, one in abouts()[system].objects.items() if name.lower() == kind)


@pytest.mark.parametrize(("system", "kind", "name"), [("jira", "issue", "SUP-21"), ("zendesk", "ticket", "153")])
async def test_records_that_are_read_hold_what_is_declared(connectors, system, kind, name):
    assert list((await connectors[system].read(name)).fields) == list(declared(system, kind).fields)


@pytest.mark.parametrize("kind", sorted(hubspot.KINDS))
def test_records_of_hubspot_hold_what_is_declared(kind):
    payload = {"id": "1", "updatedAt": "2026-11-20T12:00:00Z", "properties": dict.fromkeys((*hubspot.ASKED[kind], SCORE))}
    found = hubspot.record(kind, payload, hubspot.Around("https://hubspot.example", "1"), score=SCORE)

    assert set(found.fields) == set(declared("hubspot", kind).fields)


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.word)
def test_records_of_salesforce_hold_what_is_declared(kind):
    found = salesforce_record(nested(kind.asked(SCORE)), kind, site="https://salesforce.example", score=SCORE)

    assert set(found.fields) == set(declared("salesforce", kind.word).fields)


def jira_takes(_kind, name):
    change = Change(name, "", "words")
    return name == "status" or bool(body_of([change]))  # a status is reached by a transition, whose choices Jira names


def zendesk_takes(_kind, name):
    return name in (*FIELDS, *SPOKEN)


def hubspot_takes(kind, name):
    return name == hubspot_changes.NOTE or bool(
        hubspot_changes.one(kind, Change(name, "", "5" if name == "score" else ""), SCORE)
    )


def salesforce_takes(kind, name):
    return name == "note" or bool(kinds.of_word(kind).theirs(name, SCORE))


TAKES = {"jira": jira_takes, "zendesk": zendesk_takes, "hubspot": hubspot_takes, "salesforce": salesforce_takes}


@pytest.mark.parametrize("system", TAKES)
def test_what_is_declared_can_be_set_to_words(system):
    for kind, one in abouts()[system].objects.items():
        assert [name for name in one.sets if not TAKES[system](kind.lower(), name)] == []


def test_what_takes_more_than_words_is_not_declared():
    with pytest.raises(Invalid):
        body_of([Change("priority", Ref("1", "Low"), "High")])
    assert "priority" not in declared("jira", "issue").sets
    assert not {"tags", "group", "assignee"} & set(declared("zendesk", "ticket").sets)


def test_all_kinds_that_are_watched_are_declared(connectors):
    found = {name: {kind.lower() for kind, one in abouts()[name].objects.items() if one.fields} for name in connectors}
    assert found == {name: set(one.watched) for name, one in connectors.items()}
