"""What people do in Teams, through the real route: signed activities in, what the company's conversations show out."""

import asyncio
import copy

import pytest
from tenants import BILLING, GENERAL, LEADS, card_of, cards, mine, verbs, words_of

from bot.sandbox.faults import Fault
from handlers.models import State

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CREATE = r"/activities$"


async def said(company, words, conversation=GENERAL):
    """The bot's message that shows these words, once it is there."""

    def look():
        return next((m for m in mine(company.teams, conversation) if words in words_of(m.activity)), None)

    return await company.wait(look)


async def card(company, conversation=GENERAL):
    """The newest card with buttons, once it is there."""

    def look():
        return next((m for m in reversed(cards(company.teams, conversation)) if "approve" in verbs(card_of(m.activity))), None)

    return await company.wait(look)


async def press(company, message, verb, who, conversation=GENERAL, **how):
    """The answer to a press."""
    replies = await company.teams.drive.press(conversation, message.id, verb, who, **how)
    assert {status for status, _ in replies} == {200}, replies
    return replies[0][1]


async def test_a_mention_is_answered_once_in_its_thread(company):
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?", copies=3)
    question = company.teams.drive.said[-1]

    answer = await said(company, "five days")
    await company.idle()

    assert answer.thread == question["id"]
    assert len(mine(company.teams, GENERAL)) == 1
    assert "confidence 80 %" in answer.text
    label, *_ = answer.activity["entities"]
    assert label["additionalType"] == ["AIGeneratedContent"]
    assert label["citation"][0]["appearance"]["url"] == "https://kb.example/refunds"
    assert answer.activity["channelData"]["feedbackLoop"] == {"type": "default"}


async def test_a_follow_up_is_understood(company):
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    await said(company, "five days")
    root = company.teams.drive.said[-1]["id"]

    await company.teams.drive.say("ada", GENERAL, "and a partial refund?", thread=root)
    await company.idle()

    question, _, history = company.kb.asked[-1]
    assert question == "and a partial refund?"
    assert list(history) == ["@countersign how do refunds work?", "Refunds take **five days** [1]."]


async def test_a_direct_message_is_streamed_and_needs_no_mention(company):
    chat = company.teams.tenant.personal("ada").id
    await company.teams.drive.say("ada", chat, "how do refunds work?")

    answer = await said(company, "five days", chat)
    await company.idle()
    assert len(mine(company.teams, chat)) == 1
    assert answer.streamed, "it grew"
    assert not answer.is_streaming


@pytest.mark.parametrize("words", ["triage SUP-21", "/triage SUP-21", "Triage SUP-21"])
async def test_commands_in_a_direct_message_are_plain_text(company, words):
    chat = company.teams.tenant.personal("ada").id
    await company.teams.drive.say("ada", chat, words)
    assert (await card(company, chat)).activity


async def test_a_slash_command_is_answered_where_it_was_given(company):
    await company.teams.drive.command("ada", GENERAL, "triage", "SUP-21")
    assert verbs(card_of((await card(company)).activity)) == ["approve", "edit", "reject"]


async def test_a_draft_is_approved_by_somebody_else_and_every_press_counts_once(company, sandbox):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    drawn = await card(company)
    [draft] = await company.drafts.waiting()
    assert words_of(card_of(drawn.activity)["body"]).rstrip().endswith(f"draft {draft.id}")

    refused = await press(company, drawn, "approve", "ada")
    assert "not allowed" in refused["value"]
    shown = copy.deepcopy(drawn.card())
    await asyncio.gather(*(press(company, drawn, "approve", "bo", copies=2, as_shown=shown) for _ in range(4)))

    await company.wait(lambda: "written" in words_of(drawn.card()))
    await company.idle()
    assert verbs(drawn.card()) == []
    assert len(sandbox.jira.writes("SUP-21")) == 1
    [draft] = await company.drafts.list()
    assert draft.state is State.WRITTEN
    assert [vote.person for vote in draft.votes] == ["bo@harbourlight.example"]


