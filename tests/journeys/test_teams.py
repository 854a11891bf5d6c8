"""The whole program in a company's Teams: asked there, approved there, written once; also after a kill -9 in between."""

import copy

import pytest
from programs import Bot
from tenants import GENERAL, card_of, cards, verbs, words_of

from bot.sandbox.teams.server import TeamsStandin

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
RULES = """
[people]
"bo@harbourlight.example" = { groups = ["leads"] }
[approvals.default]
approvers = ["group:leads"]
requester_may_approve = false
"""


@pytest.fixture
async def teams():
    standin = TeamsStandin()
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
async def bot(vendors, environment, wait_until, teams, rules):
    """The program with Teams and no page; whoever decides is known by the address that Teams tells."""
    ours = {"CONFIG_FILE": str(rules), "PLAYGROUND": "off"}
    running = Bot(vendors.http, environment | vendors.settings | teams.environment() | ours, wait_until)
    running.has_page = False
    await running.start()
    teams.courier.messages_url = f"{running.url}/api/messages"
    yield running
    await running.process.end(15)


async def test_a_change_goes_from_a_mention_to_the_record_though_the_bot_is_killed(bot, teams, vendors, wait_until):
    await wait_until(lambda: bot.process.said("Teams is connected"))  # its words may come after its answer
    [(status, _)] = await teams.drive.say("ada", GENERAL, "triage SUP-21")
    assert status == 200
    await bot.kill()
    await bot.start()
    teams.courier.messages_url = f"{bot.url}/api/messages"

    [card] = await wait_until(lambda: cards(teams), within=90)
    shown = copy.deepcopy(card_of(card.activity))
    replies = await teams.drive.press(GENERAL, card.id, "approve", "bo", copies=3, as_shown=shown)
    assert {status for status, _ in replies} == {200}
    await wait_until(lambda: "written" in words_of(card_of(card.activity)), within=90)

    assert verbs(card_of(card.activity)) == []
    assert len(await vendors.writes("JIRA", "SUP-21")) == 1
    assert len(cards(teams)) == 1
    code, output = await bot.cli("audit", "verify")
    assert code == 0, output


async def test_half_an_app_is_refused_at_start(vendors, environment, teams):
    half = {name: value for name, value in teams.environment().items() if name != "TEAMS_APP_PASSWORD"}
    code, output = await Bot(vendors.http, environment | half, None).cli("run")
    assert code != 0
    assert "TEAMS_APP_PASSWORD" in output
