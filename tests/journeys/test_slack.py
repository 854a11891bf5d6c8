"""The whole program in a workspace: asked on Slack, approved there, written once; also after a kill -9 in between."""

import pytest
from offices import buttons, text_of
from programs import Bot

from bot.sandbox.slack import SlackStandin

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
RULES = """
[approvals.default]
approvers = ["group:@support-leads"]
requester_may_approve = false
"""


@pytest.fixture
async def slack():
    standin = SlackStandin()
    await standin.start()
    yield standin
    await standin.stop()
    assert standin.refused == []


@pytest.fixture
def rules(tmp_path):
    file = tmp_path / "bot.toml"
    file.write_text(RULES, encoding="utf-8")
    return file


@pytest.fixture
async def bot(vendors, environment, wait_until, slack, rules):
    """The program with Slack and no page; a user group of the workspace decides."""
    ours = {"CONFIG_FILE": str(rules), "PLAYGROUND": "off"}
    running = Bot(vendors.http, environment | vendors.settings | slack.environment() | ours, wait_until)
    running.has_page = False
    await running.start()
    slack.courier.events_url = f"{running.url}/slack/events"
    yield running
    await running.process.end(15)


async def test_a_change_goes_from_a_command_to_the_record_though_the_bot_is_killed(bot, slack, vendors, wait_until):
    people = {m.real_name.split()[0]: m.id for m in slack.workspace.people.values() if m.real_name}
    [leads] = [group for group in slack.workspace.groups if group["handle"] == "support-leads"]
    assert people["Bo"] in leads["users"]
    await wait_until(lambda: bot.process.said("Slack is connected"))  # its words may come after its answer

    replies = await slack.drive.command(people["Ada"], "C1", "/triage", "SUP-21")
    assert [status for status, _ in replies] == [200]
    await bot.kill()
    await bot.start()
    slack.courier.events_url = f"{bot.url}/slack/events"

    def cards():
        return [m for m in slack.workspace.channel("C1").messages if buttons(m)]

    [card] = await wait_until(cards, within=90)
    await slack.drive.press("C1", card["ts"], "approve", people["Bo"], copies=3)
    await wait_until(lambda: "written" in text_of(slack.workspace.message("C1", card["ts"])), within=90)

    assert len(await vendors.writes("JIRA", "SUP-21")) == 1
    assert len([m for m in slack.workspace.channel("C1").messages if "SUP-21" in str(m)]) == 1
    code, output = await bot.cli("audit", "verify")
    assert code == 0, output
