"""What a person signs: the digest moves with everything that is shown and with nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import (
    Call,
    Change,
    Draft,
    Person,
    Place,
    Policy,
    Record,
    Ref,
    Source,
    State,
    Verb,
    Vote,
    canonical,
    plain,
    same,
    shown,
)

texts = st.text(max_size=8)
refs = st.builds(Ref, texts, texts)
values = st.none() | texts | refs | st.lists(texts, max_size=3).map(tuple) | st.lists(refs, max_size=3).map(tuple)


@pytest.fixture
def signed(draft, record):
    change = Change("priority", Ref("3", "Medium"), Ref("2", "High"), (Ref("2", "High"),))
    return replace(
        draft(change, of=record(url="https://jira.example/SUP-1")),
        reasons=("because",), sources=(Source("SUP-9", "https://jira.example/SUP-9", "quote"),), confidence={"priority": 0.7},
    )  # fmt: skip


SHOWN = {
    "id": lambda d: replace(d, id="other"),
    "version": lambda d: replace(d, version=2),
    "workflow": lambda d: replace(d, workflow="reply"),
    "system": lambda d: replace(d, record=replace(d.record, system="zendesk")),
    "record": lambda d: replace(d, record=replace(d.record, id="SUP-2")),
    "record's version": lambda d: replace(d, record=replace(d.record, version="v2")),
    "title": lambda d: replace(d, record=replace(d.record, title="Payments work")),
    "url": lambda d: replace(d, record=replace(d.record, url="https://evil.example")),
    "field": lambda d: replace(d, changes=(replace(d.changes[0], field="type"),)),
    "before": lambda d: replace(d, changes=(replace(d.changes[0], before=None),)),
    "after's id": lambda d: replace(d, changes=(replace(d.changes[0], after=Ref("1", "High")),)),
    "after's label": lambda d: replace(d, changes=(replace(d.changes[0], after=Ref("2", "Low")),)),
    "saw": lambda d: replace(d, changes=(replace(d.changes[0], saw="x"),)),
    "no change": lambda d: replace(d, changes=()),
    "reasons": lambda d: replace(d, reasons=()),
    "source": lambda d: replace(d, sources=()),
    "source's url": lambda d: replace(d, sources=(replace(d.sources[0], url="https://evil.example"),)),
    "quote": lambda d: replace(d, sources=(replace(d.sources[0], quote="other"),)),
    "confidence": lambda d: replace(d, confidence={"priority": 0.99}),
    "tainted": lambda d: replace(d, tainted=True),
    "follows": lambda d: replace(d, follows="k7m2p9qa"),
    "who asked": lambda d: replace(d, asked_by=Person("slack:T1/eve", "Eve")),
}
HIDDEN = {
    "choices": lambda d: replace(d, changes=(replace(d.changes[0], choices=()),)),
    "text": lambda d: replace(d, record=replace(d.record, text="")),
    "fields": lambda d: replace(d, record=replace(d.record, fields={"a": "b"})),
    "place": lambda d: replace(d, place=Place("teams", "X")),
    "state": lambda d: replace(d, state=State.APPROVED),
    "outcome": lambda d: replace(d, outcome="written"),
    "votes": lambda d: replace(d, votes=(Vote(Verb.APPROVE, 1, "bo", "Bo", datetime.now(UTC)),)),
    "policy": lambda d: replace(d, policy=Policy(quorum=3)),
}


@pytest.mark.parametrize("what", SHOWN)
def test_the_digest_changes_with_what_is_shown(signed, what):
    assert SHOWN[what](signed).digest != signed.digest


@pytest.mark.parametrize("what", HIDDEN)
def test_the_digest_stays_with_what_is_not(signed, what):
    assert HIDDEN[what](signed).digest == signed.digest


@given(values, values)
def test_values_that_read_alike_as_data_are_alike(one, other):
    assert (canonical(plain(one)) == canonical(plain(other))) == (plain(one) == plain(other))


@given(values)
def test_a_value_is_shown_as_text_and_nothing_as_nothing(value):
    assert isinstance(shown(value), str)
    assert shown(None) == shown(()) == ""


def test_a_list_is_shown_by_its_labels():
    assert shown((Ref("1", "Billing"), Ref("2", "App"))) == "Billing, App"
    assert shown(("a", "b")) == "a, b"


@given(values, values)
def test_sameness_is_an_equivalence_that_ignores_order_and_labels(one, other):
    assert same(one, one)
    assert same(one, other) == same(other, one)
    if isinstance(one, tuple):
        assert same(one, one[::-1])
    if isinstance(one, Ref) and one.id:
        assert same(one, replace(one, label="renamed"))
        assert not same(one, replace(one, id=one.id + "x"))


def test_nothing_is_nothing():
    assert same(None, ())
    assert same(None, "")
    assert not same(None, "x")


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "strange"]), texts, max_size=4))
def test_an_edit_bumps_the_version_and_touches_named_fields_only(given_values):
    before = {"a": "1", "b": "2", "c": None}
    old = draft_with(tuple(Change(name, value, f"new {name}") for name, value in before.items()))

    new = old.edited(given_values)

    assert new.version == old.version + 1
    assert (new.id, new.record, new.votes) == (old.id, old.record, ())
    after = {change.field: change.after for change in new.changes}
    for change in old.changes:
        wanted = given_values.get(change.field, change.after)
        if wanted == (change.before or ""):
            assert change.field not in after
        else:
            assert after[change.field] == wanted
    assert "strange" not in after


def draft_with(changes):
    record = Record("jira", "issue", "SUP-1", "v1", "t", "x", {})
    return Draft.of("triage", record, changes, call=Call("c", "triage", "SUP-1", Person("p:a", "A"), Place("p", "c")))


def test_votes_count_once_a_person_and_for_their_version_only(signed):
    def vote(person, verb=Verb.APPROVE, version=1):
        return Vote(verb, version, person, person, datetime.now(UTC))

    cast = (vote("bo"), vote("bo"), vote("cy", Verb.REJECT), vote("dee", version=2))

    assert replace(signed, votes=cast).approvals == 1


def test_a_draft_remembers_that_outsiders_wrote_its_text(draft, record):
    assert draft(of=record(outside_text=True)).tainted is True
    assert draft(of=record()).tainted is False


def test_ids_can_be_read_aloud_and_differ(draft):
    ids = {draft().id for _ in range(200)}

    assert len(ids) == 200
    assert not set("".join(ids)) & set("01iloABCXYZ")


def test_names_of_everyday_things(signed, ada, here):
    assert signed.policy_name == "jira.triage"
    assert signed.record.key == "jira/issue/SUP-1"
    assert here.key == "slack:C1"
    assert ada.audience == {"everyone", "support"}
    assert "ada@example.com" in ada.names
    assert "jira:5b-ada" in ada.names
