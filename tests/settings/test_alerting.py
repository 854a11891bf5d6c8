"""`[alerts]` and `[maintenance]`: what is wrong with them is said at start, with its place; what they mean for an alert."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.alerting import Manners, RulesOfAlerts
from bot.settings import Configuration, SettingsError
from bot.settings.declared import Kind, Setting, System
from bot.settings.fields import unproven, wrong
from bot.settings.people import People
from bot.settings.review import alerts
from handlers.alert import Alert, Severity, Snooze, Standing
from handlers.bulletin import FOREVER, Hush
from handlers.models import EVERYONE, Person

NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)
RULES = """
[people."ada@example.com"]
slack = "T1/U1"
timezone = "Asia/Kolkata"

[channels."slack:T1/C9"]
audience = ["leads"]

[alerts]
"zendesk.ticket.updated" = { when = "priority == 'urgent'", channel = "slack:T1/C1", severity = "critical" }

[[alerts."jira.issue.updated"]]
channel = "slack:T1/C1"
timezone = "Europe/Berlin"
quiet = "18:00-08:00"

[[alerts."jira.issue.updated"]]
channel = "slack:T1/C2"
on_ack = { field = "status", value = "In Progress" }

[alerts."jira.issue.created"]
channel = "slack:T1/C3"

[maintenance.nightly]
from = 21:00:00
until = "23:00"
alerts = ["jira.issue.updated 2"]

