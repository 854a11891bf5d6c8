"""Installing from a browser: one state, one browser, one use; and plain words when it does not work."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.http.routes import application
from bot.net.pace import Pace
from bot.platforms.slack.install import COOKIE, Installer, authorization_url, page
from bot.platforms.slack.line import Line
from bot.platforms.slack.methods import SCOPES
from bot.platforms.slack.tokens import ManyWorkspaces, OAuthApp, OneWorkspace, OwnAndInstalled, tokens_for
from bot.store.access.installations import InstallAgain, Installation, Installations
from bot.store.access.oauth import OAuthStates
from bot.store.access.seal import Seal
from bot.store.database import Database
from bot.watch.health import Health
from handlers.errors import Invalid, NotFound

APP = OAuthApp("1.2", "client-secret")
GRANTED = {
    "access_token": "xoxb-granted", "token_type": "bot", "scope": ",".join(sorted(SCOPES)), "bot_user_id": "UBOT", "app_id": "A1",
    "team": {"id": "T7", "name": "Acme <script>"}, "enterprise": None, "authed_user": {"id": "U1"}, "is_enterprise_install": False,
}  # fmt: skip
ME = {"team_id": "T7", "user_id": "UBOT", "bot_id": "B7", "team": "Acme"}


@pytest.fixture
async def installations(tmp_path, fresh_state):
    database = Database(fresh_state(tmp_path / "state.db"))
    yield Installations(database, Seal.derived(b"key")), OAuthStates(database)
    await database.close()


@pytest.fixture
async def site(slack, line, installations):
    """The address of our own server, and a browser to visit it with."""
    slack.says("oauth.v2.access", GRANTED).says("auth.test", ME)
    kept, states = installations
    installer = Installer(APP, line, kept, states, Pace(longest=0), "https://bot.example.com")
    runner = web.AppRunner(application(Health({}), installer.routes()))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


class Browser:
    """Follows no redirect by itself, and sends its one cookie as a browser would over https."""

    def __init__(self, site):
        self.site = site
        self.cookie = ""

    async def get(self, path, **query):
        headers = {"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        async with (
            aiohttp.ClientSession() as session,
            session.get(self.site + path, params=query, headers=headers, allow_redirects=False) as answer,
        ):
            self.set = answer.headers.get("Set-Cookie", "")
            return answer.status, answer.headers, await answer.text()

    async def start(self):
        status, headers, _ = await self.get("/slack/install")
        assert status == 302
        self.cookie = self.set.partition("=")[2].partition(";")[0]
        return headers["Location"], parse_qs(urlsplit(headers["Location"]).query)["state"][0]


@pytest.fixture
def browser(site):
    return Browser(site)


async def test_from_the_button_to_the_token(browser, slack, installations):
    where, state = await browser.start()
    asked = parse_qs(urlsplit(where).query)
    cookie = browser.set.casefold()

    status, headers, text = await browser.get("/slack/oauth_redirect", state=state, code="c1")

    assert where.startswith(slack.url.replace("/api/", "/oauth/v2/authorize?"))
    assert (asked["client_id"], asked["redirect_uri"]) == (["1.2"], ["https://bot.example.com/slack/oauth_redirect"])
    assert set(asked["scope"][0].split(",")) == SCOPES
    assert all(word in cookie for word in ("secure", "httponly", "samesite=lax", "max-age=600", "path=/slack"))
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert "/invite" in text
    assert "Acme &lt;script&gt;" in text
    assert "did not grant" not in text
    [exchange] = slack.of("oauth.v2.access")
    assert exchange.args == {
        "code": "c1", "client_id": "1.2", "client_secret": "client-secret",
        "redirect_uri": "https://bot.example.com/slack/oauth_redirect",
    }  # fmt: skip
    found = await installations[0].read("T7")
    assert (found.token, found.bot_user, found.bot_id, found.installed_by) == ("xoxb-granted", "UBOT", "B7", "U1")
    assert "xoxb-granted" not in text


async def test_a_replay_is_refused_and_exchanges_nothing(browser, slack):
    _, state = await browser.start()
    await browser.get("/slack/oauth_redirect", state=state, code="c1")

    status, _, text = await browser.get("/slack/oauth_redirect", state=state, code="c1")

    assert (status, len(slack.of("oauth.v2.access"))) == (401, 1)
    assert "/slack/install" in text


async def test_ten_at_once_exchange_once(browser, slack):
    _, state = await browser.start()

    found = await asyncio.gather(*(Browser.get(browser, "/slack/oauth_redirect", state=state, code="c1") for _ in range(10)))

    assert sorted(status for status, *_ in found) == [200] + [401] * 9
    assert len(slack.of("oauth.v2.access")) == 1


async def test_another_browser_cannot_finish_what_this_one_began(site, browser, slack):
    _, state = await browser.start()
    other = Browser(site)
    await other.start()

    status, *_ = await other.get("/slack/oauth_redirect", state=state, code="c1")

    assert (status, slack.asked) == (401, [])


@pytest.mark.parametrize("left_out", ["state", "code", "cookie"])
async def test_what_is_missing_is_400(browser, slack, left_out):
    _, state = await browser.start()
    query = {name: value for name, value in {"state": state, "code": "c1"}.items() if name != left_out}
    if left_out == "cookie":
        browser.cookie = ""

    status, *_ = await browser.get("/slack/oauth_redirect", **query)

    assert (status, slack.asked) == (400, [])


async def test_something_endless_is_400(browser):
    await browser.start()
    assert (await browser.get("/slack/oauth_redirect", state="x" * 2000, code="c"))[0] == 400


async def test_who_says_no_at_slack_is_told_that_nothing_was_installed(browser, slack):
    _, state = await browser.start()

    status, _, text = await browser.get("/slack/oauth_redirect", state=state, error="<b>access_denied</b>")

    assert (status, slack.asked) == (200, [])
    assert "Nothing was installed" in text
    assert "access_denied" not in text


OUTCOMES = {
    "invalid_code": ((200, {"ok": False, "error": "invalid_code"}, {}), 400, "Start again"),
    "secret": ((200, {"ok": False, "error": "bad_client_secret"}, {}), 400, "SLACK_CLIENT_SECRET"),
    "lost": ("reset", 502, "no token"),
    "down": ((503, b"", {}), 502, "no token"),
    "busy": ((429, {}, {"Retry-After": "5"}), 503, "5 seconds"),
    "shape": ({"access_token": "xoxb-1", "bot_user_id": "../..", "team": {"id": "T7"}}, 502, "not understood"),
    "organisation": ({**GRANTED, "team": None, "is_enterprise_install": True}, 400, "one workspace"),
}


@pytest.mark.parametrize("how", OUTCOMES)
async def test_what_goes_wrong_at_the_exchange_is_said_and_nothing_is_kept(browser, slack, installations, how):
    answer, expected, words = OUTCOMES[how]
    slack.says("oauth.v2.access", answer)
    _, state = await browser.start()

    status, _, text = await browser.get("/slack/oauth_redirect", state=state, code="c1")

    assert status == expected
    assert words in text
    assert len(slack.of("oauth.v2.access")) == 1
    assert "client-secret" not in text
    assert await installations[0].teams() == {}


async def test_a_token_of_another_workspace_is_not_kept(browser, slack, installations):
    slack.says("auth.test", {**ME, "team_id": "T8"})
    _, state = await browser.start()

    assert (await browser.get("/slack/oauth_redirect", state=state, code="c1"))[0] == 400
    assert await installations[0].teams() == {}


async def test_scopes_that_were_not_granted_are_named(browser, slack):
    slack.says("oauth.v2.access", {**GRANTED, "scope": ",".join(SCOPES - {"users:read"})})
    _, state = await browser.start()

    assert "did not grant users:read." in (await browser.get("/slack/oauth_redirect", state=state, code="c1"))[2]


async def test_a_flood_of_beginnings_is_held_off(browser):
    found = [(await browser.get("/slack/install"))[0] for _ in range(35)]

    assert found.count(302) in (30, 31)
    assert found[-1] == 429


async def test_without_an_app_there_are_no_such_pages():
    runner = web.AppRunner(application(Health({}), []))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        visitor = Browser(f"http://127.0.0.1:{runner.addresses[0][1]}")
        assert [(await visitor.get(path))[0] for path in ("/slack/install", "/slack/oauth_redirect")] == [404, 404]
    finally:
        await runner.cleanup()


def test_where_a_person_agrees():
    assert authorization_url("https://slack.com/api/") == "https://slack.com/oauth/v2/authorize"
    assert authorization_url("http://127.0.0.1:8/api/") == "http://127.0.0.1:8/oauth/v2/authorize"


@given(title=st.text(), sentence=st.text())
def test_whatever_a_page_says_is_escaped(title, sentence):
    hostile = "<script>alert(1)</script>"
    text = page(200, title + hostile, sentence + hostile).text

    assert text.count("<script") == 0
    assert text.count("&lt;script&gt;") >= 2


async def test_a_rotating_token_is_renewed_through_slack(browser, slack, line, installations):
    slack.says("oauth.v2.access", {**GRANTED, "refresh_token": "xoxe-1", "expires_in": 60})
    _, state = await browser.start()
    await browser.get("/slack/oauth_redirect", state=state, code="c1")
    slack.says("oauth.v2.access", {"access_token": "xoxb-2", "refresh_token": "xoxe-2", "expires_in": 43200})
    tokens = ManyWorkspaces(line, installations[0], APP)

    found = await asyncio.gather(*(tokens.bot("T7") for _ in range(8)))

    assert {each.token for each in found} == {"xoxb-2"}
    renewal = slack.of("oauth.v2.access")[-1]
    assert (renewal.args["grant_type"], renewal.args["refresh_token"]) == ("refresh_token", "xoxe-1")
    assert len(slack.of("oauth.v2.access")) == 2


async def test_a_refused_renewal_asks_for_a_new_installation(slack, line, installations):
    kept, _ = installations
    await kept.install(Installation("T7", token="x", bot_user="U", refresh="xoxe-1", lives=1))
    slack.says("oauth.v2.access", (200, {"ok": False, "error": "invalid_refresh_token"}, {}))
    tokens = ManyWorkspaces(line, kept, APP)

    for _ in range(2):
        with pytest.raises(InstallAgain, match="install it again"):
            await tokens.bot("T7")
    assert len(slack.asked) == 1


async def test_the_settings_decide_as_whom_we_speak(slack, line, installations):
    kept, _ = installations
    slack.says("auth.test", {"team_id": "T1"})
    await kept.install(Installation("T7", token="xoxb-7", bot_user="U"))
    both = tokens_for(line, bot_token="xoxb-1", app=APP, installations=kept)

    assert isinstance(both, OwnAndInstalled)
    assert [(await both.bot(team)).token for team in ("T1", "T7")] == ["xoxb-1", "xoxb-7"]
    with pytest.raises(NotFound):
        await both.bot("T9")
    assert isinstance(tokens_for(line, bot_token="x", app=None, installations=kept), OneWorkspace)
    assert isinstance(tokens_for(line, bot_token="", app=APP, installations=kept), ManyWorkspaces)
    with pytest.raises(Invalid, match="half configured"):
        tokens_for(line, bot_token="", app=None, installations=kept)


async def test_a_slack_that_cannot_be_reached(unused_port, installations):
    kept, states = installations
    async with Line(f"http://127.0.0.1:{unused_port}/api/") as gone:
        runner = web.AppRunner(application(Health({}), Installer(APP, gone, kept, states, Pace()).routes()))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        visitor = Browser(f"http://127.0.0.1:{runner.addresses[0][1]}")
        where, state = await visitor.start()
        status, _, text = await visitor.get("/slack/oauth_redirect", state=state, code="c1")
        await runner.cleanup()

    assert "redirect_uri" not in where
    assert "secure" not in visitor.set.casefold()
    assert status == 503
    assert "cannot be reached" in text
