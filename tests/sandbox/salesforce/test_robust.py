"""Nothing that a caller sends makes the stand-in stumble: the answer is Salesforce's yes or no, never a 5xx."""

import random

import pytest

ATOMS = [
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**20,
        "",
        "x",
        "Open",
        "Closed Won",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "\U0001f6f6",
        "\ud83d",
    ),
    *("00QHl0000000021", "005Hl0000000002", "@{a.id}", "@{a.b.c}", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"),
    *([], {}, ["a"], {"id": "1"}, [[]], {"attributes": {"type": 1}}),
]
FIELDS = [
    *(
        "LastName",
        "Company",
        "Email",
        "Status",
        "Score__c",
        "NumberOfEmployees",
        "OwnerId",
        "Id",
        "Name",
        "SystemModstamp",
        "zzz",
    ),
    *(
        "WhoId",
        "WhatId",
        "Subject",
        "Description",
        "ActivityDate",
        "StageName",
        "CloseDate",
        "Amount",
        "IsConverted",
        "attributes",
    ),
    "Harbourlight_Id__c",
]
PATHS = [
    *(
        ("POST", "/sobjects/Lead"),
        ("POST", "/sobjects/Task"),
        ("POST", "/sobjects/Opportunity"),
        ("PATCH", "/sobjects/Lead/00QHl0000000021"),
    ),
    *(("PATCH", "/sobjects/Task/00THl0000000001"), ("PATCH", "/sobjects/Lead/Harbourlight_Id__c/x"), ("POST", "/composite")),
]
HEADERS = ["If-Unmodified-Since", "If-Match", "If-Modified-Since", "Sforce-Query-Options"]
PARTS = ["method", "url", "referenceId", "body", "httpHeaders"]
TOKENS = [
    *(
        "SELECT",
        "FROM",
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "IN",
        "LIKE",
        "ORDER BY",
        "LIMIT",
        "NULLS LAST",
        "DESC",
        "(",
        ")",
        ",",
        "=",
        "<",
        "!=",
    ),
    *(
        "Lead",
        "Task",
        "User",
        "Id",
        "Name",
        "Owner.Name",
        "Account.Owner.Name",
        "Score__c",
        "CreatedDate",
        "IsConverted",
        "Description",
    ),
    *(
        "'x'",
        r"'\%_'",
        "NULL",
        "TRUE",
        "5",
        "1e9",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999-12:00",
        "2026-01-01",
        "'",
        "\\",
    ),
]


def some(dice, names):
    return {name: dice.choice(ATOMS) for name in dice.sample(names, dice.randint(0, 4))}


def composite(dice):
    parts = [
        {"method": method, "url": f"/services/data/v60.0{path}", "referenceId": "abc"[place], "body": some(dice, FIELDS)}
        | (some(dice, PARTS) if dice.random() < 0.4 else {})
        for place, (method, path) in enumerate(dice.choices(PATHS, k=dice.randint(0, 3)))
    ]
    return {"allOrNone": dice.choice([True, False, None, "x"]), "compositeRequest": parts}


@pytest.mark.parametrize("seed", range(6))
async def test_no_write_makes_it_stumble(force, seed):
    dice = random.Random(seed)  # noqa: S311 - a script, not a secret
    for _ in range(60):
        method, path = dice.choice(PATHS)
        body = dice.choice(ATOMS) if dice.random() < 0.1 else composite(dice) if path == "/composite" else some(dice, FIELDS)
        headers = {name: dice.choice(["x", "Fri, 20 Nov 2026 09:00:00 GMT", "1", '"y"']) for name in dice.sample(HEADERS, 1)}
        reply = await force(method, path, body, headers=headers)
        assert reply.status < 500, (method, path, body, headers)
        assert reply.status < 400 or reply.code, (method, path, body)


@pytest.mark.parametrize("seed", range(6))
async def test_no_query_makes_it_stumble(force, seed):
    dice = random.Random(seed)  # noqa: S311 - a script, not a secret
    for _ in range(80):
        some_tokens = " ".join(dice.choices(TOKENS, k=dice.randint(1, 8)))
        query = some_tokens if dice.random() < 0.2 else f"SELECT {dice.choice(['Id', some_tokens])} FROM Lead WHERE {some_tokens}"  # noqa: S608 - SOQL
        reply = await force("GET", "/query", q=query)
        assert reply.status in (200, 400), query


@pytest.mark.parametrize("name", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_time_at_the_end_of_time_is_refused_or_found(force, name):
    for operator in ("<", ">", "="):
        reply = await force("GET", "/query", q=f"SELECT Id FROM Lead WHERE CreatedDate {operator} {name}")  # noqa: S608 - SOQL
        assert reply.status in (200, 400)
