"""The two pages that the package names are there, and an operator's own stand in their place."""

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.http.routes import application
from bot.platforms.teams.about import LARGEST, routes
from bot.platforms.teams.manifest import manifest
from bot.watch.health import Health
from handlers.catalogue import COMMANDS

APP = "3c1b7a52-6f0e-4d4b-9a57-c0de51900001"


@pytest.fixture
async def read(tmp_path):
    server = TestServer(application(Health({}), routes(tmp_path)), host="127.0.0.1")
    await server.start_server()

    async def page(path):
        async with aiohttp.ClientSession() as http, http.get(server.make_url(path)) as answer:
            assert (answer.status, answer.content_type, answer.charset) == (200, "text/plain", "utf-8")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            return await answer.text()

    yield page
    await server.close()


async def test_what_the_package_names_is_served(read):
    developer = manifest(COMMANDS.values(), app_id=APP, url="https://bot.example.org")["developer"]

    for name, words in (("privacy", "for 14 days"), ("terms", "comes without warranty")):
        found = developer[{"privacy": "privacyUrl", "terms": "termsOfUseUrl"}[name]]
        assert words in await read(found.removeprefix("https://bot.example.org"))


async def test_an_operators_own_page_stands_in_its_place_at_once(read, tmp_path):
    await read("/terms")
    (tmp_path / "terms.txt").write_bytes("Only on weekdays · <script>".encode() + b"\xff")

    assert await read("/terms") == "Only on weekdays · <script>\ufffd"
    assert "for 14 days" in await read("/privacy")


async def test_a_file_that_nobody_could_read_is_no_page(read, tmp_path):
    (tmp_path / "privacy.txt").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "terms.txt").mkdir()

    assert "for 14 days" in await read("/privacy")
    assert "without warranty" in await read("/terms")
