"""A button under a reply, on every platform: whoever presses it has given its command, and one press leads to one draft."""

import pytest
from conversations.on_slack import CHANNEL
from conversations.steps import Alone, Choose, Command, Press, Reads, Written
from conversations.town import town
from offices import TEAM

from bot.sandbox.teams.state import GENERAL
from bot.store.talk.offers import Offers, Wanted, offer_id
from handlers.errors import NotAllowed, NotFound
from handlers.models import Offer, Reply

PLACES = {"slack": f"{TEAM}/{CHANNEL}", "teams": GENERAL, "playground": "general"}
TRIAGE = Offer("Triage it", "/triage SUP-21")
OPEN = ("approve", "edit", "reject")
OUTSIDE = "Text from outside the company shaped this."


@pytest.fixture(params=PLACES)
async def player(request, tmp_path, wait_until, fresh_state):
    async with town(fresh_state(tmp_path / "state.db"), {}, wait_until) as place:
        yield place.player(request.param)


async def offered(player, *offers):
    """The bot says something with these buttons."""
    office, stage = player.office, player.stage.name
    await player.take(Command("ada", "/bot help"))  # a bot in Teams knows a channel once it was met there
    await player.take(Alone("ada", ("What you can say here:",)))
    place = await office.voices[stage].place(PLACES[stage], "", None)
    reply = Reply("There is more to do.", offers=offers)
    await Offers(office.database).keep("said", reply, place=place.key, to="")
    await office.voices[stage].say(place, reply, key="said", to="")


async def test_a_press_leads_to_a_draft_of_the_person_who_pressed_and_a_second_one_to_none(player):
    await offered(player, Offer("Something else", "/triage SUP-20"), TRIAGE)

    for step in (
        Choose("gus", "Triage it"),
        Reads("ada", ("triage · jira SUP-21", "Asked by Gus Petrakis"), OPEN),
        Choose("ada", "Triage it"),
        Alone("ada", ("This was drawn up already",)),
        Press("bo", "approve"),
        Reads("ada", ("triage · jira SUP-21", "written, approved by Bo Lindqvist"), ()),
    ):
        await player.take(step)
    await player.office.idle()

    assert len(await player.drafts()) == 1
    player.check((Written("jira", "SUP-21", {"priority": {"id": "2"}}),))


async def test_what_repeats_somebodys_words_is_marked_and_they_choose_no_project(player):
    await offered(player, Offer("Issue: pay", "/issue APP: Nobody can pay with PayPal since Monday.", outside=True))

    await player.take(Choose("gus", "Issue: pay"))
    await player.take(
        Reads("bo", ("issue · jira new issue in SUP", "summary: empty → APP \N{EN DASH} Nobody can pay", OUTSIDE), OPEN)
    )


@pytest.mark.parametrize(("who", "is_marked"), [("gus", True), ("ada", False)])
async def test_a_line_in_the_words_of_who_asked_is_marked_where_somebody_else_presses(player, who, is_marked):
    authors = frozenset({"ada@harbourlight.example"})
    await offered(player, Offer("Issue: pay", "/issue Nobody can pay with PayPal since Monday.", authors=authors))

    await player.take(Choose(who, "Issue: pay"))
    await player.take(Reads("bo", ("issue · jira new issue in SUP",), OPEN))

    [draft] = await player.office.drafts.waiting()
    has_thread = player.stage.name == "playground"  # where the bot's words above the button are a part of it
    assert (draft.tainted, draft.record.author) == (is_marked or has_thread, authors)


async def test_a_press_that_is_refused_leaves_the_button_to_others(player):
    await offered(player, Offer("Look", "/triage NOPE-1"))

    for person in ("gus", "ada"):
        await player.take(Choose(person, "Look"))
        await player.take(Reads(person, ("NOPE-1",)))
    await player.office.idle()

    assert await player.drafts() == []


async def test_a_button_of_another_place_or_of_somebody_else_is_refused(database):
    offers = Offers(database)
    await offers.keep("here", Reply("", offers=(TRIAGE,)), place="slack:T1/C1", to="")
    await offers.keep("alone", Reply("", offers=(TRIAGE,), private=True), place="slack:T1/C1", to="slack:T1/U1")

    with pytest.raises(NotFound, match="not there any more"):
        await offers.pressed(offer_id("here", 0, TRIAGE), press="p", place="slack:T1/C2", person="slack:T1/U1")
    with pytest.raises(NotAllowed, match="shown to somebody else"):
        await offers.pressed(offer_id("alone", 0, TRIAGE), press="p", place="slack:T1/C1", person="slack:T1/U2")
    assert await offers.pressed(offer_id("alone", 0, TRIAGE), press="p", place="slack:T1/C1", person="slack:T1/U1") == Wanted(
        TRIAGE.line, outside=False
    )
