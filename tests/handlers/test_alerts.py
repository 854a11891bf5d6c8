"""`/alerts`: who may see what, until when a snooze is, and what a message shows."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from boards import drawn, is_announced
from hypothesis import given
from hypothesis import strategies as st

from handlers.alert import Alert, Severity, Snooze, Standing
from handlers.alerting import Listed
from handlers.alerts import alerts, snooze
from handlers.bulletin import FOREVER, MOST_SHOWN, Member, Told, bulletin, line
from handlers.errors import Invalid, NotFound
from handlers.models import EVERYONE, Call, Person, Place

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SYSTEMS = ("jira", "zendesk", "hubspot")
ADA = Person("playground:ada", "Ada")


def alert(number=1, *, channel="playground:general", severity=Severity.WARNING, standing=Standing.OPEN, snooze=None):
    last = NOW - timedelta(minutes=number)
    return Alert(
        f"{number:010x}", "r", channel, "", f"jira:APP-{number}", f"Title {number}", "", severity, standing, 1, last, last, last,
        snooze=snooze,
    )  # fmt: skip


class Store:
    """The Alerts port, as far as reading goes."""

    def __init__(self, *found):
        self.found = found

    async def listed(self, channels, *, most=None, without=""):
        found = [one for one in self.found if one.channel in channels and not (without and one.rule.startswith(without))]
        return Listed(len(found), found[:most])

    async def channels(self, *, without=""):
        return sorted({one.channel for one in self.found if not (without and one.rule.startswith(without))})

    async def named(self, name):
        return [one for one in self.found if one.id == name]

    async def assign(self, ids, to, person):  # noqa: ARG002 - the port's signature
        return [one for one in self.found if one.id in ids]


class Rules:
    """The Alerting port: the leads' channel is for leads."""

    def audience(self, channel):
        return frozenset({EVERYONE, *(["leads"] if "leads" in channel else [])})

    def name(self, person):
        return person


async def said(line, *found, channel="general", audience=frozenset({EVERYONE})):
    call = Call("c", "alerts", line, ADA, Place("playground", channel, audience=audience))
    return await alerts(call, alerts=Store(*found), alerting=Rules(), systems=dict.fromkeys(SYSTEMS), clock=lambda: NOW)


async def test_what_is_told_where_others_may_not_read_is_neither_listed_nor_found():
    secret = alert(7, channel="playground:leads")
    assert (await said("", secret)).text == "No alert stands here."
    with pytest.raises(NotFound, match="no alert 0000000007 here"):
        await said("assign 0000000007", secret)
    with pytest.raises(NotFound):
        await said("assign all", secret)

    assert "Title 7" in (await said("list", secret, audience=frozenset({EVERYONE, "leads"}))).text
    assert "Title 7" in (await said("list", secret, channel="leads")).text


async def test_what_is_wrong_with_the_bot_is_for_the_operators_channel_alone():
    own = replace(alert(7, channel="playground:ops"), rule="countersign.unknown_writes")
    assert (await said("", own)).text == "No alert stands here."
    for words in ("assign all", "assign 0000000007"):
        with pytest.raises(NotFound):
            await said(words, own)
    assert "Title 7" in (await said("", own, channel="ops")).text


async def test_a_channel_with_alerts_of_its_own_lists_those():
    reply = await said("list", alert(1), alert(2, channel="playground:other"))
    assert ("Title 1" in reply.text, "Title 2" in reply.text, reply.private) == (True, False, True)


