"""The log of what becomes of data: one line each, the same for every system, and never a secret or a field that is kept from logs."""

import contextlib
import io
import json
import secrets
from dataclasses import replace

import pytest
import structlog
from pydantic import SecretStr

from bot.app.observing import Observing
from bot.app.views import crm, issues, tickets
from bot.connectors.about import abouts
from bot.connectors.registry import WritesBySystem
from bot.connectors.transformations import MASKED, REDACTED, Transformations
from bot.sandbox.faults import Fault
from bot.settings import Settings
from bot.store.database import Database
from bot.store.links.links import LinkStore
from bot.watch import log
from handlers.errors import Refused, Unavailable
from handlers.models import Call, Change, Draft, Person, Place, Record, Ref

SCORE = "countersign_lead_score"
ASKED = Call("c", "x", "1", Person("p:a", "A"), Place("p", "c"))
PERSONAL = {
    "jira": ("SUP-21", {"description": "{}"}),
    "hubspot": ("721", {"email": "{}@sunline.example", "phone": "{}", "firstname": "{}", "lastname": "{}"}),
    "salesforce": (None, {"Description": "{}", "Email": "{}@sunline.example", "Phone": "{}"}),
}
"""What is typed into the stand-ins' pages: each value of a field that is kept from logs is a canary."""


class Lines:
    """The log of one test."""

    def __init__(self):
        self.stream = io.StringIO()
        self.at("debug")

    def at(self, level):
        self.stream.seek(0)
        self.stream.truncate()
        with contextlib.redirect_stderr(self.stream):
            log.configure(level=level, style="json")

    def __call__(self):
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def lines():
    yield Lines()
    structlog.reset_defaults()


@pytest.fixture
async def observer(tmp_path, fresh_state):
    database = Database(fresh_state(tmp_path / "state.db"))
    yield Observing.of(Settings(secret_key=SecretStr("settings-canary-secret")), LinkStore(database))
    await database.close()


def draft_of(record, *changes):
    return Draft.of("x", record, changes, call=ASKED)


async def test_a_write_is_one_line_with_both_sides(lines, observer, connectors):
    record = await connectors["jira"].read("SUP-21")
    change = Change("labels", record.fields["labels"], ("payments", "settings-canary-secret", "ines@sunline.example"))

    await WritesBySystem(connectors, observer).write(draft := draft_of(record, change))

    [line] = [one for one in lines() if one["event"] == "changes become a body"]
    assert (line["system"], line["kind"], line["record"], line["draft"], line["level"]) == (
        "jira",
        "issue",
        "SUP-21",
        draft.id,
        "info",
    )
    assert line["fields"] == ["labels"]
    assert line["after"]["labels"].startswith("payments, [SECRET_1_")
    assert "sunline" not in str(line)


async def test_a_read_is_one_line_a_record_and_only_for_who_looks_for_it(lines, observer, connectors):
    await issues(connectors, observer).read("SUP-21")

    [line] = [one for one in lines() if one["event"] == "payload became a record"]
    assert (line["system"], line["record"], line["level"]) == ("jira", "SUP-21", "debug")
    assert line["after"]["description"] == REDACTED
    assert {"summary", "priority"} <= set(line["fields"])

    lines.at("info")
    await issues(connectors, observer).read("SUP-21")
    assert lines() == []


async def test_what_moved_since_a_draft_was_drawn_up_stands_side_by_side(lines, observer, connectors, sandbox):
    record = await connectors["jira"].read("SUP-21")
    await sandbox.jira.edit("SUP-21", {"labels": ["moved"]})

    await WritesBySystem(connectors, observer).reread(draft_of(record))

    [line] = [one for one in lines() if one["event"] == "payload became a record"]
    assert (line["before"]["labels"], line["after"]["labels"]) != ("moved", "")
    assert line["after"]["labels"] == "moved"