async def test_edit_turns_the_card_into_a_form_says_what_is_wrong_and_makes_a_new_version(company, sandbox):
    await company.teams.drive.say("ada", GENERAL, "reply 153")
    drawn = await card(company)
    old = copy.deepcopy(drawn.card())
    await press(company, drawn, "edit", "bo")
    assert "save" in verbs(drawn.shown_to[company.teams.tenant.person("bo").id])

    wrong = await press(company, drawn, "save", "bo", inputs={"reply": ""})
    assert "is empty" in words_of(wrong["value"])
    await press(company, drawn, "save", "bo", inputs={"reply": "Hello,\n\nit is on its way.", "visibility": "public reply"})
    await company.wait(lambda: "edited by Bo" in words_of(drawn.card()))

    stale = await press(company, drawn, "approve", "bo", as_shown=old)
    assert "stale" in stale["value"]
    await press(company, drawn, "approve", "bo", as_shown=copy.deepcopy(drawn.card()))
    await company.wait(lambda: sandbox.zendesk.writes("153"))
    [write] = sandbox.zendesk.writes("153")
    assert write.body["ticket"]["comment"] == {"body": "Hello,\n\nit is on its way.", "public": True}


async def test_a_form_of_a_draft_that_is_over_says_so_and_a_look_shows_how_it_ended(company):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    drawn = await card(company)
    old = copy.deepcopy(drawn.card())
    await press(company, drawn, "reject", "bo")

    answer = await press(company, drawn, "edit", "bo", as_shown=old)
    assert "already decided: rejected" in answer["value"]
    shown = await press(company, drawn, "show", "ada", as_shown={**old, "actions": [old["refresh"]["action"]]})
    assert "rejected by Bo" in words_of(shown["value"])


async def test_who_may_not_decide_gets_no_form_to_fill_in(company):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    answer = await press(company, await card(company), "edit", "ada")
    assert "not allowed" in answer["value"]


async def test_who_may_read_more_is_told_alone_and_may_share_only_what_all_may_read(company):
    await company.teams.drive.say("bo", GENERAL, "what are our margins?")
    await said(company, "I don't know")
    secret = await said(company, "Margins are 40 %")
    bo = company.teams.tenant.person("bo").id
    assert secret.targeted == bo
    assert secret.activity["recipient"]["isTargeted"] is True

    await press(company, secret, "share", "bo")
    refused = await said(company, "not everybody here may read Margins")
    assert refused.targeted == bo
    assert [m for m in mine(company.teams, GENERAL) if "40 %" in words_of(m.activity) and not m.targeted] == []


async def test_where_teams_takes_no_targeted_message_the_direct_chat_has_it(company):
    company.teams.faults.add(Fault("status", method="POST", path=f"{CREATE}.*", status=403, nth=3, count=1))
    chat = company.teams.tenant.personal("bo").id
    await company.teams.drive.say("bo", GENERAL, "what are our margins?")
    secret = await said(company, "Margins are 40 %", chat)
    assert secret.targeted == ""


async def test_votes_are_kept_and_the_last_one_of_a_person_counts(company):
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    answer = await said(company, "five days")
    for side in ("dislike", "like"):
        assert await company.teams.drive.feedback(GENERAL, answer.id, "ada", side) == [(200, {})]
        await company.idle()

    judged = [each async for each in company.answers.judged()]
    assert [(j.answer.question, j.up, j.down) for j in judged] == [("how do refunds work?", 1, 0)]


async def test_ask_about_this_answers_in_the_thread_of_the_message(company):
    await company.teams.drive.say("gus", BILLING, "a customer wants a refund", mention=False)
    asked = company.teams.drive.said[-1]["id"]
    [(status, answer)] = await company.teams.drive.message_action("ada", BILLING, asked, "ask_about")
    assert (status, answer["task"]["type"]) == (200, "message")
    assert (await said(company, "five days", BILLING)).thread == asked


async def test_triage_this_and_a_command_make_one_draft(company):
    await company.teams.drive.say("gus", BILLING, "SUP-21 is stuck", mention=False)
    await company.teams.drive.message_action("ada", BILLING, company.teams.drive.said[-1]["id"], "triage_about")
    await company.teams.drive.say("gus", BILLING, "/triage SUP-21")
    await company.idle()
    [draft] = await company.drafts.list()
    assert (draft.workflow, draft.record.id) == ("triage", "SUP-21")


