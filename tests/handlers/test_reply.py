"""The parts of a reply: what is proposed exists, what is said stands somewhere, and nothing of a note comes near it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app.model import offline
from bot.sandbox.faults import Fault
from handlers.assessment import Assessment, agents, choices, grounds, material, worded
from handlers.claims import Claim
from handlers.classification import FIELDS, classified
from handlers.errors import Invalid, NoModel
from handlers.language import LANGUAGES, LETTERS, binding, language_of, letter
from handlers.macros import MOST, considered
from handlers.models import Call, Person, Place, Record, Ref
from handlers.reply import reply
from handlers.tickets import FIRST, LAST, Comment, conversation
from knowledge.models import Answer, Passage

AT = datetime(2026, 11, 20, tzinfo=UTC)
GROUPS = (Ref("1", "Billing"), Ref("2", "Technical"))
PEOPLE = (Ref("7", "Ada"), Ref("8", "Bo"))
UNSURE = Answer("I don't know.", 0.1, True, (), ())
DOCUMENT = Passage(
    "d", "c", "Refunds", "", "Refunds take five days. A shop waives the fee for 20 EUR on Monday.", "", 0.8, source="kb"
)

comments = st.lists(
    st.builds(Comment, st.just("1"), st.none(), st.text(min_size=1, max_size=8), st.just(AT), st.booleans(), st.booleans()),
    max_size=30,
)
fields = st.fixed_dictionaries(
    {
        "type": st.sampled_from([None, "question", "problem"]), "priority": st.sampled_from([None, "low", "high"]),
        "group": st.sampled_from([None, *GROUPS]), "assignee": st.sampled_from([None, *PEOPLE]),
        "tags": st.lists(st.sampled_from(["refund", "login", "export"]), max_size=3, unique=True).map(tuple),
    }
)  # fmt: skip
near = st.lists(st.tuples(fields, st.floats(0, 1)), max_size=9).map(
    lambda rows: [(ticket(f"{n}", "x", held), cosine) for n, (held, cosine) in enumerate(rows, 100)]
)


def ticket(number="1", text="Where is my refund?", held=None):
    return Record("zendesk", "ticket", number, "v", "Refund", text, held or {}, outside_text=True)


def assessment(**more):
    silent = {"type": "unclear", "priority": "unclear", "group": "", "agent": "", "category": "", "sentiment": "neutral"}
    return Assessment(**(silent | {"signs": (), "language": "en", "sentences": ()} | more))


@given(comments)
def test_notes_stay_among_colleagues_and_what_a_customer_said_is_all_there(said):
    talk = conversation(ticket(), said)

    assert talk.notes + len(talk.public) == len(said)
    assert all(one.is_public for one in talk.public)
    assert all(one.text.strip() in talk.asked for one in talk.public if one.outside_text)
    assert len(talk.told) <= FIRST + LAST
    assert talk.waiting
    assert talk.unanswered <= len(talk.public)


def test_what_waits_is_what_was_said_after_our_last_words():
    def say(text, outside):
        return Comment("1", None, text, AT, is_public=True, outside_text=outside)

    talk = conversation(
        ticket(text="first"), [say("first", True), say("ours", False), say("and now?", True), say("hello?", True)]
    )

    assert (talk.waiting, talk.unanswered) == ("and now?\n\nhello?", 2)


@given(comments, near)
def test_a_model_is_shown_no_note_and_no_agents_name(said, cases):
    noted = [replace(one, text="our margin is forty") if not one.is_public else one for one in said]
    shown = material(ticket(), conversation(ticket(), noted), cases, groups=GROUPS, tags=("refund",), grounds={})

    assert not any("margin" in one.text or name in one.text.split() for one in shown for name in ("Ada", "Bo"))
    assert all(one.outside for one in shown)
    assert len({one.label for one in shown}) == len(shown)


@given(near, fields, fields)
def test_what_is_elected_exists_and_its_share_is_a_share(cases, held, said):
    pool = [record for record, _ in cases]
    found = classified(ticket(held=held), cases, pool, {name: value for name, value in said.items() if value})

    assert set(found) <= set(FIELDS)
    for name, one in found.items():
        existing = {value for record, _ in cases for value in spread(record.fields[name])} | set(spread(said[name]))
        assert set(spread(one.ballot.winner)) <= existing
        assert 0 < one.ballot.share <= 1
        assert name in one.reason


@given(near, fields)
def test_an_assignee_is_one_of_the_group_and_nobody_is_taken_off_a_ticket_that_stays(cases, held):
    found = classified(ticket(held=held), cases, [record for record, _ in cases], {})

    group = found["group"].ballot.winner if "group" in found else held["group"]
    if "assignee" in found:
        assert not (held["assignee"] and group == held["group"])
        of_them = [r for r, _ in cases if r.fields["assignee"] == found["assignee"].ballot.winner]
        assert group is None or any(r.fields["group"] == group for r in of_them)


def spread(value):
    return value if isinstance(value, tuple) else (value,) if value else ()


def test_a_model_settles_what_is_open_and_overrules_no_clear_vote():
    def cases(*groups):
        return [(ticket(str(n), "x", {"group": group}), 0.9) for n, group in enumerate(groups)]

    billing, technical = GROUPS

    def said(near, group):
        return classified(ticket(), near, [record for record, _ in near], {"group": group})["group"]

    clear = said(cases(*[billing] * 6, technical), technical)
    open_ = said(cases(billing, technical, technical, None), billing)

    assert (clear.ballot.winner, open_.ballot.winner) == (billing, billing)
    assert "would set Technical" in clear.reason
    assert 0.5 < open_.ballot.share < clear.ballot.share < 0.8


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), near)
def test_a_model_chooses_nothing_that_does_not_exist(group, agent, category, cases):
    found = choices(assessment(group=group, agent=agent, category=category), cases, GROUPS, ("refund",))

    assert found.get("group") in (None, *GROUPS)
    assert found.get("assignee") in (None, *agents(cases).values())
    assert found.get("tags") in (None, ("refund",))


@pytest.mark.parametrize(
    "text",
    [
        "Refunds take six days.", "A shop waives the fee for 25 EUR.", "Refunds take five days, and tomorrow you are free to go.",
        "You get a voucher for the days of your refund.", "Penguins swim happily across frozen southern oceans.", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("records", [("passage 1",), ("passage 2",), ()])
def test_a_sentence_that_stands_nowhere_is_never_said(text, records):
    with pytest.raises(NoModel, match="does not stand in the records"):
        worded(assessment(sentences=(Claim(text, records),)), grounds((DOCUMENT,), {}))


def test_a_sentence_that_stands_is_said_with_a_verbatim_source():
    said = assessment(
        sentences=(
            Claim("Refunds take five days", ("passage 1",)),
            Claim("The fee of 20 EUR is waived on Monday.", ("passage 1",)),
        )
    )
    found = worded(said, grounds((DOCUMENT,), {"Refund::Approved": "x"}))

    assert found is not None
    assert found.text == "Refunds take five days. The fee of 20 EUR is waived on Monday."
    assert {source.quote for source in found.sources} <= {
        "Refunds take five days.",
        "A shop waives the fee for 20 EUR on Monday.",
    }
    assert worded(assessment(), grounds((DOCUMENT,), {})) is None


def test_a_binding_word_means_the_same_in_every_language():
    assert binding("Am Montag, kostenlos") == binding("on Monday, free of it")
    assert binding("Am Dienstag") != binding("on Monday")
    assert binding("Where is the button?") == frozenset()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Good morning, a guest of ours was charged twice and we do not know why.", "en"),
        ("Guten Tag, seit der Zeitumstellung stehen alle Buchungen in unserem Kalender zu spät.", "de"),
        ("Bonjour, nous ne pouvons pas voir les factures de notre magasin.", "fr"), ("HB-48213", None), ("", None),
    ],
)  # fmt: skip
def test_a_language_is_told_by_its_common_words(text, language):
    assert language_of(text) == language


@given(st.text(), st.sampled_from(sorted(LANGUAGES)))
def test_a_letter_holds_its_words_between_greeting_and_close(body, language):
    greeting, thanks, close = LETTERS[language]

    assert letter(body, "Mira", language) == f"{greeting} Mira,\n\n{thanks}\n\n{body}\n\n{close}"


macro = st.builds(
    lambda number, tags: Record("zendesk", "macro", str(number), "v", f"M{number}", "Hello.", {"tags": tuple(tags), "usage": "3"}),
    st.integers(1, 99), st.lists(st.sampled_from(["refund", "login"]), max_size=2, unique=True),
)  # fmt: skip


@given(st.lists(st.tuples(macro, st.floats(-1, 1)), max_size=8), near)
def test_the_macros_that_fit_come_first_and_are_as_sure_as_a_share(macros, cases):
    found = considered(macros, cases)

    assert len(found) <= MOST
    assert [one.fits for one in found] == sorted((one.fits for one in found), reverse=True)
    assert all(0 <= one.share <= 1 and one.macro.title in one.line and one.used <= one.cases for one in found)


async def by_topic(_record, pool, *, limit):
    """The Similar port: calendars are near calendars, and nothing else is near."""
    return [(one, 0.7 if "alendar" in f"{one.title} {one.text}" else 0.1) for one in pool][:limit]


async def unsure(_question, *, audience, history=(), quoted=False, origin=None):  # noqa: ARG001 - the port's signature
    return UNSURE


def proposed(connectors, number="155", *, model=offline):
    call = Call("c1", "reply", number, Person("p:ada", "Ada"), Place("playground", "general"))
    return reply(call, tickets=connectors["zendesk"], similar=by_topic, answer=unsure, model=model)


async def test_the_words_of_a_macro_that_fits_are_the_reply_where_no_document_says_anything(connectors):
    draft = await proposed(connectors)

    [words] = [change for change in draft.changes if change.field == "reply"]
    assert words.after.startswith("Hello Jürgen,\n\nsince the clocks changed")
    assert any(one.startswith("the reply is the macro Calendar::An hour off: ") and "21 uses" in one for one in draft.reasons)
    assert any("would also set " in one and "type problem" in one for one in draft.reasons)
    assert draft.confidence["reply"] == 0.7
    assert draft.sources[0].title == "macro Calendar::An hour off"


async def test_macros_that_cannot_be_read_are_told_and_done_without(connectors, sandbox):
    sandbox.zendesk.faults.add(Fault("status", path="/macros/active", status=403, count=None))

    draft = await proposed(connectors, "153")

    assert any(one.startswith("no macro was considered: ") for one in draft.reasons)


async def test_a_ticket_without_words_is_refused_with_a_sentence(connectors, sandbox):
    found = sandbox.zendesk.vendor.records["155"]
    found["description"], found["comments"] = " ", []

    with pytest.raises(Invalid, match="holds no words to answer"):
        await proposed(connectors)


async def test_a_private_note_never_comes_into_the_reply(connectors, sandbox):
    await sandbox.zendesk.edit("155", {"note": "Our margin on the calendar is 40 %."})

    draft = await proposed(connectors)

    assert not any("margin" in str(change.after) for change in draft.changes)
    assert "1 private note on it: nothing of that stands in the reply" in draft.reasons
