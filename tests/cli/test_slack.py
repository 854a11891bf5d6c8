"""The doctor on Slack: let in or not, what the bot may do, and which workspaces need a hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import formatdate

import pytest
from aiohttp import web

from bot.app import House
from bot.cli.doctor import check
from bot.cli.slack import shape
from bot.platforms.slack.methods import SCOPES
from bot.settings import Configuration, Settings
from bot.store.access.installations import InstallAgain, Installation, Installations
from bot.store.access.seal import Seal

GIVEN = {"slack_signing_secret": "s", "slack_bot_token": "xoxb-secret"}


@dataclass
class Auth:
    """`auth.test` as a test wants it."""

    url: str = ""
    body: dict = field(default_factory=lambda: {"ok": True, "team_id": "T1", "team": "Acme", "user_id": "UBOT", "bot_id": "B1"})
    headers: dict = field(default_factory=lambda: {"x-oauth-scopes": ",".join(SCOPES)})

    async def serve(self, request):
        assert request.headers["Authorization"] == "Bearer xoxb-secret"
        return web.json_response(self.body, headers=self.headers)


@pytest.fixture
async def auth() -> AsyncIterator[Auth]:
    found, app = Auth(), web.Application()
    app.router.add_post("/api/auth.test", found.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield found
    await runner.cleanup()


@pytest.fixture
def examine(tmp_path, models, ear):
    """(exit code, [(level, part, words)]) of what a check says of Slack."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)

    async def examined(prepare=None, **given):
        house = House(Settings(data_dir=folder, model_dir=models, **given), Configuration())
        try:
            if prepare is not None:
                await prepare((await house.store()).database)
            code = await check(house, {}, ear)
        finally:
            await house.close()
        lines = [(line[:4].strip(), *line[6:].split(": ", 1)) for line in ear.lines]
        assert "xoxb-secret" not in str(ear.lines)
        ear.lines.clear()
        return code, [line for line in lines if "slack" in line[1]]

    return examined


async def test_without_slack(examine):
    assert await examine() == (0, [("ok", "slack", "not connected")])


async def test_connected(examine, auth):
    code, found = await examine(**GIVEN, slack_api_url=auth.url)

    assert code == 0
    assert ("ok", "slack", "connected to Acme as UBOT") in found
    assert ("ok", "slack scopes", f"all {len(SCOPES)} that are needed, and no other") in found
    assert ("ok", "clock of slack", "within 1 s of this machine") in found


async def test_scopes_that_are_missing_or_idle(examine, auth):
    auth.headers["x-oauth-scopes"] = ",".join({*SCOPES, "pins:write"} - {"users:read"})

    _, found = await examine(**GIVEN, slack_api_url=auth.url)

    words = [words for level, part, words in found if (level, part) == ("warn", "slack scopes")]
    assert [each.split(".")[0] for each in words] == ["missing users:read", "more than is used: pins:write"]


async def test_a_slack_that_does_not_say_its_scopes(examine, auth):
    auth.headers.clear()

    assert ("warn", "slack scopes", "Slack did not say what the bot was granted.") in (
        await examine(**GIVEN, slack_api_url=auth.url)
    )[1]


async def test_a_token_that_is_no_good_fails(examine, auth):
    auth.body = {"ok": False, "error": "invalid_auth"}

    code, found = await examine(**GIVEN, slack_api_url=auth.url)

    assert code == 1
    assert [line for line in found if line[:2] == ("fail", "slack") and "install the app again" in line[2]]


async def test_a_slack_that_is_not_there_fails(examine):
    code, found = await examine(**GIVEN, slack_api_url="http://127.0.0.1:9/api/")

    assert code == 1
    assert [line for line in found if line[:2] == ("fail", "slack") and "cannot be reached" in line[2]]


async def test_a_clock_that_runs_away(examine, auth):
    auth.headers["Date"] = formatdate(0, usegmt=True)

    assert ("warn", "clock of slack") in [line[:2] for line in (await examine(**GIVEN, slack_api_url=auth.url))[1]]


@pytest.mark.parametrize(("token", "level"), [("xoxe.xoxb-1", "fail"), ("xoxp-1", "warn")])
def test_a_token_of_the_wrong_kind(token, level):
    [found] = shape(Settings(slack_signing_secret="s", slack_bot_token=token))

    assert (found.level, found.part) == (level, "SLACK_BOT_TOKEN")
    assert token not in found.words


async def test_workspaces_that_need_a_hand(examine, tmp_path):
    async def prepare(database):
        mine, other = (Installations(database, Seal.derived(key)) for key in (b"key", b"another"))
        await mine.install(Installation("T1", token="a", bot_user="U"))
        await mine.install(Installation("T2", token="a", bot_user="U", refresh="r", lives=1))
        await other.install(Installation("T3", token="a", bot_user="U"))

        async def refuse(_refresh):
            raise InstallAgain("Slack refuses to renew the bot's token here.")

        with pytest.raises(InstallAgain):
            await mine.rotate("T2", refuse)

    given = {
        "slack_signing_secret": "s",
        "slack_client_id": "1",
        "slack_client_secret": "c",
        "secret_key": "key",
        "audit_key": "a",
    }
    code, found = await examine(prepare, **given)

    assert code == 1
    by_part = {part: (level, words) for level, part, words in found}
    assert by_part["slack workspaces"] == ("ok", "installed in 3")
    assert by_part["slack workspaces T2"] == ("warn", "Slack refuses to renew the bot's token here.")
    assert by_part["slack workspaces T3"][0] == "fail"
    assert "slack workspaces T1" not in by_part
    assert not (tmp_path / "data" / "secret.key").exists()


@pytest.mark.parametrize(
    ("address", "level"),
    [("", "warn"), ("http://bot.example.com", "warn"), ("https://bot.example.com", ""), ("http://127.0.0.1:3000", "")],
)
def test_an_app_needs_an_address_that_slack_sends_browsers_to(address, level):
    settings = Settings(slack_signing_secret="s", slack_client_id="1", slack_client_secret="c", public_url=address)

    assert [(finding.level, finding.part) for finding in shape(settings)] == ([(level, "PUBLIC_URL")] if level else [])
