"""Whose words a draft is made of, on every platform: it is marked where they are not the asker's, and who said them does not approve it."""

import pytest
from conversations.steps import Ask, Chat, Choose, Command, FollowUp, Press, Reads
from conversations.town import town

OPEN, OVER = ("approve", "edit", "reject"), ()
OUTSIDE = "Text from outside the company shaped this."
OWN = "the change was made from your own words"
PEOPLE = {
    f"{name}@harbourlight.example": {"name": full, "playground": name, "groups": ["support-leads"]}
    for name, full in (("ada", "Ada Novak"), ("bo", "Bo Lindqvist"), ("gus", "Gus Petrakis"))
}
"""Everybody may approve, but for the rule that is looked at here."""


@pytest.fixture(params=["slack", "teams", "playground"])
async def player(request, tmp_path, wait_until, fresh_state):
    async with town(fresh_state(tmp_path / "state.db"), {"people": PEOPLE}, wait_until) as place:
        yield place.player(request.param)


async def play(player, *steps):
    for step in steps:
        await player.take(step)
    await player.office.idle()


async def test_an_action_of_a_summary_is_in_the_words_of_who_said_it(player):
    await play(
        player,
        Ask("ada", "how do refunds work?"),  # a bot in Teams knows a channel once it was met there
        Reads("gus", ("Refunds take five days [1].",)),
        Chat("gus", "Bo, can you order paint by Monday?"),
        Command("ada", "/summarize 2h"),
        Choose("ada", "Issue: Bo, can you order paint by Monday?"),
        Reads("bo", ("issue · jira new issue in SUP", "Asked by Ada Novak", OUTSIDE), OPEN),
        Press("gus", "approve"),
        Reads("gus", (OWN,)),
        Press("bo", "approve"),
        Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
    )


async def test_a_thread_is_in_the_words_of_who_spoke_in_it(player):
    await play(
        player,
        Ask("gus", "how do refunds work?"),
        Reads("ada", ("Refunds take five days [1].",)),
        FollowUp("ada", "/issue Say the five days on the refund page"),
        Reads("bo", ("From the thread:", OUTSIDE), OPEN),
        Press("gus", "approve"),
        Reads("gus", (OWN,)),
        Press("bo", "approve"),
        Reads("ada", ("written, approved by Bo Lindqvist",), OVER),
    )


async def test_the_purpose_of_an_email_is_in_the_words_of_who_typed_it(player):
    await play(
        player,
        Command("ada", "/email kestrel our boats are cheaper now"),
        Choose("gus", "Owen Kestrel, Millpond College (726)"),
        Reads("bo", ("Asked by Gus Petrakis", "Our boats are cheaper now", OUTSIDE), OPEN),
        Press("ada", "approve"),
        Reads("ada", (OWN,)),
        Press("bo", "approve"),
        Reads("gus", ("written, approved by Bo Lindqvist",), OVER),
    )
