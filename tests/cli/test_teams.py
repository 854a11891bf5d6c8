"""The doctor on Teams: whether the bot can sign in, and whether it can check who writes to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import formatdate

import pytest
from aiohttp import web

from bot.app import House
from bot.cli.doctor import check
from bot.cli.teams import shape
from bot.sandbox.teams import TeamsStandin
from bot.settings import Configuration, Settings
from bot.settings.hosts import allowed

APP, TENANT, SECRET = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0", "Kq8~the-secret"
SIGNED_IN = {"token_type": "Bearer", "expires_in": 3599, "access_token": "eyJ-the-token"}
GOOD, OTHER = {"kid": "a", "endorsements": ["msteams", "webchat"]}, {"kid": "b", "endorsements": ["webchat"]}


@dataclass
class Microsoft:
    """An issuer as a test wants it: it gives one bot a token, and shows its keys."""

    url: str = ""
    token: dict = field(default_factory=lambda: dict(SIGNED_IN))
    status: int = 200
    metadata: dict = field(default_factory=dict)
    keys: object = field(default_factory=lambda: [GOOD, OTHER])
    headers: dict = field(default_factory=dict)
    forms: list = field(default_factory=list)

    async def serve_token(self, request):
        self.forms.append({**await request.post(), "authorization": request.headers.get("Authorization")})
        return web.json_response(self.token, status=self.status, headers=self.headers)

    async def serve_metadata(self, request):
        assert "Authorization" not in request.headers
        return web.json_response({"issuer": "i", "jwks_uri": f"{self.url}/keys", **self.metadata})

    async def serve_keys(self, _request):
        return web.json_response({"keys": self.keys})

    async def serve_page(self, _request):
        return web.Response(text="<html>Sign in</html>", content_type="text/html")

    async def serve_elsewhere(self, _request):
        raise web.HTTPFound(f"{self.url}/metadata")


@pytest.fixture
async def microsoft() -> AsyncIterator[Microsoft]:
    found, app = Microsoft(), web.Application()
    app.router.add_post("/token", found.serve_token)
    app.router.add_get("/metadata", found.serve_metadata)
    app.router.add_get("/keys", found.serve_keys)
    app.router.add_get("/page", found.serve_page)
    app.router.add_get("/elsewhere", found.serve_elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


def settings_for(url: str, **given) -> dict:
    asked = {"teams_openid_url": f"{url}/metadata", "teams_token_url": f"{url}/token", "public_url": "https://bot.example.org"}
    return {"teams_app_id": APP, "teams_app_password": SECRET, "teams_tenant_id": TENANT, **asked, **given}


@pytest.fixture
def examine(tmp_path, models, ear):
    """(exit code, [(level, part, words)]) of what a check says of Teams."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)

    async def examined(**given):
        house = House(Settings(data_dir=folder, model_dir=models, **given), Configuration())
        try:
            code = await check(house, {}, ear)
        finally:
            await house.close()
        lines = [(line[:4].strip(), *line[6:].split(": ", 1)) for line in ear.lines]
        assert SECRET not in str(ear.lines)
        assert SIGNED_IN["access_token"] not in str(ear.lines)
        return code, [line for line in lines if "teams" in line[1]]

    return examined


async def test_without_teams(examine):
    assert await examine() == (0, [("ok", "teams", "not connected")])


async def test_connected(examine, microsoft):
    code, found = await examine(**settings_for(microsoft.url))

    assert (code, found) == (0, [
        ("ok", "teams", f"the bot can sign in as {APP}"),
        ("ok", "teams keys", "1 of 2 may sign for Teams"),
        ("ok", "clock of teams", "within 1 s of this machine"),
    ])  # fmt: skip
    [form] = microsoft.forms
    assert form.pop("authorization") is None
    assert form == {
        "grant_type": "client_credentials",
        "client_id": APP,
        "client_secret": SECRET,
        "scope": "https://api.botframework.com/.default",
    }


@pytest.mark.parametrize(
    ("description", "words"),
    [
        (f"AADSTS7000215: Invalid client secret provided: {SECRET}", "Take the secret's value, not its id."),
        ("AADSTS7000222: The provided client secret keys are expired.", "has expired"),
        ("AADSTS700016: Application was not found.", "TEAMS_TENANT_ID has no application TEAMS_APP_ID"),
        ("AADSTS90002: Tenant not found.", "(AADSTS90002): TEAMS_TENANT_ID is no tenant."),
        (f"AADSTS53003: Access has been blocked. {SECRET}", "(AADSTS53003). Look at TEAMS_APP_ID"),
        (f"no: {SECRET}", "(status 401). Look at TEAMS_APP_ID"),
    ],
)
async def test_a_bot_that_is_not_let_in_fails(examine, microsoft, description, words):
    microsoft.token, microsoft.status = {"error": "invalid_client", "error_description": description}, 401

    code, found = await examine(**settings_for(microsoft.url))

    [(level, _, said)] = [line for line in found if line[1] == "teams"]
    assert (code, level) == (1, "fail")
    assert said.startswith("Microsoft does not let the bot in (")
    assert words in said


