"""Settings: defaults that need no account, every mistake listed at once, secrets in files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Settings, SettingsError, load
from bot.settings.addresses import address_problem
from bot.settings.declared import systems
from bot.settings.environment import PLATFORM_URLS, PRIVATE_URLS

DECLARED = [(name, one) for system in systems().values() for name, one in system.settings.items()]
VENDOR_URLS = [*PLATFORM_URLS, *(name.lower() for name, one in DECLARED if one.kind == "url")]

JIRA = {"JIRA_URL": "https://a.example", "JIRA_EMAIL": "b@a.example", "JIRA_API_TOKEN": "t"}


def test_nothing_needs_to_be_set(loaded):
    settings = loaded()

    assert (settings.port, settings.host, settings.redis_url) == (3000, "127.0.0.1", "memory://")
    assert settings.database == f"sqlite+aiosqlite:///{Path('data').resolve()}/countersign.db"
    assert settings.models == Path("data/models")
    assert settings.hubspot_url == "https://api.hubapi.com"


def test_what_is_set_counts_and_empty_is_not_set(loaded):
    settings = loaded(PORT="8080", HOST="", DATA_DIR="/srv/c", MODEL_DIR="/m", DATABASE_URL="postgresql+asyncpg://u@h/d", **JIRA)

    assert (settings.port, settings.host, settings.models) == (8080, "127.0.0.1", Path("/m"))
    assert settings.database == "postgresql+asyncpg://u@h/d"
    assert settings.jira_api_token.get_secret_value() == "t"


def test_every_mistake_is_listed_at_once(complaints):
    found = complaints(
        PORT="99999",
        LOG_LEVEL="loud",
        METRICS_PORT="x",
        JIRA_URL="http://jira.example",
        ZENDESK_EMAIL="a@b.example",
        REDIS_URL="memcached://x",
        DATABASE_URL="mysql://x",
        CHROMA_URL="http://chroma.example",
        OPENAI_BASE_URL="ftp://x",
        OPENAI_MODEL="m",
    )

    for name in ("PORT", "LOG_LEVEL", "METRICS_PORT", "JIRA_URL", "REDIS_URL", "DATABASE_URL", "CHROMA_URL", "OPENAI_BASE_URL"):
        assert [line for line in found if line.startswith(name)], name
    assert "Jira is half configured: set JIRA_EMAIL, JIRA_API_TOKEN too" in found
    assert "Zendesk is half configured: set ZENDESK_URL, ZENDESK_API_TOKEN too" in found
    assert len(found) == 10


@pytest.mark.parametrize("is_secret", [False, True])
def test_the_mistakes_of_the_file_of_rules_are_among_them(complaints, tmp_path, is_secret):
    rules, secrets = tmp_path / "bot.toml", tmp_path / "secrets"
    rules.write_text('[channels."slack:T1/C1"]\nanswer = "maybe"\n[limits]\nllm_usd_per_day = -1\n', encoding="utf-8")
    secrets.mkdir()
    (secrets / "CONFIG_FILE").write_text(f"{rules}\n", encoding="utf-8")

    found = complaints(PORT="x", **({"SECRETS_DIR": str(secrets)} if is_secret else {"CONFIG_FILE": str(rules)}))

    assert [line.partition(": ")[0] for line in found] == [
        "PORT", f"CONFIG_FILE {rules}, channels.slack:T1/C1.answer", f"CONFIG_FILE {rules}, limits.llm_usd_per_day",
    ]  # fmt: skip


def test_what_else_is_wrong_is_told_where_the_folder_of_secrets_is_missing(complaints):
    assert [line.split()[0] for line in complaints(SECRETS_DIR="/nowhere", PORT="x")] == ["SECRETS_DIR", "PORT:"]


def test_a_crm_that_is_half_configured_is_named(complaints):
    assert complaints(SALESFORCE_URL="https://a.example", SALESFORCE_CLIENT_ID="x") == [
        "Salesforce is half configured: set SALESFORCE_CLIENT_SECRET too"
    ]
    assert complaints(HUBSPOT_CLIENT_SECRET="a,b,c") == [
        "HUBSPOT_CLIENT_SECRET must be one value, or the new and the old one separated by a comma"
    ]


def test_a_wrong_setting_alone_is_one_sentence(complaints):
    assert len(complaints(PORT="-1")) == 1
    assert len(complaints(JIRA_URL="https://a.example")) == 1


@pytest.mark.parametrize(("value", "kept"), [("INFO", "info"), ("Warning", "warning")])
def test_levels_and_switches_in_any_case(loaded, value, kept):
    settings = loaded(LOG_LEVEL=value, LOG_FORMAT="JSON", SHADOW="On", PLAYGROUND="OFF")

    assert (settings.log_level, settings.log_format, settings.shadow, settings.playground) == (kept, "json", "on", "off")


def test_a_switch_that_is_neither_on_nor_off_is_refused(complaints):
    assert [line.partition(":")[0] for line in complaints(SHADOW="yes")] == ["SHADOW"]


HERE = ("http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:1/x", "http://localhost:3")
ELSEWHERE = (
    "http://jira.example", "http://127.0.0.1.evil.example", "http://0.0.0.0", "http://8.8.8.8", "http://134744072", "http://0x8080808",
    "http://[::ffff:8.8.8.8]", "http://localhost.evil.example",
)  # fmt: skip
PRIVATE = ("http://10.0.0.1", "http://192.168.1.2:8000", "http://chroma:8000", "http://[fd00::1]")


@pytest.mark.parametrize("name", VENDOR_URLS)
def test_a_vendor_may_be_a_stand_in_on_this_machine_and_nothing_else_in_plain(name):
    assert [url for url in (*HERE, "https://jira.example/x") if address_problem(name, url, private=False)] == []
    for url in (*ELSEWHERE[:2], *ELSEWHERE[3:], *PRIVATE):
        assert "must use https" in address_problem(name, url, private=False), url


@pytest.mark.parametrize("name", PRIVATE_URLS)
def test_an_engine_may_be_on_a_private_network(name):
    assert [url for url in (*HERE, *PRIVATE) if address_problem(name, url, private=True)] == []
    for url in ELSEWHERE:
        if url != "http://0.0.0.0":
            assert "must use https" in address_problem(name, url, private=True), url


@pytest.mark.parametrize("url", ["jira.example", "ftp://x", "https://", "http://[::1", "https://h:port", "//x", "file:///etc"])
def test_what_is_no_address_is_refused(url):
    assert address_problem("jira_url", url, private=False).startswith("JIRA_URL ")


@pytest.mark.parametrize("scheme", ["https", "http", "ftp"])
def test_a_password_in_an_address_is_refused_and_not_repeated(scheme):
    problem = address_problem("jira_url", f"{scheme}://me:hunter2@jira.example", private=False)

    assert "must not carry" in problem
    assert "hunter2" not in problem
    assert "hunter2" not in address_problem("jira_url", f"{scheme}://me:hunter2@[::1", private=False)


@given(st.text())
def test_every_text_is_an_address_or_a_sentence(text):
    problem = address_problem("jira_url", text, private=False)

    assert problem == "" or problem.startswith("JIRA_URL ")


def test_secrets_come_from_files_named_like_them(loaded, tmp_path):
    for name, value in {**JIRA, "JIRA_API_TOKEN": " from-file\n"}.items():
        (tmp_path / name).write_text(value)

    settings = loaded(SECRETS_DIR=str(tmp_path), JIRA_EMAIL="environment@a.example")

    assert settings.jira_api_token.get_secret_value() == "from-file"
    assert settings.jira_email == "environment@a.example"
    assert "from-file" not in repr(settings)


def test_an_empty_variable_does_not_hide_a_file(loaded, tmp_path):
    (tmp_path / "SECRET_KEY").write_text("k")

    assert loaded(SECRETS_DIR=str(tmp_path), SECRET_KEY="").secret_key.get_secret_value() == "k"


def test_mistakes_in_files_are_listed_too(complaints, tmp_path):
    (tmp_path / "JIRA_URL").write_text("http://jira.example")

    found = complaints(SECRETS_DIR=str(tmp_path), PORT="x")

    assert [line.split(":")[0].split(" ")[0] for line in found] == ["PORT", "JIRA_URL", "Jira"]


def test_a_folder_of_secrets_that_is_not_there(complaints, tmp_path):
    assert complaints(SECRETS_DIR=str(tmp_path / "nope")) == [f"SECRETS_DIR is no folder: {tmp_path / 'nope'}"]


def test_a_secret_that_is_no_text(complaints, tmp_path):
    (tmp_path / "JIRA_API_TOKEN").write_bytes(b"\xff\xfe")

    [sentence] = complaints(SECRETS_DIR=str(tmp_path))

    assert "jira_api_token" in sentence
    assert "UTF-8 text" in sentence


def test_no_complaint_repeats_a_secret(complaints):
    found = complaints(JIRA_API_TOKEN="hunter2", PORT="x", ZENDESK_API_TOKEN="hunter2")

    assert "hunter2" not in " ".join(found)


def test_the_error_is_its_sentences():
    assert str(SettingsError(["a", "b"])) == "a; b"
    assert callable(load)
    assert set(VENDOR_URLS) | set(PRIVATE_URLS) <= set(Settings.model_fields)


@pytest.mark.parametrize(
    "url", ["bot.example", "ftp://bot.example", "https://", "http://[::1", "https://u:p@bot.example", "https://a:b"]
)
def test_a_public_address_that_no_browser_shows_is_refused(complaints, url):
    found = complaints(PUBLIC_URL=url)

    assert [line for line in found if line.startswith("PUBLIC_URL")] == found


@pytest.mark.parametrize("url", ["", "https://bot.example", "http://localhost:3000", "https://bot.example:8443/x"])
def test_a_public_address(loaded, url):
    assert loaded(PUBLIC_URL=url).public_url == url
