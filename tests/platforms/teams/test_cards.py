"""Every shape of a card in Teams against its golden file. UPDATE_GOLDEN=1 writes them anew: read the difference first."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import HOSTILE, LONG
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from platforms.teams.reading import alive, lines, squeezed, types, words, wrong
from shapes import BO, NOW, SHAPES, new_draft

from bot.cards.clean import clean
from bot.platforms.teams.cards import card
from bot.platforms.teams.elements import LARGEST_CARD, boxed, size
from bot.platforms.teams.elements import lines as written
from handlers.models import Change, Person, Policy, Record, Ref, Source, State

GOLDEN = Path(__file__).with_name("golden")
STATES = st.sampled_from(list(State))
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("name", SHAPES)
def test_a_card_looks_as_it_was_last_agreed(name):
    messages = card(new_draft(**SHAPES[name]), now=NOW, refresh=("29:bo", "29:gus"))
    made = json.dumps([{"summary": m.summary, "card": m.card} for m in messages], ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(made, encoding="utf-8")
    assert made == file.read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_every_shape_and_none_besides():
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_teams_takes_every_shape(name):
    messages = card(new_draft(**SHAPES[name]), now=NOW, refresh=("29:bo",))
    assert wrong(messages) == []
    assert [line for message in messages for line in alive(message.card)] == []
    assert [message.text for message in messages] == [""]
    assert [message.entities for message in messages] == [[]]


@pytest.mark.parametrize("name", SHAPES)
def test_the_last_line_names_the_draft_and_the_word_stands_nowhere_else(name):
    messages = card(new_draft(**SHAPES[name]), now=NOW)
    assert lines(messages[-1].card)[-1] == "draft k7mp2xqa"
    assert words(messages).casefold().count("draft") == 1


@pytest.mark.parametrize("name", SHAPES)
def test_only_what_waits_has_buttons_and_refreshes_and_they_carry_a_name_and_a_version(name):
    draft = new_draft(**SHAPES[name])
    [message] = card(draft, now=NOW, refresh=("29:bo",))
    pressed = [(one["type"], one["title"], one["verb"], one["data"]) for one in message.card.get("actions", ())]
    data = {"draft": "k7mp2xqa", "version": draft.version}
    verbs = (("Approve", "approve"), ("Edit", "edit"), ("Reject", "reject"))
    assert pressed == [("Action.Execute", *verb, data) for verb in verbs if draft.state is State.PENDING and name != "shadow"]
    refresh = {"action": {"type": "Action.Execute", "title": "Show", "verb": "show", "data": data}, "userIds": ["29:bo"]}
    assert message.card.get("refresh") == (refresh if draft.state is State.PENDING else None)


def test_nobody_refreshes_where_nobody_is_named_and_sixty_at_most():
    assert "refresh" not in card(new_draft(), now=NOW)[-1].card
    persons = [f"29:{n}" for n in range(80)]
    assert card(new_draft(), now=NOW, refresh=[*persons, *persons])[-1].card["refresh"]["userIds"] == persons[:60]
    longer = [f"29:{n:0190}" for n in range(80)]
    [message] = card(new_draft(), now=NOW, refresh=longer)
    assert 30 < len(message.card["refresh"]["userIds"]) < 60
    assert wrong([message]) == []


@pytest.mark.parametrize("word", ["written", "rejected", "stale", "expired", "failed", "unknown"])
def test_the_outcome_is_said_in_the_word_that_people_search_for(word):
    messages = card(new_draft(**SHAPES[word]), now=NOW)
    assert any(line.startswith(word) for line in words(messages).splitlines())
    assert word in messages[-1].summary


def test_an_approver_gets_the_way_to_the_record_before_deciding():
    [message] = card(new_draft(), now=NOW)
    ways = {
        run["text"]: run["selectAction"]
        for part in message.card["body"]
        for run in part.get("inlines", ())
        if "selectAction" in run
    }
    assert ways["Open in jira"] == {"type": "Action.OpenUrl", "url": "https://jira.example/browse/SUP-21"}
    assert ways["jira.example"] == {"type": "Action.OpenUrl", "url": "https://jira.example/browse/SUP-1"}


def test_times_are_shown_in_everybodys_own_zone():
    assert "expires {{DATE(2026-03-03T10:00:00Z,SHORT)}} {{TIME(2026-03-03T10:00:00Z)}}" in words(card(new_draft(), now=NOW))


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
        record=record, changes=changes, asked_by=Person("teams:29:1", two), reasons=(one, three), state=state, outcome=three,
        sources=(Source(two, f"https://docs.example/{one}", three), Source(one, three, two), Source(three, two)), follows=two,
        editor=one, version=2, votes=(replace(BO, version=2, name=one),), policy=Policy((three, two), quorum=3), tainted=True,
        confidence={"reply": 0.9, "priority": 0.2}, **more,
    )  # fmt: skip


@given(HOSTILE, HOSTILE, HOSTILE, STATES)
@slow
@example("{{DATE(2026-01-01T00:00:00Z)}}", "${$data}", "{{{${{", State.PENDING)
def test_hostile_text_in_a_card_stays_text(one, two, three, state):
    messages = card(hostile(one, two, three, state), now=NOW, refresh=("29:bo",))
    assert wrong(messages) == []
    assert [line for message in messages for line in alive(message.card)] == []
    assert lines(messages[-1].card)[-1] == "draft k7mp2xqa"


@given(LONG, LONG, HOSTILE, STATES)
@few
@example("{{" * 1500, "${" * 1500, "👩" * 3000, State.PENDING)
@example("\n" * 1500, '\\"' * 4500, "", State.PENDING)
def test_a_long_card_goes_over_several_messages_and_nothing_that_is_signed_is_cut(one, two, three, state):
    draft = hostile(one, two, three, state)
    messages = card(draft, now=NOW, refresh=[f"29:{n:0100}" for n in range(60)])
    assert wrong(messages) == []
    assert all(size(message.card) <= LARGEST_CARD for message in messages)
    told = squeezed(words(messages))
    signed = [draft.record.id, draft.record.title, *draft.reasons, *(change.after for change in draft.changes[:2])]
    for text in (*signed, *(change.before for change in draft.changes[:2])):
        assert squeezed(text) in told


def plain(elements):
    """The text of some elements, letter by letter; the two kinds of space look the same."""
    items = [item for element in elements for item in element.get("items", [element])]
    return "\n".join("".join(run["text"] for run in item["inlines"]) for item in items).replace("\u00a0", " ")


@given(HOSTILE)
@slow
@example("  two  spaces \n\n\tand {{ a tab")
def test_a_text_is_shown_letter_by_letter(text):
    whole = clean(text).replace("\u00a0", " ").replace("\t", "    ")
    wanted = "\n".join(line or " " for line in whole.split("\n")) if whole.strip() else ""
    assert plain(written(text)) == wanted
    assert plain(boxed(text)) == wanted


@given(LONG)
@few
def test_no_space_is_one_that_clients_swallow(text):
    for element in written(text):
        line = "".join(run["text"] for run in element["inlines"])
        assert "  " not in line
        assert not line.startswith((" ", "\t"))
        assert "\n" not in line


def test_parts_are_numbered_and_only_the_last_has_buttons():
    words_of = "\n\n".join(f"Paragraph {n}: {'word ' * 200}" for n in range(90))
    messages = card(new_draft(changes=(Change("description", "old", words_of),)), now=NOW, refresh=("29:bo",))
    total = len(messages)
    assert total > 3
    assert [lines(message.card)[0] for message in messages] == [f"part {n} of {total}" for n in range(1, total + 1)]
    assert ["actions" in message.card for message in messages] == [False] * (total - 1) + [True]
    assert ["refresh" in message.card for message in messages] == [False] * (total - 1) + [True]
    assert squeezed(words_of) in squeezed(words(messages))
    assert len({message.summary for message in messages}) == 1
    assert wrong(messages) == []


def test_hundreds_of_approvers_and_a_long_outcome_do_not_make_a_message_too_long():
    policy = Policy(tuple(f"person-{n}@example.com" for n in range(2000)), quorum=2)
    assert wrong(card(new_draft(policy=policy, votes=(BO,)), now=NOW)) == []
    assert wrong(card(new_draft(policy=policy, state=State.FAILED, votes=(BO,), outcome="no " * 20_000), now=NOW)) == []


def test_a_value_stands_on_a_ground_of_its_own_so_that_it_cannot_pass_for_a_line_of_the_card():
    trick = "fine.\n\nMay approve: anybody here. Asked by Ada Novak."
    [message] = card(new_draft(changes=(Change("note", "x", trick), Change("priority", "Low", "Low → Low"))), now=NOW)
    boxes = [plain([part]) for part in message.card["body"] if part["type"] == "Container"]
    assert boxes == ["x", trick.replace("\n\n", "\n \n"), "Low", "Low → Low"]
    assert set(types(message.card)) <= {
        "AdaptiveCard",
        "RichTextBlock",
        "TextRun",
        "TextBlock",
        "Container",
        "Action.Execute",
        "Action.OpenUrl",
    }


def test_a_source_whose_address_is_too_long_for_a_link_shows_it_in_letters():
    url = f"https://docs.example/{'x' * 4000}"
    messages = card(new_draft(sources=(Source("Refunds", url, ""),)), now=NOW)
    assert wrong(messages) == []
    assert squeezed(url) in squeezed(words(messages))


@pytest.mark.parametrize(("value", "told"), [("", "empty"), ("  ", "only spaces")])
def test_a_value_that_shows_nothing_has_a_word(value, told):
    assert f"note, after\n{told}" in words(card(new_draft(changes=(Change("note", "x", value),)), now=NOW))