async def test_an_answer_without_a_token_is_not_a_sign_in(examine, microsoft):
    del microsoft.token["access_token"]

    code, found = await examine(**settings_for(microsoft.url))

    assert (code, found[0][:2]) == (1, ("fail", "teams"))


async def test_a_microsoft_that_is_not_there_fails_twice(examine):
    code, found = await examine(**settings_for("http://127.0.0.1:9"))

    assert code == 1
    assert [line[:2] for line in found] == [("fail", "teams"), ("fail", "teams keys")]
    assert all("cannot be reached" in line[2] for line in found)


@pytest.mark.parametrize("place", ["page", "elsewhere", "nowhere"])
async def test_an_address_that_answers_with_something_else_fails(examine, microsoft, place):
    code, found = await examine(**settings_for(microsoft.url, teams_openid_url=f"{microsoft.url}/{place}"))

    [(level, _, said)] = [line for line in found if line[1] == "teams keys"]
    assert (code, level) == (1, "fail")
    assert "no JSON. Without them everything that Teams sends is turned away." in said


@pytest.mark.parametrize("uri", [None, "", 7, "http://keys.example/x", "keys", "https://me:x@keys.example"])
async def test_metadata_without_a_place_of_keys_fails(examine, microsoft, uri):
    microsoft.metadata["jwks_uri"] = uri

    code, found = await examine(**settings_for(microsoft.url))

    assert code == 1
    assert [line for line in found if line[:2] == ("fail", "teams keys") and "names no jwks_uri" in line[2]]


@pytest.mark.parametrize(("keys", "many"), [([], 0), ([OTHER], 1), ([{"kid": "c"}], 1), (["x"], 0), (None, 0), ({"kid": "a"}, 0)])
async def test_keys_that_may_not_sign_for_teams_fail(examine, microsoft, keys, many):
    microsoft.keys = keys

    code, found = await examine(**settings_for(microsoft.url))

    assert code == 1
    assert [line for line in found if line[:2] == ("fail", "teams keys") and f"none of {many} may sign" in line[2]]


async def test_a_clock_that_runs_away(examine, microsoft):
    microsoft.headers["Date"] = formatdate(0, usegmt=True)

    assert ("warn", "clock of teams") in [line[:2] for line in (await examine(**settings_for(microsoft.url)))[1]]


@pytest.mark.parametrize(
    ("name", "what"), [("teams_app_id", "application (client) id"), ("teams_tenant_id", "directory (tenant) id")]
)
def test_an_id_that_is_no_guid_may_be_another(name, what):
    [found] = shape(Settings(**settings_for("https://issuer.example", **{name: "contoso"})))

    assert (found.level, found.part) == ("warn", name.upper())
    assert what in found.words


@pytest.mark.parametrize(
    ("address", "issuer", "warned"),
    [
        ("https://bot.example.org", "https://issuer.example", False),
        ("http://127.0.0.1:3000", "http://127.0.0.1:9", False),
        ("http://127.0.0.1:3000", "https://issuer.example", True),
        ("http://bot.example.org", "http://127.0.0.1:9", True),
        ("", "https://issuer.example", True),
    ],
)
def test_teams_needs_an_address_that_it_can_send_to(address, issuer, warned):
    found = list(shape(Settings(**settings_for(issuer, public_url=address))))

    assert [(finding.level, finding.part) for finding in found] == [("warn", "PUBLIC_URL")] * warned


async def test_the_stand_in_of_teams_takes_microsofts_place(examine):
    standin = TeamsStandin()
    await standin.start()
    given = {name.lower(): value for name, value in standin.environment().items()}
    try:
        code, found = await examine(**given, public_url="https://bot.example.org")
        standin.tokens.password = "another"
        refused = await examine(**given, public_url="https://bot.example.org")
    finally:
        await standin.stop()

    assert allowed(standin.service_url, given["teams_allowed_hosts"])
    assert (code, [line[:2] for line in found if line[1] in ("teams", "teams keys")]) == (
        0,
        [("ok", "teams"), ("ok", "teams keys")],
    )
    assert [line for line in refused[1] if line[:2] == ("fail", "teams") and "AADSTS7000215" in line[2]]
