"""The oracle of Slack's run: a clean run passes, and each promise that is broken is seen."""

from dataclasses import replace

import pytest
from chaos.slack_oracle import Scene, Shown, Told, faults, shown, told

QUESTION = Told("question", "slack:T1:Ev1", is_taken=True, channel="C1", thread="1.1")
OTHER_HALF = replace(QUESTION, key="slack:T1:Ev2")
COMMAND = Told("command", "slack:T1:t1", is_taken=True, channel="C1")
PRESS = Told("press", "slack:T1:t2", is_taken=True)
ANSWER = Shown("C1", "1.1", "k1", None, is_open=False)
CARD = Shown("C1", "", "k2", ("d1", 1, "written"), is_open=False)
JOBS = dict.fromkeys(("slack:T1:Ev1", "slack:T1:Ev2", "slack:T1:t1", "slack:T1:t2"), "done")
CLEAN = Scene(
    (QUESTION, OTHER_HALF, COMMAND, PRESS), (ANSWER, CARD), JOBS, (("slack:T1:t1", "d1"),), {"d1": (1, "written")}
)  # fmt: skip
PLANTED = {
    "posted twice": (replace(CLEAN, shown=(ANSWER, CARD, CARD)), {"message twice", "cards of a draft"}),
    "without a mark": (replace(CLEAN, shown=(replace(ANSWER, key=""), CARD)), {"message twice"}),
    "answered twice": (replace(CLEAN, shown=(ANSWER, replace(ANSWER, key="k3"), CARD)), {"answers of a question"}),
    "not answered": (replace(CLEAN, shown=(CARD,)), {"answers of a question"}),
    "no draft": (replace(CLEAN, drafts=(), shown=(ANSWER,)), {"drafts of a command"}),
    "two drafts": (replace(CLEAN, drafts=(("slack:T1:t1", "d0"), *CLEAN.drafts)), {"drafts of a command"}),
    "a draft of nobody's": (replace(CLEAN, drafts=(*CLEAN.drafts, ("slack:T1:t9", "d9"))), {"drafts of a command"}),
    "no card": (replace(CLEAN, shown=(ANSWER,)), {"cards of a draft"}),
    "never done": (replace(CLEAN, jobs=JOBS | {"slack:T1:t2": "dead"}), {"lost delivery"}),
    "not recorded": (replace(CLEAN, jobs={k: v for k, v in JOBS.items() if k != "slack:T1:Ev1"}), {"lost delivery"}),
    "an old card": (replace(CLEAN, shown=(ANSWER, replace(CARD, card=("d1", 1, "approved")))), {"card behind"}),
    "buttons left": (replace(CLEAN, shown=(ANSWER, replace(CARD, is_open=True))), {"card behind"}),
    "a bad block": (replace(CLEAN, refused=({"method": "chat.update"},)), {"refused by Slack"}),
}  # fmt: skip


def test_a_clean_run_passes():
    assert faults(CLEAN) == []


def test_what_nobody_acknowledged_need_not_be_done():
    missed = [replace(each, is_taken=False) for each in CLEAN.told]
    assert faults(replace(CLEAN, told=missed, shown=(), jobs={}, drafts=(), states={})) == []


@pytest.mark.parametrize("name", PLANTED)
def test_each_broken_promise_is_seen(name):
    scene, kinds = PLANTED[name]
    assert {violation.kind for violation in faults(scene)} == kinds


def test_deliveries_and_messages_are_read_as_the_stand_in_keeps_them():
    event = {"type": "app_mention", "text": "<@UBOT> why?", "channel": "C1", "ts": "1.1"}
    mention = {"kind": "events_api", "payload": {"event_id": "Ev1", "event": event}, "answers": [0, 200]}
    quiet = {"kind": "events_api", "payload": {"event_id": "Ev1", "event": event | {"text": "hello"}}, "answers": [200]}
    command = {"kind": "slash_commands", "payload": {"trigger_id": "t1", "channel_id": "C1"}, "answers": [200]}
    press = {"kind": "interactive", "payload": {"trigger_id": "t2"}, "answers": [200, 503]}
    mark = {"metadata": {"event_payload": {"key": "k2"}}}
    foot = {"type": "context", "block_id": "draft.d1.1.written.1"}

    assert [told(each) for each in (mention, quiet, command, press)] == [QUESTION, None, COMMAND, PRESS]
    assert shown("C1", {"thread_ts": "1.1", "metadata": {"event_payload": {"key": "k1"}}}) == ANSWER
    assert shown("C1", {"blocks": [{"type": "section"}, foot], **mark}) == CARD
