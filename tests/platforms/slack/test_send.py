"""Speaking in Slack while Slack misbehaves: every message once, every card up to date, nobody left without a word."""

import pytest
from offices import buttons, text_of

from bot.sandbox.faults import Fault
from handlers.models import State, Verb

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
POST, UPDATE = "/api/chat.postMessage", "/api/chat.update"


def posted(office, method="chat.postMessage"):
    return [call for call in office.slack.calls if call.method == method and call.answered == "ok"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset", path=POST, after=True),
        Fault("reset", path=POST),
        Fault("half_body", path=POST),
        Fault("malformed", path=POST),
        Fault("status", path=POST, status=500, after=True),
        Fault("status", path=POST, status=503),
        Fault("status", path=POST, status=429, retry_after=1),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{'after' if fault.late else 'before'}",
)
@pytest.mark.parametrize("thread", [True, False])
async def test_a_message_is_there_once_whatever_became_of_the_answer(office, fault, thread):
    office.slack.faults.add(fault)
    if thread:
        await office.slack.drive.say(office.user("Ada"), "C1", "<@UBOT> how do refunds work?")
    else:
        await office.slack.drive.command(office.user("Ada"), "C1", "/ask", "how do refunds work?")

    await office.said("five days")
    await office.idle()

    assert len(office.messages()) == 1
    assert [job.error for job in await office.jobs.list(state="dead")] == []


async def test_a_message_that_was_taken_for_lost_is_not_sent_again_when_slack_has_it(office):
    office.slack.faults.add(Fault("reset", path=POST, after=True))
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.card()
    await office.idle()

    assert len(posted(office)) == 1
    assert [call.method for call in office.slack.calls if call.method == "conversations.history"] != []


