"""What people do in Slack, through the real route: signed requests in, what the workspace shows out."""

import asyncio

import pytest
from offices import buttons, text_of

from handlers.models import State

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_a_mention_is_answered_once_in_its_thread(office):
    """Slack tells of it twice, and copies come."""
    await office.slack.drive.say(office.user("Ada"), "C1", "<@UBOT> how do refunds work?", copies=3)
    question = office.slack.drive.said[-1]

    answer = await office.said("five days")
    await office.idle()

    assert answer["thread_ts"] == question["ts"]
    assert len(office.messages()) == 1
    assert "confidence 80 %" in text_of(answer)
    assert "https://kb.example/refunds" in text_of(answer)


async def test_talk_that_is_not_for_the_bot_is_left_alone(office):
    replies = await office.slack.drive.say(office.user("Ada"), "C1", "lunch, anybody?")
    await office.idle()

    assert [status for status, _ in replies] == [200]
    assert office.messages() == []
    assert office.kb.asked == []


async def test_a_follow_up_in_the_thread_is_understood(office):
    await office.slack.drive.say(office.user("Ada"), "C1", "<@UBOT> how do refunds work?")
    await office.said("five days")
    root = office.slack.drive.said[-1]["ts"]

    await office.slack.drive.say(office.user("Ada"), "C1", "and a partial refund?", thread_ts=root)
    await office.idle()

    question, _, history = office.kb.asked[-1]
    assert question == "and a partial refund?"
    assert [turn.split("\n")[0] for turn in history] == ["@countersign how do refunds work?", "Refunds take **five days** [1]."]


async def test_a_direct_message_is_always_answered(office):
    ada = office.user("Ada")
    await office.slack.drive.say(ada, f"D{ada}", "how do refunds work?")

    answer = await office.said("five days", f"D{ada}")
    await office.idle()
    assert len(office.messages(f"D{ada}")) == 1
    assert "Refunds take" in text_of(answer)


async def test_a_draft_is_approved_by_somebody_else_and_every_press_counts_once(office, sandbox):
    replies = await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    assert replies == [(200, {"response_type": "ephemeral", "text": "Got it, working on it."})]
    card = await office.card()
    assert buttons(card) == ["approve", "edit", "reject"]
    assert text_of(card).rstrip().endswith(f"draft {(await office.drafts.waiting())[0].id}")

    await office.press(card, "approve", "Ada")
    assert "not allowed" in str(await office.whispered("not allowed"))
    await asyncio.gather(*(office.press(card, "approve", "Bo", copies=2) for _ in range(4)))

    async def written():
        return "written" in text_of(office.slack.workspace.message("C1", card["ts"]))

    await office.wait(written)
    await office.idle()
    assert buttons(office.slack.workspace.message("C1", card["ts"])) == []
    assert len(sandbox.jira.writes("SUP-21")) == 1
    [draft] = await office.drafts.list()
    assert draft.state is State.WRITTEN
    assert [vote.person for vote in draft.votes] == ["bo@harbourlight.example"]


async def test_edit_opens_a_form_says_what_is_wrong_and_makes_a_new_version(office, sandbox):
    await office.slack.drive.command(office.user("Ada"), "C1", "/reply", "153")
    card = await office.card()
    bo = office.user("Bo")
    await office.press(card, "edit", "Bo")

    [(status, answer)] = await office.slack.drive.submit("", bo, {"reply": ""})
    assert (status, answer["response_action"]) == (200, "errors")
    assert "is empty" in answer["errors"]["field.reply.0"]
    [(status, answer)] = await office.slack.drive.submit(
        "", bo, {"reply": "Hello,\n\nit is on its way.", "visibility": "public reply"}
    )
    assert (status, answer) == (200, "")

    async def edited():
        return "edited by Bo" in text_of(office.slack.workspace.message("C1", card["ts"]))

    await office.wait(edited)
    await office.press(card, "approve", "Bo", as_shown=card)
    assert await office.whispered("stale")
    await office.press(office.slack.workspace.message("C1", card["ts"]), "approve", "Bo")
    await office.wait(lambda: sandbox.zendesk.writes("153"))
    [write] = sandbox.zendesk.writes("153")
    assert write.body["ticket"]["comment"] == {"body": "Hello,\n\nit is on its way.", "public": True}


