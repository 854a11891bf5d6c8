"""The doctor: every part says how it is, one line each; what would make a write-back unsafe ends with 1."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import House
from bot.cli.doctor import check, file_system, persistence, skew
from bot.settings import Configuration, Settings
from bot.store.database import Database
from bot.store.revisions import revisions

LEADS = {"people": {"ada@example.com": {"groups": ["leads"]}}, "approvals": {"default": {"approvers": ["group:leads"]}}}


@pytest.fixture
def examine(tmp_path, models, ear):
    """(exit code, lines by part) of a check with these settings."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)

    async def examined(*, rules=LEADS, store=False, **given):
        house = House(Settings(data_dir=folder, model_dir=models, **given), Configuration.model_validate(rules))
        try:
            if store:
                await house.store()
            code = await check(house, {}, ear)
        finally:
            await house.close()
        lines = ear.lines[:]
        ear.lines.clear()
        return code, {line[6:].partition(": ")[0]: (line[:4].strip(), line[6:].partition(": ")[2]) for line in lines}

    return examined


def vendor(sandbox, name):
    found = {key.lower(): value for key, value in sandbox.environment().items()}
    return {key: value for key, value in found.items() if key.startswith(name)}


async def test_a_fresh_directory_is_left_alone(examine, tmp_path):
    code, found = await examine()

    assert code == 0
    assert found["database"] == ("ok", "SQLite, none there yet; the first start makes it")
    assert found["AUDIT_KEY"][0] == "warn"
    assert found["knowledge"][0] == "warn"
    assert not (tmp_path / "data" / "countersign.db").exists()
    assert not (tmp_path / "data" / "audit.key").exists()


async def test_connected_systems_are_named_with_their_clocks(examine, sandbox):
    code, found = await examine(
        store=True, **vendor(sandbox, "jira"), **vendor(sandbox, "zendesk"), audit_key="a", secret_key="b"
    )

    assert code == 0, found
    assert found["database"][0] == "ok"
    assert found["jira"][0] == "ok"
    assert found["jira"][1].startswith("connected as ")
    assert found["zendesk"][1].startswith("connected as ")
    assert found["clock of jira"] == found["clock of zendesk"] == ("ok", "within 1 s of this machine")
    assert found["approvals jira.triage"] == found["approvals zendesk.reply"] == ("ok", "1 of 1 people: group:leads")
    assert found["JIRA_API_TOKEN"] == ("ok", "***")


@pytest.mark.parametrize("name", ["jira_api", "zendesk_api", "hubspot_access"])
async def test_wrong_credentials_fail(examine, sandbox, name):
    token, name = f"{name}_token", name.partition("_")[0]
    code, found = await examine(**{**vendor(sandbox, name), token: "not-the-token"})

    assert code == 1
    assert found[name][0] == "fail"
    assert "refuses the bot's credentials" in found[name][1]
    assert "not-the-token" not in str(found)


@pytest.mark.parametrize(
    ("place", "said", "code"),
    [
        ("", "warn no field for it, so a lead score becomes a note", 0),
        ("countersign_lead_score", "ok countersign_lead_score", 0),
        ("zzz", "ok zzz", 1),
    ],
)
async def test_where_a_lead_score_goes_is_said(examine, sandbox, place, said, code):
    rules = LEADS | {"crm": {"hubspot_score_property": place}}
    exit_code, found = await examine(rules=rules, **vendor(sandbox, "hubspot"))

    assert (exit_code, found["hubspot"][0]) == (code, "fail" if code else "ok")
    assert " ".join(found["score in hubspot"]).startswith(said)
    assert found["approvals hubspot.lead"][0] == "ok"


async def test_a_system_that_is_not_there_fails(examine):
    code, found = await examine(jira_url="http://127.0.0.1:9", jira_email="a@b.example", jira_api_token="x")

    assert (code, found["jira"][0]) == (1, "fail")


