"""SOQL through the front door: what it finds, in which order, and what it does not take."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.salesforce import soql
from bot.sandbox.salesforce.ids import made


async def names(force, where, source="Lead"):
    return [one["Name"] for one in await force.find(f"SELECT Name FROM {source} WHERE {where} ORDER BY Name")]  # noqa: S608 - SOQL of a test


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Name = 'katya marlow'", ["Katya Marlow"]),
        ("Email LIKE 'm%@%' AND Status = 'Open'", ["Molly Tran"]),
        ("Company LIKE '%& Sons%'", ["Finn Gallagher"]),
        ("FirstName LIKE 'S_m'", ["Sam Whitlock"]),
        (r"FirstName LIKE 'S\_m'", []),
        ("NumberOfEmployees > 30", ["Dmitri Antonov", "Maeve Donnelly", "Otis Granger"]),
        ("NumberOfEmployees = NULL", ["Molly Tran"]),
        ("NumberOfEmployees <= 2.0", ["Grace Mbeki", "Ruairi Keane"]),
        ("Rating IN ('Hot', 'Warm') AND IsConverted = FALSE AND NumberOfEmployees < 10", ["Piotr Zielinski", "Tariq Nasser"]),
        ("Status = 'Open' AND (NOT LeadSource IN ('Web', 'Referral'))", ["Emre Yilmaz", "Molly Tran"]),
        ("CreatedDate > 2026-11-18T15:00:00Z", ["Molly Tran", "Sam Whitlock"]),
        ("CreatedDate > 2026-11-18T16:00:00.000+01:00 AND Rating = NULL", ["Molly Tran", "Sam Whitlock"]),
        ("LastActivityDate >= 2026-11-09", ["Aurelie Blanc", "Finn Gallagher"]),
        (
            "(NOT Status LIKE 'Closed%') AND Owner.Name = 'Bo Lindqvist' AND Rating != NULL",
            ["Robbie Sinclair", "Svenja Albers"],
        ),
        (r"LastName = 'Tr\u0061n' OR LastName = 'O\'Brien'", ["Molly Tran"]),
        ("Company = ''", []),
    ],
)
async def test_conditions(force, where, found):
    assert await names(force, where) == found


async def test_empty_fields_are_unequal_to_everything(force):
    assert len(await names(force, "Rating != 'Hot'")) == 24 - len(await names(force, "Rating = 'Hot'"))


async def test_ids_are_found_in_both_lengths_and_only_in_their_own_case(force):
    lead = await force.id_of("Katya Marlow")

    for given_id in (lead, lead[:15]):
        assert await names(force, f"Id = '{given_id}'") == ["Katya Marlow"]
    assert await names(force, f"Id = '{lead[:15].lower()}'") == []
    assert (await force("GET", "/query", q="SELECT Id FROM Lead WHERE Id = 'x'")).code == "INVALID_QUERY_FILTER_OPERATOR"


async def test_fields_of_a_parent_stand_in_its_own_object(force):
    rows = await force.find(
        "SELECT Name, Owner.Name, Owner.Email, Account.Industry FROM Contact WHERE LastName IN ('Rinaldi', 'Whitlock')"
    )

    paolo, sam = sorted(rows, key=lambda row: row["Name"])
    assert (paolo["Account"]["Industry"], paolo["Owner"]["Email"], sam["Account"]) == (
        "Bike Hire",
        "juno@harbourlight.example",
        None,
    )


async def test_order_and_limit(force):
    rows = await force.find("SELECT Name FROM Lead ORDER BY NumberOfEmployees DESC NULLS LAST, Name LIMIT 2")
    first = await force.find("SELECT Name FROM Lead ORDER BY NumberOfEmployees LIMIT 1")
    last = await force.find("SELECT Name FROM Lead ORDER BY NumberOfEmployees NULLS LAST LIMIT 1")

    assert [row["Name"] for row in rows] == ["Otis Granger", "Dmitri Antonov"]
    assert (first, last) == ([{"Name": "Molly Tran"}], [{"Name": "Grace Mbeki"}])


async def test_tasks_are_found_by_what_they_hang_on(force):
    lead = await force.id_of("Maeve Donnelly")

    query = f"SELECT Subject, Who.Name FROM Task WHERE WhoId = '{lead}' AND IsClosed = TRUE ORDER BY ActivityDate"  # noqa: S608 - SOQL
    tasks = await force.find(query)

    assert [task["Subject"] for task in tasks] == ["Demo", "Call: references"]
    assert tasks[0]["Who"]["Name"] == "Maeve Donnelly"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT FROM Lead", "MALFORMED_QUERY"),
        ("SELECT * FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id, Id FROM Lead", "MALFORMED_QUERY"),
        ("SELECT COUNT() FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name = 'x", "MALFORMED_QUERY"),
        ('SELECT Id FROM Lead WHERE Name = "x"', "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name = 'o''brien'", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Lead WHERE Name = '\x'", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Lead WHERE Name = '100\%'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name = 'a\nb'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name = 'a' AND NOT Name = 'b'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name == 'a'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE (Name = 'a'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name = a", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Name IN ()", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate > LAST_WEEK", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-13-40T00:00:00Z", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Score__c > 5x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead LIMIT x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead LIMIT 1 WHERE Name = 'a'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead; DELETE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE " + "(" * 60 + "Name = 'a'" + ")" * 60, "MALFORMED_QUERY"),
        ("SELECT Nonsense FROM Lead", "INVALID_FIELD"),
        ("SELECT Owner.Nonsense FROM Lead", "INVALID_FIELD"),
        ("SELECT Owner.Username FROM Nothing", "INVALID_TYPE"),
        ("SELECT Who.Company FROM Task", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Description LIKE '%x%'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead ORDER BY Description", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Score__c = 'high'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE CreatedDate = '2026-11-20'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-11-20", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Score__c LIKE '5'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Lead WHERE Score__c > NULL", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Lead WHERE IsConverted > FALSE", "INVALID_QUERY_FILTER_OPERATOR"),
    ],
)
async def test_what_it_does_not_know_it_refuses(force, query, code):
    reply = await force("GET", "/query", q=query)

    assert (reply.status, reply.code) == (400, code)


async def test_pages_show_what_was_there_when_the_query_ran(force):
    records = force.standin.vendor.records
    task = next(one for name, one in records.items() if name.startswith("00T"))
    for number in range(500, 950):
        key = made("00T", number)
        records[key] = task | {"Id": key, "Subject": f"Call {number}"}
    query = "SELECT Subject FROM Task WHERE Subject LIKE 'Call ___' ORDER BY Subject"

    page = await force("GET", "/query", q=query, headers={"Sforce-Query-Options": "batchSize=200"})
    seen = [one["Subject"] for one in page.body["records"]]
    records.pop(made("00T", 800))
    while not page.body["done"]:
        assert page.body["totalSize"] == 450
        page = await force("GET", urlsplit(page.body["nextRecordsUrl"]).path)
        seen += [one["Subject"] for one in page.body["records"]]

    assert seen == [f"Call {number}" for number in range(500, 950)]
    assert "nextRecordsUrl" not in page.body
    assert (await force("GET", "/query/01gHl0000000099AAA-200")).code == "INVALID_QUERY_LOCATOR"
    assert (await force("GET", "/query", q=query, headers={"Sforce-Query-Options": "batchSize=all"})).status == 400


@given(st.text(max_size=60))
def test_whatever_is_asked_is_read_or_refused(text):
    for query in (text, f"SELECT Id FROM Lead WHERE Name = {text}"):  # noqa: S608 - SOQL of a test
        try:
            found = soql.parse(query)
        except soql.MalformedQuery as no:
            assert str(no)  # noqa: PT017 - the other half is the return below
        else:
            assert found.fields


async def test_what_lies_in_the_recycle_bin_is_seen_by_those_who_ask_for_all_of_it_only(force):
    lead = await force.id_of("Molly Tran")
    await force.standin.edit(lead, {"IsDeleted": True})
    soql = f"SELECT Id, IsDeleted FROM Lead WHERE Id = '{lead}'"  # noqa: S608 - SOQL
    every = await force("GET", "/queryAll", q=soql)

    assert await force.find(soql) == []
    assert [one["IsDeleted"] for one in every.body["records"]] == [True]
    assert (await force("GET", f"/sobjects/Lead/{lead}")).code == "ENTITY_IS_DELETED"
    assert (await force("PATCH", f"/sobjects/Lead/{lead}", {"City": "Henley"})).status == 404
    assert (await force("POST", "/sobjects/Task", {"Subject": "x", "WhoId": lead})).code == "INVALID_CROSS_REFERENCE_KEY"
