"""Transcripts of meetings, in every form in which programs write them: who said what when, and no word lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.models import Utterance
from handlers.transcript import LONGEST, clock, merged, speakers, transcript, unbroken

WORD = st.text("abcdefghij", min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
NAME = st.sampled_from(["Ada Novak", "Bo Lindqvist", "Zoë O'Hara", "Jean-Luc de la Cruz", "李 Wei", "Dr. Müller"])
SAID = st.lists(st.tuples(NAME, WORDS), min_size=1, max_size=20)


def vtt(said):
    cues = (f"{n}\n00:{n:02}:01.500 --> 00:{n:02}:09.000\n<v {name}>{words}</v>\n" for n, (name, words) in enumerate(said))
    return "WEBVTT\n\nNOTE made by a program\n\n" + "\n".join(cues)


def named_vtt(said):
    return "WEBVTT\n\n" + "\n".join(f"{n:02}:01.000 --> {n:02}:09.000\n{name}: {words}\n" for n, (name, words) in enumerate(said))


def srt(said):
    return "\r\n".join(
        f"{n}\r\n00:{n:02}:01,500 --> 00:{n:02}:09,000\r\n{name}: {words}\r\n" for n, (name, words) in enumerate(said)
    )


def stamped(said):
    return "Weekly\nDate: today\n" + "\n".join(f"[00:{n:02}:01] {name}: {words}" for n, (name, words) in enumerate(said))


def plain(said):
    return "\n".join(f"{name}: {words}" for name, words in said)


def headed(said):
    return "\n".join(f"**{name}**   0:{n:02}\n{words}\n" for n, (name, words) in enumerate(said))


def timed_first(said):
    return "\n".join(f"00:{n:02}:01 {name}\n{words}\n" for n, (name, words) in enumerate(said))


@pytest.mark.parametrize("form", [vtt, named_vtt, srt, stamped, plain, headed, timed_first])
@given(said=SAID)
def test_every_form_tells_who_said_what(form, said):
    expected = list(merged(Utterance(name, "", words) for name, words in said))

    assert [(one.speaker, one.words) for one in transcript(form(said))] == [(one.speaker, one.words) for one in expected]


@pytest.mark.parametrize(("form", "first"), [(vtt, "00:01"), (srt, "00:01"), (stamped, "00:01"), (headed, "0:00"), (plain, "")])
def test_it_tells_when(form, first):
    assert transcript(form([("Ada Novak", "hello")]))[0].at == first


@given(st.text(max_size=300))
def test_anything_may_be_sent(text):
    for one in transcript(text):
        assert one.words.strip()


@pytest.mark.parametrize(
    "line", ["TODO: buy paint", "Action item: buy paint", "Decision: paint it blue", "https://a.example/x: y"]
)
def test_what_is_no_name_is_nobody(line):
    assert speakers(transcript(f"Ada: hello\n{line}")) == ("Ada",)


def test_several_voices_of_one_cue_and_words_that_go_on():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>One.</v> <v.loud Bo>Two <i>three</i></v>\n\n00:03.000 --> 00:04.000\nand four\n"

    assert transcript(text) == (Utterance("Ada", "00:01", "One."), Utterance("Bo", "00:01", "Two three and four"))


@pytest.mark.parametrize(("given_time", "shown"), [("00:01:02.500", "01:02"), ("1:02:03", "1:02:03"), ("0:03", "0:03"), ("", "")])
def test_a_time_is_short(given_time, shown):
    assert clock(given_time) == shown


@pytest.mark.parametrize("evil", [" ", "\t ", "Aa ", "*", "<v ", "<a", "1:11 "])
def test_no_line_takes_long(evil):
    started = time.process_time()
    transcript(f"Ada: hello\n{evil * 50_000}!")
    transcript(f"00:01.000 --> 00:02.000\n{evil * 50_000}!")

    assert time.process_time() - started < 2


@pytest.mark.parametrize("name", ["", "Ada Novak: "])
def test_an_hour_without_a_break_keeps_its_times(name):
    told = "\n\n".join(f"00:{n:02}:01.000 --> 00:{n:02}:09.000\n{name}{'word ' * 100}number {n}." for n in range(60))
    found = transcript(f"WEBVTT\n\n{told}\n")

    assert {len(one.words) <= 2000 for one in found} == {True}
    assert {one.speaker for one in found} == {name.removesuffix(": ")}
    assert [one.at for one in found if "number 30." in one.words] in ([f"{n}:01"] for n in (27, 28, 29, 30))


@given(st.text(alphabet="ab .!?。\n", max_size=6000))
def test_a_text_without_names_loses_no_word_and_no_piece_of_it_is_long(text):
    found = list(unbroken(text))

    assert "".join("".join(one.words.split()) for one in found) == "".join(text.split())
    assert all(0 < len(one.words) <= LONGEST for one in found)


def test_what_somebody_says_without_an_end_is_cut_between_sentences():
    said = "The mooring at pier 7 is fine. " * 200
    found = transcript(f"Ada Novak: {said}")

    assert {one.speaker for one in found} == {"Ada Novak"}
    assert all(len(one.words) <= LONGEST and one.words.endswith(".") for one in found)
    assert " ".join(one.words for one in found) == said.strip()
