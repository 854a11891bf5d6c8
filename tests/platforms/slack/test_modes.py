"""The same bot over a socket, in a workspace that installed it, and after it was taken out again."""

from contextlib import asynccontextmanager

import aiohttp
import pytest
from offices import RULES, buttons, opened, text_of

from bot.sandbox.slack.server import SlackStandin
from bot.settings import Settings
from bot.store.access.installations import Installations
from bot.store.access.seal import Seal
from handlers.errors import NotFound

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@asynccontextmanager
async def standin(**how):
    slack = SlackStandin(**how)
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()
    assert slack.refused == []


def settings_of(slack, **how):
    return {name.lower(): value for name, value in slack.environment(**how).items()}


async def test_everything_works_over_a_socket_too(database, connectors, wait_until, sandbox):
    async with standin(over_socket=True) as slack:
        settings = Settings.model_validate(settings_of(slack, socket=True) | {"slack_signing_secret": ""})
        async with opened(settings, RULES, slack, database=database, connectors=connectors, wait=wait_until) as office:
            await wait_until(lambda: slack.socket.connections)
            await slack.drive.say(office.user("Ada"), "C1", "<@UBOT> how do refunds work?", copies=2)
            await office.said("five days")
            await slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
            card = await office.card()
            await slack.drive.press("C1", card["ts"], "edit", office.user("Bo"))
            [(status, answer)] = await slack.drive.submit("", office.user("Bo"), {})
            assert status == 200, answer
            await wait_until(lambda: "edited by Bo" in text_of(slack.workspace.message("C1", card["ts"])))
            await slack.drive.press("C1", card["ts"], "approve", office.user("Bo"))
            await wait_until(lambda: "written" in text_of(slack.workspace.message("C1", card["ts"])))
            await office.idle()

            async with aiohttp.ClientSession() as session, session.post(f"{office.url}/slack/events", data=b"{}") as knock:
                assert knock.status == 404, "without a signing secret there is no door"
            assert len([m for m in office.messages() if "five days" in str(m)]) == 1
            assert len(sandbox.jira.writes("SUP-21")) == 1


async def test_a_workspace_installs_the_bot_and_takes_it_out_again(database, connectors, wait_until):
    async with standin() as slack:
        settings = Settings.model_validate(settings_of(slack, oauth=True))
        async with opened(settings, RULES, slack, database=database, connectors=connectors, wait=wait_until) as office:
            slack.oauth.redirect_uri = f"{office.url}/slack/oauth_redirect"
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
                async with browser.get(f"{office.url}/slack/install", allow_redirects=False) as start:
                    assert start.status == 302
                    onward = start.headers["Location"]
                async with browser.get(onward, allow_redirects=False) as there:
                    back = there.headers["Location"]
                async with browser.get(f"{office.url}/slack/oauth_redirect?{back.partition('?')[2]}") as done:
                    assert done.status == 200, await done.text()
                async with browser.get(f"{office.url}/slack/oauth_redirect?{back.partition('?')[2]}") as again:
                    assert again.status in (400, 401)

            await slack.drive.command(office.user("Ada"), "C1", "/triage", "SUP-21")
            assert buttons(await office.card()) == ["approve", "edit", "reject"]
            installations = Installations(database, Seal.derived(b"secret"))
            assert (await installations.read("T1")).bot_user == "UBOT"

            await office.slack.courier.send("events_api", revoked(oauth=["U1"], bot=[]), {})
            await office.idle()
            assert (await installations.read("T1")).bot_user == "UBOT", "a person's token is none of ours"
            await slack.drive.uninstall()

            async def gone():
                try:
                    await installations.read("T1")
                except NotFound:
                    return True
                return False

            await wait_until(gone)


def revoked(**tokens):
    """Slack tells which tokens are gone."""
    return {
        "type": "event_callback", "team_id": "T1", "event_id": "EvRevoked", "event": {"type": "tokens_revoked", "tokens": tokens},
    }  # fmt: skip


async def test_where_the_bot_is_not_installed_nobody_hangs(database, connectors, wait_until):
    async with standin() as slack:
        settings = Settings.model_validate(settings_of(slack, oauth=True))
        async with opened(settings, RULES, slack, database=database, connectors=connectors, wait=wait_until) as office:
            replies = await slack.drive.command(office.user("Ada"), "C1", "/ask", "how do refunds work?")
            assert [status for status, _ in replies] == [200]
            await office.idle()

            [dead] = await office.jobs.list(state="dead")
            assert "not installed in this Slack workspace" in dead.error
