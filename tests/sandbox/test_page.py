"""Links to records open, are safe, and survive a restart of the stand-in."""

import aiohttp
import pytest

from bot.sandbox import Sandbox


@pytest.mark.parametrize(
    ("vendor", "path", "words"), [("jira", "/browse/SUP-21", "charged twice"), ("zendesk", "/agent/tickets/153", "HB-48213")]
)
async def test_a_link_to_a_record_opens(vendor, path, words):
    async with Sandbox.start(None) as sandbox, aiohttp.ClientSession() as http:
        async with http.get(f"{getattr(sandbox, vendor).url}{path}") as answer:
            assert answer.status == 200
            assert words in await answer.text()
        async with http.get(f"{getattr(sandbox, vendor).url}{path}0000") as answer:
            assert answer.status == 404


async def test_markup_in_a_record_is_shown_as_text():
    async with Sandbox.start(None) as sandbox, aiohttp.ClientSession() as http:
        await sandbox.jira.edit("SUP-21", {"summary": "<script>alert(1)</script>"})
        async with http.get(f"{sandbox.jira.url}/browse/SUP-21") as answer:
            assert "<script>" not in await answer.text()


async def test_a_restart_keeps_the_address(tmp_path):
    async with Sandbox.start(tmp_path) as sandbox:
        first = (sandbox.jira.url, sandbox.zendesk.url)
    async with Sandbox.start(tmp_path) as sandbox:
        assert (sandbox.jira.url, sandbox.zendesk.url) == first


async def test_a_note_that_makes_no_sense_is_passed_over(tmp_path):
    async with Sandbox.start(tmp_path):
        pass
    (tmp_path / "jira" / "port").write_text("99999999999 rm")
    async with Sandbox.start(tmp_path) as sandbox:
        assert sandbox.jira.url.startswith("http://127.0.0.1:")