async def test_a_form_of_a_draft_that_is_over_says_so(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    card = await office.card()
    await office.press(card, "reject", "Bo")
    await office.wait(lambda: not buttons(office.slack.workspace.message("C1", card["ts"])))

    await office.press(card, "edit", "Bo", as_shown=card)

    views = [modal.view for modal in office.slack.workspace.modals.values()]
    assert "already decided: rejected" in str(views[-1])


async def test_who_may_not_decide_gets_no_form_to_fill_in(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.press(await office.card(), "edit", "Ada")
    [modal] = office.slack.workspace.modals.values()
    assert "not allowed" in str(modal.view)


async def test_who_may_read_more_is_told_alone_and_may_share_only_what_all_may_read(office):
    bo = office.user("Bo")
    await office.slack.drive.say(bo, "C1", "<@UBOT> what are our margins?")
    await office.said("I don't know")
    secret = await office.whispered("Margins are 40 %")
    assert secret["user"] == bo
    assert not [m for m in office.messages() if "40 %" in str(m)]

    await office.slack.drive.press_ephemeral(secret["ts"], "share")

    assert "not everybody here may read Margins" in str(await office.whispered("not allowed"))
    assert not [m for m in office.messages() if "40 %" in str(m)]


async def test_votes_are_kept_and_the_last_one_of_a_person_counts(office):
    ada = office.user("Ada")
    await office.slack.drive.say(ada, "C1", "<@UBOT> how do refunds work?")
    answer = await office.said("five days")
    thumbs = next(b for b in answer["blocks"] if b["type"] == "context_actions")["elements"][0]
    for side in ("negative_button", "positive_button"):
        await office.slack.drive.press("C1", answer["ts"], "feedback", ada, value=thumbs[side]["value"])
        await office.idle()

    judged = [each async for each in office.answers.judged()]
    assert [(j.answer.question, j.up, j.down) for j in judged] == [("how do refunds work?", 1, 0)]


async def test_a_reaction_starts_a_workflow_once(office):
    await office.slack.drive.say(office.user("Ada"), "C1", "SUP-21 looks bad, can somebody look?")
    ts = office.slack.drive.said[-1]["ts"]
    for who in ("Ada", "Bo", "Gus"):
        await office.slack.drive.react(office.user(who), "C1", ts, "ticket")
    card = await office.card()
    await office.idle()

    assert card["thread_ts"] == ts
    assert len(await office.drafts.list()) == 1


@pytest.mark.parametrize(("who", "where", "tainted"), [("Ada", "APP", False), ("Gus", "SUP", True)])
async def test_only_ones_own_words_choose_a_project_by_a_reaction_and_others_are_marked(office, who, where, tainted):
    await office.slack.drive.say(office.user("Ada"), "C1", "APP: the export of bookings hangs since Monday")
    await office.slack.drive.react(office.user(who), "C1", office.slack.drive.said[-1]["ts"], "bug")
    await office.card()
    [draft] = await office.drafts.list()

    assert (draft.record.where, draft.tainted) == (where, tainted)


async def test_the_menu_of_a_message_makes_an_issue_of_what_it_says(office):
    await office.slack.drive.say(office.user("Ada"), "C1", "APP: the export of bookings hangs since Monday")
    ts = office.slack.drive.said[-1]["ts"]
    await office.slack.drive.shortcut(office.user("Gus"), "C1", ts, "issue_about")
    card = await office.card()
    [draft] = await office.drafts.list()

    assert (draft.workflow, draft.record.where, draft.tainted) == ("issue", "SUP", True)
    assert card["thread_ts"] == ts


@pytest.mark.parametrize("way", ["reaction", "menu"])
async def test_whose_words_somebody_else_made_an_issue_of_may_not_approve_it(office, way):
    await office.slack.drive.say(office.user("Bo"), "C1", "the export of bookings hangs since Monday")
    ts = office.slack.drive.said[-1]["ts"]
    if way == "menu":
        await office.slack.drive.shortcut(office.user("Gus"), "C1", ts, "issue_about")
    else:
        await office.slack.drive.react(office.user("Gus"), "C1", ts, "bug")
    await office.press(await office.card(), "approve", "Bo")

    assert await office.whispered("not allowed: the change was made from your own words; a second person has to approve it.")
    [draft] = await office.drafts.list()
    assert (draft.state, draft.asked_by.name) == (State.PENDING, "Gus Petrakis")


async def test_the_message_shortcut_asks_about_a_message(office):
    await office.slack.drive.say(office.user("Ada"), "C1", "a customer wants a refund")
    ts = office.slack.drive.said[-1]["ts"]
    await office.slack.drive.shortcut(office.user("Gus"), "C1", ts)

    assert (await office.said("five days"))["thread_ts"] == ts


async def test_a_shortcut_a_command_and_a_reaction_for_the_same_issue_make_one_draft(office):
    await office.slack.drive.say(office.user("Ada"), "C1", "SUP-21 is stuck")
    ts = office.slack.drive.said[-1]["ts"]
    await office.slack.drive.shortcut(office.user("Gus"), "C1", ts, "triage_about")
    await office.slack.drive.react(office.user("Bo"), "C1", ts, "ticket")
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.idle()
    [draft] = await office.drafts.list()
    cards = [m for m in office.messages() if buttons(m)]

    assert (draft.workflow, len(cards)) == ("triage", 3)
    assert all(draft.id in str(card) for card in cards)


async def test_a_shortcut_on_a_message_that_names_nothing_for_it_says_so(office):
    await office.slack.drive.say(office.user("Ada"), "C1", "everything is fine")
    await office.slack.drive.shortcut(office.user("Gus"), "C1", office.slack.drive.said[-1]["ts"], "triage_about")

    assert await office.whispered("This message names no ISSUE-KEY for /triage.")


async def test_the_home_tab_shows_what_waits_and_sends_the_cards(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.card()
    bo = office.user("Bo")
    await office.slack.drive.open_home(bo)
    await office.wait(lambda: "1 waiting for you, Bo" in str(office.slack.workspace.homes.get(bo)))

    await office.slack.drive.press_home(bo, "show")
    card = await office.card(f"D{bo}")
    await office.press(card, "approve", "Bo", channel=f"D{bo}")

    async def both_say_so():
        cards = [office.slack.workspace.message(where, m["ts"]) for where in ("C1", f"D{bo}") for m in office.messages(where)]
        return len([c for c in cards if "written" in text_of(c)]) == 2

    await office.wait(both_say_so)


async def test_approvals_come_where_they_stand_and_elsewhere_as_a_direct_message(office):
    await office.slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
    await office.card()
    bo = office.user("Bo")
    await office.slack.drive.command(bo, "C2", "/approvals")

    await office.whispered("1 waiting for you")
    assert buttons(await office.card(f"D{bo}")) == ["approve", "edit", "reject"]
    assert office.messages("C2") == []


async def test_where_the_bot_is_no_member_the_answer_is_told_privately(office):
    office.slack.workspace.channel("C2").members.remove("UBOT")
    await office.slack.drive.command(office.user("Ada"), "C2", "/ask", "how do refunds work?")

    told = await office.whispered("/invite")
    assert told["channel"] == "C2"
    await office.idle()
    assert [job.state for job in await office.jobs.list(state="dead")] == []


async def test_a_follow_up_under_what_the_bot_said_by_itself_is_for_the_bot(office):
    """A slash command has no message of its own: the answer begins the thread."""
    await office.slack.drive.command(office.user("Ada"), "C1", "/ask", "how do refunds work?")
    answer = await office.said("five days")
    await office.slack.drive.say(office.user("Gus"), "C1", "and a partial refund?", thread_ts=answer["ts"])

    await office.wait(lambda: len(office.messages()) == 2)
    assert office.kb.asked[-1][0] == "and a partial refund?"


@pytest.mark.parametrize("slack_rules", [{"approvals": {"default": {"approvers": ["group:@support"], "quorum": 2}}}])
async def test_two_people_of_a_user_group_are_a_quorum(office, sandbox, slack_rules):  # noqa: ARG001 - read by the office
    """Nobody of them is in `bot.toml`."""
    await office.slack.drive.command(office.user("Gus"), "C1", "/triage", "SUP-21")
    card = await office.card()
    await office.press(card, "approve", "Gus")
    await office.whispered("not allowed")
    await office.press(card, "approve", "Ada")
    await office.wait(lambda: "1 of 2 approvals: Ada" in str(office.slack.workspace.message("C1", card["ts"])))
    await office.press(card, "approve", "Bo")

    await office.wait(lambda: "written" in text_of(office.slack.workspace.message("C1", card["ts"])))
    assert len(sandbox.jira.writes("SUP-21")) == 1