async def test_a_second_request_for_what_waits_is_answered_with_one_message(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    first = await office.card()
    await office.slack.drive.command(office.user("Bo"), "C1", "/triage", "SUP-21")
    await office.wait(lambda: len(office.messages()) > 1)
    await office.idle()

    again = office.messages()[-1]
    assert len(posted(office)) == 2  # Slack takes one a second in a channel: two would keep people waiting
    assert "asked for already by Ada" in text_of(again)
    assert "asked for already" in again["text"]
    assert buttons(again) == buttons(first)

    await office.press(again, "reject", "Bo")
    await office.wait(lambda: "rejected by Bo" in text_of(office.slack.workspace.message("C1", again["ts"])))
    await office.idle()
    ended = office.slack.workspace.message("C1", again["ts"])
    assert not buttons(ended)
    assert "asked for already by Ada" in text_of(ended)
    assert "asked for already" not in text_of(office.slack.workspace.message("C1", first["ts"]))


async def test_a_second_request_is_answered_once_though_the_answer_was_lost(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.card()
    office.slack.faults.add(Fault("reset", path=POST, after=True))
    await office.slack.drive.command(office.user("Bo"), "C1", "/triage", "SUP-21")
    await office.wait(lambda: len(office.messages()) > 1)
    await office.idle()

    assert len(office.messages()) == 2
    assert "asked for already by Ada" in text_of(office.messages()[-1])


@pytest.mark.parametrize(
    "fault", [Fault("reset", path=UPDATE, after=True), Fault("status", path=UPDATE, status=429, retry_after=1)]
)
async def test_a_card_says_what_became_of_it_though_slack_was_busy(office, fault):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    card = await office.card()
    office.slack.faults.add(fault)
    await office.press(card, "reject", "Bo")

    await office.wait(lambda: "rejected by Bo" in text_of(office.slack.workspace.message("C1", card["ts"])))
    await office.idle()
    assert not buttons(office.slack.workspace.message("C1", card["ts"]))


async def test_one_card_that_is_gone_does_not_keep_the_others_from_being_drawn(office):
    bo = office.user("Bo")
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    card = await office.card()
    await office.slack.drive.command(bo, "C2", "/approvals")
    other = await office.card(f"D{bo}")
    channel = office.slack.workspace.channel("C1")
    office.slack.workspace.remove(channel, office.slack.workspace.message("C1", card["ts"]))

    await office.press(other, "reject", "Bo", channel=f"D{bo}")

    await office.wait(lambda: "rejected" in text_of(office.slack.workspace.message(f"D{bo}", other["ts"])))
    await office.idle()
    assert [job.error for job in await office.jobs.list(state="dead")] == []


async def test_who_decides_before_the_card_is_known_still_finds_it_decided(office, stores):
    """The command line can be faster than Slack's answer."""
    office.slack.faults.add(Fault("delay", path=POST, seconds=1.0, after=True))
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.wait(office.drafts.waiting)
    [draft] = await office.drafts.waiting()
    await office.drafts.reject(stores.press(draft, Verb.REJECT))

    def decided():
        return office.messages() and "rejected" in text_of(office.messages()[0])

    await office.wait(decided)
    assert (await office.drafts.read(draft.id)).state is State.REJECTED


async def test_who_decides_on_a_card_whose_answer_was_lost_sees_it_decided(office, sandbox):
    """The record is written before the command is tried again: triage would find nothing to change any more."""
    office.slack.faults.add(Fault("reset", path=POST, after=True), Fault("delay", path="/api/conversations.history", seconds=1.0))
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    card = await office.card()
    await office.press(card, "approve", "Bo")

    await office.idle()

    assert len([entry for entry in sandbox.jira.ledger.entries if entry.effect]) == 1
    [message] = office.messages()
    assert not buttons(message)
    assert "written" in text_of(message).casefold()


async def test_a_stream_that_slack_does_not_have_is_an_ordinary_message(office):
    ada = office.user("Ada")
    office.slack.faults.add(
        Fault("status", path="/api/chat.startStream", status=200, body={"ok": False, "error": "unknown_method"}, count=None)
    )
    for number in (1, 2):
        await office.slack.drive.say(ada, f"D{ada}", "how do refunds work?")
        await office.wait(lambda number=number: len(office.messages(f"D{ada}")) == number)
    await office.idle()

    assert len([call for call in office.slack.calls if call.method == "chat.startStream"]) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path="/api/chat.appendStream", status=200, body={"ok": False, "error": "message_not_in_streaming_state"}),
        Fault("reset", path="/api/chat.startStream", after=True),
        Fault("reset", path="/api/chat.startStream"),
        Fault("reset", path="/api/chat.appendStream", after=True),
        Fault("reset", path="/api/chat.stopStream", after=True),
        Fault("reset", path="/api/chat.stopStream"),
        Fault("reset", path=UPDATE, after=True),
        Fault("status", path=UPDATE, status=429, retry_after=1),
    ],
    ids=lambda fault: f"{fault.path}-{fault.kind}-{'after' if fault.late else 'before'}",
)
async def test_a_streamed_answer_is_there_once_and_whole_whatever_slack_did(office, fault):
    ada = office.user("Ada")
    office.slack.faults.add(fault)
    await office.slack.drive.say(ada, f"D{ada}", "how do refunds work?")

    answer = await office.said("confidence 80 %", f"D{ada}")
    await office.idle()
    assert len(office.messages(f"D{ada}")) == 1
    assert "five days" in text_of(answer)
    assert [job.error for job in await office.jobs.list(state="dead")] == []


async def test_a_private_answer_is_seen_by_one_person(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/bot", "help")

    told = await office.whispered("What you can say here")
    assert told["user"] == office.user("Ada")
    assert office.messages() == []


async def test_a_question_that_cannot_be_answered_ends_in_words(office):
    office.slack.faults.add(Fault("status", path="/api/conversations.replies", status=500, count=None))
    office.slack.faults.add(Fault("status", path=POST, status=200, body={"ok": False, "error": "restricted_action"}, count=None))
    await office.slack.drive.command(office.user("Ada"), "C1", "/ask", "how do refunds work?")

    assert "lets only some people post there" in str(await office.whispered("I have an answer for you"))