async def test_whose_words_somebody_else_made_an_issue_of_may_not_approve_it(company):
    await company.teams.drive.say("bo", GENERAL, "the export of bookings hangs since Monday", mention=False)
    await company.teams.drive.message_action("gus", GENERAL, company.teams.drive.said[-1]["id"], "issue_about")

    refused = await press(company, await card(company), "approve", "bo")

    assert "the change was made from your own words" in refused["value"]
    [draft] = await company.drafts.waiting()
    assert (draft.workflow, draft.asked_by.name, draft.tainted) == ("issue", "Gus Petrakis", True)


async def test_ask_about_this_that_teams_sends_again_has_one_answer(company):
    await company.teams.drive.say("gus", BILLING, "a customer wants a refund", mention=False)
    await company.teams.drive.message_action("ada", BILLING, company.teams.drive.said[-1]["id"], "ask_about")
    await company.teams.drive.again(fresh_id=True)
    await said(company, "five days", BILLING)
    await company.idle()
    assert len(mine(company.teams, BILLING)) == 1


async def test_an_answer_does_not_wait_for_the_sign_that_announces_it(company):
    company.teams.faults.add(Fault("hang", method="POST", path=r"general.*/activities"))
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    await company.wait(lambda: mine(company.teams, GENERAL), within=8)


async def test_approvals_come_where_they_stand_and_elsewhere_as_a_direct_message(company):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    await card(company)
    await company.teams.drive.say("bo", BILLING, "approvals")

    listed = await said(company, "1 waiting for you", BILLING)
    assert listed.targeted == company.teams.tenant.person("bo").id
    chat = company.teams.tenant.personal("bo").id
    assert verbs(card_of((await card(company, chat)).activity)) == ["approve", "edit", "reject"]


async def test_a_group_chat_has_no_threads(company):
    await company.teams.drive.say("ada", LEADS, "how do refunds work?")
    assert (await said(company, "five days", LEADS)).thread == ""


async def test_the_bot_greets_once(company):
    chat = company.teams.tenant.personal("ada").id
    await company.teams.drive.install("ada")
    await company.idle()
    assert len([m for m in mine(company.teams, chat) if "What you can say here" in words_of(m.activity)]) == 1


async def test_one_token_serves_all_messages(company):
    for number in range(5):
        await company.teams.drive.say("ada", GENERAL, f"how do refunds work, {number}?")
    await company.wait(lambda: len(mine(company.teams, GENERAL)) == 5)
    assert company.teams.token_requests == 1


@pytest.mark.parametrize(("status", "wait"), [(429, 1), (412, None)])
async def test_a_send_that_teams_puts_off_is_made_again(company, status, wait):
    company.teams.faults.add(Fault("status", method="POST", path=r"general.*/activities", status=status, retry_after=wait, nth=2))
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    await said(company, "five days")
    await company.idle()
    assert len(mine(company.teams, GENERAL)) == 1


async def test_a_message_whose_answer_was_lost_is_not_sent_twice(company):
    """The second request into the conversation is the answer; the first shows that somebody types."""
    company.teams.faults.add(Fault("status", method="POST", path=r"general.*/activities", status=502, nth=2, after=True))
    await company.teams.drive.say("ada", GENERAL, "how do refunds work?")
    await said(company, "five days")

    async def put_off():
        return [j for j in await company.jobs.list(state="pending") if "did not say whether" in j.error]

    [job] = await company.wait(put_off)
    assert len(mine(company.teams, GENERAL)) == 1
    assert job.kind == "teams"


async def test_a_change_of_a_card_is_tried_again(company):
    await company.teams.drive.say("ada", GENERAL, "triage SUP-21")
    drawn = await card(company)
    company.teams.faults.add(Fault("status", method="PUT", status=502, count=2))
    await press(company, drawn, "reject", "bo")
    await company.wait(lambda: "rejected by Bo" in words_of(drawn.card()))


@pytest.mark.parametrize(("role", "is_marked"), [("guest", True), ("anonymous", True), ("user", False)])
async def test_an_issue_in_the_words_of_a_guest_is_marked(company, role, is_marked):
    company.teams.tenant.person("cy").user_role = role
    await company.teams.drive.command("cy", GENERAL, "issue", "the export of bookings hangs since Monday")

    await card(company)

    [draft] = await company.drafts.waiting()
    assert (draft.workflow, draft.asked_by.name, draft.tainted) == ("issue", "Cy Marsh", is_marked)