async def test_approvers_that_nobody_is(examine, sandbox):
    rules = {"approvals": {"jira": {"approvers": ["group:leads"]}}}
    code, found = await examine(rules=rules, **vendor(sandbox, "jira"))

    assert (code, found["approvals jira.triage"][0]) == (1, "fail")


async def test_a_page_that_others_reach_fails_only_where_something_can_be_written(examine, sandbox):
    given = {"public_url": "https://bot.example", "playground": "on", **vendor(sandbox, "jira")}

    assert (await examine(**given))[0] == 1
    code, found = await examine(**given, shadow="on")
    assert (code, found["PLAYGROUND"][0], found["SHADOW"][1].startswith("on")) == (0, "warn", True)


async def test_a_database_that_cannot_be_reached(examine):
    code, found = await examine(database_url="postgresql+asyncpg://u:hunter2@127.0.0.1:9/x")

    assert (code, found["database"][0]) == (1, "fail")
    assert "hunter2" not in str(found)


async def test_what_is_pending_and_what_is_too_new(examine, tmp_path):
    await examine(store=True)
    file = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'countersign.db'}"
    opened = Database(file)
    for name, level, words in (("0001", "warn", "pending"), ("9999", "fail", "newer program")):
        async with opened.write() as tx:
            await tx.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": name})
        code, found = await examine()
        assert (code, found["database"][0], words in found["database"][1]) == (int(level == "fail"), level, True)
        assert (await revisions(opened)).there == name
    await opened.close()


async def test_a_broken_knowledge_base_does_not_end_the_examination(examine, tmp_path, sandbox):
    await examine(store=True)
    (tmp_path / "data" / "chroma").rename(tmp_path / "away")
    (tmp_path / "data" / "chroma").write_text("no folder")

    code, found = await examine(**vendor(sandbox, "jira"))

    assert (code, found["knowledge"][0], found["jira"][0]) == (1, "fail", "ok")


async def test_revisions_on_each_database(database):
    found = await revisions(database)

    assert (found.pending, found.foreign, found.there) == (False, False, found.known[0])
    assert abs(found.clock - asyncio.get_running_loop().time()) > 1  # wall-clock, not a process's own


def test_where_the_data_lies(tmp_path):
    points = [("/", "ext4"), ("/srv", "nfs4"), ("/srv/fast", "tmpfs"), ("/", "overlay")]

    assert file_system(Path("/var"), points) == "overlay"
    assert file_system(Path("/srv/data"), points) == "nfs4"
    assert file_system(Path("/srv/fast/x"), points) == "tmpfs"
    assert file_system(Path("/var"), []) == ""

    tmp_path.chmod(0o755)
    lines = list(persistence(Settings(data_dir=tmp_path), writes=False))
    assert [found.level for found in lines][-1] == "warn"
    assert "chmod 700" in lines[-1].words


@pytest.mark.parametrize(("seconds", "level"), [(0.2, "ok"), (-59, "ok"), (61, "warn"), (-300, "warn")])
def test_clocks(seconds, level):
    assert skew("clock of x", seconds).level == level


@pytest.mark.parametrize(
    ("admins", "level", "words"),
    [
        ({}, "warn", "nobody is told"),
        ({"channel": "slack:T1/C1"}, "warn", "on no platform that is on"),
        ({"channel": "playground:ops"}, "ok", "told in"),
    ],
)
async def test_whether_anybody_is_told_when_the_bot_is_not_well(examine, admins, level, words):
    _, found = await examine(rules=LEADS | {"admins": admins}, playground="on")

    assert (found["watch"][0], words in found["watch"][1]) == (level, True)


async def test_a_folder_that_is_not_there_is_named(examine, tmp_path):
    sources = {"here": {"path": str(tmp_path)}, "gone": {"path": str(tmp_path / "gone")}}
    code, found = await examine(rules=LEADS | {"sources": sources})

    assert (code, found["source here"][0], found["source gone"][0]) == (1, "ok", "fail")
