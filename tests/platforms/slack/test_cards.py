"""Every shape of a card in Slack's blocks against its golden file. UPDATE_GOLDEN=1 writes them anew: read the difference first."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import HOSTILE, LONG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import BO, NOW, SHAPES, new_draft

from bot.cards.clean import clean
from bot.platforms.slack.cards import card
from bot.platforms.slack.send import is_card
from bot.sandbox.slack.dangers import dangers
from bot.sandbox.slack.gate import problems
from handlers.models import Change, Person, Policy, Record, Ref, Source, State

GOLDEN = Path(__file__).with_name("golden")
STATES = st.sampled_from(list(State))
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def sent(messages):
    """The messages as arguments of chat.postMessage."""
    return [{"channel": "C1", "text": message.text, "blocks": list(message.blocks)} for message in messages]


def wrong(messages):
    return [line for message in sent(messages) for line in problems(message) + dangers(message)]


def words(messages):
    """Everything that stands in the blocks, read from top to bottom, without the numbers of the parts."""
    found = []
    for block in (block for message in messages for block in message.blocks[len(messages) > 1 :]):
        texts = [block["text"]] if "text" in block else block["elements"]
        found += [each["text"] if isinstance(each["text"], str) else each["text"]["text"] for each in texts]
    return "\n".join(found)


def squeezed(text):
    """Without spaces: they may go where a text is cut."""
    return "".join(clean(text).split())


@pytest.mark.parametrize("name", SHAPES)
def test_a_card_looks_as_it_was_last_agreed(name):
    messages = card(new_draft(**SHAPES[name]), now=NOW)
    made = json.dumps([{"text": m.text, "blocks": m.blocks} for m in messages], ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_every_shape_and_none_besides():
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_slack_takes_every_shape(name):
    assert wrong(card(new_draft(**SHAPES[name]), now=NOW)) == []


@pytest.mark.parametrize("name", SHAPES)
def test_the_last_block_names_the_draft_and_the_word_stands_nowhere_else(name):
    messages = card(new_draft(**SHAPES[name]), now=NOW)
    last = messages[-1].blocks[-1]
    assert last["elements"] == [{"type": "plain_text", "text": "draft k7mp2xqa", "emoji": False}]
    assert words(messages).casefold().count("draft") == 1
    assert is_card({"blocks": list(messages[-1].blocks)})


@pytest.mark.parametrize("name", SHAPES)
def test_only_what_waits_has_buttons_and_they_carry_a_name_and_a_version(name):
    draft = new_draft(**SHAPES[name])
    rows = [block["elements"] for message in card(draft, now=NOW) for block in message.blocks if block["type"] == "actions"]
    pressed = [(one["text"]["text"], one["action_id"], one["value"]) for row in rows for one in row]
    handle = f"k7mp2xqa.{draft.version}"
    wanted = [("Approve", "approve", handle), ("Edit", "edit", handle), ("Reject", "reject", handle)]
    assert pressed == (wanted if draft.state is State.PENDING and name != "shadow" else [])


@pytest.mark.parametrize("word", ["written", "rejected", "stale", "expired", "failed", "unknown"])
def test_the_outcome_is_said_in_the_word_that_people_search_for(word):
    messages = card(new_draft(**SHAPES[word]), now=NOW)
    assert any(line.startswith(word) for line in words(messages).splitlines())
    assert word in messages[-1].text


def test_a_card_that_changes_has_new_ids_for_its_blocks():
    waits = new_draft(policy=Policy(quorum=2))
    signed = replace(waits, votes=(BO,))
    ids = [{b["block_id"] for m in card(d, now=NOW) for b in m.blocks if "block_id" in b} for d in (waits, signed)]
    assert not ids[0] & ids[1]


def test_an_approver_gets_the_way_to_the_record_before_deciding():
    assert "<https://jira.example/browse/SUP-21|Open in jira>" in words(card(new_draft(), now=NOW))


def hostile(one, two, three, state=State.PENDING, **more):
    """A draft in which everything that comes from outside is hostile."""
    ref = Ref(one or "1", two)
    record = Record("jira", "issue", one, "1", two, three, {}, url=f"https://jira.example/{three}")
    changes = (
        Change("reply", one, three),
        Change("priority", two, three, saw=one),
        Change("group", None, ref, (ref, Ref("2", one))),
        Change("component", (), (ref,), (ref,)),
        Change("labels", (two,), (one, three)),
    )
    return new_draft(
        record=record, changes=changes, asked_by=Person("slack:T1/U1", two), reasons=(one, three), state=state, outcome=three,
        sources=(Source(two, f"https://docs.example/{one}", three), Source(one, three, two), Source(three, two)), follows=two,
        editor=one, version=2, votes=(replace(BO, version=2, name=one),), policy=Policy((three, two), quorum=3), tainted=True,
        confidence={"reply": 0.9, "priority": 0.2}, **more,
    )  # fmt: skip


@given(HOSTILE, HOSTILE, HOSTILE, STATES)
@slow
def test_hostile_text_in_a_card_stays_text(one, two, three, state):
    messages = card(hostile(one, two, three, state), now=NOW)
    assert wrong(messages) == []
    assert messages[-1].blocks[-1]["elements"][0]["text"] == "draft k7mp2xqa"


@given(LONG, LONG, HOSTILE, STATES)
@few
def test_a_long_card_goes_over_several_messages_and_nothing_that_is_signed_is_cut(one, two, three, state):
    draft = hostile(one, two, three, state)
    messages = card(draft, now=NOW)
    assert wrong(messages) == []
    told = squeezed(words(messages))
    signed = [draft.record.id, draft.record.title, *draft.reasons, *(change.after for change in draft.changes[:2])]
    for text in signed:
        assert squeezed(text) in told
    for change in draft.changes[:2]:
        assert squeezed(change.before) in told


def test_parts_are_numbered_and_only_the_last_has_buttons():
    words_of = "\n\n".join(f"Paragraph {n}: {'word ' * 200}" for n in range(60))
    messages = card(new_draft(changes=(Change("description", "old", words_of),)), now=NOW)
    assert len(messages) > 3
    total = len(messages)
    assert [m.blocks[0]["elements"][0]["text"] for m in messages] == [f"part {n} of {total}" for n in range(1, total + 1)]
    kinds = [{block["type"] for block in message.blocks} for message in messages]
    assert ["actions" in kind for kind in kinds] == [False] * (total - 1) + [True]
    assert squeezed(words_of) in squeezed(words(messages))
    assert wrong(messages) == []


def test_hundreds_of_approvers_and_a_long_outcome_do_not_make_a_message_too_long():
    policy = Policy(tuple(f"person-{n}@example.com" for n in range(2000)), quorum=2)
    assert wrong(card(new_draft(policy=policy, votes=(BO,)), now=NOW)) == []
    assert wrong(card(new_draft(policy=policy, state=State.FAILED, votes=(BO,), outcome="no " * 20_000), now=NOW)) == []


def test_the_quote_of_a_source_is_signed_and_whole():
    quote = "Duplicates go back the same day. " * 200
    assert squeezed(quote) in squeezed(words(card(new_draft(sources=(Source("Refunds", "", quote),)), now=NOW)))


def test_a_source_whose_address_is_too_long_for_a_link_shows_it_in_letters():
    url = f"https://docs.example/{'x' * 4000}"
    messages = card(new_draft(sources=(Source("Refunds", url, ""),)), now=NOW)
    assert wrong(messages) == []
    assert squeezed(url) in squeezed(words(messages))


@pytest.mark.parametrize(("value", "told"), [("", "empty"), ("  ", "only spaces")])
def test_a_value_that_shows_nothing_has_a_word(value, told):
    assert f"note, after\n{told}" in words(card(new_draft(changes=(Change("note", "x", value),)), now=NOW))
