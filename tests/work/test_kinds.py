"""The kinds of jobs, from a delivery in the ledger to words in a channel and writes at the vendor."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.sandbox.faults import Fault
from handlers.models import Call, Change, Draft, Place, Policy, State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_call_is_answered_where_it_was_made(work, said):
    await work("call", text="/bot status")

    place, reply, to = await said()

    assert (place.key, place.thread, place.audience, to) == ("playground:general", "7", {"everyone"}, "playground:ada")
    assert reply.text == "all is well"


async def test_alone_with_somebody_the_audience_is_theirs(work, said):
    await work("call", text="/bot", channel="dm:ada", thread="3")

    place, _, _ = await said()

    assert (place.thread, place.audience) == ("3", {"everyone", "support"})


async def test_a_command_that_is_off_in_a_channel(work, said):
    await work("call", text="/bot status", channel="quiet")

    _, reply, _ = await said()

    assert reply.text.startswith("not allowed: /bot is switched off")
    assert (reply.private, reply.trouble) == (True, True)


async def test_from_a_call_to_one_write(work, said, stores, becomes, sandbox):
    await work("call", text="/triage SUP-25")
    _, reply, _ = await said()

    await work("decision", id="d2", person="playground:bo", draft=reply.draft.id, version=1, verb="approve")
    written = await becomes(reply.draft, State.WRITTEN)

    assert [vote.person for vote in written.votes] == ["bo@example.com"]
    assert len(sandbox.jira.writes("SUP-25")) == 1
    assert await stores.audit.verify() >= 4


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", method="PUT", status=429, retry_after=0),
        Fault("status", method="PUT", status=503),
        Fault("reset", method="PUT"),
        Fault("reset", method="PUT", after=True),
    ],
    ids=lambda fault: f"{fault.label} {fault.status}",
)
async def test_a_write_in_trouble_is_written_once(work, said, becomes, sandbox, fault):
    sandbox.jira.faults.add(fault)
    await work("call", text="/triage SUP-25")
    _, reply, _ = await said()

    await work("decision", id="d2", person="playground:bo", draft=reply.draft.id, version=1, verb="approve")
    await becomes(reply.draft, State.WRITTEN)

    assert len(sandbox.jira.writes("SUP-25")) == 1


async def test_a_refused_decision_is_told_to_who_pressed(work, said, stores):
    draft = await stores.draft()
    await stores.drafts.reject(stores.press(draft, Verb.REJECT))

    await work("decision", draft=draft.id, version=1, verb="approve")

    _, reply, to = await said()
    assert "already decided by Bo" in reply.text
    assert (reply.private, reply.trouble, to) == (True, True, "playground:ada")


@pytest.mark.parametrize("verb", ["approve", "edit", "reject"])
async def test_a_press_that_is_taken_up_again_is_not_refused_because_of_itself(work, voice, stores, wait_until, verb):
    """A process died right after it, or it was decided while the platform waited and recorded as well."""
    draft = await stores.draft()
    pressed = {"draft": draft.id, "version": 1, "verb": verb, "values": {"labels": "x"}}

    for number, press in enumerate(("d3", "d3", "d4"), 1):  # d4 is another press of the old card
        await work("decision", number=number, id=press, **pressed)
        await wait_until(lambda number=number: carried_out(stores, number))

    assert {"d3", "d4"} & set(voice.said) == {"d4"}
    assert [row["action"] async for row in stores.audit.export()].count("refused") == 1


async def test_an_edit_carries_its_values(work, stores, wait_until):
    draft = await stores.draft()

    await work("decision", draft=draft.id, version=1, verb="edit", values={"labels": "x, y"})

    async def edited():
        found = await stores.drafts.read(draft.id)
        return found if found.version == 2 else None

    assert (await wait_until(edited)).changes[1].after == ("x", "y")


async def test_every_card_is_drawn_again_after_a_decision(work, stores, voice, wait_until):
    draft = await stores.draft()

    await work("decision", draft=draft.id, version=1, verb="reject")

    await wait_until(lambda: f"{draft.id}.1 rejected" in voice.amended)


async def test_a_draft_expires_at_its_time(work, stores, becomes):
    draft = await stores.draft(policy=Policy(expires=timedelta(seconds=0.2)))
    await work("amend", draft=draft.id)

    assert (await becomes(draft, State.EXPIRED)).votes == ()


async def test_the_card_of_a_draft_is_posted_where_it_was_asked_for(work, said, stores):
    draft = await stores.draft()

    await work("card", draft=draft.id)

    place, reply, _ = await said(f"card:{draft.id}")
    assert (place.key, reply.draft.id) == ("playground:general", draft.id)


async def test_a_draft_of_the_command_line_has_no_card_and_no_dead_letter(work, stores, ended):
    draft = await stores.draft()
    elsewhere = replace(draft, place=Place("cli", "playground:ada"))
    call = Call("cli-1", "triage", "SUP-1", draft.asked_by, elsewhere.place)
    kept = await stores.drafts.keep(
        replace(Draft.of("triage", draft.record, draft.changes, call=call)), call=call, policy=Policy()
    )

    await work("card", draft=kept.id)

    assert ((await ended("card")).state, (await ended("card")).attempts) == ("done", 1)


async def test_a_platform_that_is_gone_is_a_dead_letter_and_stops_nobody(work, said, ended):
    await work("call", id="lost", platform="slack", text="hi")
    assert ("slack is not connected" in (await ended("call")).error, (await ended("call")).state) == (True, "dead")

    await work("call", text="/bot")

    assert await said()


async def test_an_answer_waits_for_its_platform(work, said, voice):
    voice.away = 1

    await work("call", text="/bot status")

    assert (await said())[1].text == "all is well"


async def test_who_could_not_be_answered_hears_why(work, said):
    await work("decision", draft="nope", version=1, verb="dance", attempts=1)

    _, reply, _ = await said("d1:sorry")

    assert reply.text.startswith("I could not answer this: Something went wrong inside the bot (error ")
    assert (reply.private, reply.trouble) == (True, True)


@pytest.mark.parametrize("end", [(True, State.UNKNOWN), (False, State.FAILED)])
async def test_a_write_whose_attempts_have_run_out_is_told_on_the_card(work, approved, ended, sandbox, end):
    after, state = end
    kind = "hang" if after else "status"
    sandbox.jira.faults.add(Fault(kind, method="PUT", after=after, status=409, count=None))
    draft = await approved("SUP-25", Change("labels", (), ("x",)))

    await work("write", draft=draft.id, version=1, attempts=1)
    assert (await ended("write")).state == ("unknown" if after else "dead")

    found = await approved.read(draft)
    assert found.state is state
    assert found.outcome.startswith(
        "a person has to look: Jira did not answer in time" if after else "Jira is changing this issue"
    )
    assert len(sandbox.jira.writes("SUP-25")) == after


async def test_the_end_of_the_trail_is_published_and_told_to_the_operators_once_an_hour(work, voice, stores, ended, tmp_path):
    await stores.draft()

    await work("head", n=1)
    await ended("head")
    await work("head", n=2)

    [[place, reply, to]] = [told for key, told in voice.said.items() if key.startswith("head:")]
    [line] = (tmp_path / "audit.head").read_text().splitlines()
    assert (place.key, to) == ("playground:ops", "")
    assert json.loads(line)["hash"] in reply.text


async def test_people_are_reminded_where_the_card_stands(work, voice, wait_until, stores):
    policy = Policy(approvers=("group:leads",), channels=("playground:support",))
    draft = await stores.draft(policy=policy)

    await work("remind", draft=draft.id)
    await wait_until(lambda: f"remind:{draft.id}:playground:support" in voice.said)

    for key, place in (("", "playground:general"), (":playground:support", "playground:support")):
        where, reply, _ = voice.said[f"remind:{draft.id}{key}"]
        assert (where.key, "Nobody has decided yet" in reply.text) == (place, True)


async def test_the_card_stands_in_the_channels_of_the_policy_too(work, voice, wait_until, stores):
    draft = await stores.draft(policy=Policy(channels=("playground:support",)))

    await work("card", draft=draft.id, also="playground:support")
    place, reply, _ = await wait_until(lambda: voice.said.get(f"card:{draft.id}:playground:support"))

    assert (place.key, place.thread, reply.draft.id) == ("playground:support", "", draft.id)


async def test_nobody_is_reminded_of_what_is_decided(work, voice, stores, ended):
    draft = await stores.draft()
    await stores.drafts.reject(stores.press(draft, Verb.REJECT))

    await work("remind", draft=draft.id, n=2)

    assert (await ended("remind")).state == "done"
    assert not [key for key in voice.said if key.startswith("remind")]


async def test_a_channel_that_is_nowhere_is_a_dead_letter_with_a_sentence(work, stores, wait_until):
    await stores.draft(policy=Policy(channels=("general",)))
    await work("call", text="/bot status")

    async def dead():
        return [job.error for job in await stores.jobs.list(state="dead")]

    [error] = await wait_until(dead)
    assert "The channel general of an approval policy is on no connected platform" in error


@pytest.mark.parametrize(("audience", "is_shown"), [({"everyone", "finance"}, False), ({"everyone"}, True)])
async def test_an_attempt_that_died_shows_no_card_of_another_place_where_more_may_be_read(work, said, stores, audience, is_shown):
    drawn = await stores.draft("other")
    first = replace(drawn, id="wide", subject="s", place=Place("playground", "board", audience=frozenset(audience)))
    for call, draft in (("c1", first), ("d1", replace(first, id="again"))):  # the process of the second one dies here
        asked = Call(call, "triage", "SUP-25", drawn.asked_by, draft.place)
        assert (await stores.drafts.keep(draft, call=asked, policy=Policy())).id == "wide"

    await work("call", text="/triage SUP-25")
    _, reply, _ = await said()

    assert (reply.draft is not None, reply.private) == (is_shown, not is_shown)


async def carried_out(stores, number):
    """Whether so many decisions are."""
    return len([job for job in await stores.jobs.list(state="done") if job.kind == "decision"]) == number
