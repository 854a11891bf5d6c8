"""Salesforce over HTTP: tasks, and records that are made once and found again though the answer was lost; against the stand-in."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connectors.checkpoint import Checkpoint
from bot.connectors.salesforce import answers, creation, kinds, records
from bot.connectors.salesforce.kinds import KINDS, TASK
from bot.sandbox.faults import Fault
from bot.sandbox.salesforce.ids import made as made_id
from handlers.errors import Busy, Invalid, NotFound, Stale, Unavailable, Unknown
from handlers.models import Call, Change, Draft, Person, Place, Record

ROOT, DRAFT = "/services/data/v60.0", "Countersign_Draft__c"
COMPOSITE = r"/composite$"
KATYA, OTTER = "Katya Marlow", "Otter Punts"
NAMES = [Change("first_name", None, "Tove"), Change("last_name", None, "Moor")]
LEAD = [*NAMES, Change("company", None, "Newquay Dinghies"), Change("score", None, "61"), Change("employees", None, "12")]
OPPORTUNITY = [
    Change("name", None, "Newquay: Shop plan"), Change("stage", None, "Proposal"), Change("close", None, "2026-12-15"),
]  # fmt: skip
CALL = [Change("name", None, "Call Katya"), Change("due", None, "2026-12-01"), Change("status", None, "Not Started")]
MAIL = [Change("subject", None, "Winter pause"), Change("text", None, "Hello Katya.")]
EVERY = [("lead", "", LEAD), ("contact", "account", NAMES), ("account", "", [Change("name", None, "Newquay Dinghies")]),
         ("opportunity", "account", OPPORTUNITY), ("task", "lead", CALL), ("email", "lead", MAIL), ("email", "opportunity", MAIL)]  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the document that requests are checked against


def new(kind, where, changes):
    call = Call("c", "lead", "x", Person("p:a", "A"), Place("p", "c"))
    return Draft.of("lead", Record.new("salesforce", kind, where, title="x"), changes, call=call)


def place(force, where):
    """The id of the record that a new one hangs on."""
    prefix = {"account": "001", "lead": "00Q", "opportunity": "006", "": "?"}[where]
    return next((key for key in sorted(force.standin.vendor.records) if key.startswith(prefix)), "")


def made(force, before, prefix):
    return [key for key in force.standin.vendor.records if key.startswith(prefix) and key not in before]


@pytest.mark.parametrize("external", ["", DRAFT])
@pytest.mark.parametrize(("kind", "where", "changes"), EVERY)
async def test_what_was_approved_is_made_and_read_back(force, external, kind, where, changes):
    crm, before = force.connect(external=external), set(force.standin.vendor.records)
    about = place(force, where)
    draft = new(kind, about, changes)
    assert await crm.reread(draft) is draft.record
    assert not await crm.landed(draft)

    address = await crm.write(draft)

    [identity] = made(force, before, kinds.of_word(kind).prefix)
    found = await crm.read(identity)
    assert address == found.url
    assert await crm.landed(draft)
    assert not await crm.landed(replace(draft, version=2))
    for change in changes:
        if change.field in found.fields and change.field != "name":
            assert found.fields[change.field] == change.after
    assert found.fields["name"].startswith(f"{'Email: ' if kind == 'email' else ''}{changes[0].after}")
    assert kind != "email" or (found.fields["status"], found.fields["description"]) == ("Completed", "Hello Katya.")
    assert not about or about in force.standin.record(identity).values()
    assert len(made(force, before, "")) == (1 if kind in ("task", "email") or external else 2)


def test_what_a_draft_is_called_in_an_address_has_no_ending():
    """Salesforce takes what follows a full stop in a path for the format of a file, where there is such a one (REST API, upsert)."""
    assert re.fullmatch("[a-z0-9]+-1", creation.key(new("lead", "", LEAD)))


def test_the_subject_of_a_task_is_one_line_without_a_blank_at_its_ends():
    """Salesforce takes blanks off the ends of a text: a task is found again by its subject as it is kept."""
    draft = new("task", "", [Change("name", None, "  Call\n Katya ")])

    assert creation.subject(draft) == f"Call Katya ({records.mark(draft)})"


@pytest.mark.parametrize("external", ["", DRAFT])
@pytest.mark.parametrize("fault", ["hang", "reset", "half_body", "malformed"])
@pytest.mark.parametrize(("kind", "where", "changes"), [EVERY[0], EVERY[4]])
async def test_a_lost_answer_is_unknown_and_nothing_is_made_twice(force, external, fault, kind, where, changes):  # noqa: PLR0917 - a table
    crm, before = force.connect(external=external), set(force.standin.vendor.records)
    draft = new(kind, place(force, where), changes)
    force.standin.faults.add(Fault(fault, path=COMPOSITE, after=True))

    with pytest.raises(Unknown):
        await crm.write(draft)

    assert await crm.landed(draft)
    assert len(made(force, before, kinds.of_word(kind).prefix)) == 1


async def test_with_an_external_id_not_even_a_blind_repeat_makes_two(force):
    crm, before = force.connect(external=DRAFT), set(force.standin.vendor.records)
    draft = new("lead", "", LEAD)

    assert await crm.write(draft) == await crm.write(draft)

    assert len(made(force, before, "00Q")) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (NAMES, "Required fields are missing: .Company"),
        ([*LEAD, Change("rating", None, "Lukewarm")], "bad value for restricted picklist"),
    ],
)
@pytest.mark.parametrize("external", ["", DRAFT])
async def test_a_part_that_fails_inside_a_good_answer_does_not_look_made(force, changes, words, external):
    crm, before = force.connect(external=external), set(force.standin.vendor.records)

    with pytest.raises(Invalid, match=words):
        await crm.write(new("lead", "", changes))

    assert made(force, before, "") == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(400, "UNABLE_TO_LOCK_ROW", Unavailable), (403, "REQUEST_LIMIT_EXCEEDED", Busy), (400, "DUPLICATES_DETECTED", Invalid)],
)
async def test_a_refusal_of_a_new_record_means_what_its_code_says(force, status, code, kind):
    part = {"httpStatusCode": status, "referenceId": "record", "httpHeaders": {}, "body": [{"errorCode": code, "message": "m"}]}
    force.standin.faults.add(Fault("status", path=COMPOSITE, status=200, body={"compositeResponse": [part]}))

    with pytest.raises(kind):
        await force.crm.write(new("lead", "", LEAD))


@pytest.mark.parametrize(("field", "words"), [("City", "City in Salesforce has to be an external id"), ("Nonsense__c", "")])
async def test_a_field_that_is_no_external_id_is_told_and_one_that_is_not_there_is_done_without(force, field, words):
    crm, draft = force.connect(external=field), new("lead", "", LEAD)
    if words:
        with pytest.raises(Invalid, match=words):
            await crm.write(draft)
    else:
        await crm.write(draft)
        assert await crm.landed(draft)


async def test_a_task_is_read_found_changed_under_the_guard_and_found_again(force):
    await force.crm.write(new("task", place(force, "lead"), CALL))
    [task] = await force.crm.find("Call Katya", limit=5, kind="task")
    draft = force.draft_of(task, Change("status", "Not Started", "Completed"))
    assert not await force.crm.landed(draft)

    await force.crm.write(draft)

    after = await force.crm.reread(draft)
    assert (after.fields["status"], after.fields["closed"]) == ("Completed", "yes")
    assert after.text.endswith(records.mark(draft))
    assert await force.crm.landed(draft)
    with pytest.raises(Stale):
        await force.crm.write(draft)
    assert after.id in [record.id for record in await force.crm.past(replace(after, id=made_id("00T", 9999)), limit=50)]


async def test_a_task_that_is_gone_was_not_written(force):
    await force.crm.write(new("task", place(force, "lead"), CALL))
    [task] = await force.crm.find("Call Katya", limit=5, kind="task")
    draft = force.draft_of(task, Change("status", "Not Started", "Completed"))
    del force.standin.vendor.records[task.id]

    assert not await force.crm.landed(draft)
    with pytest.raises(NotFound):
        await force.crm.write(draft)


async def test_firms_and_deals_are_found_by_name_and_new_tasks_are_news(force):
    assert [record.kind for record in await force.crm.find(OTTER, limit=5, kind="account")] == ["account"]
    begin = force.watch()
    force.watch.advance(seconds=5)
    await force.crm.write(new("task", place(force, "lead"), CALL))

    assert [told.name async for told, _ in force.crm.changes("task", Checkpoint.now(begin))] == ["salesforce.task.created"]


@pytest.mark.parametrize(
    ("kind", "where", "change", "words"),
    [
        ("lead", "001Hl0000000001", NAMES[0], "lead in Salesforce cannot hang on .001"),
        ("contact", "00QHl0000000001", NAMES[0], "contact in Salesforce cannot hang on"),
        ("task", "00THl0000000001", CALL[0], "task in Salesforce cannot hang on"),
        ("task", "nowhere", CALL[0], "cannot hang on 'nowhere'"),
        ("lead", "", Change("name", None, "x"), "field name"),
        ("account", "", Change("first_name", None, "x"), "field first_name"),
        ("lead", "", Change("note", None, "x"), "takes no note"),
        ("task", "", Change("closed", None, "yes"), "field closed"),
        ("task", "", Change("due", None, "soon"), "a date like"),
        ("invoice", "", Change("name", None, "x"), "knows no invoice"),
    ],
)
async def test_what_cannot_be_made_is_named_and_nothing_is_sent(force, kind, where, change, words):
    with pytest.raises(Invalid, match=words):
        await force.crm.write(new(kind, where, [change]))
    assert force.standin.ledger.entries == []


@given(st.text(max_size=300), st.booleans())
def test_a_subject_is_never_too_long_and_names_its_own_draft(words, is_there):
    draft = new("task", "", [Change("name", None, words)] if is_there else [])

    subject = creation.subject(draft)

    assert len(subject) <= creation.SUBJECT
    assert records.mark(draft) in subject
    assert subject == creation.composite(draft, TASK, root=ROOT)["compositeRequest"][0]["body"]["Subject"]


@given(st.sampled_from(KINDS), st.data())
def test_every_field_of_a_new_record_goes_where_it_is_read_from(kind, data):
    names = [*creation.NAMES[kind.word], *(n for n, f in kind.fields.items() if "." not in f and n not in kind.fixed)]
    chosen = data.draw(st.sampled_from(names))
    name = creation.NAMES[kind.word].get(chosen) or kind.fields[chosen]
    value = "7" if name in kinds.NUMBERS else "2026-12-01" if name in kinds.DAYS else data.draw(st.text(min_size=1, max_size=9))

    fields = creation.fields_of(new(kind.word, "", [Change(chosen, None, value)]), kind)

    assert {key: str(held) for key, held in fields.items()} == {name: value}


@pytest.mark.parametrize(
    "data",
    [None, {}, {"compositeResponse": []}, {"compositeResponse": [{"body": []}]}, {"compositeResponse": [{"body": {"id": ""}}]}],
)
def test_an_answer_that_does_not_say_what_was_made_is_unknown(data):
    with pytest.raises(Unknown):
        answers.made(data)
