"""What can be said of settings and rules: secrets stay hidden, and a policy that nobody can meet is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Configuration, Settings
from bot.settings.review import addresses, approvers, chains, exposure, keys, masked, redis, risks, secret_values, settings_shown

PEOPLE = {
    "ada@example.com": {"playground": "ada", "groups": ["leads"]},
    "bo@example.com": {"slack": "T1/U2", "groups": ["leads", "support"]},
    "cy@example.com": {},
}


def verdict(people=PEOPLE, **table):
    return approvers(Configuration.model_validate({"people": people, "approvals": {"default": table}}), "jira.triage")


@pytest.mark.parametrize(
    ("table", "level"),
    [
        ({"approvers": ["group:leads"]}, "ok"),
        ({"approvers": ["group:leads"], "quorum": 2}, "ok"),
        ({"approvers": ["group:leads"], "quorum": 3}, "fail"),
        ({"approvers": ["group:leads", "cy@example.com"], "quorum": 3}, "ok"),
        ({"approvers": ["group:leads", "ada@example.com"], "quorum": 3}, "fail"),
        ({"approvers": ["group:nobody"]}, "fail"),
        ({"approvers": ["group:nobody", "slack:T1/U2"]}, "ok"),
        ({"approvers": ["group:nobody", "slack:T1/U2", "bo@example.com"], "quorum": 2}, "fail"),
        ({"approvers": ["stranger@example.com"]}, "ok"),
        ({"approvers": []}, "fail"),
        ({"approvers": ["owner"]}, "ok"),
        ({"approvers": ["*"]}, "warn"),
        ({"approvers": ["*"], "requester_may_approve": False}, "ok"),
        ({"approvers": ["*"], "quorum": 2}, "ok"),
        ({"approvers": ["ada@example.com"], "requester_may_approve": False}, "warn"),
        ({"approvers": ["group:leads"], "requester_may_approve": False}, "ok"),
    ],
)
def test_whether_a_policy_can_be_met(table, level):
    found = verdict(**table)

    assert (found.level, found.part) == (level, "approvals jira.triage")
    assert found.words.endswith(".") == (level != "ok"), found.words


def test_a_more_specific_table_counts():
    found = approvers(
        Configuration.model_validate(
            {"people": PEOPLE, "approvals": {"default": {"approvers": ["*"]}, "jira": {"approvers": ["group:nobody"]}}}
        ),
        "jira.triage",
    )

    assert found.level == "fail"


@pytest.mark.parametrize(
    ("public", "page", "writes", "level"),
    [
        ("", True, True, "ok"),
        ("http://localhost:3000", True, True, "ok"),
        ("https://bot.example", False, True, "ok"),
        ("https://bot.example", True, True, "fail"),
        ("https://bot.example", True, False, "warn"),
    ],
)
def test_a_page_without_sign_in_that_others_reach(public, page, writes, level):
    assert exposure(Settings(public_url=public), page=page, writes=writes).level == level


def test_a_loopback_name_in_public_opens_the_port_where_it_is_not_bound_to_loopback():
    behind_a_port = Settings(public_url="http://localhost:3000", host="0.0.0.0")  # noqa: S104 - what is judged

    assert exposure(behind_a_port, page=True, writes=True).level == "warn"
    assert exposure(Settings(host="0.0.0.0"), page=True, writes=True).level == "ok"  # noqa: S104 - the page refuses others


def test_keys_that_were_made_here():
    assert [found.part for found in keys(Settings())] == ["SECRET_KEY", "AUDIT_KEY"]
    assert list(keys(Settings(secret_key="a", audit_key="b"))) == []


def test_plain_http_to_another_machine():
    found = list(addresses(Settings(chroma_url="http://10.0.0.5:8000", openai_base_url="http://127.0.0.1:1", openai_model="m")))

    assert [(each.level, each.part) for each in found] == [("warn", "CHROMA_URL")]


@pytest.mark.parametrize(
    ("tier", "level", "words"),
    [
        ({"fields": ["*.reply"], "quorum": 2, "approvers": ["group:leads"]}, "fail", "only 1 of the file can"),
        ({"fields": ["*.reply"], "approvers": ["group:leads"]}, "ok", "at least 1, of group:leads"),
        ({"fields": ["*.reply"], "quorum": 2}, "ok", "at least 2, of whom"),
        ({"outside_text": True, "quorum": 9, "approvers": ["owner"]}, "ok", "at least 9"),
        ({"quorum": 2}, "warn", "no change is of this tier"),
    ],
)
def test_a_risk_tier_that_nobody_can_meet(tier, level, words):
    people = {"bo@example.com": {"groups": ["leads"]}, "cy@example.com": {}}
    [found] = risks(Configuration.model_validate({"people": people, "risk": {"high": tier}}))

    assert (found.level, found.part) == (level, "risk high")
    assert words in found.words


@pytest.mark.parametrize(
    ("url", "levels"),
    [
        ("memory://", []),
        ("redis://127.0.0.1:6379", []),
        ("redis://cache:6379/0", ["fail"]),
        ("redis://:[hunter2@cache", ["fail"]),
        ("rediss://cache.example", ["fail"]),
        ("redis://:hunter2@cache:6379", ["warn"]),
        ("rediss://bot:hunter2@cache.example", []),
    ],
)
def test_a_redis_that_others_can_write_to(url, levels):
    found = list(redis(Settings(redis_url=url)))

    assert [each.level for each in found] == levels
    assert "hunter2" not in str(found)


def test_what_must_never_stand_in_a_log():
    found = secret_values(
        Settings(
            jira_url="https://x.example", jira_email="a@b.example", jira_api_token="token1", jira_webhook_secret="new1, old1",
            database_url="postgresql+asyncpg://bot:p%40ss@db/bot", redis_url="redis://:word@cache:6379/0",
        )
    )  # fmt: skip

    assert found == {"token1", "new1, old1", "new1", "old1", "p%40ss", "p@ss", "word"}
    assert secret_values(Settings()) == frozenset()


def test_nothing_secret_is_shown():
    settings = Settings(
        jira_url="https://x.example", jira_email="a@b.example", jira_api_token="hunter2", secret_key="hunter2",
        database_url="postgresql+asyncpg://bot:hunter2@db/bot?password=hunter2", redis_url="redis://:hunter2@cache:6379/0",
    )  # fmt: skip
    shown = {found.part: found.words for found in settings_shown(settings)}

    assert "hunter2" not in str(shown)
    assert shown["JIRA_API_TOKEN"] == "***"
    assert shown["JIRA_URL"] == "https://x.example"
    assert shown["DATABASE_URL"] == "postgresql+asyncpg://bot:***@db/bot"
    assert shown["REDIS_URL"] == "redis://:***@cache:6379/0"
    assert "ZENDESK_API_TOKEN" not in shown


ODD = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]))
PASSWORDS = st.tuples(ODD, ODD).map("hunter2".join)


@given(PASSWORDS, st.sampled_from(["{0}@db.example/name", "db.example/name?password={0}", "u:{0}@db/n?sslpassword={0}"]))
def test_a_password_never_stands_in_an_address(secret, shape):
    rest = shape.format(secret) if shape.startswith(("u:", "db")) else f"u:{shape.format(secret)}"
    shown = masked("database_url", f"postgresql+asyncpg://{rest}")

    assert "hunter2" not in shown
    assert shown.startswith("postgresql+asyncpg://")


def test_a_chain_that_leads_nowhere_is_told():
    link = {"after": "triage", "then": "reply", "argument": "zendesk", "tell": "slack:T1/C1"}
    rules = Configuration.model_validate({"chains": [link, {"after": "reply", "tell": "playground:general"}]})

    found = [(one.level, one.part, one.words.split(",")[0]) for one in chains(rules, ["playground"], ["jira"])]

    assert found == [
        ("warn", "chain after triage", "tells slack:T1/C1"),
        ("warn", "chain after triage", "looks for its record in zendesk"),
    ]
    assert list(chains(rules, ["playground", "slack"], ["jira", "zendesk"])) == []
