"""The book of sales hangs together, and its past tells about its present."""

from collections import Counter

from bot.sandbox.salesforce import ids, seed
from bot.sandbox.salesforce.schema import OBJECTS, object_of
from bot.sandbox.zendesk.catalogue import ORGANIZATIONS, USERS

RECORDS = seed.records()


def of(source):
    return [one for name, one in RECORDS.items() if name.startswith(OBJECTS[source].prefix)]


def test_there_are_forty_people_and_fifteen_deals():
    counted = Counter(object_of(name).name for name in RECORDS)

    assert (counted["Lead"] + counted["Contact"], counted["Opportunity"], counted["Account"]) == (40, 15, 12)
    assert counted["Task"] >= 40


def test_ids_are_long_and_sound_and_every_reference_leads_somewhere():
    for name, record in RECORDS.items():
        assert ids.whole(name) == name == record["Id"]
        for field in object_of(name).fields.values():
            if field.type == "reference" and record[field.name]:
                assert object_of(record[field.name]).name in field.refers
                assert record[field.name] in RECORDS


def test_customers_are_those_of_the_help_desk():
    assert {one["Name"] for one in of("Account")} == {one.name for one in ORGANIZATIONS.values()}
    assert {one["Email"] for one in of("Contact")} == {one.email for one in USERS.values() if not one.agent}


def test_time_runs_forward_over_the_past_six_months():
    for record in of("Lead") + of("Contact") + of("Opportunity"):
        assert "2026-05-20" <= record["CreatedDate"] <= record["SystemModstamp"] < "2026-11-20", record["Name"]
    for task in of("Task"):
        above = RECORDS[task["WhoId"] or task["WhatId"]]
        assert above["CreatedDate"][:10] <= task["ActivityDate"] <= above["LastModifiedDate"][:10], task["Subject"]


def test_fresh_leads_are_untouched_and_scores_tell_who_converted():
    fresh = [one for one in of("Lead") if one["Status"] == "Open"]
    over = [one for one in of("Lead") if one["Status"].startswith("Closed")]

    assert [(one["Score__c"], one["Rating"]) for one in fresh] == [(None, None)] * 4
    assert min(one["Score__c"] for one in over if one["IsConverted"]) > max(
        one["Score__c"] for one in over if not one["IsConverted"]
    )
    assert Counter(one["IsConverted"] for one in over) == {True: 7, False: 7}