@pytest.mark.parametrize("system", sorted(abouts()))
async def test_no_canary_gets_into_the_log(lines, observer, connectors, sandbox, system):
    """Every field that `about.toml` keeps from logs, and every secret, typed into a record, read, and written back."""
    canaries = [secrets.token_hex(8) for _ in range(12)]
    records = await planted(connectors, sandbox, system, canaries)
    port = {"jira": issues(connectors, observer), "zendesk": tickets(connectors, observer), **crm(connectors, observer)}[system]
    for name in records:
        record = await port.read(name)
        assert any(canary in str(record.fields) + record.text for canary in canaries)
        note = "note" if system != "jira" else "description"
        words = f"{canaries[0]} settings-canary-secret sk-proj-{canaries[1]}{canaries[2]}"
        await WritesBySystem(connectors, observer).write(draft_of(record, Change(note, None, words)))
        await port.past(record, limit=3)

    text = json.dumps(lines())
    assert "changes become a body" in text
    assert REDACTED in text
    assert [canary for canary in (*canaries, "settings-canary-secret") if canary in text] == []


async def planted(connectors, sandbox, system, canaries):
    """A record full of canaries."""
    dice = iter(canaries)
    if system == "zendesk":
        record = await connectors["zendesk"].read("153")
        note = Change("note", None, "words")
        await connectors["zendesk"].write(draft_of(record, note))
        sandbox.zendesk.vendor.records["153"]["description"] = next(dice)
        return ["153"]
    name, fields = PERSONAL[system]
    standin = getattr(sandbox, system)
    if name is None:
        name = next(key for key, one in standin.vendor.records.items() if key.startswith("00Q") and not one["IsConverted"])
    await standin.edit(name, {field: shape.format(next(dice)) for field, shape in fields.items()})
    return [name]


class Broken:
    """A mask that does not work."""

    def __call__(self, texts, *, people):
        raise Refused(f"{len(texts)} texts of {people}")


def test_what_cannot_be_masked_is_not_shown(lines):
    record = Record(
        "jira", "issue", "SUP-1", "v", "t", "", {"summary": "secret words", "assignee": Ref("1", "Ada"), "labels": ()}
    )

    Transformations(Broken(), {"jira": frozenset({"assignee"})}).read(record)

    [line] = lines()
    assert line["after"] == {"summary": MASKED, "assignee": REDACTED, "labels": ""}


async def test_links_that_cannot_be_kept_stop_nobody_from_reading(lines, connectors, sandbox):
    class Down:
        async def learn(self, records):
            raise Unavailable(f"The database is down for {len(records)} records.")

    observer = Observing(Transformations(Broken(), {}), Down())
    sandbox.jira.faults.add(Fault("status", method="GET", status=503))

    assert (await issues(connectors, observer).read("SUP-21")).id == "SUP-21"
    assert [line["reason"] for line in lines() if line["event"] == "links not learned"] == ["The database is down for 1 records."]


@pytest.mark.parametrize(
    ("system", "field"), [("jira", "assignee"), ("zendesk", "assignee"), ("hubspot", "owner"), ("salesforce", "owner")]
)
def test_whom_a_draft_names_is_masked_as_whoever_was_there_before(lines, system, field):
    record = Record(system, "item", "1", "v", "t", "", {field: Ref("6", "Bo Lindqvist")})
    given = Change(field, Ref("6", "Bo Lindqvist"), Ref("7", "Ada Osei"))

    Observing.of(Settings(), None).goes(draft_of(record, given, Change("next_step", None, "Ada Osei takes it from Bo Lindqvist")))

    assert not any(name in str(lines()) for name in ("Osei", "Lindqvist"))


@pytest.mark.parametrize("system", ["hubspot", "salesforce"])
def test_the_name_of_somebody_new_is_not_logged(lines, system):
    record = Record.new(system, "contact", "", title="New")

    names = (Change("first_name", None, "Tove"), Change("last_name", None, "Moor"))
    Observing.of(Settings(), None).goes(draft_of(record, *names))

    [line] = lines()
    assert line["after"] == {"first_name": REDACTED, "last_name": REDACTED}


def test_names_on_the_record_are_masked_in_every_field(lines):
    shared = Settings()
    fields = {
        "name": "Inés Carrasco",
        "company": "Carrasco Boats",
        "summary": "Inés Carrasco asks Bo Lindqvist",
        "owner": Ref("6", "Bo Lindqvist"),
    }
    record = replace(Record("other", "contact", "1", "v", "t", "", fields), owner=frozenset({"bo@harbourlight.example"}))

    Observing.of(shared, None)._transformations.read(record)

    [line] = lines()
    assert "Lindqvist" not in str(line["after"])
    assert "Inés Carrasco" not in str(line["after"])
