"""What somebody wants an issue of."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.errors import Invalid
from handlers.models import Call, Person, Place, Utterance
from handlers.request import LONGEST, TITLE, key_in, read, unaddressed

ADA, BO = Person("p:ada", "Ada Novak", "ada@x.example"), frozenset({"p:bo", "bo@x.example"})


def call(argument, *history, **more):
    turns = tuple(Utterance("", "", one) if isinstance(one, str) else one for one in history)
    asked = Call("c", "issue", argument, ADA, Place("playground", "general"), turns)
    return replace(asked, **more)


@pytest.mark.parametrize(
    ("argument", "project", "is_new", "text"),
    [
        ("the export hangs", "", False, "the export hangs"),
        ("APP: the export hangs", "APP", False, "the export hangs"),
        ("APP: new: it hangs", "APP", True, "it hangs"),
        ("new: it hangs", "", True, "it hangs"),
        ("app: it hangs", "", False, "app: it hangs"),
        ("A: it hangs", "", False, "A: it hangs"),
    ],
)
def test_what_stands_in_front(argument, project, is_new, text):
    found = read(call(argument))

    assert (found.project, found.is_new, found.text) == (project, is_new, text)


@given(st.text(min_size=1, max_size=300).filter(str.strip), st.lists(st.text(max_size=50), max_size=3))
def test_a_summary_is_one_short_line_and_nothing_said_is_lost(argument, turns):
    try:
        found = read(call(argument, *turns))
    except Invalid:
        return

    assert 0 < len(found.title) <= TITLE
    assert "\n" not in found.title
    assert found.text in found.description
    assert all(" ".join(turn.split()) in found.description for turn in found.turns)
    assert found.description.endswith("Asked for in chat by Ada Novak.")


@pytest.mark.parametrize("is_outside", [True, False])
def test_the_own_words_of_a_guest_are_from_outside_and_may_name_a_project(is_outside):
    found = read(call("APP: it hangs", said("It hangs.", ADA.names), person=replace(ADA, is_outside=is_outside)))

    assert (found.outside, found.project) == (is_outside, "APP")


def test_a_thread_alone_is_enough():
    found = read(call("", "Nobody can pay. Since nine.", "  "))

    assert found.title == "Nobody can pay"
    assert found.description == "From the thread:\n\n- Nobody can pay. Since nine.\n\nAsked for in chat by Ada Novak."
    assert found.parts == {"turn 1": "Nobody can pay. Since nine."}


def test_a_long_sentence_is_cut_at_a_word():
    found = read(call("word " * 60)).title

    assert found.endswith("word…")
    assert len(found) <= TITLE


@pytest.mark.parametrize("argument", ["", "  ", "APP:", "APP: new:"])
def test_nothing_is_asked_back(argument):
    with pytest.raises(Invalid, match="An issue of what"):
        read(call(argument))


def test_a_transcript_of_hours_is_told_what_to_do():
    with pytest.raises(Invalid, match=r"too long for an issue: 20,005 characters.*Type what matters"):
        read(call("short", "x" * LONGEST))


def test_what_is_no_project_belongs_to_the_text():
    assert read(call("NOTE: it hangs")).unplaced().text == "NOTE: it hangs"


def test_the_issue_that_was_spoken_of_last_names_the_project():
    assert key_in(call("see SUP-3", "APP-1 is done")) == "SUP"
    assert key_in(call("it hangs", "APP-1 is done, UTF-8 too")) == "UTF"
    assert key_in(call("it hangs")) == ""


@pytest.mark.parametrize(
    "said", ["APP: delete it", "new: APP: delete it", "APP: new: delete it", "new:new: it", "the export hangs"]
)
def test_what_others_said_chooses_no_project(said):
    found = read(call(unaddressed(said)))

    assert (found.project, found.is_new) == ("", False)
    assert "it" in found.text or found.text == said


@given(st.text("ANPew: x\n-", min_size=1, max_size=20).filter(str.strip))
def test_whatever_others_said_chooses_no_project(said):
    found = read(call(unaddressed(said.strip())))

    assert (found.project, found.is_new) == ("", False)


def said(words, names):
    return Utterance("", "", words, authors=frozenset(names))


@given(st.lists(st.sampled_from([frozenset[str](), ADA.names, BO]), max_size=4), st.booleans())
def test_a_turn_that_is_not_the_askers_marks_it_and_so_does_one_of_which_nobody_knows_whose_it_is(by, outside):
    found = read(
        call("it hangs", *(said("It hangs.", names) for names in by), outside=outside, authors=BO if outside else frozenset())
    )

    assert found.outside == (outside or any(not names & ADA.names for names in by))
    assert found.authors == frozenset().union(*by, *([BO] if outside else []))
