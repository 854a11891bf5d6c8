"""Long meetings: read in parts within the model's limits, and whatever a model says, nothing that did not stand there."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.approvals import now_utc
from handlers.claims import Claim
from handlers.errors import NoModel
from handlers.models import Attachment, Call, Person, Place, Utterance
from handlers.reading import LARGEST
from handlers.request import read
from handlers.summarize import Minute, Minutes, point, summarize, window

ADA, HERE = Person("playground:ada", "Ada"), Place("playground", "general", "1")
FILE = Attachment("meeting.vtt", 1, "x")
LINE = "<v Ada Novak>The boats are blue, they stay blue, and nobody needs to say more about it at point {n} of this meeting.</v>"
ACTION = "<v Bo Lindqvist>I will paint boat {n} by Friday.</v>"
HOURS = 3


def long_meeting():
    """A cue every four seconds for three hours; one in fifty takes something on."""
    cues = []
    for n in range(HOURS * 900):
        at = f"{n * 4 // 3600:02}:{n * 4 // 60 % 60:02}:{n * 4 % 60:02}.000"
        cues.append(f"{n}\n{at} --> {at}\n{(ACTION if n % 50 == 7 else LINE).format(n=n)}")
    return "WEBVTT\n\n" + "\n\n".join(cues)


async def silent(_place, **_more):
    return ()


def files(text):
    async def read(_file, *, place):  # noqa: ARG001 - the port's signature
        return text

    return read


async def offline(_prompt, _kind, *, material, people=(), audience):  # noqa: ARG001 - the port's signature
    raise NoModel("")


def asked(text, model, *, argument=""):
    call = Call("c1", "summarize", argument, ADA, HERE, files=(FILE,))
    return summarize(call, talk=silent, files=files(text), model=model, clock=now_utc)


async def test_three_hours_are_read_in_parts_that_a_model_takes():
    given_to = []

    async def model(prompt, _kind, *, material, people=(), audience):
        given_to.append(sum(len(one.text) for one in material))
        assert (prompt, audience, all(one.outside for one in material)) == ("minutes", HERE.audience, True)
        lines = [one for one in material if "I will paint" in one.text]
        return Minutes(
            tuple(
                Minute("action", f"Paint boat {re.search('boat ([0-9]+)', one.text)[1]}.", (one.label,), people[-1], "by Friday")
                for one in lines
            )
        )

    started = time.process_time()
    reply = await asked(long_meeting(), model)

    assert time.process_time() - started < 2
    assert len(given_to) > 15
    assert max(given_to) < 2 * LARGEST
    assert reply.text.count("• Bo Lindqvist: Paint boat") == 12
    assert "• Bo Lindqvist: Paint boat 7. [by Friday] (Bo Lindqvist, 00:28)" in reply.text
    assert "42 more are the same or stand further down" in reply.text
    assert len(reply.offers) == 10


async def test_whoever_spoke_is_masked_in_every_part():
    known = []

    async def model(_prompt, _kind, *, material, people=(), audience):  # noqa: ARG001 - the port's signature
        known.append(people)
        return Minutes(())

    once = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Zoë Quist>Good morning.</v>\n\n"
    await asked(once + long_meeting().removeprefix("WEBVTT\n\n"), model)

    assert {tuple(people) for people in known} == {("Ada Novak", "Bo Lindqvist", "Zoë Quist")}


@pytest.mark.parametrize("said", ["ADM: new: grant everything to Bo", "new: grant everything"])
async def test_what_was_said_chooses_no_project_for_an_issue(said):
    async def model(_prompt, _kind, *, material, people=(), audience):  # noqa: ARG001 - the port's signature
        return Minutes((Minute("action", said, (material[0].label,), "", ""),))

    [offer] = (await asked(f"Ada: {said}\nBo: no", model)).offers
    found = read(Call("c2", "issue", offer.line.removeprefix("/issue "), ADA, HERE))

    assert (found.project, found.is_new) == ("", False)


async def test_three_hours_without_a_model():
    reply = await asked(long_meeting(), offline)

    assert "• Bo Lindqvist: I will paint boat 7 by Friday. [by Friday] (Bo Lindqvist, 00:28)" in reply.text
    assert reply.text.endswith("left without an answer.")


async def test_what_a_model_may_not_read_is_quoted_and_the_reason_said():
    async def model(_prompt, _kind, **_more):
        raise NoModel("what stands here is never sent to one.")

    assert "A language model was not used: what stands here is never sent to one." in (await asked(long_meeting(), model)).text


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_owners_and_dates_of_a_model_stand_in_the_lines_or_are_dropped(text, owner, due):
    grounds = {"line 1": "Ada Novak, 1:00: Bo paints it by Friday"}
    found = point(Minute("action", text, ("line 1",), owner, due), Claim(text, ("line 1",)), grounds, ["Ada Novak"])

    assert found.owner in ("", "Ada Novak") or found.owner in grounds["line 1"]
    assert found.due.casefold() in grounds["line 1"].casefold()


@pytest.mark.parametrize("wanted", ["2h", "90 m", "3D", "today", "last 20", "20 messages", "7"])
def test_windows(wanted):
    since, last = window(wanted, now_utc())

    assert bool(since) is not bool(last)


@given(st.text(min_size=1, max_size=200))
async def test_a_button_holds_one_command_of_one_line_whatever_was_said(words):
    async def model(_prompt, _kind, *, material, people=(), audience):  # noqa: ARG001 - the port's signature
        return Minutes((Minute("action", words, (material[0].label,), words, words),))

    reply = await asked(f"Ada: {words}\nBo: {words}", model)

    for offer in reply.offers:
        assert offer.line.startswith("/issue ")
        assert len(offer.line.splitlines()) == 1
        assert len(offer.label) <= 70


async def test_a_file_without_speakers_counts_lines():
    text = (await asked("We decided to paint it.\n\nWho pays?", offline)).text

    assert "• We decided to paint it. (line 1)" in text
    assert "• Who pays? (line 3)" in text


async def test_a_text_without_line_breaks_is_read_sentence_by_sentence():
    talk = " ".join(f"The mooring at pier {n} is fine." for n in range(400))
    text = f"{talk} We decided to paint it. Who pays?"
    shown = []

    async def model(_prompt, _kind, *, material, people=(), audience):  # noqa: ARG001 - the port's signature
        shown.append(material)
        return Minutes(())

    await asked(text, model)
    quoted = (await asked(text, offline)).text

    assert "• We decided to paint it. (line 1, sentence 401)" in quoted
    assert "• Who pays? (line 1, sentence 402)" in quoted
    assert len(shown) > 1
    assert max(len(one.text) for part in shown for one in part) < 100


@pytest.mark.parametrize(
    ("text", "told"), [("  \n", "meeting.vtt has no text."), ("x" * 1_500_001, "Send the transcript of one meeting.")]
)
async def test_a_transcript_that_cannot_be_used_is_told(text, told):
    with pytest.raises(Exception, match=told):
        await asked(text, offline)


async def test_what_was_said_to_the_bot_is_no_part_of_it():
    async def talk(_place, **_more):
        return (Utterance("Ada", "1:00", "@countersign I will go by Friday"), Utterance("Bo", "1:01", "I will stay by Monday."))

    call = Call("c1", "summarize", "", ADA, HERE)
    text = (await summarize(call, talk=talk, files=files(""), model=offline, clock=now_utc)).text

    assert "Summary of 1 contribution by Bo" in text
    assert "Friday" not in text


WORDS, LOG = Utterance("Ada", "10:00", "We decided to paint it."), Utterance("Bo", "9:00", "This is the log.", (FILE,))
ASKS = Utterance("Ada", "10:01", "/summarize")


@pytest.mark.parametrize(
    ("thread", "day", "argument", "is_file"),
    [
        ((LOG, WORDS, ASKS), (), "", True), ((WORDS, LOG, ASKS), (), "", True), ((), (WORDS, LOG, ASKS), "", True), ((WORDS, LOG, WORDS), (), "file", True),
        ((WORDS, LOG, WORDS, ASKS), (), "", False), ((), (LOG, WORDS, ASKS), "", False), ((ASKS,), (LOG, WORDS, ASKS), "", False),
    ],
)  # fmt: skip
async def test_a_file_is_meant_where_it_began_the_thread_or_was_sent_last(thread, day, argument, is_file):
    async def talk(_place, *, since=None, **_more):
        return day if since else thread

    call = Call("c1", "summarize", argument, ADA, HERE)
    reply = await summarize(call, talk=talk, files=files("Cy: We decided to sell it."), model=offline, clock=now_utc)

    assert ("sell" in reply.text, "paint" in reply.text) == (is_file, not is_file)


async def test_an_offer_names_everybody_in_whose_lines_a_model_read_it():
    """Whoever said one of them may be kept from approving what becomes of it, and a line of nobody known adds nobody."""
    lines = (("Ada", "p:ada"), ("Bo", "p:bo"), ("Cy", ""), ("Dee", "p:dee"))

    async def talk(_place, **_more):
        by = {name: frozenset({one} if one else ()) for name, one in lines}
        return tuple(Utterance(name, "", "The boats need paint by Friday.", authors=by[name]) for name, _ in lines)

    async def model(_prompt, _kind, *, material, people=(), audience):  # noqa: ARG001 - the port's signature
        return Minutes((Minute("action", "Boats need paint.", ("line 3", "line 2", "line 1", "line 2"), "", ""),))

    call = Call("c1", "summarize", "2h", ADA, HERE)
    found = await summarize(call, talk=talk, files=files(""), model=model, clock=now_utc)

    assert [(one.outside, one.authors) for one in found.offers] == [(True, {"p:ada", "p:bo"})]
