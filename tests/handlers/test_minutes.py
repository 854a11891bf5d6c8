"""Decisions, actions and open questions by cue words: each stands in what somebody said, in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.minutes import due, owner, points, sentences
from handlers.models import Utterance

PEOPLE = ("Ada Novak", "Bo Lindqvist", "Cy Moreau")


def one(words, *after, speaker="Ada Novak"):
    spoken = [Utterance(speaker, "1:00", words), *(Utterance(who, "1:01", said) for who, said in after)]
    return list(points([*spoken, Utterance("Bo Lindqvist", "2:00", "hm"), Utterance("Cy Moreau", "2:01", "hm")]))


@pytest.mark.parametrize(
    "sentence",
    [
        "We decided to move the ferry.", "Let's go with the blue paint.", "Okay, we've agreed on Monday.", "It was agreed to wait.",
        "Wir haben uns auf Blau geeinigt.", "Entscheidung: Wir streichen blau.", "On part sur le bleu.", "Nous avons décidé d'attendre.",
        "Hemos decidido esperar.", "Quedamos en el lunes.",
    ],
)  # fmt: skip
def test_a_decision_says_so(sentence):
    assert [(point.kind, point.text) for point in one(sentence)] == [("decision", sentence)]


@pytest.mark.parametrize(
    ("sentence", "who", "when"),
    [
        ("I will send the list by Friday.", "Ada Novak", "by Friday"),
        ("I'll check it tomorrow.", "Ada Novak", "tomorrow"),
        ("Bo, can you order paint before 3 June?", "Bo Lindqvist", "before 3 June"),
        ("Bo Lindqvist has to order paint until the end of the month.", "Bo Lindqvist", "until the end of the month"),
        ("Gus, could you call the harbour on 2026-06-03?", "Gus", "on 2026-06-03"),
        ("Action item: somebody calls the harbour.", "", ""),
        ("Ich kümmere mich bis Freitag darum.", "Ada Novak", "bis Freitag"),
        ("Cy, kannst du das bis zum 3.6. prüfen?", "Cy Moreau", "bis zum 3.6."),
        ("Je vais écrire aux équipes d'ici vendredi.", "Ada Novak", "d'ici vendredi"),
        ("Bo, puedes llamar mañana?", "Bo Lindqvist", "mañana"),
    ],
)
def test_an_action_has_an_owner_and_a_date_as_they_were_said(sentence, who, when):
    assert [(point.kind, point.text, point.owner, point.due) for point in one(sentence)] == [("action", sentence, who, when)]


@pytest.mark.parametrize("answer", ["I don't know.", "Keine Ahnung.", "On ne sait pas, plus tard.", "Why do you ask?"])
def test_a_question_is_open_when_nobody_knew(answer):
    assert "question" in {point.kind for point in one("Who pays for the paint?", ("Bo Lindqvist", answer))}


def test_a_question_that_was_answered_is_not_open():
    assert one("Who pays for the paint?", ("Bo Lindqvist", "The harbour pays.")) == []


def test_a_question_that_ends_a_meeting_is_open():
    assert [point.kind for point in points([Utterance("Ada", "", "Who pays for the paint?")])] == ["question"]


@pytest.mark.parametrize(
    "small_talk", ["Good morning everybody.", "The paint will dry.", "That should be fine.", "Ok.", "Blue is nice."]
)
def test_small_talk_is_nothing(small_talk):
    assert one(small_talk) == []


SPOKEN = st.lists(
    st.builds(Utterance, st.sampled_from(PEOPLE), st.just("1:00"), st.text("abc Iwe'will.?!ß decidedcan you by Friday", max_size=200)), max_size=8
)  # fmt: skip


@given(SPOKEN)
def test_every_point_stands_in_its_line_and_every_date_and_owner_too(spoken):
    for point in points(spoken):
        said = spoken[point.line]
        assert point.text.rstrip("…") in said.words
        assert point.due in point.text
        assert point.owner in ("", *PEOPLE) or point.owner in point.text


@given(st.text(max_size=2000))
def test_a_quoted_sentence_is_of_bounded_length(text):
    assert all(8 <= len(sentence) <= 400 for sentence in sentences(text))


def test_somebody_else_who_is_called_owns_it():
    assert owner("Ada, please ask Bo", "Ada Novak", PEOPLE) == "Bo Lindqvist"
    assert due("no date here") == ""