[digests.morning]
channel = "slack:T1/C1"
at = "09:00"
timezone = "America/New_York"
quiet = "12:00-13:00"
"""


AT, GONE = "[alerts.'jira.issue.updated']\nchannel = 'slack:T1/C1'", "[alerts.'jira.issue.deleted']\nchannel = 'slack:T1/C1'"


def alert(rule, *, channel="slack:T1/C1", severity=Severity.WARNING):
    return Alert("0" * 10, rule, channel, "", "jira:APP-1", "t", "", severity, Standing.OPEN, 1, NIGHT, NIGHT, NIGHT)


def test_each_rule_has_a_name_and_knows_the_events_that_end_its_alerts(configured):
    found = configured(RULES)

    names = [rule.name for rule in found.alert_rules("jira.issue.deleted")]
    assert names == ["jira.issue.updated", "jira.issue.updated 2", "jira.issue.created"]
    assert [rule.table.severity for rule in found.alert_rules("zendesk.ticket.created")] == ["critical"]
    assert found.alert_rules("hubspot.deal.updated") == []


def test_quiet_hours_are_those_of_the_rule_else_of_the_digest_and_windows_are_for_their_rules(configured):
    manners = Manners(configured(RULES))
    morning, soon = datetime(2026, 11, 21, 7, tzinfo=UTC), NIGHT + timedelta(hours=1)

    assert manners("jira.issue.updated", "slack:T1/C1", NIGHT) == Hush(minor=morning)
    assert manners("countersign.latency", "slack:T1/C1", NIGHT - timedelta(hours=4, minutes=30)) == Hush(
        minor=NIGHT - timedelta(hours=4)
    )
    assert manners("jira.issue.updated 2", "slack:T1/C2", NIGHT) == Hush(everything=soon)
    assert manners("jira.issue.created", "slack:T1/C3", NIGHT) == Hush()


def test_quiet_hours_keep_back_all_but_what_is_critical_a_window_that_too_and_a_snooze_its_alert_until_the_last_end():
    later, last = NIGHT + timedelta(hours=1), NIGHT + timedelta(hours=2)
    some, critical = alert("r"), alert("r", severity=Severity.CRITICAL)

    assert [Hush(minor=later).until(one, NIGHT) for one in (some, critical)] == [later, None]
    assert [Hush(later).until(one, NIGHT) for one in (some, critical)] == [later, later]
    assert Hush(later).until(replace(critical, snooze=Snooze(last)), NIGHT) == last
    assert Hush(last).until(replace(critical, snooze=Snooze(later)), NIGHT) == last
    assert Hush().until(replace(some, snooze=Snooze(change=True)), NIGHT) == FOREVER
    assert Hush().until(replace(some, snooze=Snooze(later), standing=Standing.RESOLVED), NIGHT) is None


def test_quiet_hours_without_a_zone_are_in_that_of_the_channels_digest(configured):
    manners = Manners(configured(RULES.replace('timezone = "Europe/Berlin"\n', "")))

    evening = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # 13:30 in New York
    assert manners("jira.issue.updated", "slack:T1/C1", evening) == Hush()
    assert manners("jira.issue.updated", "slack:T1/C1", evening + timedelta(hours=5)) == Hush(
        minor=datetime(2026, 11, 21, 13, tzinfo=UTC)
    )


def test_a_time_is_of_the_persons_zone_else_of_the_rules_else_of_the_channels_digest(configured):
    found = configured(RULES)
    rules = RulesOfAlerts(found, People(found), {})
    ada, bo = Person("slack:T1/U1", "Ada"), Person("slack:T1/U2", "Bo")

    zones = [rules.zone(alert(rule), who).key for rule, who in (("x", ada), ("jira.issue.updated", bo), ("x", bo))]
    assert zones == ["Asia/Kolkata", "Europe/Berlin", "America/New_York"]
    assert rules.zone(alert("x", channel="slack:T1/C2"), bo).key == "UTC"
    assert (rules.audience("slack:T1/C9"), rules.audience("slack:T1/C1")) == ({EVERYONE, "leads"}, {EVERYONE})
    assert (found.proposes(alert("jira.issue.updated 2")), found.proposes(alert("jira.issue.updated"))) == (True, False)


@pytest.mark.parametrize("alone", ["slack:T1/D1", "teams:a:1xyz", "teams:19:x_y@unq.gbl.spaces", "playground:dm:ada"])
def test_what_is_told_to_one_person_alone_is_for_no_channel_unless_bot_toml_says_so(configured, alone):
    def rules(text):
        found = configured(text)
        return RulesOfAlerts(found, People(found), {})

    assert not rules("").audience(alone) <= {EVERYONE, "leads"}
    assert rules(f'[channels."{alone}"]\naudience = ["leads"]').audience(alone) == {EVERYONE, "leads"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[alerts.x]\nchannel = 'slack:T1/C1'\nwhen = 'open(1)'", "may not \\(Call\\)"),
        ("[alerts.x]\nchannel = 'slack:T1/C1'\nquiet = 'evenings'", "written like 18:00-08:00"),
        ("[alerts.x]\nchannel = 'slack:T1/C1'\nquiet = '18:00-08:00'\ntimezone = 'Mars'", "no time zone 'Mars'"),
        ("[alerts.x]\nchannel = 'slack:T1/C1'\nquiet = '00:00-0:00'", "would never end"),
        ("[alerts.x]\nchannel = 'slack:T1/C1'\nseverity = 'bad'", "alerts.x.0.severity"),
        ("[alerts]\nx = []", "alerts.x"),
        ("[maintenance.m]\nfrom = '02:00'\nuntil = '2026-11-20 22:00'", "both times"),
        ("[maintenance.m]\nfrom = '2026-11-20 22:00'\nuntil = '2026-11-20 21:00'", "is not after"),
        ("[maintenance.m]\nfrom = '25:00'\nuntil = '02:00'", "A day has no 25:00"),
        ("[maintenance.m]\nuntil = '02:00'", "maintenance.m.from"),
        (
            "[maintenance.m]\nfrom = '02:00'\nuntil = '03:00'\nalerts = ['jira.issue.updated']",
            "no rule of \\[alerts\\] is called",
        ),
        ("[alerts.'jira.issue.updated']\nchannel = 'general'", "a channel is written like"),
        ("[alerts.'jira.issue.updated']\nchannel = 'slack:T1/C1'\ntimezone = 'Mars'", "no time zone 'Mars'"),
        ("[alerts.'jirra.issue.updated']\nchannel = 'slack:T1/C1'", "nobody tells of 'jirra.issue.updated'"),
        ("[alerts.'jira.issue.changed']\nchannel = 'slack:T1/C1'", "nobody tells of 'jira.issue.changed'"),
        ("[alerts.'jira.isue.updated']\nchannel = 'slack:T1/C1'", "jira tells of no 'isue'; it has issue. Did you mean 'issue'?"),
        ("[alerts.'jira.comment.updated']\nchannel = 'slack:T1/C1'", "jira tells of no 'comment'; it has issue"),
        ("[alerts.'salesforce.lead.deleted']\nchannel = 'slack:T1/C1'", "salesforce does not tell of what is deleted there"),
        ("[alerts.'jira.issue.update']\nchannel = 'slack:T1/C1'", "Did you mean 'updated'?"),
        (f"{AT}\nwhen = \"'vpn' in lables and system == 'jira'\"", "when: jira issue has no 'lables'.*Did you mean 'labels'?"),
        (f"{AT}\ngroup = ['priority', 'components']", "group: jira issue has no 'components'.*Did you mean 'component'?"),
        (f"{AT}\ngroup = ['title']", "group: jira issue has no 'title'"),
        (f"{AT}\non_ack = {{ field = 'priority', value = 'High' }}", "on_ack: jira issue can be set to no 'priority'"),
        (f"{AT}\non_ack = {{ field = 'note', value = 'Seen' }}", "there is status, summary, description, comment"),
        (
            "[alerts.'hubspot.note.updated']\nchannel = 'slack:T1/C1'\non_ack = { field = 'text', value = 'x' }",
            "there is nothing",
        ),
        (
            f"{GONE}\nwhen = \"priority == 'High'\"",
            "of a record that is deleted only system, kind, record are known, not 'priority'",
        ),
        (f"{GONE}\ngroup = ['priority']", "nothing to group by"),
        (f"{GONE}\non_ack = {{ field = 'comment', value = 'x' }}", "nothing can be written to a record that is deleted"),
        (
            f"{AT}\n[maintenance.m]\nfrom = '02:00'\nuntil = '03:00'\nalerts = ['jira.issue.updatd', 'countersign.latancy']",
            "called 'jira.issue.updatd'. Did you mean 'jira.issue.updated'.; no rule of \\[alerts\\] is called 'countersign.latancy'. Did you",
        ),
        ("[people.'a@b.example']\ntimezone = 'Mars'", "no time zone 'Mars'"),
    ],
)
def test_a_mistake_is_said_at_start(configured, text, where):
    with pytest.raises(SettingsError, match=where):
        configured(text)


def test_without_tables_there_is_nothing():
    assert Configuration().alert_rules("jira.issue.updated") == []


def test_the_doctor_says_which_rule_tells_nobody_or_is_told_nothing(configured):
    found = {one.part: (one.level, one.words) for one in alerts(configured(RULES), ["slack"], ["jira"])}
    assert {part: level for part, (level, _) in found.items()} == {
        "alert zendesk.ticket.updated": "warn", "alert jira.issue.updated": "ok", "alert jira.issue.updated 2": "ok",
        "alert jira.issue.created": "ok",
    }  # fmt: skip
    assert "zendesk is not connected" in found["alert zendesk.ticket.updated"][1]

    [nowhere] = alerts(configured("[alerts.'jira.issue.updated']\nchannel = 'teams:19:x'"), ["slack"], ["jira"])
    assert (nowhere.level, "teams is not on" in nowhere.words) == ("warn", True)


def test_what_every_record_has_and_what_its_kind_holds_may_stand_in_a_rule(configured):
    rules = f"{AT}\nwhen = \"title == 'x' or record in ['APP-1'] or kind == 'issue' or priority == 'High'\"\ngroup = ['component', 'priority']"
    found = configured(f"{rules}\non_ack = {{ field = 'comment', value = 'Seen' }}\n{GONE}\nwhen = \"record == 'APP-1'\"")

    assert [rule.name for rule in found.alert_rules("jira.issue.updated")] == ["jira.issue.updated", "jira.issue.deleted"]


def test_where_a_connector_does_not_say_what_its_records_hold_any_name_is_taken_and_can_be_told():
    asked = {"when": "state == 'open' and title == 'x'", "group": ["site"], "on_ack": "state"}

    assert list(wrong("erp.order.updated", Kind(), **asked)) == []
    assert unproven("erp.order.updated", Kind(), **asked) == ("state", "site")
    assert unproven("erp.order.updated", Kind(fields=("state", "site")), **asked) == ()
    assert System(title="ERP", settings={"ERP_URL": Setting(kind="url", meaning="x")}, objects={"Order": Kind()}).told == {
        "order": Kind()
    }
