"""The Home tab: what waits for one person, oldest first, and never too much of it."""

from dataclasses import replace

from hostile import HOSTILE
from hypothesis import HealthCheck, given, settings
from shapes import NOW, new_draft

from bot.platforms.slack.home import MOST, home
from bot.sandbox.slack.dangers import dangers
from bot.sandbox.slack.gate import view_problems
from handlers.models import Change


def words(view):
    texts = [each for block in view["blocks"] for each in ([block["text"]] if "text" in block else block["elements"])]
    return [each["text"] if isinstance(each["text"], str) else each["text"]["text"] for each in texts]


def test_what_waits_is_listed_with_the_fields_that_would_change():
    view = home([new_draft(), new_draft(expires=None)], now=NOW, name="Bo")
    told = words(view)
    assert view_problems(view) == []
    assert "2 waiting for you, Bo." in told
    assert "triage of jira SUP-21: Renter was charged twice\nwould change priority, labels" in told
    assert "expires <!date^1772532000^{date_short_pretty}, {time}|03 Mar 2026, 10:00 UTC>" in told
    assert "does not expire" in told
    assert [b["elements"][0]["action_id"] for b in view["blocks"] if b["type"] == "actions"] == ["show"]


def test_where_nothing_waits_there_is_no_button_but_what_to_do():
    view = home([], now=NOW, name="Bo")
    assert view_problems(view) == []
    assert any("/bot help" in line for line in words(view))
    assert not any(block["type"] == "actions" for block in view["blocks"])


def test_hundreds_of_proposals_are_counted_and_the_first_are_listed():
    title = "жук " * 3000
    long = [replace(new_draft(), record=replace(new_draft().record, title=title)) for _ in range(300)]
    view = home(long, now=NOW, name="Bo")
    assert view_problems(view) == []
    assert "300 waiting for you, Bo." in words(view)
    assert f"and {300 - MOST} more." in words(view)


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_text_stays_text(one, two, three):
    record = replace(new_draft().record, id=one, title=two)
    draft = new_draft(workflow=three, record=record, changes=(Change(one, two, three),))
    view = home([draft] * 3, now=NOW, name=three)
    assert view_problems(view) + dangers(view) == []
