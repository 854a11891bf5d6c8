"""What a reader could take for something else: look-alike hosts, values that play a change, parts that play a turn."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.cards.markdown import markdown
from bot.platforms.slack.cards import card
from bot.platforms.slack.render import say
from bot.platforms.slack.send import is_card
from bot.platforms.slack.words import date, link
from handlers.models import Change, Draft, Person, Place, Record, Reply

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ADA = Person("slack:T1/U1", "Ada")


def draft(*changes: Change) -> Draft:
    return Draft(
        "k7mp2xqa",
        "triage",
        Record("jira", "issue", "SUP-21", "7", "Charged twice", "", {}),
        changes,
        ADA,
        Place("slack", "T1/C1"),
    )


def words_of(message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


@pytest.mark.parametrize("url", ["https://b\u00fccher.example:8443/x?a=1", "https://\u0430pple.example/"])
def test_a_host_in_foreign_letters_is_linked_and_named_as_the_network_spells_it(url):
    found = re.fullmatch(r"<https://(xn--[a-z0-9-]+\.example)(?::8443)?/[^|]*\|(.+)>", link(url))
    assert found is not None
    assert found[1] == found[2]
    assert "](" not in markdown(url, links={url})


def test_a_host_that_has_no_spelling_is_no_link():
    assert link("https://" + "\u00fc" * 80 + ".example/") == ""


def test_a_value_with_an_arrow_cannot_pass_for_a_change():
    [message] = card(draft(Change("priority", "Low", "Low \u2192 Low")), now=NOW)
    assert words_of(message)[1:3] == ["Low", "Low \u2192 Low"]


def test_every_part_of_a_card_is_known_for_a_card():
    messages = card(draft(Change("note", None, "word " * 6000)), now=NOW)
    assert len(messages) > 2
    assert all(is_card({"blocks": list(message.blocks)}) for message in messages)
    names = [block["block_id"] for block in messages[-1].blocks if "block_id" in block]
    assert len(names) == len(set(names))


def test_the_parts_of_a_long_answer_do_not_repeat_one_another():
    whole = " ".join(f"word{n}." for n in range(2500))
    texts = [message.text for message in say(Reply(whole, confidence=0.5), answer_id="a1")]
    assert len(texts) > 2
    assert "".join(texts) == whole[: len("".join(texts))]


def test_a_short_text_over_many_blocks_leaves_no_part_without_words():
    messages = say(Reply("[" * 2900 + " " + "[" * 9000, confidence=0.5), answer_id="a1")
    assert len(messages) > 1
    assert all(message.text.strip() for message in messages)


def test_trouble_is_seen_to_be_trouble():
    [message] = say(Reply("Jira did not answer. Try again.", trouble=True))
    assert words_of(message) == ["\u26a0 Jira did not answer. Try again."]
    assert message.text == "Jira did not answer. Try again."


def test_nothing_is_shared_that_has_no_name():
    [message] = say(Reply("Five days.", confidence=0.5, private=True), share=True)
    assert "actions" not in [block["type"] for block in message.blocks]


def test_a_time_without_slack_is_told_in_utc():
    at = datetime(2026, 3, 3, 10, 0, tzinfo=timezone(timedelta(hours=5)))
    assert date(at).endswith("|03 Mar 2026, 05:00 UTC>")
