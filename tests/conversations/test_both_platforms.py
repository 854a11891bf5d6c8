"""One change, asked for somewhere, decided wherever somebody is first: its cards stand in Slack and in Teams, and are one draft."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from conversations.stages import Card
from conversations.town import Town, town

POLICY = {
    "approvers": ["group:support-leads"],
    "requester_may_approve": False,
    "channels": ["slack:T1/C1", "teams:19:general@thread.tacv2"],
}
PLATFORMS = ("slack", "teams")
OVER = ()


@dataclass
class Desk:
    """The town, and what people do in it on several platforms."""

    town: Town

    async def asked(self, on: str, person: str = "ada") -> dict[str, Card]:
        """A change asked for on one platform; its cards by platform, each as everybody sees it there."""
        await self.town.stages["teams"].tell("cy", "/bot status")  # the bot has to be met in Teams once, to know where Teams is
        await self.reads("teams", "cy", "all is well")
        await self.town.stages[on].command(person, "/triage SUP-21")
        return {name: await self.town.player(name).newest("cy") for name in {*PLATFORMS, on}}

    async def press(self, on: str, card: Card, verb: str, person: str, **values: str) -> None:
        await self.town.stages[on].press(card, verb, person, values)

    async def reads(self, on: str, person: str, *words: str, buttons: tuple[str, ...] | None = None) -> str:
        found: Any = await self.town.office.wait(lambda: self.town.player(on).reads(person, words, buttons))
        return str(found.text)

    async def over(self, on: Sequence[str], *words: str) -> str:
        """What the cards say, which is the same on every platform, once all of them have lost their buttons."""
        await self.town.office.idle()
        texts = {(await self.reads(each, "cy", "triage · jira SUP-21", *words, buttons=OVER)) for each in on}
        endings = {next(line for line in text.split("\n") if words[0] in line) for text in texts}
        assert len(endings) == 1, endings
        return endings.pop()

    def writes(self) -> int:
        return len(self.town.sandbox.jira.writes("SUP-21"))


@pytest.fixture
def quorum() -> int:
    return 1


@pytest.fixture
async def desk(tmp_path, wait_until, quorum, fresh_state):
    rules = {"approvals": {"default": {**POLICY, "quorum": quorum}}}
    async with town(fresh_state(tmp_path / "state.db"), rules, wait_until) as place:
        yield Desk(place)


@pytest.mark.parametrize("asked", ["playground", "slack", "teams"])
@pytest.mark.parametrize("decided", PLATFORMS)
async def test_a_card_stands_on_both_and_a_decision_on_one_locks_all(desk, asked, decided):
    cards = await desk.asked(asked)
    assert len({card.draft for card in cards.values()}) == 1
    assert len(await desk.town.office.drafts.list()) == 1

    await desk.press(decided, cards[decided], "approve", "bo")

    assert "written, approved by Bo Lindqvist" in await desk.over(list(cards), "written, approved by")
    assert desk.writes() == 1


@pytest.mark.parametrize("verbs", [("approve", "approve"), ("approve", "reject"), ("reject", "approve")])
async def test_of_two_presses_at_once_the_first_decides_everywhere(desk, verbs):
    cards = await desk.asked("playground")

    here, there = verbs
    await asyncio.gather(
        desk.press("slack", cards["slack"], here, "bo"),
        desk.press("teams", cards["teams"], there, "gus"),
    )

    await desk.town.office.idle()
    [draft] = await desk.town.office.drafts.list()
    assert [vote.verb for vote in draft.votes] in ([verb] for verb in verbs)
    first = draft.votes[0].name
    word = {"approve": f"written, approved by {first}", "reject": f"rejected by {first}"}[draft.votes[0].verb]
    assert word in await desk.over(["playground", *PLATFORMS], word)
    lost = ("teams", "gus") if first == "Bo Lindqvist" else ("slack", "bo")
    await desk.reads(*lost, f"already decided by {first}")
    assert desk.writes() == (1 if draft.votes[0].verb == "approve" else 0)


@pytest.mark.parametrize("quorum", [2])
async def test_one_person_has_one_vote_on_both_platforms(desk):
    """Nobody but the page is named in `bot.toml`: Slack and Teams find people by their addresses."""
    cards = await desk.asked("slack")
    await desk.press("slack", cards["slack"], "approve", "bo")
    for on in PLATFORMS:
        await desk.reads(on, "cy", "1 of 2 approvals: Bo Lindqvist")
    await desk.press("teams", await desk.town.player("teams").newest("bo"), "approve", "bo")
    await desk.town.office.idle()
    for on in PLATFORMS:
        await desk.reads(on, "cy", "1 of 2 approvals: Bo Lindqvist", buttons=("approve", "edit", "reject"))
    [draft] = await desk.town.office.drafts.list()
    assert [vote.person for vote in draft.votes] == ["bo@harbourlight.example"]
    assert desk.writes() == 0

    await desk.press("teams", await desk.town.player("teams").newest("gus"), "approve", "gus")

    assert "Bo Lindqvist, Gus Petrakis" in await desk.over(PLATFORMS, "written, approved by")
    assert desk.writes() == 1


@pytest.mark.parametrize("asked", ["playground", "slack", "teams"])
async def test_who_asked_may_not_approve_it_on_another_platform_either(desk, asked):
    cards = await desk.asked(asked, "gus")
    for on, card in cards.items():
        await desk.press(on, card, "approve", "gus")
        await desk.reads(on, "gus", "not allowed: who asked for a change may not approve it here")
    await desk.town.office.idle()
    [draft] = await desk.town.office.drafts.list()
    assert (draft.votes, desk.writes()) == ((), 0)

    await desk.press("teams", cards["teams"], "approve", "bo")

    await desk.over(list(cards), "written, approved by Bo Lindqvist")


@pytest.mark.parametrize(("edited", "pressed"), [PLATFORMS, PLATFORMS[::-1]])
async def test_an_edit_on_one_makes_the_button_of_the_other_stale(desk, edited, pressed):
    cards = await desk.asked("playground")
    await desk.press(edited, cards[edited], "edit", "bo", priority="Low")
    await desk.reads(
        pressed, "cy", "Version 2, edited by Bo Lindqvist: earlier approvals do not count.", "priority: Medium → Low"
    )

    await desk.press(pressed, cards[pressed], "approve", "gus")
    await desk.reads(pressed, "gus", "stale: this draft was edited; decide on version 2 of it.")
    assert desk.writes() == 0
    await desk.press(pressed, await desk.town.player(pressed).newest("gus"), "approve", "gus")

    await desk.over(["playground", *PLATFORMS], "written, approved by Gus Petrakis")
    [write] = desk.town.sandbox.jira.writes("SUP-21")
    assert write.body["fields"]["priority"] == {"id": "4"}