async def test_twenty_are_listed_and_the_others_counted():
    reply = await said("list", *(alert(number) for number in range(1, 31)))
    assert (reply.text.split("\n")[0], reply.text.split("\n")[-1]) == ("30 alerts here:", "and 10 more")


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("1h", Snooze(NOW + timedelta(hours=1))),
        ("until 30 min", Snooze(NOW + timedelta(minutes=30))),
        ("2d", Snooze(NOW + timedelta(days=2))),
        ("13:30", Snooze(NOW + timedelta(minutes=30))),
        ("until 09:00", Snooze(datetime(2026, 11, 21, 8, tzinfo=UTC))),
        ("change", Snooze(change=True)),
        ("until it changes", Snooze(change=True)),
        ("APP-1", Snooze(record="jira:APP-1")),
        ("until app-1 closes", Snooze(record="jira:APP-1")),
        ("jira APP-1 is done", Snooze(record="jira:APP-1")),
        ("zendesk:153", Snooze(record="zendesk:153")),
        ("hubspot:deal/901 closes", Snooze(record="hubspot:deal/901")),
    ],
)
def test_until_when_is_said_in_a_few_ways(words, until):
    assert snooze(words, NOW, where=ZoneInfo("Europe/Berlin"), systems=SYSTEMS) == until


@pytest.mark.parametrize("words", ["", "0m", "31d", "25:00", "tomorrow", "153", "salesforce:006x", "in a while", "1h\n2h"])
def test_what_is_no_end_is_refused(words):
    with pytest.raises(Invalid):
        snooze(words, NOW, where=ZoneInfo("UTC"), systems=SYSTEMS)


@given(st.text(max_size=60))
def test_any_words_are_read_or_refused(words):
    found = None
    with suppress(Invalid):
        found = snooze(words, NOW, where=ZoneInfo("UTC"), systems=SYSTEMS)
    assert found != Snooze()
    assert found is None or found.until is None or NOW < found.until <= NOW + timedelta(days=30)


@pytest.mark.parametrize(
    "bad", ["<!channel> look", "[here](https://evil.example)", "*bold*", "@everyone", "`x`", "see https://evil.example"]
)
async def test_words_from_outside_are_shown_as_words(bad):
    one = replace(alert(1, standing=Standing.ACKNOWLEDGED), title=bad, by=bad, assigned=bad)
    members = [Member(one), Member(replace(one, id="2"), Told(Standing.OPEN, Severity.INFO))]
    found = drawn(members, NOW)
    shown, listed = bulletin(found.top, found.tally, NOW, name="0" * 10, about="r"), await said("list", one)
    lines = [line(member, NOW) for member in members]
    words = "\n".join((shown.text, *lines, listed.text, *(source.title for source in listed.citations)))

    assert bad not in words
    assert [sign for sign in ("<", "[", "*", "@", "`", "evil") if sign in words] == []


MEMBERS = st.lists(
    st.builds(
        lambda number, severity, standing, told, hushed: Member(
            alert(number, severity=severity, standing=standing), Told(Standing.OPEN, severity) if told else None, FOREVER if hushed else None,
        ),
        st.integers(1, 10_000), st.sampled_from(list(Severity)), st.sampled_from(list(Standing)), st.booleans(), st.booleans(),
    ),
    max_size=60, unique_by=lambda one: one.alert.id,
)  # fmt: skip


@given(MEMBERS)
def test_a_message_shows_ten_at_most_the_worst_first_and_counts_the_others(members):
    found = drawn(members, NOW)
    words = bulletin(found.top, found.tally, NOW, name="0123456789", about="r").text
    announced = [one for one in members if is_announced(one)]
    rows = [row for row in words.split("\n")[1:] if row[:10].isalnum() and row[10:11] == " "]
    shown = [next(one for one in announced if one.alert.id == row[:10]) for row in rows]
    worst = sorted((one.alert.severity.rank for one in announced if one.alert.standing is not Standing.RESOLVED), reverse=True)

    assert len(rows) == min(MOST_SHOWN, len(announced))
    assert [one.alert.severity.rank for one in shown if one.alert.standing is not Standing.RESOLVED] == worst[:MOST_SHOWN]
    assert (f"and {len(announced) - MOST_SHOWN} more" in words) == (len(announced) > MOST_SHOWN)


@given(MEMBERS)
def test_what_was_told_is_no_news_a_second_time(members):
    told = drawn(members, NOW).told
    again = [Member(one.alert, told.get(one.alert.id), one.hushed) for one in members]

    assert drawn(again, NOW).words == ""
