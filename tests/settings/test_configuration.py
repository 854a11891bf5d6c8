"""`bot.toml`: every promised key is read, a misspelt one is named, and the most specific policy wins key by key."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import Configuration, SettingsError, read_configuration
from bot.settings.tables import ApprovalTable, duration
from handlers.models import Policy

EXAMPLE = Path(__file__).resolve().parents[2] / "bot.example.toml"
EVERY_KEY = """
[people]
"ada@example.com" = { slack = "T1/U1", teams = "29:aad-object-id", jira = "accountId", groups = ["support-leads"] }
[channels."slack:T1/C1"]
answer = "mention"
audience = ["everyone"]
commands = ["*"]
[approvals.default]
approvers = ["*"]
quorum = 1
requester_may_approve = true
expires = "24h"
remind_after = "4h"
delegate_to = []
channels = []
[admins]
people = []
channel = ""
[crm]
hubspot_score_property = ""
salesforce_score_field = ""
[triggers]
"zendesk.ticket.created" = { workflow = "reply", channel = "slack:T1/C1" }
"slack.reaction.ticket" = { workflow = "issue" }
[alerts]
"zendesk.ticket.updated" = { when = "priority in ['urgent']", channel = "slack:T1/C1", severity = "critical" }
[digests.morning]
channel = "slack:T1/C1"
at = "09:00"
timezone = "Europe/Berlin"
days = ["mon", "tue", "wed", "thu", "fri"]
quiet = "18:00-08:00"
[sources.handbook]
path = "/srv/handbook"
audience = ["everyone"]
every = "15m"
[limits]
llm_usd_per_day = 20.0
requests_per_user_per_minute = 20
"""


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("C1", 'Did you mean "slack:T1/C1", with the id of your workspace for T1?'),
        ("slack:C9", 'Did you mean "slack:T1/C9", with the id of your workspace for T1?'),
        ("T7/C1", 'Did you mean "slack:T7/C1"?'),
        ("19:general@thread.tacv2", 'Did you mean "teams:19:general@thread.tacv2"?'),
        ("general", 'Did you mean "playground:general"?'),
        ("Slack:T1/C1", '"teams:19:..." or "playground:general"'),
        ("", '"teams:19:..." or "playground:general"'),
    ],
)
def test_a_table_for_what_is_no_channel_is_refused_with_the_right_spelling(configured, name, meant):
    with pytest.raises(SettingsError) as wrong:
        configured(f'[channels."{name}"]\ncommands = ["ask"]')

    [line] = wrong.value.errors
    assert f", channels.{name}: no channel is called that; one is written like " in line
    assert line.endswith(meant)


@pytest.mark.parametrize("name", ["slack:T1/C1", "teams:19:general@thread.tacv2", "teams:a:1x", "playground:general", "cli:ada"])
def test_a_table_for_a_place_that_commands_come_from_applies_there(configured, name):
    assert configured(f'[channels."{name}"]\ncommands = ["ask"]').channel(name).commands == ["ask"]


@pytest.mark.parametrize("text", [EVERY_KEY, EXAMPLE.read_text(encoding="utf-8")], ids=["promised", "example"])
def test_every_promised_key_is_read_and_the_shown_values_are_the_defaults(configured, text):
    found, empty = configured(text), Configuration()

    assert found.people["ada@example.com"].groups == ["support-leads"]
    assert found.channel("slack:T1/C1") == empty.channel("slack:T1/C1")
    assert found.policy("jira.triage") == empty.policy("jira.triage") == Policy()
    assert (found.limits, found.admins, found.crm) == (empty.limits, empty.admins, empty.crm)
    assert found.sources["handbook"].every == timedelta(minutes=15)
    assert found.alerts["zendesk.ticket.updated"][0].severity == "critical"
    assert found.triggers["zendesk.ticket.created"].workflow == "reply"
    assert found.digests["morning"].at == "09:00"


def test_without_a_file_everything_has_its_default():
    assert read_configuration(None) == Configuration()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[limit]\n", "limit"),
        ("[approvals.default]\nquorumm = 1", "approvals.default.quorumm"),
        ("[approvals.jira.triage]\nquorum = 1", "approvals.jira.triage"),
        ("[approvals.default]\nquorum = 0", "approvals.default.quorum"),
        ("[approvals.default]\nexpires = '24'", "approvals.default.expires"),
        ("[approvals.default]\nexpires = 24", "approvals.default.expires"),
        ("[approvals.default]\nexpires = '99999999999999d'", "approvals.default.expires"),
        ("[approvals.default]\nexpires = '0h'", "approvals.default.expires"),
        ("[approvals.'zendesk.replly']\nquorum = 2", "approvals.zendesk.replly"),
        ("[approvals.'zendesc.reply']\nquorum = 2", "approvals.zendesc.reply"),
        ("[approvals.zendesk_]\nquorum = 2", "approvals.zendesk_"),
        ("[channels.'playground:x']\nanswer = 'sometimes'", "channels.playground:x.answer"),
        ("[channels.'slack:T1/C1']\ncommands = ['triage', 'repli']", "channels.slack:T1/C1.commands.1"),
        ("[alerts.x]\nwhen = ''", "alerts.x.0.channel"),
        ("[people]\n'a@b.example' = { slak = 'T1/U1' }", "people.a@b.example.slak"),
        ("[digests.x]\nchannel = 'slack:T1/C1'\nat = '9'\ndays = ['monday']", "digests.x.days.0"),
        ("[limits]\nllm_usd_per_day = -1", "limits.llm_usd_per_day"),
        ("[sources.x]\npath = ''", "sources.x.path"),
        ("[sources.x]\npath = '/srv/docs'\naudience = []", "sources.x.audience"),
        ("[schedules.x]\nworkflow = 'project'\nat = '09:00'\nchannel = 'general'", "schedules.x.channel"),
    ],
)
def test_a_mistake_is_named_by_its_place(configured, text, where):
    with pytest.raises(SettingsError) as wrong:
        configured(text)

    [line] = wrong.value.errors
    assert line.startswith("CONFIG_FILE ")
    assert f", {where}: " in line
    assert "Value error" not in line


@pytest.mark.parametrize(
    ("text", "most"), [("", None), ("[limits]\nllm_usd_per_day = 1", None), ("[limits]\nrequests_per_user_per_minute = 20", 20)]
)
def test_how_often_a_person_asks_is_counted_where_the_file_says_so(configured, text, most):
    assert configured(text).most_requests == most


def test_every_mistake_is_listed_at_once(configured):
    with pytest.raises(SettingsError) as wrong:
        configured("[approvals.default]\nquorum = 0\nexpires = 'x'\n[nonsense]\n[limits]\nrequests_per_user_per_minute = 0")

    assert len(wrong.value.errors) == 4


@pytest.mark.parametrize(("content", "words"), [(b"[a", "is no TOML"), (b"\xff", "cannot be read"), (None, "cannot be read")])
def test_a_file_that_cannot_be_understood(tmp_path, content, words):
    file = tmp_path / "bot.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsError, match=words):
        read_configuration(file)


def test_the_most_specific_policy_wins_key_by_key(configured):
    found = configured(
        """
        [approvals.default]
        quorum = 2
        expires = "1h"
        channels = ["slack:T1/C9"]
        [approvals.jira]
        approvers = ["group:leads"]
        expires = "90s"
        [approvals."jira.triage"]
        expires = "2d"
        requester_may_approve = false
        channel = "slack:T1/C1"
        """
    )

    assert found.policy("jira.triage") == Policy(
        ("group:leads",), 2, requester_may_approve=False, expires=timedelta(days=2), channels=("slack:T1/C1",)
    )
    assert found.policy("jira.issue") == Policy(("group:leads",), 2, expires=timedelta(seconds=90), channels=("slack:T1/C9",))
    assert found.policy("zendesk.reply") == Policy(quorum=2, expires=timedelta(hours=1), channels=("slack:T1/C9",))


tables = st.builds(
    ApprovalTable,
    approvers=st.none() | st.lists(st.sampled_from(["*", "owner", "group:x"]), max_size=2),
    quorum=st.none() | st.integers(1, 3),
    requester_may_approve=st.none() | st.booleans(),
    expires=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=9)),
    delegate_to=st.none() | st.lists(st.just("owner"), max_size=1),
)


@given(tables, tables, tables)
def test_each_key_comes_from_the_most_specific_table_that_has_it(default, connector, workflow):
    found = Configuration(approvals={"default": default, "jira": connector, "jira.triage": workflow}).policy("jira.triage")

    for name in ("approvers", "quorum", "requester_may_approve", "expires", "delegate_to"):
        given_values = [value for table in (workflow, connector, default) if (value := getattr(table, name)) is not None]
        expected = given_values[0] if given_values else getattr(Policy(), name)
        assert getattr(found, name) == (tuple(expected) if isinstance(expected, list) else expected)


@given(st.integers(0, 999_999), st.sampled_from([("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]), st.sampled_from(["", " "]))
def test_a_duration_is_a_number_and_a_unit(number, unit, space):
    assert duration(f"{number}{space}{unit[0]}") == timedelta(seconds=number * unit[1])


@given(st.text() | st.integers() | st.floats() | st.none())
def test_anything_else_is_no_duration(value):
    try:
        assert isinstance(duration(value), timedelta)
    except ValueError as wrong:
        sentence = str(wrong)
    else:
        sentence = "for example 24h"
    assert "for example 24h" in sentence


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('"jira.issue.created" = { workflow = "triage" }', "the trigger 'jira.issue.created' needs a channel"),
        (
            '"jira.issue.created" = { workflow = "triage", channel = "#support" }',
            "the trigger 'jira.issue.created' needs a channel",
        ),
        ('"slack.raction.ticket" = { workflow = "triage" }', "nobody tells of 'slack.raction.ticket'"),
        ('"jria.issue.created" = { workflow = "triage", channel = "slack:T1/C1" }', "nobody tells of 'jria.issue.created'"),
        (
            '"jira.isue.created" = { workflow = "triage", channel = "slack:T1/C1" }',
            "jira tells of no 'isue'; it has issue",
        ),
        ('"jira.issue.creatd" = { workflow = "triage", channel = "slack:T1/C1" }', "ends with .created, .updated or .deleted"),
        ('"jra.issue.created" = { workflow = "triage", channel = "slack:T1/C1" }', "Did you mean 'jira'?"),
        ('"jira" = { workflow = "triage", channel = "slack:T1/C1" }', "ends with .created, .updated or .deleted"),
    ],
)
def test_a_trigger_that_could_never_answer_is_refused_at_start(configured, line, sentence):
    with pytest.raises(SettingsError) as refused:
        configured(f"[triggers]\n{line}")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("channel", ["teams:19:x@thread.tacv2", "C1", "general"])
def test_a_reaction_is_answered_on_its_own_platform(configured, channel):
    with pytest.raises(SettingsError, match=r"'slack.reaction.ticket' is answered in Slack: its channel begins with \"slack:"):
        configured(f'[triggers]\n"slack.reaction.ticket" = {{ workflow = "issue", channel = "{channel}" }}')


def test_a_reaction_needs_no_channel(configured):
    found = configured(
        '[triggers]\n"slack.reaction.ticket" = { workflow = "triage" }\n"teams.reaction.like" = { workflow = "issue" }'
    )

    assert [trigger.channel for trigger in found.triggers.values()] == ["", ""]
